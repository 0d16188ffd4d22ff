import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './explain';

/** Ends the name of a folder that was moved aside while its replacement takes its place. */
export const replacedSuffix = '.replaced';

/**
 * A free path beside `final` to write into first: `.NAME.partial-PID-N@HOST`.
 * The pid and host in the name let {@link removeStalePartials} see later whether its writer still lives.
 */
export function partialPath(final: string): string {
  const stem = join(dirname(final), `.${basename(final)}.partial-${process.pid}`);
  for (let n = 0; ; n += 1) {
    const path = `${stem}-${n}@${hostLabel()}`;
    if (!isThere(path) && !isThere(path + replacedSuffix)) return path;
  }
}

/**
 * Removes what killed processes left half-written in `parent`: entries that begin with `prefix` and are named
 * `….partial-PID…`, whose process no longer runs. Entries of other machines (shared disks) are left alone.
 *
 * A folder that was moved aside by a replacement that never took its place is put back instead.
 */
export function removeStalePartials(parent: string, prefix: string): void {
  for (const entry of entriesOf(parent)) {
    if (!entry.startsWith(prefix)) continue;
    const partial = parsePartial(entry);
    if (partial === undefined || !isStale(partial)) continue;
    const path = join(parent, entry);
    const home = join(parent, partial.name);
    if (partial.replaced && partial.name !== '' && !existsSync(home)) putBack(path, home);
    else rmSync(path, { recursive: true, force: true });
  }
}

/** Removes a partial after a failure. What cannot be removed now is stale later, and the failure itself matters more. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // See above.
  }
}

interface Partial {
  /** Name that the entry was going to have, or had before it was moved aside. */
  name: string;
  pid: number;
  host: string | undefined;
  replaced: boolean;
}

function parsePartial(entry: string): Partial | undefined {
  const replaced = entry.endsWith(replacedSuffix);
  const stem = replaced ? entry.slice(0, -replacedSuffix.length) : entry;
  const match = /^\.?(.*?)\.?partial-(\d{1,10})(?:[-.][^@]*)?(?:@([\w-]+))?$/.exec(stem);
  if (match === null) return undefined;
  return { name: match[1]!, pid: Number(match[2]), host: match[3], replaced };
}

function isStale(partial: Partial): boolean {
  if (partial.host !== undefined && partial.host !== hostLabel()) return false;
  if (partial.pid === process.pid || partial.pid === 0) return false;
  try {
    process.kill(partial.pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

function putBack(path: string, home: string): void {
  try {
    renameSync(path, home);
  } catch (error) {
    // Another process has put it back, or a new folder in its place, at the same moment.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  }
}

function entriesOf(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function hostLabel(): string {
  return hostname().replaceAll(/[^\w-]/g, '_') || 'localhost';
}
