import type { Breather } from '../breather';
import { absent, Column, gap } from './column';
import { Smoothing } from './smoothing';

/** Rows averaged in one go: some 2 ms of work. */
const rowsAtOnce = 100_000;

/** The figures of one split of a run, a row per report, by climbing step. */
export class Table {
  readonly step = new Column();
  readonly epoch = new Column();
  /** Seconds of training, pauses left out. */
  readonly time = new Column();
  readonly #values = new Map<string, Column>();
  readonly #smoothed = new Map<string, Smoothing>();

  get length(): number {
    return this.step.length;
  }

  /** Names of the measures, in the order in which they appeared. */
  get names(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Values of a measure; undefined when it was never reported. */
  values(name: string): Column | undefined {
    return this.#values.get(name);
  }

  /** Moving average of a measure; the last weight that was asked for is kept and only extended. */
  smoothed(name: string, weight: number): Column | undefined {
    const values = this.#values.get(name);
    return values === undefined || weight === 0 ? values : this.#smoothing(name, weight).follow(values);
  }

  /** Computes a moving average bit by bit, so that {@link smoothed} has it at hand. */
  async prepare(name: string, weight: number, breather: Breather): Promise<void> {
    const values = this.#values.get(name);
    if (values === undefined || weight === 0) return;
    for (;;) {
      // Asked for each time: others may take figures back meanwhile.
      const smoothing = this.#smoothing(name, weight);
      if (values.length - smoothing.length <= rowsAtOnce) return;
      smoothing.follow(values, smoothing.length + rowsAtOnce);
      await breather.breathe();
    }
  }

  #smoothing(name: string, weight: number): Smoothing {
    let smoothing = this.#smoothed.get(name);
    if (smoothing?.weight !== weight) this.#smoothed.set(name, (smoothing = new Smoothing(weight)));
    return smoothing;
  }

  push(step: number, epoch: number, time: number, values: Readonly<Record<string, number | null>>): void {
    // A step that is told again takes the place of what was told from there on.
    if (this.length > 0 && step <= this.step.at(this.length - 1)) this.takeBack(step - 1);
    const row = this.length;
    this.step.push(step);
    this.epoch.push(epoch);
    this.time.push(time);
    for (const name in values) {
      let column = this.#values.get(name);
      if (column === undefined) this.#values.set(name, (column = new Column()));
      column.fillTo(row);
      column.push(values[name] ?? gap);
    }
    for (const column of this.#values.values()) if (column.length === row) column.push(absent);
  }

  /** Forgets everything beyond a step (a whole number). */
  takeBack(step: number): void {
    const rows = this.step.firstAtLeast(step + 0.5);
    if (rows === this.length) return;
    for (const column of [this.step, this.epoch, this.time, ...this.#values.values()]) column.truncate(rows);
    this.#smoothed.clear();
  }
}
