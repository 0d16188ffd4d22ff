/** Rows of one block: blocks are never copied, so that growing never takes long. */
const blockBits = 14;
const blockRows = 1 << blockBits;

/** A value that was measured and could not be told (`null` in the journal): the line has a gap there. */
export const gap = NaN;
/** The row is about other measures. */
export const absent = Infinity;

/** Whether a value is a measured number. */
export const isMeasured = (value: number): boolean => Number.isFinite(value);

/** A growing row of numbers. */
export class Column {
  readonly #blocks: Float64Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Value of a row; `absent` beyond the end. */
  at(row: number): number {
    return this.#blocks[row >> blockBits]?.[row & (blockRows - 1)] ?? absent;
  }

  push(value: number): void {
    const row = this.#length;
    const block = (this.#blocks[row >> blockBits] ??= new Float64Array(blockRows));
    block[row & (blockRows - 1)] = value;
    this.#length = row + 1;
  }

  /** Rows that are missing to `length` become `absent`. */
  fillTo(length: number): void {
    while (this.#length < length) this.push(absent);
  }

  /** Forgets the rows from `length` on. */
  truncate(length: number): void {
    if (length >= this.#length) return;
    this.#length = length;
    this.#blocks.length = (length + blockRows - 1) >> blockBits;
  }

  /** The first row whose value is at least `value` (`length` when there is none), in a column that climbs. */
  firstAtLeast(value: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
