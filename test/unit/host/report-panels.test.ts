import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Host } from '../../../src/host/host';
import { cohortPanel } from '../../../src/host/panels/cohort-panel';
import { comparePanel } from '../../../src/host/panels/compare-panel';
import type { PanelDefinition, PanelSource } from '../../../src/host/panels/panel';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { CohortReport } from '../../../src/protocol/panels/cohort';
import type { Comparison } from '../../../src/protocol/panels/compare';
import type { PanelState } from '../../../src/protocol/panels/panel';

interface Change {
  affectsConfiguration(key: string): boolean;
}
const editor = vi.hoisted(() => ({
  onSetting: new Set<(change: Change) => void>(),
  /** Called while the person chooses where to save. */
  whileSaving: () => undefined as unknown,
  written: [] as string[],
}));
vi.mock('vscode', () => ({
  l10n: { t: (text: string) => text },
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  Disposable: {
    from: (...parts: { dispose(): void }[]) => ({ dispose: () => parts.forEach((part) => part.dispose()) }),
  },
  workspace: {
    onDidChangeConfiguration: (listener: (change: Change) => void) => {
      editor.onSetting.add(listener);
      return { dispose: () => editor.onSetting.delete(listener) };
    },
    onDidGrantWorkspaceTrust: () => ({ dispose: () => undefined }),
    fs: {
      writeFile: (_to: unknown, bytes: Uint8Array) =>
        Promise.resolve(void editor.written.push(new TextDecoder().decode(bytes))),
    },
  },
  window: {
    showSaveDialog: () => Promise.resolve(editor.whileSaving()).then(() => ({ fsPath: '/out.tsv' })),
  },
}));

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A panel with a host whose query worker is the test. */
class Opened<Subject, View, Data, Action> {
  readonly shown: PanelState<Data>[] = [];
  readonly asked: {
    question: unknown;
    answer: (result: unknown) => void;
    refuse: (error: unknown) => void;
  }[] = [];
  readonly source: PanelSource<View, Action>;
  readonly settings = { minimumCellCount: 5 };
  contentHash: string | undefined = 'one';
  bestStep = 1;
  readonly #changed = new Set<() => void>();

