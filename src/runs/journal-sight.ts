import { closeSync, fstatSync } from 'node:fs';
import { openIfThere, readPart } from '../files/part-of-file';
import { explainFileError } from '../files/explain';
import type { Breather } from './breather';
import { findBest, type Validation } from './best-validation';
import { LastReports } from './last-reports';
import { looseEvent, type LooseEvent } from './loose-event';
import { journalPath, longer } from './lines';
import { Pace } from './pace';
import type { Turn } from './state';
import { damagedLine, parseLine } from './read-journal';

/** Bytes at the end of a journal that are read when it is looked at first: of a run that works enough to judge its pace. */
const endBytes = { ended: 1 << 14, live: 1 << 17 };
const headBytes = 1 << 12;
/** More news than this is not read through, but looked at like a journal that is met first. */
const mostNews = 1 << 22;
/** Among this many last lines a damaged one makes the run damaged. */
const lastWords = 20;
const newline = 0x0a;

/**
 * What a list shows of a journal, kept up to date without reading it all: its beginning, its end, and what was
 * written since the last look. A kill and a resume take figures back as `currentFigures` says.
 */
export class JournalSight {
  /** The first `started`. */
  first: { readonly time: number; readonly steps: number } | undefined;
  /** The last event that tells of a beginning or an end. */
  turn: Turn | undefined;
  /** Step that the last process began from; undefined when its beginning lies before what was read. */
  startedAt: number | undefined;
  /** Moment of the last event, milliseconds since 1970. */
  lastTime: number | undefined;
  step = 0;
  best: Validation | undefined;
  readonly pace = new Pace();

  /** Byte that everything before has been taken in of; what follows is no whole line yet. */
  #offset = 0;
  #inode = 0;
  #validation: Validation | undefined;
  /** Step whose figures were searched for in the whole journal; `any` = the best, whichever it is. */
  #searched: number | 'any' | undefined;
  readonly #reports = new LastReports();

  constructor(private readonly folder: string) {}

  get epoch(): number | undefined {
    return this.#reports.epoch;
  }

  get trainLoss(): number | undefined {
    return this.#reports.trainLoss;
  }

  get patientsPerSecond(): number | undefined {
    return this.#reports.speed('patientsPerSecond');
  }

  get tokensPerSecond(): number | undefined {
    return this.#reports.speed('tokensPerSecond');
  }

  /**
   * Takes in what was written since the last look.
   *
   * @param live whether the run works, so that its pace is wanted
   * @param bestStep the best step where something surer than the journal tells it
   * @returns whether anything was new
   * @throws UserError when a line near the end is damaged
   */
  async look(live: boolean, bestStep: number | undefined, breather: Breather): Promise<boolean> {
    const path = journalPath(this.folder);
    const file = openIfThere(path);
    if (file === undefined) return this.#forget();
    let moved: boolean;
    try {
      moved = this.#read(file, path, live);
    } catch (error) {
      throw explainFileError(error, path);
    } finally {
      closeSync(file);
    }
    if (this.#reports.lost) await this.#reports.search(path, breather);
    const wanted = bestStep ?? this.best?.step;
    const complete = this.best?.values !== undefined && this.best.step === wanted;
    // What was not found once is not searched for again.
    if (complete || this.#searched === (wanted ?? 'any')) return moved;
    this.#searched = wanted ?? 'any';
    this.best = await findBest(path, wanted, breather);
    return true;
  }

  #read(file: number, path: string, live: boolean): boolean {
    const { size, ino } = fstatSync(file);
    const known = this.#offset > 0 && ino === this.#inode && size >= this.#offset;
    if (known && size - this.#offset <= mostNews) {
      const before = this.#offset;
      if (size > before) this.#take(readPart(file, before, size), before, path);
      return this.#offset > before;
    }
    this.#forget();
    this.#inode = ino;
    this.#readEnds(file, path, size, live ? endBytes.live : endBytes.ended);
    return true;
  }

  #forget(): boolean {
    const had = this.#offset > 0;
    this.#offset = 0;
    this.first = this.turn = this.startedAt = this.lastTime = undefined;
    this.best = this.#validation = undefined;
    this.step = 0;
    this.#searched = undefined;
    this.#reports.forget(false);
    this.pace.restart();
    return had;
  }

