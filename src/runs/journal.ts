import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { explainFileError } from '../files/explain';
import { syncFolder } from '../files/sync';
import { type NewRunEvent, type RunEvent, runEvent } from '../protocol/journal';
import { journalPath, wholeLength } from './lines';
import { lastEvents } from './read-journal';

export { isRunEvent, lastEventOf, lastEvents, readJournal, tailJournal } from './read-journal';

/** The journal of a run, open for writing. Only the process that has claimed the run may write. */
export interface Journal {
  /**
   * Writes one event as one line, with the next `seq` and the time; returns it as readers will see it.
   * With `sync` the line is on the disk, safe from a loss of power, before this returns; that is what
   * happens unasked for `checkpoint`, `finished`, `failed` and `stopped`.
   *
   * @throws UserError when the disk is full or refuses; the journal is then as it was before
   */
  append(event: NewRunEvent, options?: { readonly sync?: boolean }): RunEvent;
  /** Forces everything to the disk and closes the file. Closing again does nothing. */
  close(): void;
}

const lasting: ReadonlySet<string> = new Set(['checkpoint', 'finished', 'failed', 'stopped']);

/**
 * Opens the journal of a run folder to append to it, and makes it where there is none. A last line torn by
 * a crash is cut off; `seq` goes on where the last whole line ended.
 *
 * @param options.now milliseconds since 1970, the time of the events
 * @throws UserError when the last whole line is damaged, or the file cannot be written
 */
export function openJournal(folder: string, { now = Date.now }: { now?: () => number } = {}): Journal {
  const path = journalPath(folder);
  try {
    const isNew = !existsSync(path);
    const file = openSync(path, 'a');
    try {
      if (isNew) syncFolder(folder);
      const length = wholeLength(path);
      ftruncateSync(file, length);
      const seq = (lastEvents(folder, 1)[0]?.seq ?? -1) + 1;
      return new FileJournal(path, file, length, seq, now);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  } catch (error) {
    throw explainFileError(error, path);
  }
}

class FileJournal implements Journal {
  #open = true;
  /** A failed append left bytes behind that could not be cut off yet. */
  #torn = false;

  constructor(
    private readonly path: string,
    private readonly file: number,
    private length: number,
    private seq: number,
    private readonly now: () => number,
  ) {}

  append(event: NewRunEvent, { sync = lasting.has(event.kind) }: { readonly sync?: boolean } = {}): RunEvent {
    if (!this.#open) throw new Error('The journal is closed.');
    const stamped = { seq: this.seq, time: new Date(this.now()).toISOString(), ...event };
    const line = JSON.stringify(stamped);
    // What a reader could not read must not be written. (Through JSON, because there NaN becomes null.)
    const readable = runEvent.parse(JSON.parse(line));
    this.#write(Buffer.from(`${line}\n`), sync);
    this.seq += 1;
    return readable;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      fsyncSync(this.file);
    } catch (error) {
      throw explainFileError(error, this.path);
    } finally {
      closeSync(this.file);
    }
  }

  #write(line: Buffer, sync: boolean): void {
    try {
      if (this.#torn) this.#cut();
      this.#torn = true;
      for (let written = 0; written < line.length;) written += writeSync(this.file, line, written);
      if (sync) fsyncSync(this.file);
      this.#torn = false;
      this.length += line.length;
    } catch (error) {
      try {
        this.#cut();
      } catch {
        // The next append tries again; if there is none, readers leave the torn line out.
      }
      throw explainFileError(error, this.path);
    }
  }

  #cut(): void {
    ftruncateSync(this.file, this.length);
    this.#torn = false;
  }
}
