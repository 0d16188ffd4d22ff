import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { openIfThere, readPart } from '../files/part-of-file';
import { UserError } from '../protocol/errors';

/** Name of the journal inside a run folder. */
export const journalFile = 'events.jsonl';
/** Path of the journal of a run folder. */
export const journalPath = (folder: string): string => join(folder, journalFile);

/** Bytes read at a time. The first look is smaller: mostly the first or last lines are all that is wanted. */
const blockBytes = 1 << 20;
const firstLookBytes = 1 << 16;
const newline = 0x0a;
/** No line of a journal is nearly as long. What goes on without an end is no journal, and must not be read whole. */
const longestLine = 1 << 22;

/** Some whole lines of a file, each ended by a newline. */
export interface Block {
  readonly bytes: Buffer;
  /** Where the block begins in the file. */
  readonly offset: number;
}

/**
 * Reads the whole lines of a file from byte `offset` on, block by block. A last line without its newline is
 * still being written, or was torn by a crash, and is left out. A file that does not exist has no lines.
 */
export function* blocksForward(path: string, offset = 0): Generator<Block> {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    const size = fstatSync(file).size;
    let wanted = firstLookBytes;
    while (offset < size) {
      const bytes = readPart(file, offset, Math.min(size, offset + wanted));
      const end = bytes.lastIndexOf(newline) + 1;
      if (end > 0) yield { bytes: bytes.subarray(0, end), offset };
      else if (offset + bytes.length >= size) return;
      // A line longer than the block: look again with a larger one.
      wanted = end > 0 ? blockBytes : longer(wanted, path);
      offset += end;
    }
  } finally {
    closeSync(file);
  }
}

/** Like {@link blocksForward}, from the end of the file to its beginning. */
export function* blocksBackward(path: string): Generator<Block> {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    const { size } = fstatSync(file);
    let end = size;
    let wanted = firstLookBytes;
    let torn = true;
    while (end > 0) {
      const start = Math.max(0, end - wanted);
      const bytes = readPart(file, start, end);
      const last = torn ? bytes.lastIndexOf(newline) + 1 : bytes.length;
      if (torn && last === 0) {
        longer(size - start, path);
        end = start;
        continue;
      }
      torn = false;
      // The first line of the block began before it, unless this is the beginning of the file.
      const first = start === 0 ? 0 : bytes.indexOf(newline) + 1;
      if (first < last) yield { bytes: bytes.subarray(first, last), offset: start + first };
      wanted = first < last ? blockBytes : longer(wanted, path);
      end = first < last ? start + first : start + last;
    }
  } finally {
    closeSync(file);
  }
}

/**
 * The next length to look for the end of a line in.
 * @throws UserError when no line is so long
 */
export function longer(length: number, path: string): number {
  if (length <= longestLine) return length * 2;
  throw new UserError('This journal holds a line without an end.', {
    file: path,
    advice: 'Restore the file from a copy.',
  });
}

/** The lines of a block in their order, without newline; each with the offset in the file where it ends. */
export function* linesOf(block: Block): Generator<{ text: string; end: number }> {
  const { bytes, offset } = block;
  for (let start = 0; start < bytes.length;) {
    const stop = bytes.indexOf(newline, start);
    yield { text: bytes.toString('utf8', start, stop), end: offset + stop + 1 };
    start = stop + 1;
  }
}

/** Where the last whole line of a file ends: what comes after is torn. */
export function wholeLength(path: string): number {
  for (const { bytes, offset } of blocksBackward(path)) return offset + bytes.length;
  return 0;
}

/** Row, counted from 1, of the line that ends at byte `end`. */
export function rowAt(path: string, end: number): number {
  let row = 0;
  for (const block of blocksForward(path)) {
    for (const line of linesOf(block)) {
      row += 1;
      if (line.end >= end) return row;
    }
  }
  return row;
}
