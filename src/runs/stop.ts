import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../files/atomic';
import { explainFileError } from '../files/explain';
import { UserError, throwIfCancelled } from '../protocol/errors';
import type { RunState } from '../protocol/run';
import { readClaim } from './claim';
import { leaveQueue } from './leave-queue';
import { runCondition } from './state';

const stopFile = 'stop';

/** Asks the process of a run to write a checkpoint and end. It looks between two steps. */
export function requestStop(folder: string): void {
  writeFileAtomic(join(folder, stopFile), '');
}

/** Whether the process of a run was asked to end. One look costs a few microseconds. */
export function stopRequested(folder: string): boolean {
  return existsSync(join(folder, stopFile));
}

/** Takes the request back. Whoever starts or resumes a run does this before starting its process. */
export function clearStop(folder: string): void {
  const path = join(folder, stopFile);
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw explainFileError(error, path);
  }
}

/**
 * Asks a run to stop, waits until its process has given it free or has ended, and returns the state that it
 * left. A run that waits in the queue leaves it. Where no living process has claimed the run its state is returned
 * at once; the request then stays (unless the run is finished), so that a process which is just starting sees it.
 *
 * @throws UserError when the process still works after `timeoutMs` (the request stays)
 * @throws CancelledError when the signal fires (the request stays)
 */
export async function stopRun(
  folder: string,
  options: { readonly timeoutMs: number; readonly pollMs?: number; readonly signal?: AbortSignal },
): Promise<RunState> {
  const { timeoutMs, pollMs = 50, signal } = options;
  if (leaveQueue(folder)) return 'stopped';
  requestStop(folder);
  const deadline = performance.now() + timeoutMs;
  for (let seen = false; ; seen = true) {
    throwIfCancelled(signal, 'Waiting for the run to stop');
    const claim = readClaim(folder);
    if (claim?.alive !== true) return stateLeft(folder, seen);
    if (performance.now() >= deadline) {
      throw new UserError(
        `The run ${basename(folder)} was asked to stop, but process ${claim.record.pid} still works.`,
        { advice: 'It stops after its current step. Wait and look again, or end that process yourself.' },
      );
    }
    await sleep(pollMs);
  }
}

function stateLeft(folder: string, obeyed: boolean): RunState {
  const { state } = runCondition(folder);
  if (obeyed || state === 'finished') clearStop(folder);
  return state;
}
