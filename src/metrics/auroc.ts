import { countAboveThresholds } from './thresholds';

/**
 * Area under the ROC curve: the probability that a random positive scores above a random negative,
 * ties counted half (Mann–Whitney U / mn). Scores may be any finite numbers. O(n log n).
 *
 * U is a sum of half-integers and therefore exact; the only rounding is the final division.
 *
 * @throws UserError for labels that are not 0/1, a missing class, or scores that are not finite.
 */
export function auroc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives, truePositives, falsePositives } = countAboveThresholds(labels, scores);
  let u = 0;
  for (let k = 0, tp = 0, fp = 0; k < truePositives.length; k++) {
    const tied = truePositives[k]! - tp;
    u += (falsePositives[k]! - fp) * (tp + tied / 2);
    tp = truePositives[k]!;
    fp = falsePositives[k]!;
  }
  return u / (positives * negatives);
}
