import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../files/atomic';
import type { LearnerState, ParameterSpec } from '../engine/learner';
import { readLearnerState, readParameters, writeLearnerState } from '../model/checkpoint';
import { UserError } from '../protocol/errors';
import {
  type Checkpoint,
  checkpointName,
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  writeCheckpoint,
} from '../runs/checkpoints';
import { stopRequested } from '../runs/stop';
import { resultsFile, type RunResults } from '../runs/summary';
import type { BestSoFar } from '../training/early-stopping';
import {
  train,
  trainerState,
  type TrainingEnd,
  type TrainingTask,
  untrainedState,
} from '../training/trainer';
import type { RunContext, RunResult } from './run-context';

/** `state.json` of a checkpoint: beside the tensors, all that the trainer remembers. Random numbers are functions of seed and step. */
const checkpointState = z.object({ version: z.literal(1), step: z.int(), ...trainerState.shape });

/** The keys of a run configuration that steer its training. */
interface Pace {
  readonly validateEvery: number;
  readonly checkpointEvery: number;
  readonly patience: number;
}

export interface TrainingPlan {
  readonly task: TrainingTask;
  readonly specs: readonly ParameterSpec[];
  /** The state of step 0. */
  initial(): Pick<LearnerState, 'parameters'>;
  readonly config: Pace;
}

const stillImproving =
  'The best step is the last one: the model was still improving. Raise epochs or learningRate for a figure that means something.';

/**
 * The whole of a run: trains, goes back to the best checkpoint, measures it on the test patients, and writes
 * metrics.json. Closes the task.
 *
 * @param measure the results, and the figures that the journal shall hold of them
 */
export async function trainAndMeasure(
  context: RunContext,
  plan: TrainingPlan,
  measure: () => Promise<{ results: Omit<RunResults, 'bestStep'>; figures: Record<string, number | null> }>,
): Promise<RunResult> {
  const { folder, journal, progress } = context;
  const { learner, schedule } = plan.task;
  try {
    const { end, best } = await trainWithCheckpoints(context, plan);
    const result = { end, step: learner.step };
    if (end === 'stopped') return result;
    if (best.step === schedule.steps) journal.append({ kind: 'warning', message: stillImproving });
    progress({ phase: 'measuring on the test patients', done: 0 });
    learner.restore(bestParameters(folder));
    const { results, figures } = await measure();
    const epoch = best.step / schedule.stepsPerEpoch;
    journal.append({ kind: 'metric', step: best.step, epoch, split: 'test', values: figures });
    const whole: RunResults = { bestStep: best.step, ...results };
    writeFileAtomic(join(folder, resultsFile), `${JSON.stringify(whole, null, 2)}\n`);
    return result;
  } finally {
    await plan.task.close();
  }
}

/**
 * Trains from the run's last whole checkpoint (or from the start) to the end, journalling figures and
 * keeping two checkpoints: the best and the last.
 */
async function trainWithCheckpoints(
  context: RunContext,
  plan: TrainingPlan,
): Promise<{ end: TrainingEnd; best: BestSoFar }> {
  const { folder, journal, progress, signal } = context;
  const { learner, schedule } = plan.task;
  const validateEvery = plan.config.validateEvery || schedule.stepsPerEpoch;
  const resumed = latestCheckpoint(folder);
  const state = resumed ? readState(resumed) : untrainedState;
  learner.restore(resumed ? readLearnerState(resumed.folder, resumed.step) : plan.initial());
  journal.append({ kind: 'started', step: learner.step, steps: schedule.steps, pid: process.pid });

  const eta = new RemainingTime(schedule.steps, learner.step, performance.now());
  return train(
    plan.task,
    {
      validateEvery,
      checkpointEvery: plan.config.checkpointEvery || validateEvery,
      patience: plan.config.patience,
      state,
    },
    {
      clock: () => performance.now(),
      stopRequested: () => signal.aborted || stopRequested(folder),
      trained(step, epoch, values) {
        journal.append({ kind: 'metric', step, epoch, split: 'train', values });
        const note = `loss ${values['loss']!.toFixed(3)} · ${Math.round(values['patientsPerSecond']!)} patients/s · ${eta.at(step, performance.now())}`;
        progress({ phase: 'training', done: step, total: schedule.steps, unit: 'steps', note });
      },
      validated(step, epoch, values) {
        journal.append({ kind: 'metric', step, epoch, split: 'validation', values });
      },
      async checkpoint(step, trainer, isBest) {
        const tensors = await learner.state();
        writeCheckpoint(folder, step, (partial) => {
          writeLearnerState(partial, tensors, plan.specs);
          const whole: z.infer<typeof checkpointState> = { version: 1, step, ...trainer };
          writeFileAtomic(join(partial, 'state.json'), `${JSON.stringify(whole)}\n`);
        });
        const name = checkpointName(step);
        pruneCheckpoints(folder, new Set([name, checkpointName(trainer.best.step)]));
        journal.append({ kind: 'checkpoint', step, folder: name, best: isBest });
      },
    },
  );
}

/** The checkpoint of a run with the best validation score; undefined while there is none. */
export function bestCheckpoint(folder: string): Checkpoint | undefined {
  const latest = latestCheckpoint(folder);
  if (!latest) return undefined;
  const { best } = readState(latest);
  return listCheckpoints(folder).find(({ step }) => step === best.step) ?? latest;
}

/** The parameters of a run's best checkpoint. @throws UserError when the run has none yet */
export function bestParameters(folder: string): { step: number; parameters: Map<string, Float32Array> } {
  const checkpoint = bestCheckpoint(folder);
  if (!checkpoint) {
    throw new UserError('This run has no checkpoint yet.', {
      file: folder,
      advice: 'Wait for its first validation, or resume it.',
    });
  }
  return { step: checkpoint.step, parameters: readParameters(checkpoint.folder) };
}

function readState({ folder }: Checkpoint): z.infer<typeof checkpointState> {
  const file = join(folder, 'state.json');
  try {
    return checkpointState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UserError(
      'This checkpoint is damaged.',
      { file, advice: 'Delete its folder; the run then resumes from the checkpoint before it.' },
      { cause: error },
    );
  }
}

/** How long the rest will take, judged by the speed since this process started. */
class RemainingTime {
  constructor(
    private readonly steps: number,
    private readonly firstStep: number,
    private readonly since: number,
  ) {}

  at(step: number, now: number): string {
    const seconds = ((now - this.since) / 1000 / Math.max(1, step - this.firstStep)) * (this.steps - step);
    if (seconds < 90) return `${Math.ceil(seconds)} s left`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
    return `${(seconds / 3600).toFixed(1)} h left`;
  }
}
