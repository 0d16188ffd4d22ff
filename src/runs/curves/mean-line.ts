import { Column, isMeasured } from './column';

/** One seed's line: x climbs. */
export interface SeedLine {
  readonly x: Column;
  readonly y: Column;
}

/** Mean over seeds, with the lowest and the highest. */
export interface MeanLine {
  readonly x: Column;
  readonly mean: Column;
  /** On an x of its own: where at least two seeds are. */
  readonly band: { readonly x: number[]; readonly low: number[]; readonly high: number[] };
  /** Measured points that went in. */
  readonly points: number;
}

/**
 * Mean, lowest and highest of several seeds. Seeds that validate at the same steps are compared there, as they are;
 * training reports come by the clock and fall on other steps in each, so between two points a seed lies on the line
 * that joins them. Where only some seeds have come so far the mean is of those, and of one alone there is no band.
 *
 * @param places the most places at which to compare: with more points than that, evenly spaced ones in `range`
 */
export function meanOfSeeds(
  seeds: readonly SeedLine[],
  range: readonly [number, number],
  places: number,
): MeanLine {
  const line = {
    x: new Column(),
    mean: new Column(),
    band: { x: [], low: [], high: [] } as MeanLine['band'],
  };
  const cursors = seeds.map((seed) => new Interpolation(seed));
  for (const x of comparedAt(seeds, range, places)) {
    const values = cursors.map((cursor) => cursor.at(x)).filter((value) => value !== undefined);
    if (values.length === 0) continue;
    line.x.push(x);
    line.mean.push(values.reduce((a, b) => a + b, 0) / values.length);
    if (values.length < 2) continue;
    line.band.x.push(x);
    line.band.low.push(Math.min(...values));
    line.band.high.push(Math.max(...values));
  }
  return { ...line, points: seeds.reduce((sum, seed) => sum + measuredIn(seed, range), 0) };
}

/** Every x that any seed has in the range, when they are few; else evenly spaced ones. */
function comparedAt(
  seeds: readonly SeedLine[],
  [low, high]: readonly [number, number],
  places: number,
): number[] {
  const bounds = seeds.map(({ x }) => [x.firstAtLeast(low), x.firstAtLeast(high)] as const);
  const total = bounds.reduce((sum, [from, to]) => sum + to - from, 0);
  if (total <= places * seeds.length) {
    const all = new Set<number>();
    seeds.forEach(({ x, y }, index) => {
      // One point on either side of the range lets the line reach its borders.
      for (
        let row = Math.max(0, bounds[index]![0] - 1);
        row <= bounds[index]![1] && row < x.length;
        row += 1
      ) {
        if (isMeasured(y.at(row))) all.add(x.at(row));
      }
    });
    return [...all].sort((a, b) => a - b);
  }
  const last = Math.min(high, Math.max(...seeds.map(({ x }) => (x.length === 0 ? low : x.at(x.length - 1)))));
  return Array.from({ length: places + 1 }, (_, place) => low + ((last - low) * place) / places);
}

function measuredIn({ x, y }: SeedLine, [low, high]: readonly [number, number]): number {
  let count = 0;
  for (let row = x.firstAtLeast(low); row < x.length && x.at(row) <= high; row += 1) {
    if (isMeasured(y.at(row))) count += 1;
  }
  return count;
}

/** Reads one line at climbing x. */
class Interpolation {
  #row = 0;
  #before: readonly [x: number, y: number] | undefined;

  constructor(private readonly line: SeedLine) {}

  /** Value at x; undefined before the first and beyond the last measured point. */
  at(wanted: number): number | undefined {
    const { x, y } = this.line;
    if (this.#before === undefined && this.#row === 0) this.#skipTo(wanted);
    for (; this.#row < x.length; this.#row += 1) {
      const value = y.at(this.#row);
      if (!isMeasured(value)) continue;
      const here = x.at(this.#row);
      if (here > wanted) return this.#between(wanted, here, value);
      this.#before = [here, value];
      if (here === wanted) return value;
    }
    return this.#before?.[0] === wanted ? this.#before[1] : undefined;
  }

  /** The rows before the first wanted x need not be walked through. */
  #skipTo(wanted: number): void {
    const { x, y } = this.line;
    let row = x.firstAtLeast(wanted) - 1;
    while (row > 0 && !isMeasured(y.at(row))) row -= 1;
    this.#row = Math.max(0, row);
  }

  #between(wanted: number, here: number, value: number): number | undefined {
    if (this.#before === undefined) return undefined;
    const [x, y] = this.#before;
    return x === wanted ? y : y + ((value - y) * (wanted - x)) / (here - x);
  }
}
