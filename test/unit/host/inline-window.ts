import { InlineAnswers } from '../../../src/host/inline/inline-answers';
import { InlineHover } from '../../../src/host/inline/inline-hover';
import { InlineLens } from '../../../src/host/inline/inline-lens';
import { InlineModel } from '../../../src/host/inline/inline-model';
import { InlineStatus } from '../../../src/host/inline/inline-status';
import { Shading } from '../../../src/host/inline/shading';
import { RecordSources } from '../../../src/host/inline/sources';
import { ViewWatch } from '../../../src/host/inline/view-watch';
import { PatientAddresses } from '../../../src/host/patient-document/addresses';
import { PatientDocuments } from '../../../src/host/patient-document/patient-documents';
import type { RunFacts } from '../../../src/runs/run-facts';
import { medbertHeader } from '../ehr/import-workbench';
import { FakeDocument, FakeEditor, FakeQuery, editor, vscodeModule } from './inline-editor';
import { type ToldCode, riskExplanation, riskGlance } from './inline-patients';
import { facts, finetuning } from './run-facts';

export const run = 'finetune-1';
/** Five rows a patient, 20,000 patients. */
export const codes = ['ICD9_428.0', 'ICD9_401.9', 'ICD10_I50.9', 'ICD10_E11.9', 'ICD10_I10'];
const days = ['2014-01-05', '2014-01-05', '2015-02-01', '2016-03-01', '2016-03-01'];
export const idOf = (patient: number): string => `P${String(patient).padStart(6, '0')}`;
export const told: readonly ToldCode[] = codes.map((code, at) => [days[at]!, code]);

/** A records file of 100,000 rows. */
export const table: readonly string[] = [
  medbertHeader,
  ...Array.from({ length: 100_000 }, (_, row) => {
    const at = row % 5;
    const patient = idOf((row - at) / 5);
    return [patient, days[at], days[at], codes[at]!.replace('.', ''), '1', String(at), '0'].join('\t');
  }),
];
/** First line of a patient in it. */
export const lineOf = (patient: number): number => 1 + 5 * patient;

/** A window with everything inline in it, as `register` puts it together; the query worker is the test's. */
export class InlineWindow {
  inline = { records: true, patientDocument: true, shading: false };
  readonly memory = new Map<string, unknown>([['inline.run', run]]);
  readonly query = new FakeQuery();
  readonly told: unknown[] = [];
  runs = new Map<string, RunFacts>([[run, facts(finetuning(run), 'finished')]]);
  private lookAtRuns: ((change: { vanished: string[] }) => void)[] = [];
  readonly addresses = new PatientAddresses();
  readonly model: InlineModel;
  readonly answers: InlineAnswers;
  readonly documents: PatientDocuments;
  readonly lens: InlineLens;
  readonly hover: InlineHover;
  readonly watch: ViewWatch;
  private readonly made: { dispose(): void }[];

  constructor() {
    vscodeModule.workspace.isTrusted = true;
    vscodeModule.window.activeColorTheme = { kind: 2 };
    this.query.answers = {
      patients: () =>
        Array.from({ length: 20_000 }, (_, patient) => ({ patient: idOf(patient), risk: null, codes: 5 })),
      glance: ({ patient }) => riskGlance(patient, told),
      attributed: ({ patient }) => riskExplanation(riskGlance(patient, told), [1, -1, 0.5, 0, -0.35]),
      whatIf: () => ({ before: { risk: 0.73, logit: 1 }, after: { risk: 0.71, logit: 0.9 }, seeds: [] }),
      attention: () => ({ length: 5, weights: new Float32Array(25).fill(0.2) }),
    };
    const runs = {
      facts: (id: string) => this.runs.get(id),
      onDidChange: (listener: (change: { vanished: string[] }) => void) => {
        this.lookAtRuns.push(listener);
        return { dispose: () => undefined };
      },
    };
    const memory = {
      get: (key: string) => this.memory.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void this.memory.set(key, value)),
    };
    this.model = new InlineModel(memory as never, runs as never);
    const current = (): typeof this.inline => this.inline;
    const settings = {
      minimumCellCount: 10,
      get inlineExplanations() {
        return current();
      },
    };
    const host = { settings, inlineModel: this.model, runs } as never;
    this.answers = new InlineAnswers('/home', this.query as never, settings, (error) =>
      this.told.push(error),
    );
    this.documents = new PatientDocuments(this.addresses);
    this.documents.serve(this.answers);
    const sources = new RecordSources(host, this.documents);
    const shading = new Shading(host, this.answers);
    this.watch = new ViewWatch(host, sources, this.answers, shading);
    this.lens = new InlineLens(sources, this.answers, this.watch);
    this.hover = new InlineHover(sources, this.answers);
    const status = new InlineStatus(host);
    this.made = [this.documents, this.watch, shading, this.lens, this.model, status];
  }

  /** What the watch of the runs does when it has looked. */
  runsLooked(vanished: string[] = []): void {
    for (const listener of this.lookAtRuns) listener({ vanished });
  }

  set(change: Partial<typeof this.inline>): void {
    this.inline = { ...this.inline, ...change };
    editor.events.settings.fire({ affectsConfiguration: () => true });
  }

  open(
    first: number,
    last: number,
    document = new FakeDocument('/study/records.tsv', [...table]),
  ): FakeEditor {
    const shown = new FakeEditor(document, first, last);
    editor.show(shown);
    return shown;
  }

  /** Lines and texts of the lenses that the editor is given. */
  lenses({ document }: FakeEditor): string[] {
    return this.lens
      .provideCodeLenses(document as never)
      .map(({ range, command }) => `${range.start.line} ${command!.title}`);
  }

  /** The text of a hover; whoever asks lets time pass meanwhile. */
  async hoverText({ document }: FakeEditor, line: number, character: number): Promise<string | undefined> {
    const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
    const hover = await this.hover.provideHover(
      document as never,
      { line, character } as never,
      token as never,
    );
    return (hover?.contents as unknown as { value: string } | undefined)?.value;
  }

  close(): void {
    editor.show();
    for (const each of this.made) each.dispose();
  }
}
