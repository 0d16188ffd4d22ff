import { throwIfCancelled } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import { nearestOf } from './cosine-distances';

/**
 * Trustworthiness of a picture (Venna & Kaski, ICANN 2001): of the k nearest points of each point on the picture,
 * those that are not among its k nearest in the full space count, by how far down the list of neighbours they stand
 * there. With r(i, j) the rank of j among the neighbours of i in the full space and U(i) these intruders,
 *
 *   T(k) = 1 − 2 / (n k (2n − 3k − 1)) · Σ_i Σ_{j ∈ U(i)} (r(i, j) − k)
 *
 * 1 = every neighbour on the picture is one; a random picture has about 0.5.
 *
 * @param distances in the full space, [N, N]; equally far points rank by their number
 * @param positions on the picture, [N, 2]
 * @returns null where k is not less than half of the points: then the measure is not defined
 * @throws CancelledError
 */
export async function trustworthiness(
  distances: Float32Array,
  positions: Float64Array,
  k: number,
  { progress, signal }: LongWork = {},
): Promise<number | null> {
  const n = positions.length / 2;
  if (k < 1 || k >= n / 2) return null;
  let intrusion = 0;
  const onPicture = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const dx = positions[2 * i]! - positions[2 * j]!;
      const dy = positions[2 * i + 1]! - positions[2 * j + 1]!;
      onPicture[j] = dx * dx + dy * dy;
    }
    const row = distances.subarray(i * n, (i + 1) * n);
    for (const j of nearestOf(onPicture, i, k)) intrusion += Math.max(0, rankOf(row, i, j) - k);
    if (i % 100 === 0) {
      progress?.({ phase: 'judging the map', done: i, total: n, unit: 'points' });
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal, 'The map');
    }
  }
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * intrusion;
}

/** Place of j among the neighbours of i, from 1. */
function rankOf(row: Float32Array, i: number, j: number): number {
  const distance = row[j]!;
  let before = 0;
  for (let other = 0; other < row.length; other++) {
    const isBefore = row[other]! < distance || (row[other] === distance && other < j);
    if (isBefore && other !== i) before += 1;
  }
  return before + 1;
}
