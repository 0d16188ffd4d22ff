import type { Evaluation } from '../protocol/evaluation';
import { auprc } from './auprc';
import { brier, expectedCalibrationError, logLoss } from './calibration';
import { delong, delongTest } from './delong';
import { recalibrate } from './recalibration';

/**
 * Every metric of one set of predicted probabilities, with the keys of `metrics.json`.
 *
 * @param labels 0 or 1 for each case.
 * @param scores Predicted probability of label 1, in [0, 1].
 * @param second Scores of another model on the same cases; any finite numbers, for only the ranking of
 *   both is compared (`delongP`).
 * @throws UserError for no cases, a missing class, different lengths, labels that are not 0/1, scores
 *   that are not finite, or `scores` outside [0, 1].
 */
export function evaluate(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  second?: ArrayLike<number>,
): Evaluation {
  const { auroc, variance, ci95 } = delong(labels, scores);
  const recalibration = recalibrate(labels, scores);
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i]!;
  return {
    n: labels.length,
    positives,
    auroc,
    aurocCi95: ci95,
    aurocVariance: variance,
    auprc: auprc(labels, scores),
    brier: brier(labels, scores),
    logLoss: logLoss(labels, scores),
    ece: expectedCalibrationError(labels, scores),
    calibrationSlope: recalibration?.slope ?? null,
    calibrationIntercept: recalibration?.intercept ?? null,
    ...(second === undefined ? {} : { delongP: delongTest(labels, scores, second).p }),
  };
}
