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
  readonly band: { readonly x: number[]; readonly low: number[]; readonly high: number[] };
  /** The newest point that all seeds have; null outside the range. */
  readonly end: readonly [x: number, mean: number] | null;
  /** Measured points that went in. */
  readonly points: number;
}

/** What several seeds have at one place. */
export interface SeedFigure {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Mean, lowest and highest of several seeds. Seeds that validate at the same steps are compared there, as they are;
 * training reports come by the clock and fall on other steps in each, so between two points a seed lies on the line
 * that joins them. The mean begins and ends with the places that all seeds have: further on it would jump to the
 * seeds that are left, and no longer be of the same models.
 *
 * @param places the most places at which to compare: with more points than that, evenly spaced ones in `range`
 */
export function meanOfSeeds(
  seeds: readonly SeedLine[],
  range: readonly [number, number],
  places: number,
): MeanLine {
  const common = commonReach(seeds);
  const line = {
    x: new Column(),
    mean: new Column(),
    band: { x: [], low: [], high: [] } as MeanLine['band'],
  };
  if (common === undefined) return { ...line, end: null, points: 0 };
  const cursors = seeds.map((seed) => new Interpolation(seed));
  for (const x of comparedAt(seeds, range, common, places)) {
    const figure = figureOf(cursors, x);
    if (figure === undefined) continue;
    line.x.push(x);
    line.mean.push(figure.mean);
    line.band.x.push(x);
    line.band.low.push(figure.low);
    line.band.high.push(figure.high);
  }
  const within = [Math.max(range[0], common[0]), Math.min(range[1], common[1])] as const;
  const end = common[1] < range[0] || common[1] > range[1] ? undefined : seedsAt(seeds, common[1]);
  return {
    ...line,
    end: end === undefined ? null : [common[1], end.mean],
    points: seeds.reduce((sum, seed) => sum + measuredIn(seed, within), 0),
  };
}

/** From where to where all seeds have measured something; undefined when there is no such place. */
function commonReach(seeds: readonly SeedLine[]): readonly [first: number, last: number] | undefined {
  const reaches = seeds.map(reachOfLine);
  const known = reaches.filter((reach) => reach !== undefined);
  if (known.length === 0 || known.length < reaches.length) return undefined;
  const first = Math.max(...known.map(([from]) => from));
  const last = Math.min(...known.map(([, to]) => to));
  return first <= last ? [first, last] : undefined;
}

/** Where the mean ends although a seed goes on; null when it ends with the longest. */
export function sharedEnd(seeds: readonly SeedLine[]): number | null {
  const common = commonReach(seeds);
  return common === undefined || seeds.every((seed) => lastMeasured(seed, Infinity) === common[1])
    ? null
    : common[1];
}

/**
 * What the seeds have at the last place at or before `limit` where any of them was measured, within the places that
 * all have: a corner of the mean line. Undefined when there is none.
 */
export function latestOfSeeds(seeds: readonly SeedLine[], limit: number | null): SeedFigure | undefined {
  const common = commonReach(seeds);
  if (common === undefined || (limit !== null && limit < common[0])) return undefined;
  const place = Math.max(...seeds.map((seed) => lastMeasured(seed, Math.min(limit ?? Infinity, common[1]))));
  return seedsAt(seeds, Math.max(common[0], place));
}

function seedsAt(seeds: readonly SeedLine[], x: number): SeedFigure | undefined {
  return figureOf(
    seeds.map((seed) => new Interpolation(seed)),
    x,
  );
}

function figureOf(cursors: readonly Interpolation[], x: number): SeedFigure | undefined {
  const values = cursors.map((cursor) => cursor.at(x)).filter((value) => value !== undefined);
  if (values.length < cursors.length) return undefined;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, low: Math.min(...values), high: Math.max(...values) };
}

/** Whether a line has any point. */
export function hasMeasured(line: SeedLine): boolean {
  return reachOfLine(line) !== undefined;
}

/** First and last measured place of a line. */
function reachOfLine(line: SeedLine): readonly [number, number] | undefined {
  const { x, y } = line;
  let first = 0;
  while (first < y.length && !isMeasured(y.at(first))) first += 1;
  return first === y.length ? undefined : [x.at(first), lastMeasured(line, Infinity)];
}

/** The last measured place at or before `limit`; −Infinity when there is none. */
function lastMeasured({ x, y }: SeedLine, limit: number): number {
  let row = Math.min(y.length - 1, x.firstAtLeast(limit));
  while (row >= 0 && (x.at(row) > limit || !isMeasured(y.at(row)))) row -= 1;
  return row < 0 ? -Infinity : x.at(row);
}

/** Every x that any seed has in the range and all have come to, when they are few; else evenly spaced ones. */
function comparedAt(
  seeds: readonly SeedLine[],
  [low, high]: readonly [number, number],
  common: readonly [number, number],
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
    return [...all].filter((x) => x >= common[0] && x <= common[1]).sort((a, b) => a - b);
  }
  const [first, last] = [Math.max(low, common[0]), Math.min(high, common[1])];
  if (first > last) return [];
  return Array.from({ length: places + 1 }, (_, place) =>
    // Rounding must not lead beyond the last place.
    place === places ? last : first + ((last - first) * place) / places,
  );
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
