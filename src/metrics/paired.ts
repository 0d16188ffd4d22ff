import { studentQuantile, studentTwoSided } from './student';

/** Mean and spread of a metric over runs with different seeds. */
export interface MeanSd {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n − 1); null for a single run. */
  readonly sd: number | null;
}

/** Comparison of two models by runs that share a seed. */
export interface PairedDifference extends MeanSd {
  /** 95 % t interval of the mean difference; null for a single pair. */
  readonly ci95: [number, number] | null;
  /** Two-sided p of the paired t test; null for a single pair. */
  readonly p: number | null;
}

/**
 * Mean and sample standard deviation, as results are tabled: "mean (SD) over 10 runs".
 *
 * @throws RangeError when there are no values.
 */
export function meanSd(values: ArrayLike<number>): MeanSd {
  const n = values.length;
  if (n === 0) throw new RangeError('The mean of no runs does not exist.');
  // Deviations from the first value keep equal runs at a spread of exactly 0.
  const origin = values[0]!;
  let shift = 0;
  for (let i = 0; i < n; i++) shift += (values[i]! - origin) / n;
  const mean = origin + shift;
  if (n === 1) return { n, mean, sd: null };
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  return { n, mean, sd: Math.sqrt(squares / (n - 1)) };
}

/**
 * Differences `first[i] − second[i]` of runs paired by seed: mean, SD, 95 % interval by Student's t and
 * the paired t test. Where all differences are equal, the interval is a point.
 *
 * @throws RangeError for different lengths or no pairs.
 */
export function pairedDifference(first: ArrayLike<number>, second: ArrayLike<number>): PairedDifference {
  if (first.length !== second.length) throw new RangeError('Paired runs need equal numbers.');
  const differences = Float64Array.from(first, (value, i) => value - second[i]!);
  const { n, mean, sd } = meanSd(differences);
  if (sd === null) return { n, mean, sd, ci95: null, p: null };
  const standardError = sd / Math.sqrt(n);
  const step = studentQuantile(0.05, n - 1) * standardError;
  const p = mean === 0 ? 1 : studentTwoSided(mean / standardError, n - 1);
  return { n, mean, sd, ci95: [mean - step, mean + step], p };
}
