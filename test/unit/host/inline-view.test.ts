import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { FakeDocument, type FakeEditor, editor, statusItem, vscodeModule } from './inline-editor';
import { riskExplanation, riskGlance } from './inline-patients';
import { InlineWindow, codes, idOf, lineOf, run, table, told } from './inline-window';

vi.mock('vscode', async () => (await import('./inline-editor')).vscodeModule);

let window: InlineWindow;
beforeEach(() => {
  vi.useFakeTimers();
  window = new InlineWindow();
});
afterEach(() => {
  window.close();
  vi.useRealTimers();
});

/** Lets scrolling rest, and everything be answered. */
const rest = (ms = 2000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const lenses = (shown: FakeEditor): string[] => window.lenses(shown);
async function hoverText(shown: FakeEditor, line: number, character: number): Promise<string | undefined> {
  const text = window.hoverText(shown, line, character);
  await rest();
  return text;
}

describe('lenses of a records file', () => {
  it('stand over each patient in view, first bare, then with the risk', async () => {
    const shown = window.open(lineOf(10), lineOf(12) + 4);
    expect(lenses(shown).slice(0, 3)).toEqual([10, 11, 12].map((each) => `${lineOf(each)} Explain`));
    await rest();
    expect(lenses(shown).slice(0, 3)).toEqual(
      [10, 11, 12].map((each) => `${lineOf(each)} Explain · risk 0.73 (87th percentile)`),
    );
    const [first] = window.lens.provideCodeLenses(shown.document as never);
    expect(first!.command).toMatchObject({
      command: 'medbert.explainPatient',
      arguments: [run, idOf(10)],
    });
  });

  it('stand over the first row in view of a patient whose records begin above, and stay there', async () => {
    const shown = window.open(lineOf(10) + 2, lineOf(10) + 4);
    expect(lenses(shown)[0]).toBe(`${lineOf(10) + 2} Explain`);
    // The text has moved by a line: the lens has not.
    editor.scroll(shown, lineOf(10) + 1, lineOf(10) + 4);
    expect(lenses(shown)[0]).toBe(`${lineOf(10) + 2} Explain`);
    editor.scroll(shown, lineOf(10), lineOf(10) + 4);
    expect(lenses(shown)[0]).toBe(`${lineOf(10)} Explain`);
  });

  it('tell the editor only when they say something new', async () => {
    const shown = window.open(lineOf(10), lineOf(11));
    lenses(shown);
    await rest();
    const changed = vi.fn();
    window.lens.onDidChangeCodeLenses(changed);
    lenses(shown);
    window.watch.look();
    await rest();
    expect(changed).not.toHaveBeenCalled();
  });

  it('are absent without a run in use, and where they are switched off', async () => {
    const shown = window.open(1, 40);
    window.set({ records: false });
    await rest();
    expect(lenses(shown)).toEqual([]);
    expect(await hoverText(shown, 1, 30)).toBeUndefined();
    expect(window.query.asked).toEqual([]);
    await window.model.use(null);
    window.set({ records: true });
    await rest();
    expect(lenses(shown)).toEqual([]);
    expect(await hoverText(shown, 1, 30)).toBeUndefined();
    expect(window.query.asked).toEqual([]);
  });

  it('say why when the workspace is not trusted, and nothing is asked', async () => {
    vscodeModule.workspace.isTrusted = false;
    window.set({ shading: true });
    const shown = window.open(1, 40);
    await rest();
    expect(lenses(shown)).toEqual([
      '1 $(shield) This workspace is not trusted: no patient is explained here',
    ]);
    expect(await hoverText(shown, 1, 30)).toContain('not trusted');
    expect(shown.shaded).toEqual([]);
    expect(window.query.asked).toEqual([]);
  });

  it('have no number of a patient whose records differ, or who is not in the dataset', async () => {
    const lines = [...table.slice(0, 16)];
    lines[3] = lines[3]!.replace('ICD10_I509', 'ICD10_C509');
    lines.push(...table.slice(1, 6).map((line) => line.replace('P000000', 'X1')));
    const shown = window.open(0, 20, new FakeDocument('/study/other.tsv', lines));
    await rest();
    const [differs, same, , stranger] = lenses(shown);
    expect(differs).toMatch(/^1 Explain · these records differ/);
    expect(same).toMatch(/^6 Explain · risk 0.73/);
    // Quiet: in many files most patients have no label in the run. A click looks.
    expect(stranger).toBe('16 Explain');
    expect(window.query.names()).not.toContain('glance X1');
    expect(await hoverText(shown, 3, 30)).toContain('this code does not stand there');
    expect(await hoverText(shown, 1, 30)).toContain('would not be about these records');
    expect(await hoverText(shown, 17, 25)).toContain('not among those of finetune');
    for (const line of [1, 3, 17]) expect(await hoverText(shown, line, 30)).not.toContain('Attribution');
  });

  it('have no number of a patient of whom a row is gone, or a priority is another', async () => {
    const gone = [...table.slice(0, 21)];
    gone.splice(lineOf(1) + 2, 1);
    const shown = window.open(0, 20, new FakeDocument('/study/records.tsv', gone));
    await rest();
    expect(lenses(shown).map((text) => text.replace(/^\d+ /, '').slice(0, 20))).toEqual([
      'Explain · risk 0.73 ',
      'Explain · these reco',
      'Explain · risk 0.73 ',
      'Explain · risk 0.73 ',
    ]);
    expect(await hoverText(shown, lineOf(1), 30)).toContain('would not be about these records');
    const swapped = [...table.slice(0, 21)];
    swapped[lineOf(2)] = swapped[lineOf(2)]!.replace(/\t0\t0$/, '\t9\t0');
    expect(lenses(window.open(0, 20, new FakeDocument('/study/records.tsv', swapped)))[2]).toContain(
      'differ',
    );
  });

  it('are of patients only: no header that stands among the rows is one', async () => {
    const lines = [table[0]!, table[0]!, ...table.slice(1, 6), table[0]!, ...table.slice(6, 11)];
    const shown = window.open(0, 20, new FakeDocument('/study/records.tsv', lines));
    await rest();
    expect(lenses(shown).map((text) => text.split(' ')[0])).toEqual(['2', '8']);
    expect(lenses(shown).every((text) => text.includes('risk'))).toBe(true);
  });

  it('say what is wrong with the run', async () => {
    window.query.answers.patients = () => {
      throw new UserError('The dataset of the run is gone.');
    };
    const shown = window.open(1, 9);
    await rest();
    expect(lenses(shown)[0]).toBe('1 Explain · The dataset of the run is gone.');
    expect(window.query.names()).toEqual(['patients']);
    expect(await hoverText(shown, 1, 30)).toContain('is gone');
  });

  it('tell of a bug once, and without its text', async () => {
    window.query.answers.glance = () => {
      throw new TypeError('no code of CANARY');
    };
    const shown = window.open(1, 40);
    await rest();
    expect(window.told).toHaveLength(1);
    expect(lenses(shown).join()).not.toContain('CANARY');
    expect(lenses(shown)[0]).toContain('a bug');
  });
});

describe('only what is in view is asked for', () => {
  it('once scrolling rests; what was scrolled away is taken back', async () => {
    let answer: () => void = () => undefined;
    window.query.pause = () => new Promise((resolve) => (answer = resolve));
    const shown = window.open(1, 40);
    await rest(299);
    expect(window.query.names()).toEqual([]);
    await rest(1);
    expect(window.query.names()).toEqual(['patients']);
    answer();
    await rest(1);
    expect(window.query.names()).toEqual(['patients', `glance ${idOf(0)}`]);
    // Away: while it scrolls nothing is asked, then the patient that nobody sees any more is taken back.
    editor.scroll(shown, lineOf(15_000), lineOf(15_000) + 40);
    await rest(100);
    editor.scroll(shown, lineOf(16_000), lineOf(16_000) + 40);
    await rest(250);
    expect(window.query.asked[1]!.signal.aborted).toBe(false);
    await rest(100);
    expect(window.query.asked[1]!.signal.aborted).toBe(true);
    answer();
    await rest(1);
    expect(window.query.names().at(-1)).toBe(`glance ${idOf(16_000)}`);
    editor.show();
    await rest();
    expect(window.query.asked.at(-1)!.signal.aborted).toBe(true);
  });

  it('and explanations only for shading', async () => {
    const shown = window.open(lineOf(3), lineOf(3) + 4);
    await rest();
    expect(window.query.names().filter((name) => name.startsWith('attributed'))).toEqual([]);
    const glances = window.query.names().length;
    // Back again: everything is known.
    editor.scroll(shown, lineOf(3), lineOf(3) + 4);
    await rest();
    expect(window.query.names()).toHaveLength(glances);
  });
});

describe('shading', () => {
  const [first, last] = [lineOf(7), lineOf(7) + 4];
  const expected = [
    `${first} ICD9_4280 raises5`,
    `${first + 1} ICD9_4019 lowers5`,
    `${first + 2} ICD10_I509 raises3`,
    `${first + 4} ICD10_I10 lowers2`,
  ];
  const ofPatient = (shown: FakeEditor): string[] =>
    shown.shaded.filter((text) => Number(text.split(' ')[0]) <= last);

  it('is off at first; on, it shades the codes in view by attribution, and off again none', async () => {
    const shown = window.open(first, last);
    await rest();
    expect(shown.shaded).toEqual([]);
    window.set({ shading: true });
    await rest();
    expect(ofPatient(shown)).toEqual(expected);
    window.set({ shading: false });
    await rest();
    expect(shown.shaded).toEqual([]);
  });

  it('bears signs instead of colours under high contrast', async () => {
    window.set({ shading: true });
    const shown = window.open(first, last);
    await rest();
    const before = [...shown.decorations.keys()];
    editor.theme(3);
    await rest();
    expect(before.every(({ isDisposed }) => isDisposed)).toBe(true);
    const current = ofPatient(shown).filter((text) => /[▲▼]/.test(text));
    expect(current).toEqual([
      `${first} ICD9_4280 ▲▲▲`,
      `${first + 1} ICD9_4019 ▼▼▼`,
      `${first + 2} ICD10_I509 ▲▲`,
      `${first + 4} ICD10_I10 ▼▼`,
    ]);
  });

  it('shades no row that may be of a visit that is not read, and says so under the pointer', async () => {
    const glance = riskGlance('P', told, { indexDate: '2017-01-01' });
    window.query.answers.patients = () => [{ patient: 'P', risk: null, codes: 5 }];
    window.query.answers.glance = () => glance;
    window.query.answers.attributed = () => riskExplanation(glance, [1, -1, 0.5, 0, -0.35]);
    window.set({ shading: true });
    const row = (code: string): string => `P,${code.replace('ICD9_', '9,').replace('ICD10_', '10,')}`;
    const lines = ['subject_id,icd_version,icd_code', ...codes.map(row)];
    const shown = window.open(0, 5, new FakeDocument('/study/diagnoses_icd.csv', lines));
    await rest();
    expect(lenses(shown)[0]).toContain('risk 0.73');
    expect(shown.shaded).toEqual([]);
    const text = await hoverText(shown, 1, 6);
    expect(text).toContain('does not tell the date of its visit');
    expect(text).toContain('The figures are of the place where the model reads this code');
    expect(text).toContain('| Attribution, visit 1 | **\\+1.00** raises the risk');
    // The same patient read whole: there is no other visit.
    window.query.answers.glance = () => riskGlance('P', told);
    window.query.answers.attributed = () => riskExplanation(riskGlance('P', told), [1, -1, 0.5, 0, -0.35]);
    window.answers.clear();
    window.watch.look();
    await rest();
    expect(shown.shaded).toHaveLength(4);
    expect(await hoverText(shown, 1, 6)).not.toContain('does not tell');
  });

  it('shades nothing of records that differ', async () => {
    window.set({ shading: true });
    const lines = table.slice(0, 6).map((line) => line.replace('ICD10_I10', 'ICD10_I11'));
    const shown = window.open(0, 5, new FakeDocument('/study/other.tsv', lines));
    await rest();
    expect(shown.shaded).toEqual([]);
  });
});

describe('a hover', () => {
  it('tells of the code under the pointer, and nothing beside one', async () => {
    const shown = window.open(lineOf(2), lineOf(2) + 4);
    const column = table[lineOf(2)]!.indexOf('ICD');
    const text = await hoverText(shown, lineOf(2), column + 3);
    expect(text).toContain('about ICD9\\_428.0');
    expect(text).toContain('**\\+1.00** raises the risk, 1st of 5');
    expect(text).toContain('Attends to');
    const args = encodeURIComponent(JSON.stringify([run, idOf(2)]));
    expect(text).toContain(`(command:medbert.explainPatient?${args})`);
    expect(await hoverText(shown, lineOf(2), 2)).toBeUndefined();
    expect(await hoverText(shown, 0, column)).toBeUndefined();
  });

  it('does not wait for an attribution for ever', async () => {
    window.query.answers.attributed = () => new Promise(() => undefined);
    const shown = window.open(lineOf(2), lineOf(2) + 4);
    await rest();
    const column = table[lineOf(2)]!.indexOf('ICD');
    const told = window.hover.provideHover(
      shown.document as never,
      { line: lineOf(2), character: column } as never,
      { onCancellationRequested: () => ({ dispose: () => undefined }) } as never,
    );
    await rest(4000);
    expect(((await told)!.contents as unknown as { value: string }).value).toContain('being computed');
  });

  it('tells the rest where a code cannot be left out', async () => {
    window.query.answers.whatIf = () => Promise.reject(new UserError('None of the codes is known.'));
    const shown = window.open(lineOf(2), lineOf(2) + 4);
    await rest();
    const column = table[lineOf(2)]!.indexOf('ICD');
    const told = window.hoverText(shown, lineOf(2), column);
    await rest();
    expect(await told).toMatch(/\| Attribution \|/);
    expect(await told).not.toMatch(/Without it|None of the codes/);
  });

  it('takes its questions back when the pointer moves on', async () => {
    window.query.answers.attributed = () => new Promise(() => undefined);
    const shown = window.open(lineOf(2), lineOf(2) + 4);
    await rest();
    let cancel: () => void = () => undefined;
    const token = {
      onCancellationRequested: (listener: () => void) => ((cancel = listener), { dispose: () => undefined }),
    };
    const column = table[lineOf(2)]!.indexOf('ICD');
    const position = { line: lineOf(2), character: column };
    const told = window.hover.provideHover(shown.document as never, position as never, token as never);
    await rest(100);
    const asked = window.query.asked.find(({ name }) => name === 'attributed')!;
    expect(asked.signal.aborted).toBe(false);
    cancel();
    expect(await told).toBeUndefined();
    expect(asked.signal.aborted).toBe(true);
  });
});

describe('the run in use', () => {
  it('stands in the status bar, and leaves it', async () => {
    expect(statusItem).toMatchObject({ isShown: true, text: '$(eye) finetune-1' });
    expect(statusItem.tooltip!.value).toContain('command:medbert.toggleShading');
    await window.model.use(null);
    expect(statusItem.isShown).toBe(false);
  });

  it('is all that is kept: no patient', async () => {
    window.set({ shading: true });
    const shown = window.open(1, 40);
    await rest();
    await hoverText(shown, 1, 30);
    await window.model.use('pretrain-2');
    expect([...window.memory]).toEqual([['inline.run', 'pretrain-2']]);
    expect(window.told).toEqual([]);
  });

  it('is marked when it is gone, and let go when it is deleted', async () => {
    window.runs.clear();
    window.runsLooked();
    expect(statusItem).toMatchObject({ isShown: true, text: '$(warning) finetune-1' });
    window.runsLooked(['finetune-1']);
    await rest();
    expect(window.model.run).toBeNull();
    expect(statusItem.isShown).toBe(false);
  });
});
