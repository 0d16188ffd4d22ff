import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './explain';

const onWindows = process.platform === 'win32';

/** Forces the content of one file to the disk. */
export function syncFile(path: string): void {
  // Windows flushes only handles that may write; elsewhere reading is enough, also for read-only files.
  const handle = openSync(path, onWindows ? 'r+' : 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Forces the names in a folder to the disk, so that a rename or a new file survives a loss of power.
 * Does nothing where the system cannot do it (Windows, some network disks).
 */
export function syncFolder(path: string): void {
  if (onWindows) return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
  } finally {
    closeSync(handle);
  }
}

/** Forces a folder with every file and folder in it to the disk. Links are not followed. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncFolder(folder);
}
