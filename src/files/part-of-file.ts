import { openSync, readSync } from 'node:fs';
import { errorCode, explainFileError } from './explain';

/**
 * Opens a file to read parts of it.
 *
 * @returns its descriptor, which the caller closes; undefined when there is no such file
 * @throws UserError when it is there and cannot be opened
 */
export function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explainFileError(error, path);
  }
}

/** Bytes `from` … `to` of an open file; fewer when it ends before, as one does that was cut meanwhile. */
export function readPart(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const got = readSync(file, bytes, filled, bytes.length - filled, from + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}
