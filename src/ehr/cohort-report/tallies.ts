import type { Spread } from '../../protocol/panels/cohort';
import type { People } from './small-cells';

/** Mean and spread of values that pass by, by Welford's recurrence. */
export class Moments {
  count = 0;
  private mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count += 1;
    const change = value - this.mean;
    this.mean += change / this.count;
    this.squares += change * (value - this.mean);
  }

  /** Takes in the values of another, by the pairwise rule of Chan, Golub and LeVeque. */
  join(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const change = other.mean - this.mean;
    this.squares += other.squares + (change * change * this.count * other.count) / count;
    this.mean += (change * other.count) / count;
    this.count = count;
  }

  /** Null when nothing was added. */
  spread(): Spread | null {
    if (this.count === 0) return null;
    return { mean: this.mean, sd: this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : null };
  }
}

/**
 * How often each whole number from 0 occurred and how many patients had it, exactly. Memory grows with the largest
 * value. The values of one patient come one after another, then `endPatient`.
 */
export class ValueCounts {
  /** Values in all. */
  total = 0;
  /** Occurrences by value. */
  counts = new Float64Array(64);
  /** Patients that have the value at least once. */
  patients = new Float64Array(64);
  /** Patients by their largest value. */
  largest = new Float64Array(64);
  private owner = new Int32Array(64);
  private turn = 1;
  private top = -1;

  add(value: number): void {
    if (value >= this.counts.length) this.grow(value + 1);
    this.total += 1;
    this.counts[value]! += 1;
    if (this.owner[value] !== this.turn) {
      this.owner[value] = this.turn;
      this.patients[value]! += 1;
    }
    if (value > this.top) this.top = value;
  }

  endPatient(): void {
    if (this.top >= 0) this.largest[this.top]! += 1;
    this.top = -1;
    this.turn += 1;
  }

  /** Takes in the counts of other patients. */
  join(other: ValueCounts): void {
    if (other.counts.length > this.counts.length) this.grow(other.counts.length);
    for (let value = 0; value < other.counts.length; value++) {
      this.counts[value]! += other.counts[value]!;
      this.patients[value]! += other.patients[value]!;
      this.largest[value]! += other.largest[value]!;
    }
    this.total += other.total;
  }

  /** Largest value that occurred; −1 for none. */
  get maximum(): number {
    return this.largest.findLastIndex((count) => count > 0);
  }

  /** Occurrences of values from `from` to `to`, both included. */
  between(from: number, to: number): number {
    let sum = 0;
    for (let value = from; value <= Math.min(to, this.counts.length - 1); value++) sum += this.counts[value]!;
    return sum;
  }

  /** Patients with a value from `from` to `to`. */
  people(from: number, to: number): People {
    let most = 0;
    let last = 0;
    for (let value = Math.max(0, from); value <= Math.min(to, this.counts.length - 1); value++) {
      most = Math.max(most, this.patients[value]!);
      last += this.largest[value]!;
    }
    return { most, last };
  }

  /** Patients with any value. */
  get owners(): number {
    return this.largest.reduce((sum, count) => sum + count, 0);
  }

  /** Of values from `from` on; of an even number of them the mean of the two in the middle; null for none. */
  median(from = 0): number | null {
    const total = this.between(from, Number.POSITIVE_INFINITY);
    if (total === 0) return null;
    return (this.at(from, Math.floor((total - 1) / 2)) + this.at(from, Math.floor(total / 2))) / 2;
  }

  /** Smallest value that at least this share of all values does not exceed. */
  quantile(share: number): number {
    return this.total === 0 ? 0 : this.at(0, Math.max(0, Math.ceil(share * this.total) - 1));
  }

  private at(from: number, place: number): number {
    let before = 0;
    for (let value = from; value < this.counts.length; value++) {
      before += this.counts[value]!;
      if (place < before) return value;
    }
    throw new RangeError('There is no such place.');
  }

  private grow(length: number): void {
    const larger = Math.max(length, 2 * this.counts.length);
    const copy = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.counts = copy(this.counts, new Float64Array(larger));
    this.patients = copy(this.patients, new Float64Array(larger));
    this.largest = copy(this.largest, new Float64Array(larger));
    this.owner = copy(this.owner, new Int32Array(larger));
  }
}
