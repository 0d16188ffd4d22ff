import { countAboveThresholds } from './thresholds';

/** Points of a precision–recall curve from recall 0 to recall 1. */
export interface PrecisionRecallCurve {
  readonly recall: Float64Array;
  readonly precision: Float64Array;
  /** Score at or above which a case is called positive; +∞ at the starting point (0, 1). */
  readonly thresholds: Float64Array;
}

/**
 * The precision–recall curve: (0, 1), then one point for each distinct score, falling, until every
 * positive is found. Draw it as steps; a straight line between two points promises too much.
 *
 * @throws UserError for labels that are not 0/1, a missing class, or scores that are not finite.
 */
export function precisionRecallCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  const { positives, thresholds, truePositives, falsePositives } = countAboveThresholds(labels, scores);
  const points = truePositives.indexOf(positives) + 1;
  const curve = {
    recall: new Float64Array(points + 1),
    precision: new Float64Array(points + 1),
    thresholds: new Float64Array(points + 1),
  };
  curve.precision[0] = 1;
  curve.thresholds[0] = Infinity;
  for (let k = 0; k < points; k++) {
    const tp = truePositives[k]!;
    curve.recall[k + 1] = tp / positives;
    curve.precision[k + 1] = tp / (tp + falsePositives[k]!);
    curve.thresholds[k + 1] = thresholds[k]!;
  }
  return curve;
}
