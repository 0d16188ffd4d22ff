import { RandomStream } from '../engine/random';

/** The two directions in which vectors differ most. */
export interface PrincipalPlane {
  /** Coordinates along them about the mean, [N, 2]. */
  readonly positions: Float64Array;
  /** Shares of the whole variance; 0 where there is none. */
  readonly explained: readonly [number, number];
}

/** Enough unless two directions nearly tie: then the axes are some pair in their plane, which shows the same picture. */
const mostRounds = 1000;

/**
 * The first two principal components of N vectors, by powers of their covariance. Each axis points to where its
 * largest weight is positive, so that the picture does not depend on where the search began.
 *
 * @param vectors [N, D]
 */
export function principalPlane(vectors: Float32Array, width: number): PrincipalPlane {
  const n = vectors.length / width;
  const mean = new Float64Array(width);
  vectors.forEach((value, at) => (mean[at % width]! += value / n));
  const covariance = covarianceOf(vectors, mean);
  let total = 0;
  for (let d = 0; d < width; d++) total += covariance[d * width + d]!;

  const first = leading(covariance, width, []);
  const second = leading(covariance, width, [first.axis]);
  const positions = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < width; d++) {
      const centred = vectors[i * width + d]! - mean[d]!;
      positions[2 * i]! += centred * first.axis[d]!;
      positions[2 * i + 1]! += centred * second.axis[d]!;
    }
  }
  const shareOf = ({ variance }: { variance: number }): number => (total > 0 ? variance / total : 0);
  return { positions, explained: [shareOf(first), shareOf(second)] };
}

/** [D, D], divided by N. */
function covarianceOf(vectors: Float32Array, mean: Float64Array): Float64Array {
  const width = mean.length;
  const n = vectors.length / width;
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < width; d++) centred[d] = vectors[i * width + d]! - mean[d]!;
    for (let a = 0; a < width; a++) {
      const scaled = centred[a]! / n;
      for (let b = 0; b < width; b++) covariance[a * width + b]! += scaled * centred[b]!;
    }
  }
  return covariance;
}

/** The direction of most variance at right angles to some others. */
function leading(
  covariance: Float64Array,
  width: number,
  others: readonly Float64Array[],
): { axis: Float64Array; variance: number } {
  // Any start will do that is at right angles to no axis by chance.
  const random = new RandomStream(width, others.length);
  let axis = Float64Array.from({ length: width }, () => random.normal());
  straighten(axis, others);
  let variance = 0;
  for (let round = 0; round < mostRounds; round++) {
    const next = new Float64Array(width);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) next[a]! += covariance[a * width + b]! * axis[b]!;
    }
    variance = straighten(next, others);
    if (variance === 0) break;
    let moved = 0;
    for (let d = 0; d < width; d++) moved = Math.max(moved, Math.abs(next[d]! - axis[d]!));
    axis = next;
    if (moved < 1e-10) break;
  }
  const largest = axis.reduce((best, weight) => (Math.abs(weight) > Math.abs(best) ? weight : best), 0);
  return { axis: largest < 0 ? axis.map((weight) => -weight) : axis, variance };
}

/** Takes the part along other axes away and scales to length 1. Returns the length before. */
function straighten(axis: Float64Array, others: readonly Float64Array[]): number {
  for (const other of others) {
    const along = axis.reduce((sum, weight, d) => sum + weight * other[d]!, 0);
    axis.forEach((weight, d) => (axis[d] = weight - along * other[d]!));
  }
  const length = Math.sqrt(axis.reduce((sum, weight) => sum + weight * weight, 0));
  // What is left of nothing is rounding.
  if (length < 1e-14) return 0;
  axis.forEach((weight, d) => (axis[d] = weight / length));
  return length;
}
