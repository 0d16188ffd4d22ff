/** Reports that the pace is judged by. */
const window = 256;

interface Interval {
  /** Milliseconds, and steps, between two reports. */
  readonly time: number;
  readonly steps: number;
  /** A validation or a checkpoint lies between them. */
  readonly paused: boolean;
}

/**
 * How fast a run goes, from the moments of its reports. One slow report (a machine that slept, another program) must
 * not move the answer, therefore medians; validations and checkpoints are counted by themselves, because they come
 * regularly and may take longer than the steps between them.
 */
export class Pace {
  #last: { readonly time: number; readonly step: number } | undefined;
  #paused = false;
  #intervals: Interval[] = [];

  /** A report of training figures at a step. @param time milliseconds since 1970 */
  report(time: number, step: number): void {
    const last = this.#last;
    if (last !== undefined && step > last.step && time >= last.time) {
      this.#intervals.push({ time: time - last.time, steps: step - last.step, paused: this.#paused });
      if (this.#intervals.length > window) this.#intervals.shift();
    }
    this.#last = { time, step };
    this.#paused = false;
  }

  /** Something other than steps took time since the last report. */
  pause(): void {
    this.#paused = true;
  }

  /** Another process goes on, at a pace of its own. */
  restart(): void {
    this.#last = undefined;
    this.#intervals = [];
    this.#paused = false;
  }

  /** Milliseconds that so many further steps will take; undefined before two reports. */
  millisecondsFor(steps: number): number | undefined {
    if (this.#intervals.length === 0) return undefined;
    const plain = this.#intervals.filter(({ paused }) => !paused);
    const pauses = this.#intervals.filter(({ paused }) => paused);
    const covered = sum(this.#intervals.map((interval) => interval.steps));
    // Every report is followed by a validation: there is only the whole to go by.
    if (plain.length < 3) return (sum(this.#intervals.map(({ time }) => time)) / covered) * steps;
    const perStep = median(plain.map((interval) => interval.time / interval.steps));
    if (pauses.length === 0) return perStep * steps;
    const pause = median(pauses.map((interval) => Math.max(0, interval.time - perStep * interval.steps)));
    return perStep * steps + (pause * pauses.length * steps) / covered;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** The middle value; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
