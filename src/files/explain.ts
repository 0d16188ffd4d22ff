import { UserError } from '../protocol/errors';

/** What the operating system's refusals mean to the person at the keyboard: what is wrong, what to do. */
const refusals: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  ENOSPC: ['The disk is full.', 'Free some space or choose a place on another disk, then try again.'],
  EDQUOT: [
    'Your disk quota is used up.',
    'Free some space or choose a place on another disk, then try again.',
  ],
  EFBIG: [
    'The file would grow beyond the largest size that is allowed here.',
    'Choose another disk, or raise the limit on file sizes (ulimit -f).',
  ],
  EACCES: ['Permission denied.', 'Check who owns the file and its folder, or choose another place.'],
  EPERM: [
    'The operation is not permitted.',
    'Check who owns the file and its folder, or choose another place.',
  ],
  EROFS: ['The disk is read-only.', 'Choose a place that can be written to.'],
  ENOENT: ['There is no such file or folder.', 'Check the spelling of the path.'],
  ENOTDIR: [
    'A part of this path is a file where a folder is needed.',
    'Check the path, or move that file away.',
  ],
  EISDIR: ['This is a folder where a file is needed.', 'Give the path of a file.'],
  EEXIST: ['There is something at this path already.', 'Choose another name, or move it away first.'],
  ENOTEMPTY: ['There is a folder with content at this path.', 'Choose another name, or move it away first.'],
  EMFILE: [
    'Too many files are open.',
    'Raise the limit (ulimit -n) or close other programs, then try again.',
  ],
  ENFILE: ['Too many files are open on this machine.', 'Close other programs, then try again.'],
  ENAMETOOLONG: ['The path is too long.', 'Choose a shorter name.'],
  EBUSY: ['The file is in use by another program.', 'Close that program, then try again.'],
  ELOOP: ['This link leads back to itself.', 'Remove the link, or let it point to a file.'],
  ENXIO: ['This is no ordinary file.', 'Remove it, or put a file in its place.'],
  ESTALE: [
    'The network disk has lost sight of this file.',
    'Try again; if it happens again, mount the disk anew.',
  ],
  ETIMEDOUT: ['The network disk does not answer.', 'Check the connection, then try again.'],
  EHOSTDOWN: ['The machine of the network disk is down.', 'Check the connection, then try again.'],
  EHOSTUNREACH: [
    'The machine of the network disk cannot be reached.',
    'Check the connection, then try again.',
  ],
  ENOTCONN: ['The network disk is not connected.', 'Mount it again, then try again.'],
  ERR_STRING_TOO_LONG: ['The file is far larger than such a file can be.', 'Restore it from a copy.'],
  ERR_FS_FILE_TOO_LARGE: ['The file is far larger than such a file can be.', 'Restore it from a copy.'],
  EIO: ['The disk reported an error while reading or writing.', 'Check the disk, or choose another one.'],
};

/** The operating system's code of a failure (`ENOENT`, …), when the error carries one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns a refusal of the operating system that a person can mend (full disk, no permission, wrong path …)
 * into a {@link UserError} about `path`. Every other error comes back as it is, because it is a bug.
 */
export function explainFileError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  const refusal = code === undefined || !Object.hasOwn(refusals, code) ? undefined : refusals[code];
  if (refusal === undefined) return error;
  return new UserError(refusal[0], { file: path, advice: refusal[1] }, { cause: error });
}
