import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Host } from '../../../src/host/host';
import { curvesPanel } from '../../../src/host/panels/curves-panel';
import type {
  CurvesAction,
  CurvesData,
  CurvesSubject,
  CurvesView,
} from '../../../src/protocol/panels/curves';
import type { PanelState } from '../../../src/protocol/panels/panel';
import { type CatalogueChange, RunCatalogue } from '../../../src/runs/catalogue';
import { claimRun } from '../../../src/runs/claim';
import { currentProcess } from '../../../src/runs/process';
import { requestStop } from '../../../src/runs/stop';
import { scratchFolder } from '../runs/child-program';
import { finished, makeRun, pretrainRun, started, stopped, trained, writeEvents } from '../runs/run-folders';

const editor = vi.hoisted(() => ({ saveTo: undefined as string | undefined, isTrusted: true }));
vi.mock('vscode', () => ({
  l10n: {
    t: (text: string, ...values: unknown[]) =>
      text.replace(/\{(\d)\}/g, (_, i: string) => String(values[+i])),
  },
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  workspace: {
    get isTrusted() {
      return editor.isTrusted;
    },
    onDidGrantWorkspaceTrust: () => ({ dispose: () => undefined }),
    fs: {
      writeFile: async ({ fsPath }: { fsPath: string }, bytes: Uint8Array) =>
        (await import('node:fs')).writeFileSync(fsPath, bytes),
    },
  },
  window: {
    showSaveDialog: () =>
      Promise.resolve(editor.saveTo === undefined ? undefined : { fsPath: editor.saveTo }),
  },
}));

const view: CurvesView = {
  x: 'step',
  range: null,
  pixels: 800,
  smoothing: 0,
  bands: true,
  cursor: null,
  hidden: [],
};

/** A panel on the runs of a home folder, and what its page was shown. */
class Opened {
  readonly shown: PanelState<CurvesData>[] = [];
  readonly executed: unknown[][] = [];
  readonly told: unknown[] = [];
  subject: CurvesSubject;
  visible = true;
  readonly source: ReturnType<typeof curvesPanel.open>;
  readonly #catalogue: RunCatalogue;
  readonly #listeners = new Set<(change: CatalogueChange) => void>();

  constructor(home: string, runs: readonly string[]) {
    const catalogue = (this.#catalogue = new RunCatalogue(home));
    const facts = (id: string): unknown => {
      const run = catalogue.get(id);
      return run?.damaged === false ? run : undefined;
    };
    const host = {
      home,
      workspaceFolder: home,
      settings: { minimumCellCount: 10 },
      runs: {
        facts,
        refresh: () => this.refresh(),
        get readable() {
          return catalogue.runs.filter((run) => !run.damaged);
        },
        onDidChange: (listener: (change: CatalogueChange) => void) => {
          this.#listeners.add(listener);
          return { dispose: () => this.#listeners.delete(listener) };
        },
      },
      execute: (...words: unknown[]) => Promise.resolve(void this.executed.push(words)),
      tell: (error: unknown) => this.told.push(error),
    } as unknown as Host;
    this.subject = { runs };
    const page = {
      show: (state: PanelState<CurvesData>) => void this.shown.push(state),
      setSubject: (subject: CurvesSubject) => void (this.subject = subject),
      isVisible: () => this.visible,
      get visible(): boolean {
        return this.isVisible();
      },
    };
    this.source = curvesPanel.open(this.subject, page, host);
    onTestFinished(() => this.source.dispose());
  }

  async refresh(): Promise<void> {
    const change = await this.#catalogue.refresh();
    for (const listener of this.#listeners) listener(change);
  }

  get data(): CurvesData | undefined {
    const last = this.shown.at(-1);
    return last?.kind === 'ready' ? last.data : undefined;
  }

  act(action: CurvesAction): Promise<void> {
    return Promise.resolve(this.source.act(action));
  }
}
const until = <T>(look: () => T): ReturnType<typeof expect.poll<T>> =>
  expect.poll(look, { timeout: 5000, interval: 10 });

beforeEach(() => {
  editor.saveTo = undefined;
  editor.isTrusted = true;
});

describe('the curves panel', () => {
  it('draws a run at work at most twice a second, only when something is new, and stops with it', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(10)]);
    const claim = claimRun(folder, currentProcess());
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.main.step).toBe(10);
    const before = panel.shown.length;
    await sleep(1200);
    expect(panel.shown.length, 'nothing happened').toBe(before);
    for (let step = 11; step <= 30; step += 1) {
      writeEvents(folder, [trained(step)]);
      await sleep(60);
    }
    await until(() => panel.data?.main.step).toBe(30);
    expect(panel.shown.length - before).toBeLessThanOrEqual(4);
    expect(panel.data?.charts[0]?.lines[0]?.x.length).toBe(21);
    writeEvents(folder, [stopped(30)]);
    claim.release();
    await panel.refresh();
    await until(() => panel.data?.main.state).toBe('stopped');
    const ended = panel.shown.length;
    writeEvents(folder, [trained(31)]);
    await sleep(1100);
    expect(panel.shown.length, 'an ended run is not polled').toBe(ended);
  });

