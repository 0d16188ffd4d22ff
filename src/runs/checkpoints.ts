import { type Dirent, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { discard, partialPath, publishFolder, removeStalePartials } from '../files/atomic';
import { errorCode, explainFileError } from '../files/explain';
import { syncFolder } from '../files/sync';

/** One whole checkpoint. */
export interface Checkpoint {
  /** Optimizer steps done. */
  readonly step: number;
  /** Name of its folder under `checkpoints/`: the step with leading zeros. */
  readonly name: string;
  /** Path of its folder. */
  readonly folder: string;
}

/** Name of the folder of a step: nine digits, so that names sort like steps. */
export function checkpointName(step: number): string {
  if (!Number.isSafeInteger(step) || step < 0) throw new Error('A checkpoint needs a whole step from 0 on.');
  return String(step).padStart(9, '0');
}

/**
 * Writes the checkpoint of `step` and returns the path of its folder. `write` fills an empty folder; only
 * when all of it is safely on the disk does the folder get its name, so a checkpoint is there whole or not at
 * all. One of the same step is replaced. Nothing is left behind when `write` fails.
 *
 * @throws UserError on a full disk or missing permission; whatever else `write` throws
 */
export function writeCheckpoint(folder: string, step: number, write: (partial: string) => void): string {
  const parent = checkpointsFolder(folder);
  const final = join(parent, checkpointName(step));
  const partial = join(parent, `.partial-${process.pid}-${checkpointName(step)}`);
  try {
    if (mkdirSync(parent, { recursive: true }) !== undefined) syncFolder(folder);
    removeStalePartials(parent, '.');
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    write(partial);
    publishFolder(partial, final, { replace: true });
    return final;
  } catch (error) {
    discard(partial);
    throw explainFileError(error, final);
  }
}

/** All whole checkpoints of a run, by rising step. */
export function listCheckpoints(folder: string): Checkpoint[] {
  const parent = checkpointsFolder(folder);
  return entriesOf(parent)
    .filter((entry) => entry.isDirectory() && /^\d{9,15}$/.test(entry.name))
    .map(({ name }) => ({ step: Number(name), name, folder: join(parent, name) }))
    .sort((a, b) => a.step - b.step);
}

/** The checkpoint that a run would be resumed from; undefined when there is none yet. */
export function latestCheckpoint(folder: string): Checkpoint | undefined {
  return listCheckpoints(folder).at(-1);
}

/**
 * Removes every checkpoint whose name is not in `keep`. Each loses its name first, so what a kill leaves
 * half-deleted is no checkpoint; the next call removes it.
 *
 * @throws UserError on missing permission
 */
export function pruneCheckpoints(folder: string, keep: ReadonlySet<string>): void {
  const parent = checkpointsFolder(folder);
  try {
    removeStalePartials(parent, '.');
    for (const checkpoint of listCheckpoints(folder)) {
      if (keep.has(checkpoint.name)) continue;
      const aside = partialPath(checkpoint.folder);
      renameSync(checkpoint.folder, aside);
      syncFolder(parent);
      rmSync(aside, { recursive: true, force: true });
    }
  } catch (error) {
    throw explainFileError(error, parent);
  }
}

function checkpointsFolder(folder: string): string {
  return join(folder, 'checkpoints');
}

function entriesOf(parent: string): Dirent[] {
  try {
    return readdirSync(parent, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw explainFileError(error, parent);
  }
}
