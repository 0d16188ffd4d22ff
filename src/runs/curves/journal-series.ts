import { closeSync, fstatSync } from 'node:fs';
import { openIfThere, readPart } from '../../files/part-of-file';
import { throwIfCancelled } from '../../protocol/errors';
import { Breather } from '../breather';
import { journalPath, longer } from '../lines';
import { isLooseEvent, looseEvent, type LooseEvent } from '../loose-event';
import { Table } from './table';

/** Bytes read and parsed in one go: some 2 ms of work. */
const blockBytes = 1 << 18;
const newline = 0x0a;

export type Split = 'train' | 'validation' | 'test';

/** A moment of a run on each of the axes. Time is seconds of training. */
export interface Moment {
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
}

/**
 * Every figure of a run, read from its journal once and then followed. After a kill a run goes on from its last
 * checkpoint: a `started` at step s takes back everything beyond s, as `currentFigures` says.
 */
export class JournalSeries {
  readonly tables: Readonly<Record<Split, Table>> = {
    train: new Table(),
    validation: new Table(),
    test: new Table(),
  };
  /** Steps planned, as the last process said. */
  steps: number | undefined;
  /** Seconds of training up to the last event; what a kill took back is not counted, nor are the pauses. */
  seconds = 0;
  /** Moment of the last event, milliseconds since 1970. */
  lastEventAt: number | undefined;
  checkpoints: (Moment & { readonly best: boolean })[] = [];
  /** Where processes went on from a checkpoint. */
  resumed: Moment[] = [];
  /** Changes with everything that is taken in. */
  version = 0;

  /** Share of the journal that is read, 0 to 1, while a first reading goes on. */
  share = 0;

  #offset = 0;
  #inode = 0;
  /** Where the clock of training stood when the present process began, and when that was. */
  #clock = { from: 0, since: undefined as number | undefined };
  #epoch = 0;
  #following: Promise<boolean> | undefined;

  constructor(readonly folder: string) {}

  /**
   * Takes in what was written since the last time, and lets others have the thread every few milliseconds. Lines that
   * cannot be read are left out. Who calls while it goes on waits for the same.
   *
   * @returns whether anything was new
   * @throws UserError when the journal cannot be opened; CancelledError when the signal fires
   */
  follow(signal?: AbortSignal): Promise<boolean> {
    this.#following ??= this.#follow(signal).finally(() => (this.#following = undefined));
    return this.#following;
  }

  async #follow(signal: AbortSignal | undefined): Promise<boolean> {
    const path = journalPath(this.folder);
    const before = this.version;
    const file = openIfThere(path);
    if (file === undefined) return false;
    try {
      const breather = new Breather();
      const { size, ino } = fstatSync(file);
      if (ino !== this.#inode || size < this.#offset) this.#forget(ino);
      for (let length = blockBytes; this.#offset < size;) {
        const taken = this.#takeBlock(file, Math.min(length, size - this.#offset));
        if (taken === 0 && this.#offset + length >= size) break;
        // A line longer than the block is looked at with a larger one.
        length = taken === 0 ? longer(length, path) : blockBytes;
        this.share = this.#offset / size;
        await breather.breathe();
        throwIfCancelled(signal, 'Reading the curves');
      }
    } finally {
      closeSync(file);
    }
    return this.version !== before;
  }

  #forget(inode: number): void {
    if (this.#offset > 0) this.version += 1;
    this.#inode = inode;
    this.#offset = 0;
    this.#takeBack(-1);
    this.#clock = { from: 0, since: undefined };
    this.seconds = 0;
    this.#epoch = 0;
    this.steps = this.lastEventAt = undefined;
  }

  #takeBlock(file: number, length: number): number {
    const bytes = readPart(file, this.#offset, this.#offset + length);
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) return 0;
    for (const event of eventsOf(bytes.toString('utf8', 0, end - 1))) this.#take(event);
    this.#offset += end;
    this.version += 1;
    return end;
  }

  #take(event: LooseEvent): void {
    const at = Date.parse(event.time);
    const { kind, step = 0, epoch } = event;
    if (kind === 'started') this.#begin(step, event.steps, at);
    this.lastEventAt = at;
    this.#clock.since ??= at;
    // A clock that is set back while training goes on must not lead the line backwards.
    this.seconds = Math.max(this.seconds, this.#clock.from + (at - this.#clock.since) / 1000);
    if (kind === 'checkpoint') {
      this.checkpoints.push({ step, epoch: this.#epoch, time: this.seconds, best: event.best === true });
    } else if (kind === 'metric') {
      const split = event.split as Split;
      const values = event.values ?? {};
      if (split !== 'test') this.#epoch = epoch ?? this.#epoch;
      this.tables[split]?.push(step, epoch ?? this.#epoch, this.seconds, values);
    }
  }

  #begin(step: number, steps: number | undefined, at: number): void {
    this.#takeBack(step);
    const here = this.#momentOfStep(step);
    this.#clock = { from: here.time, since: at };
    this.seconds = here.time;
    this.#epoch = here.epoch;
    this.steps = steps ?? this.steps;
    if (step > 0) this.resumed.push({ ...here, step });
  }

  /** The last thing that is known at or before a step. */
  #momentOfStep(step: number): Moment {
    const rows = [this.tables.train, this.tables.validation].map((table) => {
      const row = table.length - 1;
      return row < 0
        ? { step: 0, epoch: 0, time: 0 }
        : { step: table.step.at(row), epoch: table.epoch.at(row), time: table.time.at(row) };
    });
    const checkpoint = this.checkpoints.at(-1) ?? { step: 0, epoch: 0, time: 0 };
    const known = [...rows, checkpoint].filter((moment) => moment.step <= step);
    return {
      step,
      epoch: Math.max(0, ...known.map(({ epoch }) => epoch)),
      time: Math.max(0, ...known.map(({ time }) => time)),
    };
  }

  #takeBack(step: number): void {
    for (const table of Object.values(this.tables)) table.takeBack(step);
    this.checkpoints = this.checkpoints.filter((moment) => moment.step <= step);
    this.resumed = this.resumed.filter((moment) => moment.step <= step);
  }
}

/** The events of some whole lines. All at once is a quarter faster; one by one finds the lines that are damaged. */
function eventsOf(text: string): LooseEvent[] {
  try {
    const values = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as unknown[];
    return values.filter(isLooseEvent);
  } catch {
    return text
      .split('\n')
      .map(looseEvent)
      .filter((event) => event !== undefined);
  }
}
