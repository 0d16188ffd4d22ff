import * as z from 'zod';

/**
 * One line of `events.jsonl`. `seq` counts from 0 without gaps, `time` is ISO 8601.
 * Readers keep kinds they do not know; a torn last line is ignored.
 */
const at = { seq: z.int().nonnegative(), time: z.iso.datetime() };

export const startedEvent = z.looseObject({
  ...at,
  kind: z.literal('started'),
  /** Step that this process starts from: 0, or the checkpoint that it resumes. */
  step: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  pid: z.int(),
});
export const progressEvent = z.looseObject({
  ...at,
  kind: z.literal('progress'),
  phase: z.string(),
  done: z.number(),
  total: z.number().optional(),
  note: z.string().optional(),
});
/**
 * Figures at a step, by name. Training: `loss`, `mlmLoss`, `losLoss`, `mlmAccuracy`, `gradientNorm`, `learningRate`,
 * `patientsPerSecond`, `tokensPerSecond`. Validation: `loss`, `trainLoss` (mean since the validation before) and the
 * task's own (`mlmLoss`, `mlmAccuracy`, `losLoss`, `losAuroc`, or `auroc`). Test: the task's own, at the best step.
 */
export const metricEvent = z.looseObject({
  ...at,
  kind: z.literal('metric'),
  step: z.int().nonnegative(),
  epoch: z.number().nonnegative(),
  split: z.enum(['train', 'validation', 'test']),
  values: z.record(z.string(), z.number().nullable()),
});
export const checkpointEvent = z.looseObject({
  ...at,
  kind: z.literal('checkpoint'),
  step: z.int().nonnegative(),
  /** Folder under `checkpoints/`. */
  folder: z.string(),
  best: z.boolean(),
});
export const warningEvent = z.looseObject({ ...at, kind: z.literal('warning'), message: z.string() });
export const finishedEvent = z.looseObject({
  ...at,
  kind: z.literal('finished'),
  step: z.int().nonnegative(),
  reason: z.enum(['completed', 'early-stopping']),
});
export const failedEvent = z.looseObject({
  ...at,
  kind: z.literal('failed'),
  message: z.string(),
  /** A bug of ours, as opposed to something that the person can mend. */
  bug: z.boolean(),
});
export const stoppedEvent = z.looseObject({
  ...at,
  kind: z.literal('stopped'),
  step: z.int().nonnegative(),
});

export const runEvent = z.discriminatedUnion('kind', [
  startedEvent,
  progressEvent,
  metricEvent,
  checkpointEvent,
  warningEvent,
  finishedEvent,
  failedEvent,
  stoppedEvent,
]);
export type RunEvent = z.infer<typeof runEvent>;
/** A line whose kind this version does not know. It is kept, and ignored. */
export interface UnknownEvent {
  seq: number;
  time: string;
  kind: string;
}

type WithoutStamp<T> = T extends unknown
  ? { [K in keyof T as string extends K ? never : K extends 'seq' | 'time' ? never : K]: T[K] }
  : never;
/** An event as its author writes it: the journal adds `seq` and `time`. */
export type NewRunEvent = WithoutStamp<RunEvent>;
