import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processRecord } from '../../../src/protocol/run';
import { currentProcess, isAlive, processStartTime, silenceOfTheDead } from '../../../src/runs/process';
import { parseProcStat, parsePs, sightProcess } from '../../../src/runs/start-time';
import { deadPid } from './child-program';

const hasPs = spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)]).status === 0;

describe('telling one process from another', () => {
  it('reads the start time behind a program name with spaces and parentheses', () => {
    const after = 'S 1 10 10 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2000';
    expect(parseProcStat(`10 (node) ${after}`)).toEqual({ startTime: '987654', zombie: false });
    expect(parseProcStat(`10 (a) S 1 (b c) ${after}\n`)).toEqual({ startTime: '987654', zombie: false });
    expect(parseProcStat(`10 (x) ${after.replace('S', 'Z')}`)).toEqual({ startTime: '987654', zombie: true });
    expect(parseProcStat('10 (cut off) S 1 2')).toBeUndefined();
    expect(parseProcStat('')).toBeUndefined();
  });

  it('reads a line of ps', () => {
    expect(parsePs('Ss   Sun Nov 22 12:28:00 2026\n')).toEqual({
      startTime: 'Sun Nov 22 12:28:00 2026',
      zombie: false,
    });
    expect(parsePs('Z+   Sun Nov  2 12:28:00 2026')).toEqual({
      startTime: 'Sun Nov 2 12:28:00 2026',
      zombie: true,
    });
    expect(parsePs('')).toBeUndefined();
  });

  it.skipIf(!hasPs)('asks ps where there is no /proc (needs ps)', () => {
    const sight = sightProcess(process.pid, 'darwin');
    expect(sight?.startTime).toMatch(/^\w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4}$/);
    expect(sight?.zombie).toBe(false);
    expect(sightProcess(deadPid(), 'darwin')).toBeUndefined();
  });

  it('knows itself as alive, and as the same process each time', () => {
    const record = currentProcess();
    expect(processRecord.parse(record)).toEqual(record);
    expect(record.pid).toBe(process.pid);
    expect(currentProcess()).toEqual(record);
    expect(isAlive(record)).toBe(true);
  });

  it('takes another start time for another process that got the same pid', () => {
    expect(isAlive({ ...currentProcess(), startTime: 'long-ago' })).toBe(false);
  });

  it('takes a pid without process for dead', () => {
    const pid = deadPid();
    expect(processStartTime(pid)).toBeUndefined();
    expect(isAlive({ ...currentProcess(), pid })).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('takes a zombie for dead (Linux)', async () => {
    // The shell becomes a program that never asks after the child it inherits; the child outlives the change,
    // or the shell itself might still ask after it.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(text.toString());
    await expect.poll(() => sightProcess(pid)?.zombie, { timeout: 10_000 }).toBe(true);
    const startTime = processStartTime(pid)!;
    expect(isAlive({ ...currentProcess(), pid, startTime })).toBe(false);
  });

  it('takes a process of another machine for alive only while its run folder moves', () => {
    const elsewhere = { ...currentProcess(), host: 'another-machine' };
    const now = 1_800_000_000_000;
    expect(isAlive(elsewhere, { movedAt: now - silenceOfTheDead + 1, now })).toBe(true);
    expect(isAlive(elsewhere, { movedAt: now - silenceOfTheDead, now })).toBe(false);
    expect(isAlive(elsewhere)).toBe(false);
  });
});
