import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { explainingCommands } from '../../../src/host/commands/explaining';
import type { Host } from '../../../src/host/host';
import { PatientAddresses } from '../../../src/host/patient-document/addresses';
import { byRisk, matching, mostShown } from '../../../src/host/patient-document/choose-patient';
import { patientText } from '../../../src/host/patient-document/patient-text';
import { VisitFolding, VisitSymbols } from '../../../src/host/patient-document/visits';
import { UserError } from '../../../src/protocol/errors';
import type { PatientEntry } from '../../../src/protocol/explanation';
import { FakeDocument, type FakeEditor, configuration, opened, vscodeModule } from './inline-editor';
import { type ToldCode, encoderExplanation, riskExplanation, riskGlance } from './inline-patients';
import { InlineWindow, run } from './inline-window';
import { english } from './run-facts';

vi.mock('vscode', async () => (await import('./inline-editor')).vscodeModule);

const history: ToldCode[] = [
  ['2014-01-05', 'ICD9_428.0', '2014-01-01'],
  ['2014-01-05', 'ICD9_401.9', '2014-01-01'],
  ['2015-04-26', 'ICD9_428.0', '2015-04-26'],
  ['2016-03-01', 'ICD10_I50.9', '2016-02-29'],
];
const canary = 'CANARYPATIENT';
const glance = riskGlance(canary, history, {
  indexDate: '2016-06-01',
  cut: 2,
  notes: ['One code is unknown.'],
});

describe('the page of a patient', () => {
  it('has the facts, then a section a visit with a code a line', () => {
    expect(patientText(glance, english).lines).toEqual([
      'Patient CANARYPATIENT',
      'run finetune-1, step 300 · dataset claims · test patient',
      'Risk 0.73 · 87th percentile of 200 test patients',
      'Label 1 (case) · read up to the day before 2016-06-01',
      '2 older codes are left out: the model does not read them.',
      'One code is unknown.',
      'Attention and attribution describe the model, not causes.',
      '',
      'Visit 1 · 2014-01-01 to 2014-01-05 · 4 days',
      '  ICD9_428.0   about ICD9_428.0',
      '  ICD9_401.9   about ICD9_401.9',
      '',
      'Visit 2 · 2015-04-26 · 476 days after visit 1',
      '  ICD9_428.0   about ICD9_428.0',
      '',
      'Visit 3 · 2016-02-29 to 2016-03-01 · 1 day · 309 days after visit 2',
      '  ICD10_I50.9  about ICD10_I50.9',
    ]);
  });

  it('knows of every line what stands in it, whatever is in a description', () => {
    const codes = glance.codes.map((code) => ({ ...code, description: 'two\nlines\u2028more' }));
    const { lines, records, visits } = patientText({ ...glance, codes }, english);
    expect(records).toHaveLength(lines.length);
    for (const line of lines) expect(line).not.toMatch(/[\n\u2028]/);
    const mentions = records.flatMap(({ codes: own }, line) => own.map((mention) => ({ line, mention })));
    expect(mentions.map(({ line, mention }) => lines[line]!.slice(mention.start, mention.end))).toEqual(
      history.map(([, code]) => code),
    );
    expect(mentions.map(({ mention }) => mention.at)).toEqual([0, 1, 2, 3]);
    expect(visits.map(({ firstLine, lastLine }) => [firstLine, lastLine])).toEqual([
      [8, 10],
      [12, 13],
      [15, 16],
    ]);
  });

  it('of a pretraining run and of a patient without a label tells no more than is known', () => {
    expect(patientText(encoderExplanation(glance), english).lines.join('\n')).not.toContain('Risk');
    const bare = { ...glance, part: null, label: null, indexDate: null, percentile: null };
    const text = patientText(bare, english).lines.join('\n');
    expect(text).toContain('Risk 0.73\nNo label · read whole');
    expect(text).toContain('in no part of the run’s data');
  });
});

