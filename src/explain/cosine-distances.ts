import { throwIfCancelled } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';

/** Vectors scaled to length 1, [N, D]; those without a length stay zero. */
export function unitVectors(vectors: Float32Array, width: number): Float32Array {
  const unit = vectors.slice();
  for (let start = 0; start < unit.length; start += width) {
    let square = 0;
    for (let d = start; d < start + width; d++) square += unit[d]! * unit[d]!;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let d = start; d < start + width; d++) unit[d]! *= scale;
  }
  return unit;
}

/** Pairs are computed for so many vectors at once, which then stay in the cache of the processor. */
const block = 16;

/**
 * Every cosine distance 1 − cos of N vectors, [N, N] in rows; a vector without a length is at 1 from all others. The
 * diagonal is 0. Exact, so that nothing depends on the luck of an approximate search; other work comes in between.
 *
 * @param unit from {@link unitVectors}, [N, D]
 * @throws CancelledError
 */
export async function cosineDistances(
  unit: Float32Array,
  width: number,
  { progress, signal }: LongWork = {},
): Promise<Float32Array> {
  const n = unit.length / width;
  const distances = new Float32Array(n * n);
  for (let first = 0; first < n; first += block) {
    const last = Math.min(n, first + block);
    for (let j = first; j < n; j++) {
      for (let i = first; i < Math.min(last, j); i++) {
        const distance = Math.max(0, 1 - dot(unit, i * width, j * width, width));
        distances[i * n + j] = distance;
        distances[j * n + i] = distance;
      }
    }
    progress?.({ phase: 'measuring distances', done: last, total: n, unit: 'points' });
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal, 'The map');
  }
  return distances;
}

/**
 * The nearest points of one, nearest first, without itself; equally near ones by their number.
 *
 * @param row of {@link cosineDistances}, [N]
 */
export function nearestOf(row: Float32Array, self: number, count: number): number[] {
  const nearest: number[] = [];
  for (let j = 0; j < row.length; j++) {
    if (j === self) continue;
    if (nearest.length === count && row[j]! >= row[nearest.at(-1)!]!) continue;
    let place = nearest.length;
    while (place > 0 && row[nearest[place - 1]!]! > row[j]!) place -= 1;
    nearest.splice(place, 0, j);
    if (nearest.length > count) nearest.pop();
  }
  return nearest;
}

/** Sum of products in four chains, which the processor works on at once. */
function dot(values: Float32Array, a: number, b: number, width: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let d = 0;
  for (; d + 3 < width; d += 4) {
    s0 += values[a + d]! * values[b + d]!;
    s1 += values[a + d + 1]! * values[b + d + 1]!;
    s2 += values[a + d + 2]! * values[b + d + 2]!;
    s3 += values[a + d + 3]! * values[b + d + 3]!;
  }
  for (; d < width; d++) s0 += values[a + d]! * values[b + d]!;
  return s0 + s1 + (s2 + s3);
}
