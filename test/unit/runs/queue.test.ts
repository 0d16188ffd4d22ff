import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { writeCheckpoint } from '../../../src/runs/checkpoints';
import { claimRun } from '../../../src/runs/claim';
import { lastEvents } from '../../../src/runs/journal';
import { leaveQueue } from '../../../src/runs/leave-queue';
import { currentProcess, isAlive, recordOf } from '../../../src/runs/process';
import { enqueue, startQueued } from '../../../src/runs/queue';
import { runCondition } from '../../../src/runs/state';
import { requestStop, stopRequested, stopRun } from '../../../src/runs/stop';
import { readTicket, writeTicket } from '../../../src/runs/ticket';
import { childProgram, deadPid, scratchFolder, startChild } from './child-program';
import { finished, finetuneRun, makeRun, pretrainRun, started, stopped } from './run-folders';

/**
 * A worker that takes 150 ms (or ends when stopped), notes when it worked, and then starts the next waiting run,
 * as the real one does. A folder with the file `deaf` is never claimed.
 */
const source = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { claimRun } from './src/runs/claim';
  import { openJournal } from './src/runs/journal';
  import { currentProcess } from './src/runs/process';
  import { startQueued } from './src/runs/queue';
  import { stopRequested } from './src/runs/stop';
  const [folder, home] = process.argv.slice(2);
  if (existsSync(folder + '/dies')) process.exit(1);
  const claim = claimRun(folder, currentProcess());
  const begun = Date.now();
  const journal = openJournal(folder);
  journal.append({ kind: 'started', step: 0, steps: 10, pid: process.pid });
  const patience = existsSync(folder + '/long') ? 60000 : 150;
  const loop = setInterval(() => {
    const asked = stopRequested(folder);
    if (!asked && Date.now() - begun < patience) return;
    clearInterval(loop);
    writeFileSync(folder + '/worked.json', JSON.stringify([begun, Date.now()]));
    journal.append(asked ? { kind: 'stopped', step: 3 } : { kind: 'finished', step: 10, reason: 'completed' });
    journal.close();
    claim.release();
    startQueued({ home, script: __filename, env: process.env });
  }, 5);`;
let programs: string;
let script: string;
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'medbert-test-'));
  script = childProgram(programs, source);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const start = (home: string, limit?: number): ReturnType<typeof startQueued> => {
  const taken = startQueued({ home, script, env: process.env, ...(limit === undefined ? {} : { limit }) });
  for (const { process: worker } of taken) {
    onTestFinished(() => {
      if (worker && isAlive(worker)) process.kill(worker.pid, 'SIGKILL');
    });
  }
  return taken;
};
const waiting = (home: string, count: number, limit = 1): string[] =>
  Array.from({ length: count }, (_, i) => {
    const { folder } = makeRun(home);
    enqueue(folder, { limit, now: () => Date.UTC(2026, 10, 21) + i * 1000 });
    return folder;
  });
const state = (folder: string): string => runCondition(folder).state;
const settled = (folders: readonly string[], as: string): Promise<void> =>
  expect.poll(() => folders.map(state), { timeout: 30_000 }).toEqual(folders.map(() => as));

/** The largest number of workers that worked at one moment, from what each noted itself. */
function mostAtOnce(folders: readonly string[]): number {
  const spans = folders.map(
    (folder) => JSON.parse(readFileSync(join(folder, 'worked.json'), 'utf8')) as number[],
  );
  return Math.max(...spans.map(([at]) => spans.filter(([from, to]) => from! <= at! && at! < to!).length));
}

describe('the queue', () => {
  it('goes on by itself, oldest first, one at a time, until all have worked', async () => {
    const home = scratchFolder();
    const folders = waiting(home, 3);
    expect(folders.map(state)).toEqual(['queued', 'queued', 'queued']);
    expect(start(home).map(({ folder }) => folder)).toEqual([folders[0]]);
    expect(start(home)).toEqual([]);
    await settled(folders, 'finished');
    expect(mostAtOnce(folders)).toBe(1);
    const begun = folders.map(
      (folder) => JSON.parse(readFileSync(join(folder, 'worked.json'), 'utf8'))[0] as number,
    );
    expect(begun).toEqual([...begun].sort((a, b) => a - b));
    for (const folder of folders) expect(existsSync(join(folder, 'queue.json'))).toBe(false);
  });

  it('never lets more than the limit work, however many processes start runs at once', async () => {
    const home = scratchFolder();
    const folders = waiting(home, 8, 2);
    const starter = childProgram(
      home,
      `import { startQueued } from './src/runs/queue';
       const until = Date.now() + 1500;
       const loop = setInterval(() => {
         startQueued({ home: ${JSON.stringify(home)}, script: ${JSON.stringify(script)}, env: process.env });
         if (Date.now() > until) clearInterval(loop);
       }, 3);`,
    );
    const children = Array.from({ length: 4 }, () => startChild(starter));
    await Promise.all(children.map((child) => once(child, 'close')));
    for (const child of children) expect(child.exitCode).toBe(0);
    await settled(folders, 'finished');
    expect(mostAtOnce(folders)).toBe(2);
    for (const folder of folders) {
      expect(readFileSync(join(folder, 'log.txt'), 'utf8'), 'no run was started twice').toBe('');
    }
  });

  it('counts each device by itself, and whoever works without having waited', async () => {
    const home = scratchFolder();
    const [cpu] = waiting(home, 1);
    const gpu = makeRun(home, { ...finetuneRun, device: 'onnxruntime-cuda' }).folder;
    enqueue(gpu);
    const foreground = makeRun(home, pretrainRun);
    const claim = claimRun(foreground.folder, currentProcess());
    expect(start(home).map(({ folder }) => folder)).toEqual([gpu]);
    claim.release();
    expect(start(home).map(({ folder }) => folder)).toEqual([cpu]);
    await settled([cpu!, gpu], 'finished');
  });

  it('lets nobody overtake, and takes the limit of the caller before that of the ticket', async () => {
    const home = scratchFolder();
    const [first, second] = waiting(home, 2);
    const third = makeRun(home).folder;
    enqueue(third, { limit: 5 });
    writeFileSync(join(first!, 'long'), '');
    start(home);
    await settled([first!], 'running');
    expect(start(home)).toEqual([]);
    expect(start(home, 2).map(({ folder }) => folder)).toEqual([second]);
    await settled([second!], 'finished');
    expect(state(third)).toBe('queued');
    expect(await stopRun(first!, { timeoutMs: 10_000 })).toBe('stopped');
    await settled([third], 'finished');
  });
});

describe('a waiting run', () => {
  it('can be stopped before its turn, and resumed', async () => {
    const home = scratchFolder();
    const [folder] = waiting(home, 1);
    expect(leaveQueue(folder!)).toBe(true);
    expect(runCondition(folder!)).toMatchObject({ state: 'stopped', ending: { kind: 'stopped', step: 0 } });
    expect(readdirSync(folder!).sort()).toEqual(['events.jsonl', 'run.json']);
    expect(leaveQueue(folder!)).toBe(false);
    expect(start(home)).toEqual([]);
    enqueue(folder!);
    expect(state(folder!), 'it waits, although its journal says stopped').toBe('queued');
    expect(await stopRun(folder!, { timeoutMs: 1000 })).toBe('stopped');
    enqueue(folder!);
    expect(start(home).length).toBe(1);
    await settled([folder!], 'finished');
  });

  it('that had worked before is stopped at its last checkpoint', () => {
    const { folder } = makeRun(scratchFolder(), pretrainRun, [started(), stopped(40)]);
    writeCheckpoint(folder, 40, () => undefined);
    enqueue(folder);
    leaveQueue(folder);
    expect(lastEvents(folder, 1)).toMatchObject([{ kind: 'stopped', step: 40 }]);
  });

  it('keeps its place when it is queued again, and forgets an old request to stop', () => {
    const { folder } = makeRun(scratchFolder());
    requestStop(folder);
    enqueue(folder, { now: () => 1000 });
    enqueue(folder, { now: () => 2000, limit: 3 });
    expect(stopRequested(folder)).toBe(false);
    expect(readTicket(folder)).toEqual({ at: new Date(1000).toISOString(), limit: 1 });
    expect(runCondition(folder).waitingSince).toBe(new Date(1000).toISOString());
  });

  it('does not wait any more once somebody works on it', () => {
    const { folder } = makeRun(scratchFolder());
    enqueue(folder);
    claimRun(folder, currentProcess()).release();
    expect(readTicket(folder)).toBeUndefined();
  });

  it('cannot be one that is finished or works', () => {
    const home = scratchFolder();
    expect(() => enqueue(makeRun(home, pretrainRun, [started(), finished(1000)]).folder)).toThrow(UserError);
    const { folder } = makeRun(home);
    claimRun(folder, currentProcess());
    expect(() => enqueue(folder)).toThrow(/is running/);
  });
});

describe('a run whose process dies before it claims it', () => {
  it('has failed with a reason, frees its place, and can be queued again', async () => {
    const home = scratchFolder();
    const [doomed, next] = waiting(home, 2);
    writeFileSync(join(doomed!, 'dies'), '');
    expect(start(home).length).toBe(1);
    await settled([doomed!], 'failed');
    expect(runCondition(doomed!).problem).toMatch(/before it could begin/);
    expect(start(home).map(({ folder }) => folder)).toEqual([next]);
    await settled([next!], 'finished');
    enqueue(doomed!);
    expect(state(doomed!)).toBe('queued');
  });

  it('is told by a ticket of a process that is gone, also when it had worked before', () => {
    const { folder } = makeRun(scratchFolder(), pretrainRun, [started(), stopped(4)]);
    const ticket = { at: '2026-11-22T00:00:00.000Z', limit: 1 };
    writeTicket(folder, { ...ticket, launched: { ...currentProcess(), pid: deadPid() } });
    expect(state(folder)).toBe('failed');
    writeTicket(folder, { ...ticket, launched: currentProcess() });
    expect(state(folder), 'it is just starting').toBe('queued');
    expect(leaveQueue(folder), 'too late: it is stopped like a running one').toBe(false);
  });

  it('whose program cannot be started says so and does not hold up the others', () => {
    const home = scratchFolder();
    const [first, second] = waiting(home, 2);
    const taken = startQueued({ home, script, env: {}, execPath: join(home, 'no-such-program') });
    expect(taken.map(({ folder }) => folder)).toEqual([first, second]);
    for (const { problem } of taken) expect(problem).toMatch(/no-such-program/);
    expect(runCondition(first!)).toMatchObject({ state: 'failed', problem: taken[0]!.problem });
  });

  it('whose description is damaged says so', () => {
    const home = scratchFolder();
    const [folder] = waiting(home, 1);
    writeFileSync(join(folder!, 'run.json'), '{}');
    expect(start(home)[0]!.problem).toMatch(/run\.json/);
  });
});

it('a window does not wait for a process that holds the queue: it tries again at its next look', () => {
  const home = scratchFolder();
  const [folder] = waiting(home, 1) as [string];
  const { pid, startTime, host } = recordOf(process.ppid);
  const held = join(home, `.turn-${encodeURIComponent(JSON.stringify([pid, startTime, host]))}`);
  writeFileSync(held, '');
  const before = performance.now();
  expect(startQueued({ home, script, env: process.env, patienceMs: 30 })).toEqual([]);
  expect(performance.now() - before).toBeLessThan(5000);
  expect(readTicket(folder)?.launched).toBeUndefined();
  rmSync(held);
  expect(start(home)).toHaveLength(1);
});
