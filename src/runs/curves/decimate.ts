import { absent, type Column, isMeasured } from './column';

/** A line to draw; `y` null = a gap. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Measured points that the line stands for. */
  readonly points: number;
  /** Whether points were left out. */
  readonly decimated: boolean;
}

/**
 * The points of a line between two x, as many as can be told apart: every one while there are at most two per pixel,
 * else of each pixel the lowest and the highest, in their order, so that no extreme is ever lost. The first and the
 * last point stay, as does one on either side of the range, so that lines reach its borders. Gaps stay gaps (one per
 * pixel).
 *
 * @param x climbs; as long as `y`
 */
export function decimate(x: Column, y: Column, range: readonly [number, number], pixels: number): Line {
  const [low, high] = range;
  const from = neighbour(y, x.firstAtLeast(low), -1);
  const to = neighbour(y, firstBeyond(x, high) - 1, 1) + 1;
  const picked =
    to - from <= 2 * pixels ? everyPoint(y, from, to) : extremes(x, y, from, to, low, high, pixels);
  return {
    x: picked.rows.map((row) => x.at(row)),
    y: picked.rows.map((row) => (isMeasured(y.at(row)) ? y.at(row) : null)),
    points: picked.points,
    decimated: picked.rows.length < picked.points,
  };
}

interface Picked {
  /** Rows to draw; those of gaps too. */
  readonly rows: number[];
  readonly points: number;
}

/** The measured row next to `row` on one side; `row` itself when there is none. */
function neighbour(y: Column, row: number, direction: 1 | -1): number {
  for (let at = row + direction; at >= 0 && at < y.length; at += direction) {
    const value = y.at(at);
    if (isMeasured(value)) return at;
    if (value !== absent) break;
  }
  return Math.max(0, Math.min(row, y.length - 1));
}

function firstBeyond(x: Column, value: number): number {
  let row = x.firstAtLeast(value);
  while (row < x.length && x.at(row) === value) row += 1;
  return row;
}

function everyPoint(y: Column, from: number, to: number): Picked {
  const rows: number[] = [];
  let points = 0;
  for (let row = from; row < to; row += 1) {
    if (y.at(row) === absent) continue;
    rows.push(row);
    if (isMeasured(y.at(row))) points += 1;
  }
  return { rows, points };
}

function extremes(
  x: Column,
  y: Column,
  from: number,
  to: number,
  low: number,
  high: number,
  pixels: number,
): Picked {
  const rows: number[] = [];
  const scale = high > low ? pixels / (high - low) : 0;
  let points = 0;
  let pixel = -Infinity;
  let gapPixel = -Infinity;
  let lowest = -1;
  let highest = -1;
  let lowestValue = 0;
  let highestValue = 0;
  let last = -1;
  const flush = (): void => {
    if (lowest < 0) return;
    if (lowest === highest) rows.push(lowest);
    else rows.push(Math.min(lowest, highest), Math.max(lowest, highest));
    lowest = highest = -1;
  };
  for (let row = from; row < to; row += 1) {
    const value = y.at(row);
    if (value === absent) continue;
    const at = Math.floor((x.at(row) - low) * scale);
    if (at !== pixel) {
      flush();
      pixel = at;
    }
    if (!isMeasured(value)) {
      if (gapPixel === at) continue;
      flush();
      rows.push(row);
      gapPixel = at;
      continue;
    }
    points += 1;
    // The first point of all stands by itself.
    if (points === 1) rows.push(row);
    else if (lowest < 0) {
      lowest = highest = row;
      lowestValue = highestValue = value;
    } else if (value < lowestValue) {
      lowest = row;
      lowestValue = value;
    } else if (value > highestValue) {
      highest = row;
      highestValue = value;
    }
    last = row;
  }
  flush();
  // Gaps may follow the last point.
  const place = rows.findLastIndex((row) => row <= last) + 1;
  if (last >= 0 && rows[place - 1] !== last) rows.splice(place, 0, last);
  return { rows, points };
}
