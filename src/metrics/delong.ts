import { checkLabelledScores, partByLabel } from './labelled-scores';
import { NORMAL_975, normalTwoSided } from './normal';

/** AUROC with its sampling variance. */
export interface Delong {
  readonly auroc: number;
  readonly variance: number;
  /** 95 % interval, see {@link aurocInterval}. */
  readonly ci95: [number, number];
}

/** Paired comparison of two AUROCs on the same cases. */
export interface DelongTest {
  /** AUROC of the first minus AUROC of the second scores. */
  readonly difference: number;
  /** Variance of that difference. */
  readonly variance: number;
  /** Two-sided p of the null hypothesis that both AUROCs are equal. */
  readonly p: number;
}

/**
 * AUROC, variance and 95 % interval after DeLong, DeLong & Clarke-Pearson (1988), with the structural
 * components taken from ranks (Sun & Xu 2014): O(n log n) instead of one comparison per pair.
 * Scores may be any finite numbers.
 *
 * The spread of a class needs two cases; for a class of one, the largest spread that its mean allows,
 * θ(1 − θ), stands in, so that the variance errs on the wide side.
 *
 * @throws UserError for labels that are not 0/1, a missing class, or scores that are not finite.
 */
export function delong(labels: ArrayLike<number>, scores: ArrayLike<number>): Delong {
  const { ofPositives, ofNegatives } = placements(labels, scores);
  const m = ofPositives.length;
  const n = ofNegatives.length;
  const auroc = sum(ofPositives) / (m * n);
  const largest = auroc * (1 - auroc);
  const variance = varianceOfMean(ofPositives, n, largest) + varianceOfMean(ofNegatives, m, largest);
  return { auroc, variance, ci95: aurocInterval(auroc, variance, m, n) };
}

/**
 * DeLong's test of two sets of scores on the same cases; p = 1 where the AUROCs are equal.
 *
 * Where the difference has no sampling variance but is not 0 (as of a perfect and an inverted score), a
 * normal test would claim p = 0 from four patients. The sign test on the min(m, n) disjoint pairs of a
 * positive and a negative, all of which speak for the same score, is reported instead.
 *
 * @throws UserError for labels that are not 0/1, a missing class, different lengths, or scores that are
 *   not finite.
 */
export function delongTest(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): DelongTest {
  checkLabelledScores(labels, [first, second]);
  const a = placements(labels, first);
  const b = placements(labels, second);
  const onPositives = a.ofPositives.map((placement, i) => placement - b.ofPositives[i]!);
  const onNegatives = a.ofNegatives.map((placement, j) => placement - b.ofNegatives[j]!);
  const m = onPositives.length;
  const n = onNegatives.length;
  const difference = sum(onPositives) / (m * n);
  const largest = 1 - difference * difference;
  const variance = varianceOfMean(onPositives, n, largest) + varianceOfMean(onNegatives, m, largest);
  if (difference === 0) return { difference, variance, p: 1 };
  if (variance === 0) return { difference, variance, p: Math.min(1, 2 * 0.5 ** Math.min(m, n)) };
  return { difference, variance, p: normalTwoSided(difference / Math.sqrt(variance)) };
}

/**
 * 95 % interval of an AUROC: θ ± 1.96 √variance where that stays inside [0, 1], else the same step on
 * the logit scale, which cannot leave it.
 *
 * An AUROC of exactly 0 or 1 has variance 0, yet is no proof of a perfect model. There the open end is
 * exact instead: k = min(positives, negatives) disjoint pairs are all ordered alike with probability at
 * most θᵏ, so the bound solves θᵏ = 0.025.
 */
export function aurocInterval(
  auroc: number,
  variance: number,
  positives: number,
  negatives: number,
): [number, number] {
  const exact = 0.025 ** (1 / Math.min(positives, negatives));
  if (auroc === 1) return [exact, 1];
  if (auroc === 0) return [0, 1 - exact];
  const step = NORMAL_975 * Math.sqrt(variance);
  if (auroc - step >= 0 && auroc + step <= 1) return [auroc - step, auroc + step];
  const centre = Math.log(auroc / (1 - auroc));
  const logitStep = step / (auroc * (1 - auroc));
  return [sigmoid(centre - logitStep), sigmoid(centre + logitStep)];
}

interface Placements {
  /** For each positive, the negatives that score below it, ties half: n V₁₀ in DeLong's notation. */
  readonly ofPositives: Float64Array;
  /** For each negative, the positives that score above it, ties half: m V₀₁. */
  readonly ofNegatives: Float64Array;
}

function placements(labels: ArrayLike<number>, scores: ArrayLike<number>): Placements {
  const { positives, negatives } = partByLabel(labels, scores);
  const risingPositives = positives.slice().sort();
  const risingNegatives = negatives.slice().sort();
  return {
    ofPositives: positives.map((score) => midRank(risingNegatives, score)),
    ofNegatives: negatives.map((score) => positives.length - midRank(risingPositives, score)),
  };
}

/** How many of the rising values lie below x, plus half of those equal to it. */
function midRank(rising: Float64Array, x: number): number {
  const below = firstIndex(rising, 0, (value) => value >= x);
  return (below + firstIndex(rising, below, (value) => value > x)) / 2;
}

/** Index of the first value from `low` on that has a property which, once gained, is kept. */
function firstIndex(rising: Float64Array, low: number, has: (value: number) => boolean): number {
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (has(rising[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Variance of the mean of `counts / others`. Counts are half-integers, so the deviations are exact and
 * vanish exactly where all counts are equal.
 */
function varianceOfMean(counts: Float64Array, others: number, largest: number): number {
  const size = counts.length;
  if (size === 1) return largest;
  const total = sum(counts);
  let squares = 0;
  for (const count of counts) squares += (size * count - total) ** 2;
  return squares / (size * others) ** 2 / (size - 1) / size;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
