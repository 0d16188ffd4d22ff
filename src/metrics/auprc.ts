import { countAboveThresholds } from './thresholds';

/**
 * Area under the precision–recall curve as average precision, Σ (Rₖ − Rₖ₋₁) Pₖ over the distinct
 * scores from the highest down; tied cases enter together and nothing is interpolated, as in
 * scikit-learn's `average_precision_score`. Scores may be any finite numbers. O(n log n).
 *
 * @throws UserError for labels that are not 0/1, a missing class, or scores that are not finite.
 */
export function auprc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, truePositives, falsePositives } = countAboveThresholds(labels, scores);
  let area = 0;
  for (let k = 0, before = 0; k < truePositives.length; k++) {
    const tp = truePositives[k]!;
    area += (tp - before) * (tp / (tp + falsePositives[k]!));
    before = tp;
  }
  return area / positives;
}
