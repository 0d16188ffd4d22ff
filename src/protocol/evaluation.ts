import * as z from 'zod';

const probability = z.number().min(0).max(1);

/** Metrics of one set of scores: the JSON of `metrics`, `finetune`, `evaluate`. */
export const evaluation = z.object({
  n: z.int().nonnegative(),
  positives: z.int().nonnegative(),
  auroc: probability,
  /** DeLong interval, on the logit scale where it would leave [0, 1]. */
  aurocCi95: z.tuple([probability, probability]),
  aurocVariance: z.number().nonnegative(),
  auprc: probability,
  brier: z.number(),
  logLoss: z.number(),
  ece: z.number(),
  /** Logistic recalibration of the label on logit(score); null where it does not exist (separated data). */
  calibrationSlope: z.number().nullable(),
  calibrationIntercept: z.number().nullable(),
  /** Two-sided p of the paired DeLong test, when two scores were given. */
  delongP: z.number().optional(),
});
export type Evaluation = z.infer<typeof evaluation>;
