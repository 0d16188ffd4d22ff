import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Changes whenever one of some files does, comes or goes. */
export function fileTimes(files: readonly string[]): string {
  return files.map(timesOf).join();
}

/** Files of a run's folder that decide what it predicts, and whether it has finished. */
export function resultFiles(folder: string): string[] {
  const names = ['run.json', 'vocabulary.tsv', 'pool.parquet', 'predictions.parquet', 'checkpoints'];
  return [...names, 'events.jsonl'].map((name) => join(folder, name));
}

function timesOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
