import { stepsOfEpoch } from './epochs';

/** Optimizer steps of a run and how its learning rate goes. */
export interface Schedule {
  /** Optimizer steps in all. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly warmupSteps: number;
  readonly peak: number;
}

/** The keys of a run configuration that decide its length and learning rate. */
export interface ScheduleConfig {
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmup: number;
}

/** @param patients that are trained on in one epoch */
export function scheduleOf(config: ScheduleConfig, patients: number): Schedule {
  const stepsPerEpoch = stepsOfEpoch(patients, config.batchSize);
  const steps = config.steps ?? Math.max(1, Math.round((config.epochs ?? 1) * stepsPerEpoch));
  return { steps, stepsPerEpoch, warmupSteps: Math.round(config.warmup * steps), peak: config.learningRate };
}

/** Rate of optimizer step `step` (from 0): linear from 0 to the peak over the warm-up, then linear to 0 at the end. */
export function learningRateAt({ steps, warmupSteps, peak }: Schedule, step: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  return (peak * (steps - step)) / Math.max(1, steps - warmupSteps);
}
