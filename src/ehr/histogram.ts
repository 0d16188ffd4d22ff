/** Location and spread of a quantity over a cohort. */
export interface Distribution {
  readonly mean: number;
  /** Of an even number of values: the mean of the two in the middle. */
  readonly median: number;
  /** Sample standard deviation (n − 1); null for a single value. */
  readonly sd: number | null;
}

/** How often each small whole number occurred: exact statistics of millions of values in little memory. */
export class Histogram {
  /** Number of values. */
  total = 0;
  private readonly counts = new Map<number, number>();

  add(value: number): void {
    this.total += 1;
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  /** Null when nothing was added. */
  distribution(): Distribution | null {
    if (this.total === 0) return null;
    const mean = this.sum((value) => value) / this.total;
    const squares = this.sum((value) => (value - mean) ** 2);
    const median = (this.at(Math.floor((this.total - 1) / 2)) + this.at(Math.floor(this.total / 2))) / 2;
    return { mean, median, sd: this.total > 1 ? Math.sqrt(squares / (this.total - 1)) : null };
  }

  private sum(of: (value: number) => number): number {
    let sum = 0;
    for (const [value, count] of this.counts) sum += of(value) * count;
    return sum;
  }

  /** Value at a place in sorted order, from 0. */
  private at(place: number): number {
    let before = 0;
    for (const [value, count] of [...this.counts].sort(([a], [b]) => a - b)) {
      before += count;
      if (place < before) return value;
    }
    throw new RangeError('There is no such place.');
  }
}