  it('rests while hidden and goes on when it is looked at again', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(10)]);
    claimRun(folder, currentProcess());
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.main.step).toBe(10);
    panel.visible = false;
    await sleep(600);
    const before = panel.shown.length;
    writeEvents(folder, [trained(20)]);
    await sleep(700);
    expect(panel.shown.length).toBe(before);
    panel.visible = true;
    panel.source.look(view);
    await until(() => panel.data?.main.step).toBe(20);
  });

  it('answers a changed view at once', async () => {
    const home = scratchFolder();
    const { id } = makeRun(home, pretrainRun, [started(), trained(10), trained(20), finished(20)]);
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.cursor).toBe(null);
    panel.source.look({ ...view, cursor: 10, x: 'epoch' });
    await until(() => panel.data?.x).toBe('epoch');
    expect(panel.data?.cursor).toBe(10);
  });

  it('passes buttons on to the commands, and tells of a stop that was asked for', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(10)]);
    claimRun(folder, currentProcess());
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.main.stopping).toBe(false);
    requestStop(folder);
    await panel.act({ do: 'stop' });
    await panel.act({ do: 'openLog', run: 'other' });
    expect(panel.executed).toEqual([
      ['medbert.stopRun', { runId: id }],
      ['medbert.openLog', { runId: 'other' }],
    ]);
    await until(() => panel.data?.main.stopping).toBe(true);
  });

  it('removes an entry with all its seeds, and says what to do when nothing is left', async () => {
    const home = scratchFolder();
    const seeds = [1, 2].map((seed) => {
      const run = { ...pretrainRun, config: { ...pretrainRun.config, seed } } as typeof pretrainRun;
      return makeRun(home, run, [started(), trained(10)]).id;
    });
    const panel = new Opened(home, [...seeds, 'gone']);
    panel.source.look(view);
    await until(() => panel.data?.runs.map((run) => run.seeds)).toEqual([2]);
    await panel.act({ do: 'removeRun', run: seeds[0]! });
    expect(panel.subject.runs).toEqual(['gone']);
    await until(() => panel.shown.at(-1)).toMatchObject({ kind: 'empty', steps: [{ do: 'addRuns' }] });
  });

  it('says so when the folder of its run is deleted', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(10)]);
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.main.id).toBe(id);
    rmSync(folder, { recursive: true });
    await panel.refresh();
    await until(() => panel.shown.at(-1)).toMatchObject({ kind: 'empty' });
    expect(panel.told).toEqual([]);
  });

  it('starts nothing without trust', async () => {
    editor.isTrusted = false;
    const home = scratchFolder();
    const { id } = makeRun(home, pretrainRun, [started()]);
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.locked).toMatch(/trust/);
  });

  it('saves every point as CSV and the picture as PNG', async () => {
    const home = scratchFolder();
    const { id } = makeRun(home, pretrainRun, [started(), trained(10), trained(20)]);
    const panel = new Opened(home, [id]);
    panel.source.look(view);
    await until(() => panel.data?.points).toBeGreaterThan(0);
    await panel.act({ do: 'export', what: 'csv' });
    editor.saveTo = join(home, 'curves.csv');
    await panel.act({ do: 'export', what: 'csv' });
    expect(readFileSync(editor.saveTo, 'utf8').split('\n')).toEqual([
      'run,seed,split,step,epoch,seconds,loss,patientsPerSecond',
      `${id},1,train,10,0.1,1,4.99,100`,
      `${id},1,train,20,0.2,2,4.98,100`,
      '',
    ]);
    editor.saveTo = join(home, 'curves.png');
    await panel.act({ do: 'export', what: 'png', png: Buffer.from('picture').toString('base64') });
    expect(readFileSync(editor.saveTo, 'utf8')).toBe('picture');
  });

  it('is restored by what its page kept', () => {
    expect(curvesPanel.parseSubject({ runs: ['a', 'b', 'a'] })).toEqual({ runs: ['a', 'b'] });
    for (const value of [undefined, {}, { runs: 'a' }, { runs: [1] }]) {
      expect(curvesPanel.parseSubject(value)).toBeUndefined();
    }
  });
});
