import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../protocol/errors';
import { errorCode, explainFileError } from './explain';
import { discard, partialPath, replacedSuffix } from './partials';
import { syncFolder, syncTree } from './sync';

export { explainFileError } from './explain';
export { discard, partialPath, removeStalePartials } from './partials';

/**
 * Writes a whole file so that at every moment, also after a kill or a loss of power, `path` holds either its
 * old content or `data`, never a part: written beside, fsynced, renamed. Nothing is left behind on failure.
 * A link is followed; a device or a pipe (`/dev/stdout`) is written to directly.
 *
 * @throws UserError on a full disk, missing permission, a missing folder.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  try {
    const present = statSync(path, { throwIfNoEntry: false });
    if (present === undefined || present.isFile()) {
      replaceFile(present === undefined ? path : realpathSync(path), data);
    } else {
      writeFileSync(path, data);
    }
  } catch (error) {
    throw explainFileError(error, path);
  }
}

function replaceFile(path: string, data: string | Uint8Array): void {
  const [partial, handle] = openPartial(path);
  try {
    try {
      writeFileSync(handle, data);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(partial, path);
  } catch (error) {
    discard(partial);
    throw error;
  }
  syncFolder(dirname(path));
}

function openPartial(path: string): [partial: string, handle: number] {
  for (;;) {
    const partial = partialPath(path);
    try {
      return [partial, openSync(partial, 'wx')];
    } catch (error) {
      // Another thread of this process took the same free name between the look and the opening.
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/**
 * Makes a finished folder visible under its final name, whole or not at all: every file and folder in
 * `partial` is fsynced, then it is renamed, then the parent is fsynced. An empty folder at `final` is
 * taken over. On failure `partial` stays for its owner to remove, and `final` is as it was.
 *
 * With `replace` an existing folder is moved aside first and removed afterwards. A kill between the two
 * leaves it aside; `removeStalePartials` puts it back.
 *
 * @throws UserError when `final` exists and is not empty (without `replace`), or on a full disk or missing permission.
 */
export function publishFolder(partial: string, final: string, options: { replace?: boolean } = {}): void {
  try {
    syncTree(partial);
    if (options.replace === true) replaceFolder(partial, final);
    else renameToFree(partial, final);
    syncFolder(dirname(final));
  } catch (error) {
    throw explainFileError(error, final);
  }
}

function renameToFree(partial: string, final: string): void {
  const present = statSync(final, { throwIfNoEntry: false });
  if (present !== undefined) {
    if (!present.isDirectory() || readdirSync(final).length > 0) {
      throw new UserError('There is something at this path already.', {
        file: final,
        advice: 'Choose another name, or move it away first.',
      });
    }
    // rename() takes over an empty folder everywhere but on Windows.
    if (process.platform === 'win32') rmdirSync(final);
  }
  renameSync(partial, final);
}

function replaceFolder(partial: string, final: string): void {
  const aside = partialPath(final) + replacedSuffix;
  // Another process may publish the same name meanwhile; then its folder is the next to be replaced.
  for (let attempt = 1; !exchange(partial, final, aside); attempt += 1) {
    if (attempt === 10) throw new UserError('Another process keeps writing this folder.', { file: final });
  }
  // The old folder goes only once the new one is safe from a loss of power.
  syncFolder(dirname(final));
  rmSync(aside, { recursive: true, force: true });
}

/** Moves `final` aside and `partial` into its place; false when somebody else took the place in between. */
function exchange(partial: string, final: string, aside: string): boolean {
  rmSync(aside, { recursive: true, force: true });
  const moved = moveIfThere(final, aside);
  try {
    renameSync(partial, final);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) return false;
    if (moved) renameSync(aside, final);
    throw error;
  }
}

function moveIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
