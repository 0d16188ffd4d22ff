import { rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { removeStalePartials, writeFileAtomic } from '../files/atomic';
import { errorCode, explainFileError } from '../files/explain';
import { readJsonRecord } from '../files/json-record';
import { UserError } from '../protocol/errors';
import { type ProcessRecord, processRecord } from '../protocol/run';
import { journalFile } from './lines';
import { isAlive } from './process';
import { removeTicket } from './ticket';
import { inTurn } from './turn';

/** Name of the file that tells which process works on a run. */
export const claimFile = 'process.json';

/** The right of one process to write into a run folder. */
export interface Claim {
  readonly record: ProcessRecord;
  /** Gives the run free. Does nothing when the claim is gone already. */
  release(): void;
}

/** A claim as others see it. */
export interface ClaimSight {
  readonly record: ProcessRecord;
  /** When the claim was made, milliseconds since 1970. */
  readonly since: number;
  /** Whether the process still works, as {@link isAlive} judges. */
  readonly alive: boolean;
}

/**
 * Claims a run for one process: writes `process.json`, unless a living process has claimed it. The claim of
 * a dead process is taken over. Of any number of processes that try at the same moment exactly one wins.
 * What killed processes left half-written in the folder is removed on the way.
 *
 * @param record the process that this runs in, see `currentProcess`
 * @param now milliseconds since 1970; used only to judge processes on other machines
 * @throws UserError when a living process works on the run (says which, and since when)
 */
export function claimRun(folder: string, record: ProcessRecord, now: () => number = Date.now): Claim {
  try {
    return inTurn(folder, record, now, () => claimInTurn(folder, record, now));
  } catch (error) {
    throw explainFileError(error, join(folder, claimFile));
  }
}

/** {@link claimRun} for who has the run's turn already. Whoever works on a run does not wait in the queue any more. */
export function claimInTurn(folder: string, record: ProcessRecord, now: () => number): Claim {
  const present = readClaim(folder, now);
  if (present?.alive === true) throw alreadyClaimed(folder, present);
  writeFileAtomic(join(folder, claimFile), `${JSON.stringify(record)}\n`);
  removeTicket(folder);
  removeStalePartials(folder, '.');
  return { record, release: () => release(folder, record, now) };
}

/**
 * Who works, or last worked, on a run; undefined when nobody has claimed it (or its file is unreadable).
 * @param alive judges the process; {@link isAlive} unless told
 */
export function readClaim(
  folder: string,
  now: () => number = Date.now,
  alive: typeof isAlive = isAlive,
): ClaimSight | undefined {
  const path = join(folder, claimFile);
  const record = readJsonRecord(path, processRecord);
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (record === undefined || since === undefined) return undefined;
  const journal = statSync(join(folder, journalFile), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return { record, since, alive: alive(record, { movedAt: Math.max(since, journal), now: now() }) };
}

function release(folder: string, record: ProcessRecord, now: () => number): void {
  const path = join(folder, claimFile);
  try {
    // A process that was held dead by another machine must not remove the claim of its successor.
    if (!isSame(readJsonRecord(path, processRecord), record)) return;
    inTurn(folder, record, now, () => {
      if (isSame(readJsonRecord(path, processRecord), record)) rmSync(path, { force: true });
    });
  } catch (error) {
    // The whole folder may be gone; then there is nothing to give free.
    if (errorCode(error) !== 'ENOENT') throw explainFileError(error, path);
  }
}

function isSame(one: ProcessRecord | undefined, other: ProcessRecord): boolean {
  return one?.pid === other.pid && one.startTime === other.startTime && one.host === other.host;
}

function alreadyClaimed(folder: string, { record, since }: ClaimSight): UserError {
  const where = record.host === hostname() ? '' : ` on the machine ${record.host}`;
  const when = new Date(since).toISOString().slice(0, 16).replace('T', ' ');
  return new UserError(
    `The run ${basename(folder)} is being worked on by process ${record.pid}${where} since ${when} UTC.`,
    { advice: `Wait until it has ended, or stop it with: medbert stop ${basename(folder)}` },
  );
}
