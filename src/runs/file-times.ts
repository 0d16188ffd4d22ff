import { statSync } from 'node:fs';
import { join } from 'node:path';
import { claimFile } from './claim';
import { resultsFile } from './summary';

/** Changes whenever one of some files does, comes or goes. */
export function fileTimes(files: readonly string[]): string {
  return files.map(timesOf).join();
}

/**
 * Files of a run's folder that decide what it predicts, how well it did, and the one that says that a process works on
 * it. Not its journal: of a run that trains it grows all the time.
 */
export function resultFiles(folder: string): string[] {
  const names = ['run.json', 'vocabulary.tsv', 'pool.parquet', 'predictions.parquet', 'checkpoints'];
  return [...names, resultsFile, claimFile].map((name) => join(folder, name));
}

function timesOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