  constructor(definition: PanelDefinition<Subject, View, Data, Action>, subject: Subject) {
    const onDidChange = (listener: () => void): { dispose: () => void } => {
      this.#changed.add(listener);
      return { dispose: () => this.#changed.delete(listener) };
    };
    const { settings } = this;
    const host = {
      ...{ home: '/home', workspaceFolder: '/', settings },
      datasets: {
        onDidChange,
        refresh: () => undefined,
        find: () =>
          this.contentHash === undefined ? undefined : { description: { contentHash: this.contentHash } },
      },
      runs: {
        onDidChange,
        refresh: () => Promise.resolve(),
        facts: () => ({ state: 'finished', bestStep: this.bestStep }),
      },
      query: {
        ask: (_name: string, question: unknown, { signal }: { signal: AbortSignal }) =>
          new Promise((answer, refuse) => {
            this.asked.push({ question, answer, refuse });
            signal.addEventListener('abort', () => refuse(new CancelledError('It')));
          }),
      },
      tell: () => undefined,
    } as unknown as Host;
    const page = {
      show: (state: PanelState<Data>) => void this.shown.push(state),
      setSubject: () => undefined,
      visible: true,
    };
    this.source = definition.open(subject, page, host);
    onTestFinished(() => this.source.dispose());
  }

  async begin(view: View, result: unknown): Promise<void> {
    this.source.look(view);
    await settled();
    await this.answer(result);
  }

  async answer(result: unknown): Promise<void> {
    this.asked.at(-1)!.answer(result);
    await settled();
  }

  async act(action: Action): Promise<void> {
    void this.source.act(action);
    await settled();
  }

  async change(): Promise<void> {
    for (const listener of this.#changed) listener();
    await settled();
  }

  async setMinimum(minimum: number): Promise<void> {
    this.settings.minimumCellCount = minimum;
    const change = { affectsConfiguration: (key: string) => key === 'medbert.minimumCellCount' };
    for (const listener of editor.onSetting) listener(change);
    await settled();
  }

  get page(): PanelState<Data> {
    return this.shown.at(-1)!;
  }
}

const report = {
  contentHash: 'one',
  funnel: [],
  problems: [],
  all: null,
  cohort: null,
} as unknown as CohortReport;
const comparison: Comparison = {
  ...{ minimumCellCount: 5, runs: [], differences: [], tests: [], pretraining: [], pairs: [], seeds: [] },
};
const cohort = (): Opened<
  Parameters<typeof cohortPanel.title>[0],
  Record<string, never>,
  unknown,
  { do: string }
> => new Opened(cohortPanel as never, { dataset: 'd', labels: null });
const compare = (): Opened<{ runs: string[] }, Record<string, never>, unknown, { do: string }> =>
  new Opened(comparePanel as never, { runs: ['a', 'b'] });
const panels = [
  { name: 'cohort', open: cohort, result: report, save: 'export' },
  { name: 'compare', open: compare, result: comparison, save: 'exportTable' },
] as const;

describe.each(panels)('the $name panel', ({ open, result, save }) => {
  it('is cancelled twice and has its figures again each time', async () => {
    const panel = open();
    await panel.begin({}, result);
    for (let time = 0; time < 2; time++) {
      await panel.act({ do: 'recompute' });
      expect(panel.page.kind).toBe('loading');
      await panel.act({ do: 'cancel' });
      expect(panel.page).toMatchObject({
        kind: 'ready',
        stale: { text: expect.stringMatching(/earlier/) as string },
      });
    }
  });

  it('asks with the minimum cell count of the moment, and forgets what was made under another', async () => {
    editor.written.length = 0;
    const panel = open();
    await panel.begin({}, result);
    await panel.act({ do: save });
    expect(editor.written).toHaveLength(1);
    await panel.setMinimum(20);
    expect(panel.asked.map(({ question }) => question)).toMatchObject([
      { minimumCellCount: 5 },
      { minimumCellCount: 20 },
    ]);
    await panel.act({ do: 'cancel' });
    await panel.act({ do: save });
    await panel.change();
    expect(panel.page.kind, 'what may not be told stays away').toBe('empty');
    expect(editor.written).toHaveLength(1);
  });

  it('saves nothing that was forgotten while the person chose a file', async () => {
    editor.written.length = 0;
    const panel = open();
    await panel.begin({}, result);
    editor.whileSaving = () => panel.setMinimum(20);
    onTestFinished(() => void (editor.whileSaving = () => undefined));
    await expect(panel.source.act({ do: save })).rejects.toThrow(UserError);
    expect(editor.written).toEqual([]);
  });

  it('does not draw the old figures over an error', async () => {
    const panel = open();
    await panel.begin({}, result);
    await panel.act({ do: 'recompute' });
    panel.asked.at(-1)!.refuse(new UserError('Damaged.'));
    await settled();
    panel.contentHash = 'two';
    panel.bestStep = 2;
    await panel.change();
    expect(panel.page).toMatchObject({ kind: 'error', text: expect.stringContaining('Damaged.') as string });
  });

  it('says that what it was made of has changed', async () => {
    const panel = open();
    await panel.begin({}, result);
    await panel.change();
    expect(panel.page).toMatchObject({ kind: 'ready', stale: null });
    panel.contentHash = 'two';
    panel.bestStep = 2;
    await panel.change();
    expect(panel.page).toMatchObject({ kind: 'ready', stale: { step: { do: 'recompute' } } });
  });
});

it('the cohort panel computes when the dataset that was missing is imported', async () => {
  const panel = cohort();
  panel.contentHash = undefined;
  panel.source.look({});
  await settled();
  expect(panel.page.kind).toBe('empty');
  panel.contentHash = 'one';
  await panel.change();
  await panel.answer(report);
  expect(panel.page).toMatchObject({ kind: 'ready', stale: null });
});

it('one run is too few to compare', async () => {
  const panel = new Opened(comparePanel, { runs: ['a'] });
  panel.source.look({});
  await settled();
  expect([panel.page.kind, panel.asked]).toEqual(['empty', []]);
});
