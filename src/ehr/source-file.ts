import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { explainFileError } from '../files/atomic';
import { throwIfCancelled, UserError } from '../protocol/errors';

/** A file of the source. */
export interface SourceFile {
  readonly path: string;
  /** Its path inside the source, as people see it. */
  readonly name: string;
}

/** What reading a text file once from end to end tells about it. */
export interface TextCheck {
  /** First line without its line end. */
  readonly header: string;
  /** Lines that are not blank, the header among them. */
  readonly lines: number;
  /** Numbers of the blank lines, from 1 and rising: readers skip them, so they shift row numbers. */
  readonly blankLines: readonly number[];
  /** Some lines end with CR LF, some with LF: two exports put together. */
  readonly mixedLineEnds: boolean;
}

/** Longer lines are no records: refused before any reader tries to hold one. */
export const longestLine = 1 << 20;
const mostBlankLines = 100_000;
const lineFeed = 10;
const carriageReturn = 13;

/**
 * Reads a (gzipped) text file once in pieces of at most 1 MiB and refuses what is no table of text:
 * an over-long line, NUL bytes, invalid UTF-8, a damaged archive. `onBytes` hears of bytes read from disk.
 */
export async function checkText(
  file: SourceFile,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<TextCheck> {
  const lines = new LineCheck(file.name);
  for await (const chunk of readPieces(file, onBytes)) {
    throwIfCancelled(signal, 'The import');
    lines.add(chunk);
  }
  return lines.end();
}

/** First line of a (gzipped) file, at most 64 KiB of it; empty when the file cannot be read as such. */
export async function readFirstLine(file: SourceFile): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of readPieces(file, () => {}, 1 << 16)) {
      pieces.push(piece);
      length += piece.length;
      if (piece.includes(lineFeed) || length >= 1 << 16) break;
    }
  } catch (error) {
    if (error instanceof UserError && isGzip(file)) return '';
    throw error;
  }
  return firstLine(Buffer.concat(pieces));
}

/** Whether a file is read through gzip, by its name. */
export function isGzip(file: SourceFile): boolean {
  return /\.gz$/i.test(file.path);
}

/** Size on disk in bytes; UserError when the file cannot be read. */
export async function fileBytes(file: SourceFile): Promise<number> {
  try {
    return (await stat(file.path)).size;
  } catch (error) {
    throw explainFileError(error, file.path);
  }
}

async function* readPieces(
  file: SourceFile,
  onBytes: (bytes: number) => void,
  size = longestLine,
): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.path, { highWaterMark: size });
  raw.on('data', (piece) => onBytes(piece.length));
  const stream = isGzip(file) ? raw.pipe(createGunzip({ chunkSize: size })) : raw;
  // `pipe` does not carry errors over.
  if (stream !== raw) raw.on('error', (error) => stream.destroy(error));
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) {
      throw new UserError('The gzip archive is damaged or cut short.', {
        file: file.name,
        advice: 'Download or compress the file again.',
      });
    }
    throw explainFileError(error, file.path);
  } finally {
    raw.destroy();
    stream.destroy();
  }
}

function firstLine(bytes: Buffer): string {
  const end = bytes.indexOf(lineFeed);
  const text = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  return text.replace(/^\uFEFF/, '').replace(/\r$/, '');
}

/** Follows the lines of a file through its pieces; no piece is longer than {@link longestLine}. */
class LineCheck {
  private header: string | undefined;
  private newlines = 0;
  /** Lines that end with CR LF, and with LF alone. */
  private withReturn = 0;
  private withoutReturn = 0;
  private readonly blanks: number[] = [];
  /** The beginning of a line whose end has not been read yet. */
  private open: Buffer[] = [];
  private openLength = 0;

  constructor(private readonly file: string) {}

