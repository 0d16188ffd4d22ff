import { countAboveThresholds } from './thresholds';

/** Points of a ROC curve from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
  /** Score at or above which a case is called positive; +∞ at (0, 0). */
  readonly thresholds: Float64Array;
}

/**
 * The ROC curve with its corners only: points inside a straight run are left out, so that drawing it
 * or taking the trapezoid area gives the same result from fewer points.
 *
 * @throws UserError for labels that are not 0/1, a missing class, or scores that are not finite.
 */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const counts = countAboveThresholds(labels, scores);
  const { truePositives: tp, falsePositives: fp } = counts;
  const last = tp.length - 1;
  const x = [0];
  const y = [0];
  const thresholds = [Infinity];
  for (let k = 0; k <= last; k++) {
    // Counts are integers, so the cross product tells a corner from a straight run exactly.
    const corner =
      k === last ||
      (tp[k]! - (tp[k - 1] ?? 0)) * (fp[k + 1]! - fp[k]!) !==
        (tp[k + 1]! - tp[k]!) * (fp[k]! - (fp[k - 1] ?? 0));
    if (!corner) continue;
    x.push(fp[k]! / counts.negatives);
    y.push(tp[k]! / counts.positives);
    thresholds.push(counts.thresholds[k]!);
  }
  return {
    falsePositiveRate: Float64Array.from(x),
    truePositiveRate: Float64Array.from(y),
    thresholds: Float64Array.from(thresholds),
  };
}
