import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import {
  initialView,
  isWhole,
  type PatientAction,
  type PatientData,
  type PatientSubject,
  type PatientView,
} from '../../protocol/panels/patient';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import type { PanelDefinition, PanelPage, PanelSource } from './panel';
import { askForCase, askWhereToSavePatientData, explanationJson } from './patient-files';
import { RunRoster } from './patient-roster';
import { again, PatientReading } from './patient-reading';
import { pictureBytes } from './save-file';

/** One patient under one run: what the model predicts, what it looked at, and whether that carried the prediction. */
export const patientPanel: PanelDefinition<PatientSubject, PatientView, PatientData, PatientAction> = {
  viewType: 'medbert.patient',
  page: 'patient',
  icon: 'patient',
  title: ({ run }) => vscode.l10n.t('Patient: {0}', run),
  parseSubject(value) {
    if (typeof value !== 'object' || value === null || !('run' in value)) return undefined;
    return typeof value.run === 'string' ? { run: value.run, patient: null } : undefined;
  },
  // Neither who it is nor what was searched for, which may be an id or a code.
  keep: ({ run }, view) => ({
    subject: { run },
    ...(view === undefined
      ? {}
      : {
          view: {
            attention: view.attention,
            filter: { ...initialView.filter, threshold: view.filter.threshold },
          },
        }),
  }),
  open: (subject, page, host) => new PatientSource(subject, page, host),
};

/** What run and dataset were when the explanation was made. */
interface Stamps {
  readonly bestStep: number | null;
  readonly contentHash: string | undefined;
}

class PatientSource implements PanelSource<PatientView, PatientAction> {
  #view = initialView;
  #isLooked = false;
  #roster: RunRoster | undefined;
  #reading: PatientReading | undefined;
  #stamps: Stamps | undefined;
  /** On the page stands that the run is gone. */
  #isGone = false;
  readonly #life = new AbortController();
  readonly #watching: vscode.Disposable;
  /** Counts how often the panel was turned to another patient, so that late answers are known as such. */
  #turn = 0;
  /** Numbers explanations and squares. */
  #made = 0;

