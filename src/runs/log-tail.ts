import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, explainFileError } from '../files/explain';
import { logFile } from './spawn';

/** Lines at the end of a log are looked for among so many bytes. */
const tailBytes = 1 << 16;

/**
 * The last `n` lines that the background processes of a run have written to its log, without empty ones; none when
 * there is no log. They hold no patient data: the worker writes the reason of an end and places in the program only.
 *
 * @throws UserError when the log cannot be read
 */
export function lastLogLines(folder: string, n: number): string[] {
  const path = join(folder, logFile);
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, tailBytes));
      const got = readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString('utf8', 0, got).split(/\r?\n/);
      // The first line began before these bytes.
      if (size > bytes.length) lines.shift();
      const told = lines.filter((line) => line.trim() !== '');
      return n > 0 ? told.slice(-n) : [];
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw explainFileError(error, path);
  }
}