  add(piece: Buffer): void {
    const first = piece.indexOf(lineFeed);
    if (first < 0) {
      this.keepOpen(piece);
      return;
    }
    this.refuseLong(this.openLength + first);
    this.take(Buffer.concat([...this.open, piece.subarray(0, first + 1)]));
    const last = piece.lastIndexOf(lineFeed);
    if (last > first) this.take(piece.subarray(first + 1, last + 1));
    this.open = [];
    this.openLength = 0;
    if (last + 1 < piece.length) this.keepOpen(piece.subarray(last + 1));
  }

  end(): TextCheck {
    const lineEnds = [this.withReturn, this.withoutReturn];
    // The last line may have no end: what is added for it here does not count.
    if (this.openLength > 0) this.take(Buffer.concat([...this.open, Buffer.from('\n')]));
    if (this.newlines === this.blanks.length) {
      throw new UserError('The file is empty.', {
        file: this.file,
        advice: 'Check that the export or the download was finished.',
      });
    }
    return {
      header: this.header!,
      lines: this.newlines - this.blanks.length,
      blankLines: this.blanks,
      mixedLineEnds: lineEnds.every((lines) => lines > 0),
    };
  }

  private keepOpen(piece: Buffer): void {
    this.refuseLong(this.openLength + piece.length);
    this.open.push(piece);
    this.openLength += piece.length;
  }

  private refuseLong(length: number): void {
    if (length <= longestLine) return;
    throw new UserError('The line is longer than 1 MiB: this is no table of records.', {
      file: this.file,
      row: this.newlines + 1,
      advice: 'Check that the file is text with one record in each line.',
    });
  }

  /** Checks bytes that end with a line feed and begin a line. */
  private take(bytes: Buffer): void {
    this.header ??= this.readHeader(bytes);
    const zero = bytes.indexOf(0);
    if (zero >= 0) this.refuse('The file holds NUL bytes: it is damaged, or no text.', bytes, zero);
    if (!isUtf8(bytes)) this.refuse('The text is not valid UTF-8.', bytes, firstInvalid(bytes));
    const alone = loneReturn(bytes);
    if (alone >= 0) this.refuse('A carriage return stands inside the line.', bytes, alone);
    this.count(bytes);
  }

  private count(bytes: Buffer): void {
    let previous = -1;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
      this.newlines++;
      const length = at - previous - 1;
      const hasReturn = length > 0 && bytes[at - 1] === carriageReturn;
      if (hasReturn) this.withReturn++;
      else this.withoutReturn++;
      if (length === (hasReturn ? 1 : 0)) this.addBlank();
      previous = at;
    }
  }

  private addBlank(): void {
    if (this.blanks.push(this.newlines) <= mostBlankLines) return;
    throw new UserError(`The file holds more than ${mostBlankLines.toLocaleString('en')} blank lines.`, {
      file: this.file,
      advice: 'Remove the blank lines, or export the records again.',
    });
  }

  private readHeader(bytes: Buffer): string {
    const mark = bytes.length > 1 ? bytes.readUInt16BE(0) : 0;
    if (mark === 0xfffe || mark === 0xfeff) {
      throw new UserError('The text is UTF-16.', {
        file: this.file,
        advice: 'Save the file as UTF-8 (in spreadsheets: "CSV UTF-8").',
      });
    }
    return firstLine(bytes);
  }

  private refuse(message: string, bytes: Buffer, at: number): never {
    const before = bytes.subarray(0, at);
    throw new UserError(message, {
      file: this.file,
      row: this.newlines + 1 + newlinesIn(before),
      advice: 'Save the file as plain text in UTF-8, or export the records again.',
    });
  }
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return count;
}

/** Offset of the first carriage return that no line feed follows; -1 when there is none. */
function loneReturn(bytes: Buffer): number {
  let at = bytes.indexOf(carriageReturn);
  while (at >= 0 && bytes[at + 1] === lineFeed) at = bytes.indexOf(carriageReturn, at + 1);
  return at;
}

/** Offset of the beginning of the first line that is not UTF-8. */
function firstInvalid(bytes: Buffer): number {
  let start = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (!isUtf8(bytes.subarray(start, at))) return start;
    start = at + 1;
  }
  return start;
}
