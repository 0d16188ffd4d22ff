import { open, type FileHandle } from 'node:fs/promises';

/** Bytes gathered before they are written. */
const bufferBytes = 4 << 20;

/**
 * A text file written through one large byte buffer: rows are composed in place, without a string or an
 * object per row. Whoever appends sees to it that {@link free} suffices, and awaits {@link write} in time.
 */
export class TsvFile {
  readonly #handle: FileHandle;
  readonly #bytes = Buffer.allocUnsafe(bufferBytes);
  #length = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<TsvFile> {
    return new TsvFile(await open(path, 'wx'));
  }

  /** Position of the next byte, to {@link repeat} what is written from here on. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that can be appended before the buffer must be written. */
  get free(): number {
    return bufferBytes - this.#length;
  }

  /** Appends ASCII text. */
  text(text: string): void {
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** Appends `source[from … to)`; byte by byte, because the pieces are shorter than a native call is long. */
  slice(source: Uint8Array, from: number, to: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    this.#length = at;
  }

  /** Appends what stands in the buffer at `from … to`, such as the columns that the rows of a visit share. */
  repeat(from: number, to: number): void {
    this.slice(this.#bytes, from, to);
  }

  /** Writes the buffer to the file and empties it. */
  async write(): Promise<void> {
    let written = 0;
    while (written < this.#length) {
      const { bytesWritten } = await this.#handle.write(this.#bytes, written, this.#length - written);
      written += bytesWritten;
    }
    this.#length = 0;
  }

  /** Closes the file; what was not written is lost. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}
