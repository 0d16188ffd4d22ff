import { closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../files/explain';
import { UserError } from '../protocol/errors';
import type { ProcessRecord } from '../protocol/run';
import { isAlive } from './process';

const prefix = '.turn-';
/** A turn takes milliseconds; longer means that a disk or a process hangs. */
const usualPatienceMs = 15_000;
/** A turn file of another machine that is older belongs to a process that was killed in its turn. */
const foreignPatience = 10_000;

/** No turn came in time: another process holds the folder. */
export class NoTurnError extends UserError {
  constructor(folder: string) {
    super('Another process holds this folder and does not let go.', {
      file: folder,
      advice: 'Try again. If it stays so, look for a hanging medbert process and end it.',
    });
  }
}

/**
 * Runs `body` while no other process runs one for the same folder. A kill inside leaves nothing to clean up
 * by hand, because a turn file counts only while its process lives.
 *
 * Each process first puts up its own file and then looks at the others: of two, at least the later one sees
 * the other. It goes in only when it sees none; who sees a smaller name steps back, so the smallest gets in.
 *
 * @param record the process that this runs in
 * @param now milliseconds since 1970; used only to judge the turns of other machines
 * @param patienceMs how long to wait for the turn; the thread does nothing else meanwhile
 * @throws NoTurnError when no turn comes in that time
 */
export function inTurn<T>(
  folder: string,
  record: ProcessRecord,
  now: () => number,
  body: () => T,
  patienceMs: number = usualPatienceMs,
): T {
  const own = turnName(record);
  const path = join(folder, own);
  const deadline = performance.now() + patienceMs;
  for (let up = false; ;) {
    up ||= putUp(path);
    const others = up ? livingTurns(folder, own, now) : [];
    if (up && others.length === 0) break;
    if (up && others.some((other) => other < own)) {
      rmSync(path, { force: true });
      up = false;
    }
    if (performance.now() > deadline) {
      if (up) rmSync(path, { force: true });
      throw new NoTurnError(folder);
    }
    pause(1 + (record.pid % 7));
  }
  try {
    return body();
  } finally {
    rmSync(path, { force: true });
  }
}

function putUp(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    // Another thread of this process is at it.
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Names of the other turn files whose process lives; those of the dead are removed. */
function livingTurns(folder: string, own: string, now: () => number): string[] {
  return readdirSync(folder).filter((name) => {
    if (!name.startsWith(prefix) || name === own) return false;
    if (isTaken(folder, name, now)) return true;
    rmSync(join(folder, name), { force: true });
    return false;
  });
}

function isTaken(folder: string, name: string, now: () => number): boolean {
  const record = turnOwner(name);
  if (record === undefined) return false;
  if (record.host === hostname()) return isAlive(record);
  const written = statSync(join(folder, name), { throwIfNoEntry: false });
  return written !== undefined && now() - written.mtimeMs < foreignPatience;
}

/** The whole record stands in the name, so that it is there, complete, with the file. */
function turnName(record: ProcessRecord): string {
  return prefix + encodeURIComponent(JSON.stringify([record.pid, record.startTime, record.host]));
}

function turnOwner(name: string): ProcessRecord | undefined {
  try {
    const [pid, startTime, host] = JSON.parse(decodeURIComponent(name.slice(prefix.length))) as unknown[];
    if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof host !== 'string')
      return undefined;
    return { pid, startTime, host };
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