  #readEnds(file: number, path: string, size: number, wanted: number): void {
    let bytes: Buffer;
    let from: number;
    for (let length = wanted; ; length = longer(length, path)) {
      from = Math.max(0, size - length);
      bytes = readPart(file, from, size);
      // The first line began before these bytes, unless this is the beginning of the file.
      const skipped = from === 0 ? 0 : bytes.indexOf(newline) + 1;
      bytes = bytes.subarray(skipped);
      if (from === 0 || (skipped > 0 && bytes.includes(newline))) {
        from += skipped;
        break;
      }
    }
    this.#reports.forget(from > 0);
    if (from > 0) this.#readHead(readPart(file, 0, Math.min(headBytes, from)));
    this.#take(bytes, from, path);
  }

  #readHead(bytes: Buffer): void {
    for (const text of bytes.toString('utf8').split('\n').slice(0, -1)) {
      const event = looseEvent(text);
      if (event?.kind !== 'started') continue;
      this.first = { time: Date.parse(event.time), steps: event.steps ?? 0 };
      this.turn = parseTurn(text);
      this.startedAt = undefined;
      return;
    }
  }

  /** Takes in the whole lines among `bytes`. */
  #take(bytes: Buffer, from: number, path: string): void {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) return;
    const lines = bytes.toString('utf8', 0, end - 1).split('\n');
    lines.forEach((text, index) => {
      const event = looseEvent(text);
      if (event !== undefined) this.#apply(event, text);
      else if (index >= lines.length - lastWords) damagedLine(path, from + endOf(bytes, index));
    });
    this.#offset = from + end;
  }

  #apply(event: LooseEvent, text: string): void {
    this.lastTime = Date.parse(event.time);
    const { kind, step = 0 } = event;
    if (kind === 'metric') this.#figures(event, step);
    else if (kind === 'checkpoint') {
      this.pace.pause();
      if (event.best !== true) return;
      this.best = this.#validation?.step === step ? this.#validation : { step, values: undefined };
    } else if (kind === 'started') this.#begin(event, step, text);
    else if (kind === 'finished' || kind === 'failed' || kind === 'stopped') {
      this.turn = parseTurn(text) ?? this.turn;
      if (kind !== 'failed') this.step = step;
    }
  }

  #figures(event: LooseEvent, step: number): void {
    const { split, values = {} } = event;
    this.#reports.add(event);
    if (split === 'train') this.pace.report(this.lastTime!, step);
    else this.pace.pause();
    if (split === 'validation') this.#validation = { step, values };
    // Figures of test patients tell of the best step, not of how far training is.
    if (split !== 'test') this.step = step;
  }

  #begin(event: LooseEvent, step: number, text: string): void {
    this.turn = parseTurn(text) ?? this.turn;
    this.first ??= { time: this.lastTime!, steps: event.steps ?? 0 };
    this.startedAt = step;
    this.pace.restart();
    this.#reports.takeBack(step);
    this.step = step;
    if (this.#validation !== undefined && this.#validation.step > step) this.#validation = undefined;
    if (this.best === undefined || this.best.step <= step) return;
    this.best = undefined;
    this.#searched = undefined;
  }
}

function parseTurn(text: string): Turn | undefined {
  const event = parseLine(text);
  const turns: readonly string[] = ['started', 'finished', 'failed', 'stopped'];
  return event !== undefined && turns.includes(event.kind) ? (event as Turn) : undefined;
}

/** Where line `index` of these bytes ends. */
function endOf(bytes: Buffer, index: number): number {
  let end = 0;
  for (let line = 0; line <= index; line += 1) end = bytes.indexOf(newline, end) + 1;
  return end;
}
