import { hostname } from 'node:os';
import { errorCode } from '../files/explain';
import type { ProcessRecord } from '../protocol/run';
import { sightProcess } from './start-time';

/** Stands for a start time that the system does not tell. */
const unknownStart = 'unknown';

/** How long the journal of a process on another machine may rest before the process counts as dead: 10 minutes. */
export const silenceOfTheDead = 10 * 60_000;

/** What is known of a run whose process may be on another machine. Times are milliseconds since 1970. */
export interface Movement {
  /** When the run folder last showed a sign of life (journal or claim written). */
  readonly movedAt: number;
  readonly now: number;
}

/** When a process of this machine started, in the system's own words; undefined when there is none or nothing is told. */
export function processStartTime(pid: number): string | undefined {
  return sightProcess(pid)?.startTime;
}

/** The record of a process of this machine that surely exists now, such as a child just started. */
export function recordOf(pid: number): ProcessRecord {
  return { pid, startTime: processStartTime(pid) ?? unknownStart, host: hostname() };
}

/** The record of the process that this runs in. */
export function currentProcess(): ProcessRecord {
  return recordOf(process.pid);
}

/**
 * Whether the process of a record still works.
 *
 * On this machine: a process has that pid, it started at that time (another start time is another process
 * that got the same pid, or the machine was restarted), and it is no zombie. Where the system does not tell
 * the start time, the pid alone decides.
 *
 * On another machine nobody can look, so it counts as alive while the run folder moved within the last
 * {@link silenceOfTheDead}; without `movement` it counts as dead.
 */
export function isAlive(record: ProcessRecord, movement?: Movement): boolean {
  if (record.host !== hostname()) {
    // Clocks of machines differ a little; a time far ahead is no sign of life, but a clock that was wrong.
    return movement !== undefined && Math.abs(movement.now - movement.movedAt) < silenceOfTheDead;
  }
  if (!pidExists(record.pid)) return false;
  const sight = sightProcess(record.pid);
  if (sight === undefined) return pidExists(record.pid);
  return !sight.zombie && (sight.startTime === record.startTime || record.startTime === unknownStart);
}

/** Whether some process of this machine has that pid, be it the one that is meant or not. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}
