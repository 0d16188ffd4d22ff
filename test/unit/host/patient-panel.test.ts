import { beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { Host } from '../../../src/host/host';
import { patientPanel } from '../../../src/host/panels/patient-panel';
import { UserError } from '../../../src/protocol/errors';
import { attentionChoice, initialView, type PatientView } from '../../../src/protocol/panels/patient';
import { attributed, code, entries, explanation, glance, Opened, patient, settled } from './patient-bench';

const editor = vi.hoisted(() => ({
  onTrust: new Set<() => void>(),
  /** What the person answers to the consent question. */
  agrees: true,
  /** What was asked, saved and proposed. */
  asked: [] as string[],
  proposed: [] as string[],
  written: [] as { readonly path: string; readonly bytes: Uint8Array }[],
  opened: undefined as string | undefined,
  whileSaving: () => undefined as unknown,
}));
vi.mock('vscode', () => ({
  l10n: {
    t: (text: string, ...parts: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(parts[Number(at)])),
  },
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  Disposable: {
    from: (...parts: { dispose(): void }[]) => ({ dispose: () => parts.forEach((part) => part.dispose()) }),
  },
  workspace: {
    onDidChangeConfiguration: () => ({ dispose: () => undefined }),
    onDidGrantWorkspaceTrust: (listener: () => void) => {
      editor.onTrust.add(listener);
      return { dispose: () => editor.onTrust.delete(listener) };
    },
    fs: {
      writeFile: ({ fsPath }: { fsPath: string }, bytes: Uint8Array) =>
        Promise.resolve(void editor.written.push({ path: fsPath, bytes })),
    },
  },
  window: {
    showWarningMessage: (text: string, options: { modal?: boolean; detail?: string }, save: string) => {
      editor.asked.push(`${options.modal === true ? 'modal: ' : ''}${text} ${options.detail ?? ''}`);
      return Promise.resolve(editor.agrees ? save : undefined);
    },
    showSaveDialog: ({ defaultUri }: { defaultUri: { fsPath: string } }) => {
      editor.proposed.push(defaultUri.fsPath);
      return Promise.resolve(editor.whileSaving()).then(() => ({ fsPath: '/out/file' }));
    },
    showOpenDialog: () =>
      Promise.resolve(editor.opened === undefined ? undefined : [{ fsPath: editor.opened }]),
  },
}));
beforeEach(() => {
  Object.assign(editor, { agrees: true, asked: [], proposed: [], written: [], opened: undefined });
  editor.whileSaving = () => undefined;
});

describe('the life of an explanation', () => {
  it('shows a glance at once, then attention, then attributions, then their proof with its progress', async () => {
    const panel = new Opened();
    await panel.look();
    expect(panel.data.stage).toMatchObject({ kind: 'reading' });
    expect(panel.asked.map(({ name }) => name).sort()).toEqual(['glance', 'patients']);
    await panel.answer('glance', glance);
    expect(panel.data.stage).toMatchObject({ kind: 'shown', explanation: glance, pending: { share: null } });
    expect(
      panel.asked.slice(2).map(({ name }) => name),
      'attention is not kept waiting',
    ).toEqual(['attention', 'attributed']);
    await panel.answer('attention', { length: 1, weights: new Float32Array([1]) });
    expect(panel.data.square).toMatchObject({ choice: { kind: 'mean', layer: null }, length: 1 });
    await panel.answer('attributed', attributed);
    expect(panel.data.stage).toMatchObject({ explanation: attributed, pending: { share: null } });
    expect(panel.asked.at(-1)!.name).toBe('explain');
    panel.question('explain').progress?.({ phase: 'occlusion', done: 1, total: 4 });
    await settled();
    expect(panel.data.stage).toMatchObject({
      explanation: attributed,
      pending: { phase: 'occlusion', share: 0.25 },
    });
    await panel.answer('explain', explanation);
    expect(panel.data.stage).toMatchObject({ explanation, pending: null, problem: null });
  });

  it('numbers what is the same, so that the page need not draw it anew', async () => {
    const panel = await Opened.whole();
    const numbers = (): unknown[] => {
      const { stage, square } = panel.data;
      return [stage.kind === 'shown' ? stage.made : 0, square?.made];
    };
    const before = numbers();
    await panel.filter({ search: 'x' });
    expect(numbers()).toEqual(before);
    await panel.act({ do: 'pick', patient: 'high' });
    await panel.answer('glance', glance);
    expect(numbers()[0]).not.toBe(before[0]);
  });

  it('keeps the glance when attributions fail or are cancelled, and says so', async () => {
    const panel = new Opened();
    await panel.look();
    await panel.answer('glance', glance);
    await panel.refuse('attributed', new UserError('Too little memory.'));
    expect(panel.data.stage).toMatchObject({
      kind: 'shown',
      explanation: glance,
      problem: { text: 'Too little memory.' },
    });
    await panel.act({ do: 'recompute' });
    await panel.answer('glance', glance);
    await panel.answer('attributed', attributed);
    await panel.refuse('explain', new UserError('Too little memory.'));
    expect(panel.data.stage, 'what was there stays').toMatchObject({
      explanation: attributed,
      problem: { text: 'Too little memory.' },
    });
    await panel.act({ do: 'recompute' });
    await panel.answer('glance', glance);
    await panel.act({ do: 'cancel' });
    expect(panel.data.stage).toMatchObject({
      kind: 'shown',
      pending: null,
      problem: { text: expect.stringContaining('cancelled') as string, steps: [{ do: 'recompute' }] },
    });
  });

  it('tells a mistake on the page alone, and of a bug nothing but that it is one', async () => {
    const panel = new Opened();
    await panel.look();
    await panel.refuse('glance', new UserError('All codes are unknown.', { advice: 'Choose another run.' }));
    expect(panel.data.stage).toMatchObject({
      kind: 'failed',
      text: 'All codes are unknown.\nChoose another run.',
    });
    expect(panel.told).toEqual([]);
    await panel.act({ do: 'recompute' });
    await panel.refuse('glance', new Error(`${patient} broke it`));
    const { stage } = panel.data;
    expect(stage).toMatchObject({
      kind: 'failed',
      steps: [{ do: 'recompute' }, { do: 'choosePatient' }, { do: 'openLog' }],
    });
    expect(stage.kind === 'failed' && stage.text).not.toContain(patient);
    expect(panel.told).toHaveLength(1);
  });

  it('drops what arrives for a patient that is no longer shown', async () => {
    const panel = new Opened();
    await panel.look();
    const first = panel.question('glance');
    await panel.act({ do: 'pick', patient: 'high' });
    expect(first.signal.aborted).toBe(true);
    first.answer(glance);
    await settled();
    expect(panel.data).toMatchObject({ patient: 'high', stage: { kind: 'reading' } });
    expect(panel.subjects.at(-1)).toEqual({ run: 'r', patient: 'high' });
  });

  it('says that run or dataset have changed since, and that the run is gone', async () => {
    const panel = await Opened.whole();
    await panel.change();
    expect(panel.shown.at(-1)).toMatchObject({ stale: null });
    panel.contentHash = 'two';
    await panel.change();
    expect(panel.shown.at(-1)).toMatchObject({
      stale: { text: expect.stringContaining('imported again') as string, step: { do: 'recompute' } },
    });
    await panel.act({ do: 'recompute' });
    await panel.answer('glance', glance);
    expect(panel.shown.at(-1)).toMatchObject({ stale: null });
    const { facts } = panel;
    panel.facts = undefined;
    await panel.change();
    expect(panel.shown.at(-1)).toMatchObject({ kind: 'empty', steps: [{ do: 'recompute' }] });
    panel.facts = facts;
    await panel.change();
    expect(panel.data.stage, 'it begins anew when the run is back').toMatchObject({ kind: 'reading' });
  });

  it('begins when trust is given', async () => {
    const panel = new Opened();
    await panel.look();
    await panel.refuse('glance', new UserError('Not trusted.'));
    await panel.refuse('patients', new UserError('Not trusted.'));
    expect(panel.data).toMatchObject({ list: null, listProblem: 'Not trusted.', stage: { kind: 'failed' } });
    for (const listener of editor.onTrust) listener();
    await settled();
    expect(panel.data).toMatchObject({ listProblem: null, stage: { kind: 'reading' } });
  });
});

describe('attention', () => {
  it('asks for the one square that is looked at, once', async () => {
    const panel = await Opened.whole();
    const count = (): number => panel.asked.filter(({ name }) => name === 'attention').length;
    await panel.look({ attention: { show: 'head', layer: 99, head: 2 } });
    expect(panel.question('attention').question).toMatchObject({
      choice: { kind: 'head', layer: 5, head: 2 },
    });
    await panel.answer('attention', { length: 1, weights: new Float32Array([1]) });
    await panel.look({ attention: initialView.attention });
    expect(count(), 'going back costs no question').toBe(2);
    expect(panel.data.square?.choice).toEqual({ kind: 'mean', layer: null });
  });

  it('shows the latest choice, however answers arrive', async () => {
    const panel = await Opened.whole();
    await panel.look({ attention: { show: 'head', layer: 0, head: 0 } });
    const slow = panel.question('attention');
    await panel.look({ attention: { show: 'rollout', layer: null, head: null } });
    await panel.answer('attention', { length: 1, weights: new Float32Array([1]) });
    slow.answer({ length: 1, weights: new Float32Array([0]) });
    await settled();
    expect(panel.data.square?.choice).toEqual({ kind: 'rollout' });
    await panel.look({ attention: { show: 'layer', layer: 2, head: null } });
    await panel.refuse('attention', new UserError('No room.'));
    expect(panel.data).toMatchObject({ square: null, squareProblem: 'No room.' });
  });

  test('a view means a square that the model has', () => {
    const size = { layers: 2, heads: 3 };
    expect(attentionChoice({ show: 'head', layer: null, head: null }, size)).toEqual({
      kind: 'head',
      layer: 1,
      head: 0,
    });
    expect(attentionChoice({ show: 'layer', layer: 9, head: 1 }, size)).toEqual({ kind: 'mean', layer: 1 });
    expect(attentionChoice({ show: 'rollout', layer: 0, head: 1 }, size)).toEqual({ kind: 'rollout' });
  });
});

describe('the list', () => {
  it('is stepped through as it is filtered, and ends at its ends', async () => {
    const panel = await Opened.whole();
    expect(panel.data.list).toMatchObject({ total: 5, found: 5, place: 1, rate: 0.5 });
    await panel.act({ do: 'step', by: 1 });
    expect(panel.data.patient).toBe('missed');
    await panel.act({ do: 'step', by: -1 });
    await panel.act({ do: 'step', by: -1 });
    await panel.act({ do: 'step', by: -1 });
    expect(panel.data.patient).toBe('high');
    await panel.filter({ outcome: 'true-negative' });
    expect(panel.data.list?.place).toBeNull();
    await panel.act({ do: 'step', by: 1 });
    expect(panel.data.patient).toBe('low');
  });

  it('by a code is never shown unfiltered meanwhile', async () => {
    const panel = await Opened.whole();
    await panel.filter({ code });
    expect(panel.data.list).toBeNull();
    await panel.act({ do: 'step', by: 1 });
    expect(panel.data.patient, 'nor stepped through').toBe(patient);
    await panel.answer('patientsWithCode', ['low']);
    expect(panel.data.list?.entries.map((entry) => entry.patient)).toEqual(['low']);
    await panel.filter({ code: 'ICD10_OTHER' });
    await panel.refuse('patientsWithCode', new UserError('No such code.'));
    expect(panel.data).toMatchObject({ list: null, listProblem: 'No such code.' });
    await panel.filter({ code: '' });
    expect(panel.data).toMatchObject({ list: { found: 5 }, listProblem: null });
  });
});

describe('what if', () => {
  const result = { codes: [], origins: [], before: { risk: 0.7, logit: 1 }, after: { risk: 0.5, logit: 0 } };
  const edits = [{ kind: 'remove', at: 0 }] as const;

  it('asks the model, and forgets an answer that other edits have overtaken', async () => {
    const panel = await Opened.whole();
    await panel.act({ do: 'edit', edits });
    expect(panel.data.whatIf).toMatchObject({ edits, result: null, problem: null });
    const slow = panel.question('whatIf');
    await panel.act({ do: 'edit', edits: [...edits, ...edits] });
    slow.answer({ ...result, after: { risk: 0.1, logit: -2 } });
    await panel.answer('whatIf', result);
    expect(panel.data.whatIf).toMatchObject({ result, saved: false });
    await panel.act({ do: 'edit', edits: [] });
    expect(panel.data.whatIf).toBeNull();
  });

  it('shows on the page why an edit cannot be made', async () => {
    const panel = await Opened.whole();
    await panel.act({ do: 'edit', edits });
    await panel.refuse('whatIf', new UserError('Nothing would be left.'));
    expect(panel.data.whatIf).toMatchObject({ result: null, problem: 'Nothing would be left.' });
  });

  it('is saved after consent, under a name that tells nothing', async () => {
    const panel = await Opened.whole();
    await panel.act({ do: 'edit', edits });
    await panel.answer('whatIf', result);
    editor.agrees = false;
    await panel.act({ do: 'saveCase' });
    expect([editor.proposed, panel.asked.some(({ name }) => name === 'saveCase')]).toEqual([[], false]);
    editor.agrees = true;
    await panel.act({ do: 'saveCase' });
    expect(panel.question('saveCase').question).toMatchObject({ patient, edits, file: '/out/file' });
    await panel.answer('saveCase', {});
    expect(panel.data.whatIf).toMatchObject({ saved: true });
    expect(editor.asked[0]).toMatch(/^modal: .*patient/);
  });

  const answer = (given: object = {}, replay: object = {}): unknown => ({
    given: { run: 'r', patient: 'high', edits, ...given },
    replay: { equal: true, sameRecord: true, differences: [], recorded: {}, now: result, ...replay },
  });

  it('is opened from a file: its patient, its edits, and whether it came out the same', async () => {
    const panel = await Opened.whole();
    editor.opened = '/cases/case.json';
    await panel.act({ do: 'openCase' });
    await vi.waitFor(() => panel.question('replay'));
    await panel.answer('replay', answer({}, { equal: false, differences: ['Other data.'] }));
    expect(panel.data).toMatchObject({
      patient: 'high',
      whatIf: { edits, result, replay: { equal: false, differences: ['Other data.'] }, saved: true },
    });
    await panel.answer('glance', glance);
    expect(panel.data.whatIf, 'the glance that follows leaves it').toMatchObject({ result });
  });

  it('without its patient, or of another record, is refused in words', async () => {
    const panel = await Opened.whole();
    editor.opened = '/cases/case.json';
    for (const told of [
      answer({ patient: null }, { sameRecord: null }),
      answer({}, { equal: false, sameRecord: false, differences: ['Another record.'] }),
    ]) {
      const asked = panel.asked.length;
      const failing = expect(panel.source.act({ do: 'openCase' })).rejects.toThrow(UserError);
      await vi.waitFor(() => expect(panel.asked.length).toBeGreaterThan(asked));
      await panel.answer('replay', told);
      await failing;
      expect(panel.data).toMatchObject({ patient, whatIf: null });
    }
  });
});

describe('patient data', () => {
  it('stand in exports only after consent', async () => {
    const panel = await Opened.whole();
    editor.agrees = false;
    await panel.act({ do: 'exportJson' });
    await panel.act({ do: 'exportPng', png: 'AAAA' });
    expect([editor.written, editor.asked.length]).toEqual([[], 2]);
    editor.agrees = true;
    await panel.act({ do: 'exportJson' });
    const saved = JSON.parse(new TextDecoder().decode(editor.written[0]!.bytes)) as Record<string, unknown>;
    expect(saved).toMatchObject({
      explanation: { patient, attribution: { values: [0.4] } },
      square: { rows: [[1]] },
    });
    await panel.act({ do: 'exportPng', png: 'AAAA' });
    expect([...editor.written[1]!.bytes]).toEqual([0, 0, 0]);
    expect(editor.proposed.join()).not.toContain('CANARY');
    expect(editor.asked.join()).not.toContain('CANARY');
  });

  it('of another patient than the one consented to are not written', async () => {
    const panel = await Opened.whole();
    editor.whileSaving = () => panel.act({ do: 'pick', patient: 'high' });
    await expect(panel.source.act({ do: 'exportJson' })).rejects.toThrow(/no longer shown/);
    expect(editor.written).toEqual([]);
  });

  it('half computed are not exported', async () => {
    const panel = new Opened();
    await panel.look();
    await panel.answer('glance', glance);
    await expect(panel.source.act({ do: 'exportJson' })).rejects.toThrow(UserError);
  });

  it('are in neither the title nor what the page may keep', () => {
    const subject = { run: 'r', patient };
    const view: PatientView = {
      attention: { show: 'head', layer: 1, head: 2 },
      filter: { ...initialView.filter, search: patient, code, threshold: 0.3 },
    };
    const kept = patientPanel.keep!(subject, view);
    expect(JSON.stringify(kept)).not.toContain('CANARY');
    expect(kept).toMatchObject({
      view: { attention: view.attention, filter: { threshold: 0.3, search: '', code: '' } },
    });
    expect(patientPanel.parseSubject(kept.subject)).toEqual({ run: 'r', patient: null });
    expect(patientPanel.parseSubject({ patient })).toBeUndefined();
    expect(patientPanel.title(subject, {} as Host)).toBe('Patient: r');
  });
});

test('a panel without a patient asks for one', async () => {
  const panel = new Opened({ run: 'r', patient: null });
  await panel.look();
  await panel.answer('patients', entries);
  expect(panel.data).toMatchObject({
    patient: null,
    stage: { kind: 'choosing' },
    list: { found: 5, place: null },
  });
  expect(panel.asked.map(({ name }) => name)).toEqual(['patients']);
  await panel.act({ do: 'pick', patient: 'low' });
  expect(panel.question('glance').question).toMatchObject({ run: 'r', patient: 'low' });
});