describe('the address of a page', () => {
  it('says nothing of the patient, and is the same while the window lives', () => {
    const addresses = new PatientAddresses();
    const about = { run, patient: canary };
    const uri = addresses.of(about);
    expect(JSON.stringify(uri)).not.toContain('CANARY');
    expect(uri).toMatchObject({ scheme: 'medbert-patient', path: '/Patient 1' });
    expect(addresses.of({ ...about })).toEqual(uri);
    expect(addresses.of({ run: 'other', patient: canary }).path).toBe('/Patient 2');
    expect(addresses.about(uri)).toEqual(about);
    // Another window draws other words.
    expect(new PatientAddresses().of(about).authority).not.toBe(uri.authority);
    expect(new PatientAddresses().about(uri)).toBeUndefined();
  });
});

describe('an open page', () => {
  let window: InlineWindow;
  beforeEach(() => {
    vi.useFakeTimers();
    window = new InlineWindow();
    window.query.answers.patients = () => [{ patient: canary, risk: 0.7, codes: 4 }];
    window.query.answers.glance = () => glance;
    window.query.answers.attributed = () => riskExplanation(glance, [1, -1, 0.5, 0]);
    window.query.answers.attention = () => ({ length: 4, weights: new Float32Array(16).fill(0.25) });
  });
  afterEach(() => {
    window.close();
    vi.useRealTimers();
  });
  const rest = (ms = 2000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  async function openPage(uri = window.addresses.of({ run, patient: canary })): Promise<FakeEditor> {
    const given = window.documents.readFile(uri);
    await rest();
    const lines = new TextDecoder().decode(await given).split('\n');
    const shown = window.open(0, lines.length - 1, new FakeDocument(uri as never, lines));
    await rest();
    return shown;
  }

  it('has the same lens, hovers and shading, also without a run in use', async () => {
    await window.model.use(null);
    window.set({ shading: true });
    const shown = await openPage();
    expect(window.lenses(shown)).toEqual(['0 Explain · risk 0.73 (87th percentile)']);
    const told = window.hoverText(shown, 9, 4);
    await rest();
    expect(await told).toContain('**\\+1.00** raises the risk');
    expect(shown.shaded).toEqual(['10 ICD9_401.9 lowers5', '13 ICD9_428.0 raises3', '9 ICD9_428.0 raises5']);
    expect(await window.hoverText(shown, 8, 4)).toBeUndefined();
  });

  it('folds by visit, and has visits and codes in its outline', async () => {
    const { document } = await openPage();
    const folds = new VisitFolding(window.documents).provideFoldingRanges(document as never);
    expect(folds.map(({ start, end }) => [start, end])).toEqual([
      [8, 10],
      [12, 13],
      [15, 16],
    ]);
    const symbols = new VisitSymbols(window.documents).provideDocumentSymbols(document as never);
    expect(symbols.map(({ name, detail, children }) => [name, detail, children.length])).toEqual([
      ['Visit 1 · 2014-01-01 to 2014-01-05 · 4 days', '2 codes', 2],
      ['Visit 2 · 2015-04-26 · 476 days after visit 1', '1 code', 1],
      ['Visit 3 · 2016-02-29 to 2016-03-01 · 1 day · 309 days after visit 2', '1 code', 1],
    ]);
    for (const symbol of symbols) {
      // The editor refuses an outline whose selection lies outside.
      expect(symbol.range.start.line).toBeLessThanOrEqual(symbol.selectionRange.start.line);
      expect(symbol.range.end.line).toBeGreaterThanOrEqual(symbol.selectionRange.end.line);
    }
  });

  it('can be without anything inline', async () => {
    window.set({ patientDocument: false });
    const shown = await openPage();
    expect(window.lenses(shown)).toEqual([]);
    expect(await window.hoverText(shown, 9, 4)).toBeUndefined();
    const folds = new VisitFolding(window.documents).provideFoldingRanges(shown.document as never);
    expect(folds).toHaveLength(3);
  });

  it('of an earlier window says how to open the patient again', async () => {
    const shown = await openPage(new PatientAddresses().of({ run, patient: canary }));
    expect(shown.document.lines.join('\n')).toMatch(/never written to the disk.*\n.*Open Patient/);
    const [lens] = window.lens.provideCodeLenses(shown.document as never);
    expect(lens!.command).toMatchObject({ command: 'medbert.openPatient' });
    expect(window.query.asked).toEqual([]);
  });

  it('says why there is nothing to see', async () => {
    window.query.answers.glance = () => {
      throw new UserError('The dataset of the run is gone.', { advice: 'Import it again.' });
    };
    const shown = await openPage();
    expect(shown.document.lines).toEqual([
      'This patient cannot be shown.',
      'The dataset of the run is gone.',
      'Import it again.',
    ]);
    expect(window.lenses(shown)).toEqual([]);
  });

  it('is made anew when run or dataset have changed', async () => {
    const shown = await openPage();
    const changed = vi.fn();
    window.documents.onDidChangeFile(changed);
    const before = window.documents.stat(shown.document.uri as never).mtime;
    window.documents.renew();
    expect(changed).toHaveBeenCalledWith([{ type: 1, uri: shown.document.uri }]);
    expect(window.documents.stat(shown.document.uri as never).mtime).toBeGreaterThan(before);
  });

  it('asks nothing in a workspace without trust', async () => {
    vscodeModule.workspace.isTrusted = false;
    const shown = await openPage();
    expect(shown.document.lines.join()).toContain('not trusted');
    expect(window.query.asked).toEqual([]);
  });
});

describe('choosing a patient', () => {
  const entry = (patient: string, risk: number | null = null): PatientEntry => ({
    ...{ patient, part: risk === null ? 'train' : 'test', label: 0, risk, codes: 3, known: 3 },
  });

  it('begins with those at the highest risk, then everybody by id', () => {
    const all = [entry('10'), entry('9'), entry('a', 0.2), entry('b', 0.9)];
    expect(byRisk(all).map(({ patient }) => patient)).toEqual(['b', 'a', '9', '10']);
  });

  it('finds an id among many, the whole one first', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => entry(String(index)));
    expect(matching(many, '')).toHaveLength(mostShown);
    const found = matching(many, ' 4999 ');
    expect(found[0]!.patient).toBe('4999');
    expect(found.map(({ patient }) => patient)).toContain('49990');
    expect(matching(many, '1')).toHaveLength(mostShown);
    expect(matching(many, '1')[0]!.patient).toBe('1');
    expect(matching(many, 'x')).toEqual([]);
  });
});

describe('the commands', () => {
  const host = (): Host =>
    ({
      patientDocuments: { addresses: new PatientAddresses() },
      inlineModel: { facts: undefined },
      settings: { inlineExplanations: { shading: false } },
      runs: {
        refresh: () => Promise.resolve(),
        facts: (id: string) => ({ id, bestStep: 3, checkpoints: [], state: 'finished' }),
      },
    }) as never;

  it('open a page whose address says nothing of the patient', async () => {
    await explainingCommands['medbert.openPatient'].run(host(), run, canary);
    expect(opened.at(-1)).toMatchObject({ scheme: 'medbert-patient' });
    expect(JSON.stringify(opened)).not.toContain('CANARY');
  });

  it('turn shading on where the person has set what is shown', async () => {
    const toggle = explainingCommands['medbert.toggleShading'];
    await toggle.run(host());
    expect(configuration.updates.at(-1)).toEqual(['inlineExplanations', { shading: true }, 1]);
    configuration.written = { workspaceValue: { records: false }, globalValue: { shading: false } };
    await toggle.run(host());
    expect(configuration.updates.at(-1)).toEqual([
      'inlineExplanations',
      { records: false, shading: true },
      2,
    ]);
  });
});
