import { type Dirent, mkdirSync, readFileSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { discard, partialPath, removeStalePartials, writeFileAtomic } from '../files/atomic';
import { errorCode, explainFileError } from '../files/explain';
import { syncFolder } from '../files/sync';
import { UserError } from '../protocol/errors';
import type { RunEvent, UnknownEvent } from '../protocol/journal';
import { type RunManifest, runManifest } from '../protocol/run';
import { runFolder, runsFolder } from './home';
import { firstStart, lastEventOf, lastEvents } from './read-journal';
import { type RunCondition, runCondition } from './state';
import { byNumber } from './run-order';

/** Name of the file that holds everything that decides the bytes of a run. */
export const manifestFile = 'run.json';
/** Bytes; a usual one has a few thousand. */
const largestManifest = 1 << 24;

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A run before it has a name: its manifest without `id` and `version`. */
export type NewRun = Without<RunManifest, 'id' | 'version'>;

/** A run as its folder tells it. */
export interface RunView extends RunCondition {
  readonly damaged: false;
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Steps that are planned; undefined before the first process has started. */
  readonly steps: number | undefined;
  readonly lastMetric: Extract<RunEvent, { kind: 'metric' }> | undefined;
  readonly lastEvent: RunEvent | UnknownEvent | undefined;
}

/** A folder among the runs that cannot be read as a run. */
export interface DamagedRun {
  readonly damaged: true;
  readonly id: string;
  readonly folder: string;
  /** What is wrong, in which file, and what to do. */
  readonly problem: string;
}

/**
 * Makes the folder of a new run with its frozen `run.json`. The id is kind, day of `createdAt` (UTC) and a
 * number, such as `pretrain-20261122-1`. Of many processes at the same moment each gets an id of its own,
 * and no folder without a whole `run.json` is ever seen.
 *
 * @throws UserError when the home folder cannot be written
 */
export function createRun(home: string, manifest: NewRun): { id: string; folder: string } {
  const runs = runsFolder(home);
  const stem = `${manifest.kind}-${manifest.createdAt.slice(0, 10).replaceAll('-', '')}`;
  try {
    mkdirSync(runs, { recursive: true });
    removeStalePartials(runs, '.new-run.partial-');
    for (let number = freeNumber(runs, stem); ; number += 1) {
      const id = `${stem}-${number}`;
      const folder = join(runs, id);
      if (publishManifest(folder, runManifest.parse({ ...manifest, version: 1, id }))) return { id, folder };
    }
  } catch (error) {
    throw explainFileError(error, runs);
  }
}

/** Every run of a home folder, newest first; what cannot be read comes last, each with its problem. */
export function listRuns(home: string, now: () => number = Date.now): (RunView | DamagedRun)[] {
  const views = runIds(home).map((id) => viewOrProblem(join(runsFolder(home), id), id, now));
  return views.sort(newestFirst);
}

/** Orders runs: newest first, those that cannot be read last. */
export function newestFirst(a: Aged, b: Aged): number {
  return compareTexts(age(b), age(a)) || byNumber(b.id, a.id);
}

type Aged = Pick<RunView, 'damaged' | 'id' | 'manifest'> | DamagedRun;

/** ISO 8601 sorts like its characters; a comparison by language would cost a hundred times as much. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Reads one run. `given` is its id or the beginning of its id.
 * @throws UserError when no run or more than one is meant, or when the run is damaged
 */
export function readRun(home: string, given: string, now: () => number = Date.now): RunView {
  const id = findRun(home, given);
  return viewRun(runFolder(home, id), id, now);
}

/**
 * The id of the run that is meant by an id or by the beginning of one.
 * @throws UserError when no run or more than one is meant
 */
export function findRun(home: string, given: string): string {
  const ids = runIds(home).sort(byNumber);
  if (ids.includes(given)) return given;
  const meant = given === '' ? [] : ids.filter((id) => id.startsWith(given));
  if (meant.length === 1) return meant[0]!;
  if (meant.length === 0) {
    throw new UserError(`There is no run “${given}”.`, {
      file: runsFolder(home),
      advice: ids.length === 0 ? 'No run has been made here yet.' : 'See all runs with: medbert runs',
    });
  }
  const shown = meant.slice(0, 5).join(', ');
  throw new UserError(`“${given}” may mean ${meant.length} runs: ${shown}${meant.length > 5 ? ', …' : ''}.`, {
    advice: 'Give more of the id.',
  });
}

/**
 * Reads a run from its folder, wherever it lies.
 * @throws UserError when `run.json` or the end of the journal is damaged
 */
export function viewRun(folder: string, id: string, now: () => number = Date.now): RunView {
  return {
    damaged: false,
    id,
    folder,
    manifest: readManifest(folder),
    ...runCondition(folder, now),
    steps: firstStart(folder)?.steps,
    lastMetric: lastEventOf(folder, ['metric']),
    lastEvent: lastEvents(folder, 1)[0],
  };
}

/**
 * Reads `run.json`.
 * @throws UserError when it is missing, damaged, or of a newer version of the program
 */
export function readManifest(folder: string): RunManifest {
  const path = join(folder, manifestFile);
  let text = '';
  try {
    // A description that has grown beyond all measure is damaged, and not worth the memory to see it.
    if (statSync(path).size <= largestManifest) text = readFileSync(path, 'utf8');
  } catch (error) {
    throw explainFileError(error, path);
  }
  const parsed = runManifest.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data;
  throw new UserError('This is not a run description that this version can read.', {
    file: path,
    advice: 'Restore the file from a copy; or it was made by another version, and is best left to that one.',
  });
}

function viewOrProblem(folder: string, id: string, now: () => number): RunView | DamagedRun {
  try {
    return viewRun(folder, id, now);
  } catch (error) {
    return { damaged: true, id, folder, problem: damageOf(error, folder) };
  }
}

/**
 * Why a run cannot be read, for the list in which it stands: one folder that nobody foresaw must not hide all others.
 */
export function damageOf(error: unknown, folder: string): string {
  const told = explainFileError(error, folder);
  if (told instanceof UserError) return told.explain();
  const name = error instanceof Error ? error.name : typeof error;
  return `This folder cannot be read, which is a bug in Med-BERT Explorer (${name}): ${folder}`;
}

function age(run: Aged): string {
  return run.damaged ? '' : run.manifest.createdAt;
}

/** Names of the run folders of a home folder, damaged ones too, in no order. */
export function runIds(home: string): string[] {
  return foldersOf(runsFolder(home)).filter((name) => !name.startsWith('.'));
}

function foldersOf(parent: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(parent, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw explainFileError(error, parent);
  }
  // A run folder may be a link to another disk.
  const isFolder = (entry: Dirent): boolean =>
    entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(join(parent, entry.name)));
  return entries.filter(isFolder).map((entry) => entry.name);
}

/** A link that leads nowhere, or back to itself, leads to no folder. */
function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

function freeNumber(runs: string, stem: string): number {
  const numbers = foldersOf(runs)
    .filter((name) => name.startsWith(`${stem}-`))
    .map((name) => Number(name.slice(stem.length + 1)))
    .filter(Number.isInteger);
  return Math.max(0, ...numbers) + 1;
}

/** False when the name is taken. A folder with content in it is never replaced by a rename, so only one process wins. */
function publishManifest(folder: string, manifest: RunManifest): boolean {
  const parent = dirname(folder);
  const partial = partialPath(join(parent, 'new-run'));
  mkdirSync(partial);
  try {
    writeFileAtomic(join(partial, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
    renameSync(partial, folder);
  } catch (error) {
    discard(partial);
    if (isTaken(error, folder)) return false;
    throw error;
  }
  syncFolder(parent);
  return true;
}

function isTaken(error: unknown, folder: string): boolean {
  const code = errorCode(error) ?? '';
  const exists = statSync(folder, { throwIfNoEntry: false }) !== undefined;
  return exists && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES'].includes(code);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
