import * as z from 'zod';
import type { Learner, LearnerBatch } from '../engine/learner';
import { UserError } from '../protocol/errors';
import { type BestSoFar, bestSoFar, consider, nothingYet } from './early-stopping';
import { learningRateAt, type Schedule } from './schedule';

/** Figures of a training step by name. */
export type TrainingFigures = Record<string, number> & { loss: number };

/** What is particular to a task: its batches, its figures, its validation. */
export interface TrainingTask {
  readonly learner: Learner;
  readonly schedule: Schedule;
  /** Micro-batches of an optimizer step (from 0). A function of the step alone. */
  batches(step: number): { epoch: number; patients: number; tokens: number; batches: LearnerBatch[] };
  /** Named training figures, `loss` among them, from the monitors of a step's micro-batches. */
  figures(monitors: readonly ReadonlyMap<string, Float32Array>[]): TrainingFigures;
  /**
   * Figures on the validation patients and the score (higher is better) that decides which checkpoint is best;
   * among equal scores the lower `loss` of the figures does.
   */
  validate(): Promise<{ figures: Record<string, number | null>; score: number }>;
  /** Gives the runtime's memory back. */
  close(): Promise<void>;
}

/** What the trainer remembers from step to step; part of every checkpoint. */
export const trainerState = z.object({
  best: bestSoFar,
  /** Sum of the training loss over the steps since the last validation, and how many they are. */
  sinceValidation: z
    .object({ loss: z.number(), steps: z.int().nonnegative() })
    .default({ loss: 0, steps: 0 }),
});
export type TrainerState = z.infer<typeof trainerState>;

/** The state before step 0. */
export const untrainedState: TrainerState = { best: nothingYet, sinceValidation: { loss: 0, steps: 0 } };

export interface TrainerOptions {
  /** Optimizer steps between validations. */
  readonly validateEvery: number;
  /** Optimizer steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Validations without improvement before training ends; 0 = never. */
  readonly patience: number;
  /** Where to go on from. */
  readonly state: TrainerState;
}

/** What the trainer tells while it works. Steps count optimizer steps that are done. */
export interface TrainerHooks {
  /** Training figures averaged over the steps since the last call, with the speed over them. */
  trained(step: number, epoch: number, figures: Record<string, number>): void;
  /** Figures of a validation, and `trainLoss`: the mean over every step since the validation before. */
  validated(step: number, epoch: number, figures: Record<string, number | null>): void;
  /** Keep the states of learner and trainer. Awaited, and called between steps only. */
  checkpoint(step: number, state: TrainerState, isBest: boolean): Promise<void>;
  /** True when somebody asked for a stop; checked between steps. */
  stopRequested(): boolean;
  /** Milliseconds, for speeds only. */
  clock(): number;
}

export type TrainingEnd = 'completed' | 'early-stopping' | 'stopped';

/** Milliseconds between two reports of training figures. */
const reportEvery = 500;

/**
 * Trains from the learner's step to the end of the schedule. The weights at the end depend on the task and
 * its seed only: not on when it was reported, stopped, killed or resumed.
 *
 * @throws UserError when the loss is no longer a number
 */
export async function train(
  task: TrainingTask,
  options: TrainerOptions,
  hooks: TrainerHooks,
): Promise<{ end: TrainingEnd; best: BestSoFar }> {
  const { learner, schedule } = task;
  let { best, sinceValidation } = options.state;
  let report = new Report(hooks.clock());
  const stale = (): boolean => options.patience > 0 && best.since >= options.patience;

  while (learner.step < schedule.steps && !stale()) {
    if (hooks.stopRequested()) {
      await hooks.checkpoint(learner.step, { best, sinceValidation }, false);
      return { end: 'stopped', best };
    }
    const { patients, tokens, batches } = task.batches(learner.step);
    const learningRate = learningRateAt(schedule, learner.step);
    const { monitors, gradientNorm } = await learner.learn(batches, learningRate);
    const step = learner.step;
    const epoch = step / schedule.stepsPerEpoch;
    const figures = task.figures(monitors);
    if (!Number.isFinite(gradientNorm) || !Number.isFinite(figures.loss)) throw diverged(step);
    report.add({ ...figures, gradientNorm }, patients, tokens);
    sinceValidation = { loss: sinceValidation.loss + figures.loss, steps: sinceValidation.steps + 1 };
    const last = step === schedule.steps;
    const validateNow = last || step % options.validateEvery === 0;
    const checkpointNow = last || step % options.checkpointEvery === 0;
    const now = hooks.clock();
    const reportNow = validateNow || checkpointNow || report.age(now) >= reportEvery;
    if (reportNow) hooks.trained(step, epoch, { ...report.figures(now), learningRate });
    let isBest = false;
    if (validateNow) {
      const trainLoss = sinceValidation.loss / sinceValidation.steps;
      sinceValidation = untrainedState.sinceValidation;
      const validation = await task.validate();
      best = consider(best, validation.score, validation.figures['loss'] ?? null, step);
      isBest = best.step === step;
      hooks.validated(step, epoch, { ...validation.figures, trainLoss });
    }
    if (isBest || checkpointNow) await hooks.checkpoint(step, { best, sinceValidation }, isBest);
    // The clock again: validation and checkpoints are not training time.
    if (reportNow) report = new Report(hooks.clock());
  }
  return { end: learner.step < schedule.steps ? 'early-stopping' : 'completed', best };
}

/** Mean of the training figures over some steps, with the speed over them. */
class Report {
  private readonly sums: Record<string, number> = {};
  private steps = 0;
  private patients = 0;
  private tokens = 0;

  constructor(private readonly since: number) {}

  age(now: number): number {
    return now - this.since;
  }

  add(figures: Record<string, number>, patients: number, tokens: number): void {
    for (const [name, value] of Object.entries(figures)) this.sums[name] = (this.sums[name] ?? 0) + value;
    this.steps++;
    this.patients += patients;
    this.tokens += tokens;
  }

  figures(now: number): Record<string, number> {
    const seconds = Math.max(1e-3, this.age(now) / 1000);
    const means = Object.entries(this.sums).map(([name, sum]) => [name, sum / this.steps] as const);
    return {
      ...Object.fromEntries(means),
      patientsPerSecond: this.patients / seconds,
      tokensPerSecond: this.tokens / seconds,
    };
  }
}

function diverged(step: number): UserError {
  return new UserError(`Training diverged: the loss is no longer a number at step ${step}.`, {
    advice: 'Lower “learningRate”, raise “warmup” or set “clip” to 1, and start again.',
  });
}
