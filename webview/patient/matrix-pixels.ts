import type { AttentionSquare } from '../../src/protocol/explanation';

/** Part of a square that is in sight, in cells. */
export interface MatrixWindow {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Levels of a colour ramp, RGBA. */
export type Ramp = Uint32Array;

/**
 * The weight at which the colour is full: 99.5 % of all weights lie below it, so that one cell does not turn all
 * others dark.
 */
export function fullWeight({ length, weights }: AttentionSquare): {
  readonly weight: number;
  readonly isCapped: boolean;
} {
  let most = 0;
  for (const weight of weights) if (weight > most) most = weight;
  // Of few cells the largest is one of the few that there are to see.
  const full = length < 15 ? most : quantile(weights, 0.995, most);
  return { weight: Math.max(full, 1e-6), isCapped: full < most };
}

const quantileBins = 4096;

/** By counting instead of sorting, which would take longer than drawing: right to one 4096th of the largest. */
function quantile(weights: Float32Array, share: number, most: number): number {
  if (most <= 0) return 0;
  const counts = new Uint32Array(quantileBins + 1);
  const scale = quantileBins / most;
  for (const weight of weights) counts[Math.max(0, Math.floor(weight * scale))]! += 1;
  let seen = 0;
  for (let bin = 0; bin <= quantileBins; bin++) {
    seen += counts[bin]!;
    if (seen > share * weights.length) return Math.min(most, (bin + 1) / scale);
  }
  return most;
}

/**
 * Colours of a window of the square, one for each pixel: the largest weight that the pixel covers, so that a thin line
 * of attention stays to be seen however many codes there are.
 *
 * @param side pixels across
 * @param full weight at which the ramp ends
 */
export function matrixPixels(
  { length, weights }: AttentionSquare,
  { x, y, size }: MatrixWindow,
  side: number,
  full: number,
  ramp: Ramp,
): Uint32Array {
  const pixels = new Uint32Array(side * side);
  const columns = cellRanges(x, size, side, length);
  const rows = cellRanges(y, size, side, length);
  const most = ramp.length - 1;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let weight = 0;
      for (let i = rows[2 * row]!; i < rows[2 * row + 1]!; i++) {
        for (let j = columns[2 * column]!; j < columns[2 * column + 1]!; j++) {
          const one = weights[i * length + j]!;
          if (one > weight) weight = one;
        }
      }
      pixels[row * side + column] = ramp[Math.min(most, Math.round((weight / full) * most))]!;
    }
  }
  return pixels;
}

/** First and behind-last cell under each pixel; at least one. */
function cellRanges(start: number, size: number, side: number, length: number): Int32Array {
  const ranges = new Int32Array(2 * side);
  for (let pixel = 0; pixel < side; pixel++) {
    const from = Math.min(length - 1, Math.floor(start + (pixel / side) * size));
    const to = Math.floor(start + ((pixel + 1) / side) * size);
    ranges[2 * pixel] = from;
    ranges[2 * pixel + 1] = Math.min(length, Math.max(from + 1, to));
  }
  return ranges;
}

/** A window zoomed about a cell, inside the square. */
export function zoomed(
  window: MatrixWindow,
  factor: number,
  about: { readonly x: number; readonly y: number },
  length: number,
): MatrixWindow {
  const size = Math.min(length, Math.max(Math.min(8, length), window.size / factor));
  const keep = (start: number, at: number): number => at - ((at - start) * size) / window.size;
  return inside({ x: keep(window.x, about.x), y: keep(window.y, about.y), size }, length);
}

/** A window moved back into the square. */
export function inside({ x, y, size }: MatrixWindow, length: number): MatrixWindow {
  const clamp = (value: number): number => Math.max(0, Math.min(length - size, value));
  return { x: clamp(x), y: clamp(y), size };
}
