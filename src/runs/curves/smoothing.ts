import { Column, isMeasured } from './column';

/**
 * Exponential moving average, freed from the pull towards its beginning: s ← w·s + (1 − w)·y, told as s / (1 − wⁿ)
 * after n values (the same correction as of Adam's moments). Gaps stay gaps and do not count.
 */
export class Smoothing {
  readonly #column = new Column();
  #average = 0;
  /** wⁿ */
  #bias = 1;

  /** @param weight of the past, 0 ≤ weight < 1 */
  constructor(readonly weight: number) {}

  /** How many values have been averaged. */
  get length(): number {
    return this.#column.length;
  }

  /** The averages of all values so far, or of the first `rows`: only the new ones are computed. */
  follow(values: Column, rows = values.length): Column {
    for (let row = this.#column.length; row < rows; row += 1) {
      const value = values.at(row);
      if (isMeasured(value)) {
        this.#average = this.weight * this.#average + (1 - this.weight) * value;
        this.#bias *= this.weight;
        this.#column.push(this.#average / (1 - this.#bias));
      } else this.#column.push(value);
    }
    return this.#column;
  }
}