  constructor(
    private subject: PatientSubject,
    private readonly page: PanelPage<PatientSubject, PatientData>,
    private readonly host: Host,
  ) {
    const judge = (): void => this.#judge();
    this.#watching = vscode.Disposable.from(
      host.runs.onDidChange(judge),
      host.datasets.onDidChange(judge),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.#isLooked) this.#restart();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (this.#isLooked && change.affectsConfiguration('medbert.minimumCellCount')) this.#restart();
      }),
    );
  }

  look(view: PatientView): void {
    const before = this.#view;
    this.#view = view;
    if (!this.#isLooked) {
      this.#isLooked = true;
      void this.host.runs.refresh().then(() => this.#restart());
      return;
    }
    if (JSON.stringify(before.filter) !== JSON.stringify(view.filter)) {
      this.#roster?.look(view.filter.code);
      this.#show();
    }
    if (JSON.stringify(before.attention) !== JSON.stringify(view.attention))
      this.#reading?.look(view.attention);
  }

  async act(action: PatientAction): Promise<void> {
    switch (action.do) {
      case 'recompute':
        return this.#restart();
      case 'cancel':
        return this.#reading?.cancel();
      case 'openLog':
        return this.host.log.show();
      case 'choosePatient':
        return this.#turnTo(null);
      case 'pick':
        return this.#turnTo(action.patient);
      case 'step': {
        const { filter } = this.#view;
        const next = this.#roster?.neighbour(filter, this.subject.patient, action.by);
        return next === undefined ? undefined : this.#turnTo(next);
      }
      case 'edit':
        return this.#reading?.edit(action.edits);
      case 'saveCase':
        return this.#saveCase();
      case 'openCase':
        return this.#openCase();
      case 'exportJson':
        return this.#exportJson();
      case 'exportPng':
        return this.#save('patient.png', () => pictureBytes(action.png));
    }
  }

  dispose(): void {
    this.#life.abort();
    this.#watching.dispose();
    this.#reading?.dispose();
    this.#roster?.dispose();
  }

  get #facts(): RunFacts | undefined {
    return this.host.runs.facts(this.subject.run);
  }

  /** Something may have changed: says so, or begins when a run that was gone is back. */
  #judge(): void {
    if (!this.#isLooked) return;
    if (this.#isGone && this.#facts !== undefined) this.#restart();
    else this.#show();
  }

  #restart(): void {
    this.#roster?.dispose();
    this.#roster = undefined;
    this.#turnTo(this.subject.patient);
    if (this.#facts === undefined) return;
    this.#roster = new RunRoster(this.subject.run, this.host, () => this.#show());
    this.#roster.begin(this.#view.filter);
  }

  #turnTo(patient: string | null): void {
    this.#turn += 1;
    this.#reading?.dispose();
    this.#reading = undefined;
    this.subject = { ...this.subject, patient };
    this.page.setSubject(this.subject);
    this.#stamps = this.#stampsNow();
    if (patient !== null && this.#facts !== undefined) {
      const { minimumCellCount } = this.host.settings;
      const question = { home: this.host.home, run: this.subject.run, patient, minimumCellCount };
      this.#reading = new PatientReading(
        question,
        this.#view.attention,
        this.host,
        () => ++this.#made,
        () => this.#show(),
      );
      void this.#reading.begin();
    }
    this.#show();
  }

  #show(): void {
    if (this.#life.signal.aborted) return;
    const facts = this.#facts;
    this.#isGone = facts === undefined;
    if (facts === undefined) {
      this.page.show({
        kind: 'empty',
        title: vscode.l10n.t('This run is gone'),
        text: vscode.l10n.t(
          'Its folder was deleted or cannot be read. Explain a patient by another run of the tree.',
        ),
        steps: [again()],
      });
      return;
    }
    const reason = this.#outdated(facts);
    const stale = reason === undefined ? null : { text: reason, step: again() };
    this.page.show({ kind: 'ready', stale, data: this.#data(facts) });
  }

  #data({ manifest }: RunFacts): PatientData {
    const { patient, run } = this.subject;
    const reading = this.#reading;
    return {
      ...{ run, kind: manifest.kind, context: contextOf(manifest), patient },
      ...(this.#roster?.shown(this.#view.filter, patient) ?? { list: null, listProblem: null }),
      stage: reading?.stage ?? { kind: 'choosing' },
      square: reading?.square ?? null,
      squareProblem: reading?.squareProblem ?? null,
      whatIf: reading?.whatIf ?? null,
    };
  }

  #stampsNow(): Stamps {
    const facts = this.#facts;
    const name = facts?.manifest.dataset.name;
    return {
      bestStep: facts?.bestStep ?? null,
      contentHash: name === undefined ? undefined : this.host.datasets.find(name)?.description?.contentHash,
    };
  }

  #outdated({ manifest }: RunFacts): string | undefined {
    if (this.#reading?.explanation === undefined || this.#stamps === undefined) return undefined;
    const now = this.#stampsNow();
    if (now.bestStep !== this.#stamps.bestStep) {
      return vscode.l10n.t('The run has a better checkpoint since this was computed');
    }
    if (now.contentHash === this.#stamps.contentHash) return undefined;
    return now.contentHash === undefined
      ? vscode.l10n.t(
          'The dataset {0} can no longer be read; this was computed before',
          manifest.dataset.name,
        )
      : vscode.l10n.t('The dataset {0} was imported again since this was computed', manifest.dataset.name);
  }

  /** Asks for consent and a place, then writes what is still shown. */
  async #save(name: string, content: () => string | Uint8Array): Promise<void> {
    const turn = this.#turn;
    const target = await askWhereToSavePatientData(this.host, name);
    if (target === undefined) return;
    if (turn !== this.#turn) throw new UserError(vscode.l10n.t('This patient is no longer shown.'));
    const written = content();
    const bytes = typeof written === 'string' ? new TextEncoder().encode(written) : written;
    await vscode.workspace.fs.writeFile(target, bytes);
  }

  #exportJson(): Promise<void> {
    const reading = this.#reading;
    const explanation = reading?.explanation;
    if (reading === undefined || explanation === undefined || !isWhole(explanation)) {
      throw new UserError(vscode.l10n.t('There is no whole explanation to save yet.'), {
        advice: vscode.l10n.t('Wait until the attributions are computed, or recompute them.'),
      });
    }
    return this.#save('explanation.json', () => explanationJson(explanation, reading.square, reading.whatIf));
  }

  async #saveCase(): Promise<void> {
    const reading = this.#reading;
    const whatIf = reading?.whatIf;
    const { run, patient } = this.subject;
    if (reading === undefined || patient === null || whatIf === null || whatIf === undefined) return;
    const target = await askWhereToSavePatientData(this.host, 'case.json');
    if (target === undefined) return;
    const { edits } = whatIf;
    await this.host.explain.ask(
      'saveCase',
      { home: this.host.home, run, patient, edits, file: target.fsPath },
      { signal: this.#life.signal },
    );
    if (this.#reading === reading && reading.whatIf === whatIf) reading.setCase({ ...whatIf, saved: true });
  }

  async #openCase(): Promise<void> {
    const file = await askForCase(this.host);
    if (file === undefined) return;
    const turn = this.#turn;
    const work = { signal: this.#life.signal };
    const answer = await this.host.explain.ask('replay', { home: this.host.home, file }, work);
    const { run, patient, edits } = answer.given;
    const { now, ...replay } = answer.replay;
    // Whoever has gone on to another patient meanwhile is not called back.
    if (turn !== this.#turn) return;
    if (patient === null) {
      throw new UserError(
        vscode.l10n.t('This case was saved without its patient, so it has no timeline to show.'),
        {
          file,
          advice: vscode.l10n.t('Compute it again in the terminal.'),
        },
      );
    }
    if (replay.sameRecord === false) {
      throw new UserError(replay.differences[0]!, {
        file,
        advice: vscode.l10n.t(
          'Its edits would be shown on another record. Compute it again in the terminal.',
        ),
      });
    }
    if (run !== this.subject.run) {
      this.subject = { run, patient };
      this.#restart();
    } else if (patient !== this.subject.patient) this.#turnTo(patient);
    this.#reading?.setCase({ edits, result: now, problem: null, replay, saved: true });
  }
}

function contextOf(manifest: RunFacts['manifest']): string[] {
  const dataset = vscode.l10n.t('dataset {0}', manifest.dataset.name);
  return manifest.kind === 'pretrain'
    ? [manifest.id, vscode.l10n.t('pretraining'), dataset]
    : [manifest.id, vscode.l10n.t('{0} on {1}', manifest.config.head.toUpperCase(), manifest.from), dataset];
}
