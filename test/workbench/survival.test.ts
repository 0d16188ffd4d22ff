import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Editor } from './editor';
import { type Workbench, projectFolder, startWorkbench } from './workbench';

/**
 * Runs outlive whatever shows them: the extension host, the window, their own process. The steps build on one another:
 * where one fails, the later ones fail too.
 */
let workspace: string;
let workbench: Workbench;
/** The window that is looked at now. */
let editor: Editor;
/** An uninterrupted run of the same configuration, made from the command line meanwhile. */
let twin: Promise<string>;

const steps = 10_000;
const settings = {
  ...{ steps, layers: 2, hidden: 32, heads: 2, intermediate: 32, batchSize: 16, threads: 1 },
  ...{ checkpointEvery: 200, validateEvery: 1000 },
};
const cli = join(projectFolder, 'dist', 'cli.js');
const runName = /^pretrain-\d{8}-\d+$/;
const minutes = (count: number): { timeout: number } => ({ timeout: count * 60_000 });

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'medbert-survival-'));
  medbert('sample', '--patients', '800', '--out', join(workspace, 'records'));
  medbert('import', join(workspace, 'records'), '--name', 'study');
  configure('long', settings);
  configure('short', { ...settings, steps: 3000 });
  workbench = await startWorkbench({
    workspace,
    settings: {
      'medbert.threads': 1,
      'medbert.simultaneousRuns': 1,
      'files.exclude': { '**/.medbert': true },
    },
  });
  editor = workbench.editor;
  await editor.openContainer('Med-BERT');
});
afterAll(async () => {
  await workbench.close();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

/** The command line on the study of the workspace, or on another home folder. */
const command = (args: readonly string[], home = '.medbert'): readonly [string, string[]] => [
  process.execPath,
  [cli, ...args, '--json', '--home', join(workspace, home)],
];

function medbert(...args: string[]): void {
  execFileSync(...command(args), { cwd: workspace, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Asks a run to stop from outside of every window, and waits until it has. */
async function stop(id: string): Promise<void> {
  await promisify(execFile)(...command(['stop', id]), { cwd: workspace });
}

/** Writes a run configuration file into the workspace. */
function configure(name: string, chosen: Readonly<Record<string, number>>): void {
  const file = { task: 'pretrain', dataset: 'study', exclude: null, settings: chosen };
  writeFileSync(join(workspace, `${name}.medbert.json`), JSON.stringify(file, null, 2));
}

/** Makes the same run in a home folder of its own; returns its folder. */
async function uninterrupted(): Promise<string> {
  const [records, home] = [join(workspace, 'records'), 'twin'];
  await promisify(execFile)(...command(['import', records, '--name', 'study'], home), {
    cwd: workspace,
  });
  const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const { stdout } = await promisify(execFile)(...command(['pretrain', 'study', ...set], home), {
    cwd: workspace,
  });
  return (JSON.parse(stdout) as { folder: string }).folder;
}

/** Starts a configuration file as a person does: opens it and runs it. Returns the id of the new run. */
async function start(name: string): Promise<string> {
  const before = await runs();
  await editor.openFile(`${name}.medbert.json`);
  await editor.command('Med-BERT: Run This Configuration');
  await expect.poll(runs, { timeout: 30_000 }).toHaveLength(before.length + 1);
  const made = (await runs()).find((id) => !before.includes(id))!;
  // Its curves open by themselves; whoever goes on before that finds the file covered.
  await editor.tab(`Training: ${made}`).waitFor();
  return made;
}

const tree = () => editor.tree('Experiments');
/** Ids of the runs in the tree. */
const runs = async (): Promise<string[]> =>
  (await tree().rows()).map(({ label }) => label).filter((label) => runName.test(label));
const says = (run: string) => (): Promise<string> => tree().description(run);
/** Waits until the row of a run says what is expected. */
const comesTo = (run: string, words: RegExp, timeout = 30_000): Promise<void> =>
  expect.poll(says(run), { timeout, interval: 50 }).toMatch(words);

const folderOf = (run: string): string => join(workspace, '.medbert', 'runs', run);
const journalSize = (run: string): number => statSync(join(folderOf(run), 'events.jsonl')).size;
const pidOf = (run: string): number =>
  (JSON.parse(readFileSync(join(folderOf(run), 'process.json'), 'utf8')) as { pid: number }).pid;
const workers = (): number[] =>
  workbench
    .processes()
    .filter(({ command: words }) => words.some((word) => word.endsWith('worker.js')))
    .map(({ pid }) => pid);
const hosts = () =>
  workbench.processes().filter(({ command: words }) => words.includes('--type=extensionHost'));

/** How many points the curves of a run show. The panel is looked for each time: it may be replaced. */
async function points(id: string): Promise<number> {
  const page = await editor.panel(`Training: ${id}`);
  return Number(await page.locator('[data-chart=loss]').getAttribute('data-points', { timeout: 2000 }));
}

const running = /^\d+ % · /;
let run = '';

test(
  'the extension host is killed in mid-run: the run goes on, tree and curves find it',
  minutes(3),
  async () => {
    run = await start('long');
    await comesTo(run, running);
    expect(workers()).toEqual([pidOf(run)]);
    const size = journalSize(run);
    const killed = workbench.killExtensionHost();
    await expect.poll(() => journalSize(run), { timeout: 15_000 }).toBeGreaterThan(size + 1000);
    expect(workers()).toEqual([pidOf(run)]);

    await expect.poll(() => hosts().map(({ pid }) => pid), { timeout: 30_000 }).not.toEqual([killed]);
    await expect.poll(() => hosts().length, { timeout: 30_000 }).toBe(1);
    const before = journalSize(run);
    await comesTo(run, running, 60_000);
    await tree().action(run, 'Show Training Curves');
    await expect.poll(() => points(run), { timeout: 30_000 }).toBeGreaterThan(5);
    const seen = await points(run);
    await expect.poll(() => points(run), { timeout: 30_000 }).toBeGreaterThan(seen);
    expect(journalSize(run)).toBeGreaterThan(before);
    // The dead panel has made room.
    expect(await editor.tab(`Training: ${run}`).count()).toBe(1);
    expect(workers()).toEqual([pidOf(run)]);
  },
);

test('its process is killed: the tree says failed within 5 s, and why', minutes(1), async () => {
  await comesTo(run, running);
  const at = performance.now();
  process.kill(pidOf(run), 'SIGKILL');
  await comesTo(run, /^failed at \d+ %: its process ended without a word$/, 5000);
  const took = performance.now() - at;
  process.stdout.write(`The tree said “failed” ${Math.round(took)} ms after the kill.\n`);
  expect(took).toBeLessThan(5000);
  expect(await tree().row(run).locator('.codicon-error').count()).toBe(1);
  await expect
    .poll(() => editor.notifications())
    .toContainEqual(expect.stringMatching(/failed at step [\d,]+: its process ended without a word/));
});

test(
  'it is resumed from the tree and ends byte-equal to one that was never interrupted',
  minutes(8),
  async () => {
    twin = uninterrupted();
    twin.catch(() => undefined);
    await tree().action(run, 'Resume');
    await comesTo(run, running);
    await comesTo(run, /0\.\d\d LOS AUROC/, 400_000);
    const [ours, theirs] = [folderOf(run), await twin].map((folder) => {
      const checkpoints = join(folder, 'checkpoints');
      const last = readdirSync(checkpoints).sort().at(-1)!;
      expect(Number(last)).toBe(steps);
      return join(checkpoints, last);
    });
    for (const file of ['model.safetensors', 'optimizer.safetensors']) {
      expect(readFileSync(join(ours!, file)).equals(readFileSync(join(theirs!, file))), file).toBe(true);
    }
  },
);

test('two windows see the same queue and together start one run at a time', minutes(4), async () => {
  const first = await start('long');
  const second = await start('long');
  const third = await start('short');
  await comesTo(first, running);
  await comesTo(second, /^queued/);
  const other = await workbench.secondWindow();
  await other.openContainer('Med-BERT');
  const seenThere = async (id: string): Promise<string> => other.tree('Experiments').description(id);
  await expect.poll(() => seenThere(first), { timeout: 30_000 }).toMatch(running);
  expect(await seenThere(third)).toMatch(/^queued/);
  expect(hosts()).toHaveLength(2);

  // Whatever the two of them do at their looks, never do two runs work at once.
  const counts = new Set<number>();
  const until = Date.now() + 60_000;
  const firstStops = stop(first);
  while ((await seenThere(second)).startsWith('queued') && Date.now() < until) {
    // A worker that has let go of its run lives a moment longer, so runs are counted, not processes.
    counts.add(atWork([first, second, third]));
    await other.page.waitForTimeout(20);
  }
  await firstStops;
  expect(Math.max(...counts)).toBe(1);
  await expect.poll(() => seenThere(first)).toMatch(/^stopped at \d+ %/);
  await expect.poll(() => workers()).toEqual([pidOf(second)]);

  // With both windows gone the queue goes on.
  await editor.page.goto('about:blank');
  await other.page.goto('about:blank');
  await editor.page.close();
  for (const { pid } of hosts()) process.kill(pid, 'SIGKILL');
  await expect.poll(() => hosts()).toEqual([]);
  await stop(second);
  await expect.poll(() => workers().includes(pidIfAny(third) ?? -1), { timeout: 60_000 }).toBe(true);
  expect(workers()).toHaveLength(1);
  await other.page.close();
});

test('a window that is opened again finds the runs as they are', minutes(4), async () => {
  editor = await workbench.secondWindow();
  await editor.openContainer('Med-BERT');
  await expect.poll(runs, { timeout: 30_000 }).toHaveLength(4);
  const [newest, ...others] = await runs();
  await comesTo(newest!, /0\.\d\d LOS AUROC/, 60_000);
  const facts = await Promise.all(others.map((id) => says(id)()));
  expect(facts.filter((words) => /0\.\d\d LOS AUROC/.test(words))).toHaveLength(1);
  expect(facts.filter((words) => /^stopped at \d+ %/.test(words))).toHaveLength(2);
  expect(workers()).toEqual([]);
});

test(
  'no run is said to be running whose process is gone, nor when its number went to another one',
  minutes(1),
  async () => {
    const recordOf = (record: object): void =>
      writeFileSync(join(folderOf(run), 'process.json'), JSON.stringify(record));
    // As a kill leaves it: claimed, and begun without an end.
    const journal = join(folderOf(run), 'events.jsonl');
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    const begun = JSON.stringify({
      ...{ seq: lines.length, time: new Date().toISOString() },
      ...{ kind: 'started', step: 0, steps, pid: 1 },
    });
    writeFileSync(journal, `${[...lines, begun].join('\n')}\n`);
    const failed = /^failed/;

    recordOf({ pid: 2 ** 22 + 1, startTime: 'gone', host: hostname() });
    await comesTo(run, failed);
    recordOf({ pid: process.pid, startTime: 'another moment', host: hostname() });
    await comesTo(run, failed);
    await editor.reload();
    await comesTo(run, failed);
    expect(await tree().row(run).locator('.codicon-error').count()).toBe(1);
  },
);

test('nothing broke the rules of the pages, and nothing left the machine', () => {
  expect(workbench.record.policyViolations).toEqual([]);
  expect(workbench.record.pageErrors).toEqual([]);
  expect(workbench.connections()).toEqual([]);
});

/** How many of these runs a living process has claimed. */
function atWork(ids: readonly string[]): number {
  const alive = workers();
  return ids.filter((id) => alive.includes(pidIfAny(id) ?? -1)).length;
}

function pidIfAny(id: string): number | undefined {
  try {
    return pidOf(id);
  } catch {
    return undefined; // not claimed yet
  }
}
