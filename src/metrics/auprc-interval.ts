import { checkLabelledScores } from './labelled-scores';
import type { BootstrapInterval } from './bootstrap';

/** Patients drawn in all at most, which bounds the time for large test sets. */
const drawsInAll = 5e7;

export interface AuprcIntervalOptions {
  /** Uniform numbers in [0, 1). */
  readonly random: () => number;
  /** Number of resamples; 2000 when absent, fewer (200 at least) beyond 25,000 cases. */
  readonly resamples?: number;
}

/**
 * 95 % percentile bootstrap interval of the area under the precision–recall curve (average precision).
 *
 * The same resamples, and the same figures but for rounding, as the general bootstrap gives; but cases are ranked
 * once and a resample is how often each was drawn, so that each costs O(n) instead of O(n log n).
 *
 * @throws UserError for labels that are not 0/1, a missing class, different lengths, or scores that are not finite.
 */
export function auprcInterval(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  {
    random,
    resamples = Math.round(Math.min(2000, Math.max(200, drawsInAll / labels.length))),
  }: AuprcIntervalOptions,
): BootstrapInterval {
  checkLabelledScores(labels, [scores]);
  const ranked = rankFalling(labels, scores);
  const { n, positive } = ranked;
  const drawn = new Uint32Array(n).fill(1);
  const estimate = weightedAuprc(ranked, drawn);
  const areas = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    for (let positives = 0; positives === 0 || positives === n;) {
      drawn.fill(0);
      positives = 0;
      for (let i = 0; i < n; i++) {
        const rank = ranked.rankOf[Math.floor(random() * n)]!;
        drawn[rank]!++;
        positives += positive[rank]!;
      }
    }
    areas[resample] = weightedAuprc(ranked, drawn);
  }
  areas.sort();
  return { estimate, low: quantile(areas, 0.025), high: quantile(areas, 0.975) };
}

interface Ranked {
  readonly n: number;
  /** Rank of each case, 0 = highest score. */
  readonly rankOf: Uint32Array;
  /** By rank: the label, and whether the next score is lower (ties enter together). */
  readonly positive: Uint8Array;
  readonly closes: Uint8Array;
}

function rankFalling(labels: ArrayLike<number>, scores: ArrayLike<number>): Ranked {
  const n = labels.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => scores[j]! - scores[i]!);
  const rankOf = new Uint32Array(n);
  order.forEach((i, rank) => (rankOf[i] = rank));
  return {
    n,
    rankOf,
    positive: Uint8Array.from(order, (i) => labels[i]!),
    closes: Uint8Array.from(order, (i, rank) => (scores[order[rank + 1] ?? -1] === scores[i] ? 0 : 1)),
  };
}

/** Average precision when the case of a rank occurs `drawn[rank]` times. */
function weightedAuprc({ n, positive, closes }: Ranked, drawn: Uint32Array): number {
  let area = 0;
  let truePositives = 0;
  let called = 0;
  let before = 0;
  for (let rank = 0; rank < n; rank++) {
    const times = drawn[rank]!;
    called += times;
    if (positive[rank] === 1) truePositives += times;
    if (closes[rank] === 0 || truePositives === before) continue;
    area += (truePositives - before) * (truePositives / called);
    before = truePositives;
  }
  return area / truePositives;
}

/** Quantile of rising values, interpolated linearly between order statistics (Hyndman & Fan type 7). */
function quantile(rising: Float64Array, q: number): number {
  const at = q * (rising.length - 1);
  const below = Math.floor(at);
  const lower = rising[below]!;
  return lower + (at - below) * ((rising[below + 1] ?? lower) - lower);
}
