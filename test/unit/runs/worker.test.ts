import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { isAlive } from '../../../src/runs/process';
import { spawnWorker } from '../../../src/runs/spawn';
import { runCondition } from '../../../src/runs/state';
import { clearStop, requestStop, stopRequested, stopRun } from '../../../src/runs/stop';
import { childProgram, scratchFolder, startChild } from './child-program';

/** Claims its run, says what it was given, and works until it is asked to stop (`deaf`: never). */
const worker = `
  import { claimRun } from './src/runs/claim';
  import { openJournal } from './src/runs/journal';
  import { currentProcess } from './src/runs/process';
  import { stopRequested } from './src/runs/stop';
  const [folder, ...words] = process.argv.slice(2);
  const claim = claimRun(folder, currentProcess());
  const journal = openJournal(folder);
  journal.append({ kind: 'started', step: 0, steps: 10, pid: process.pid });
  console.log(words.join('+'), process.env.COLOUR, process.env.ELECTRON_RUN_AS_NODE);
  console.error('and an error');
  const loop = setInterval(() => {
    if (words.includes('deaf') || !stopRequested(folder)) return;
    journal.append({ kind: 'stopped', step: 3 });
    journal.close();
    claim.release();
    clearInterval(loop);
  }, 10);`;

function start(folder: string, ...words: string[]): number {
  const script = childProgram(scratchFolder(), worker);
  const record = spawnWorker({
    script,
    folder,
    env: { ...process.env, COLOUR: 'blue' },
    extraArguments: words,
  });
  onTestFinished(() => {
    if (isAlive(record)) process.kill(record.pid, 'SIGKILL');
  });
  expect(isAlive(record)).toBe(true);
  return record.pid;
}
const running = (folder: string): Promise<void> =>
  expect.poll(() => runCondition(folder).state, { timeout: 10_000 }).toBe('running');

describe('a worker in the background', () => {
  it('works in its run folder, writes its output to log.txt, and stops on request', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'log.txt'), 'earlier\n');
    const pid = start(folder, 'one', 'two');
    await running(folder);
    expect(runCondition(folder).claim?.record.pid).toBe(pid);
    expect(await stopRun(folder, { timeoutMs: 10_000 })).toBe('stopped');
    expect(stopRequested(folder)).toBe(false);
    expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toBe('earlier\none+two blue 1\nand an error\n');
    // The worker has given the run free and is about to end; its turn file goes last.
    await expect
      .poll(() => readdirSync(folder).sort(), { timeout: 10_000 })
      .toEqual(['events.jsonl', 'log.txt']);
  });

  it('lives on when the process that started it is killed', async () => {
    const folder = scratchFolder();
    const script = childProgram(folder, worker);
    const starter = childProgram(
      folder,
      `import { spawnWorker } from './src/runs/spawn';
       spawnWorker({ script: ${JSON.stringify(script)}, folder: ${JSON.stringify(folder)}, env: process.env });
       setInterval(() => undefined, 1000);`,
    );
    const parent = startChild(starter);
    await running(folder);
    parent.kill('SIGKILL');
    await expect.poll(() => parent.signalCode, { timeout: 10_000 }).toBe('SIGKILL');
    expect(runCondition(folder).state).toBe('running');
    expect(await stopRun(folder, { timeoutMs: 10_000 })).toBe('stopped');
  });

  it('that is killed while it is waited for leaves an interrupted run', async () => {
    const folder = scratchFolder();
    const pid = start(folder, 'deaf');
    await running(folder);
    const stopping = stopRun(folder, { timeoutMs: 10_000 });
    process.kill(pid, 'SIGKILL');
    expect(await stopping).toBe('interrupted');
  });

  it('that does not stop in time is named, and the request stays', async () => {
    const folder = scratchFolder();
    const pid = start(folder, 'deaf');
    await running(folder);
    await expect(stopRun(folder, { timeoutMs: 80, pollMs: 10 })).rejects.toThrow(
      `process ${pid} still works`,
    );
    expect(stopRequested(folder)).toBe(true);
    const signal = AbortSignal.timeout(50);
    await expect(stopRun(folder, { timeoutMs: 10_000, pollMs: 10, signal })).rejects.toThrow(CancelledError);
  });

  it('cannot be started by a program that does not exist, nor in a folder that does not', () => {
    const folder = scratchFolder();
    const env = process.env;
    const execPath = join(folder, 'no-such-program');
    expect(() => spawnWorker({ script: 'x', folder, env, execPath })).toThrow(UserError);
    expect(() => spawnWorker({ script: 'x', folder: join(folder, 'no'), env })).toThrow(UserError);
  });
});

describe('asking a run to stop', () => {
  it('is a file that can be taken back', () => {
    const folder = scratchFolder();
    clearStop(folder);
    requestStop(folder);
    requestStop(folder);
    expect(stopRequested(folder)).toBe(true);
    clearStop(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves the request for a queued run, whose process may be starting right now', async () => {
    const folder = scratchFolder();
    expect(await stopRun(folder, { timeoutMs: 1000 })).toBe('queued');
    expect(stopRequested(folder)).toBe(true);
  });

  it('tells of a run folder that is gone', async () => {
    const folder = join(scratchFolder(), 'gone');
    await expect(stopRun(folder, { timeoutMs: 1000 })).rejects.toThrow(UserError);
    expect(existsSync(folder)).toBe(false);
  });
});
