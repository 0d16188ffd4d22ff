import { describe, expect, it } from 'vitest';
import type { LearnerState } from '../../../src/engine/learner';
import { train, trainerState, type TrainerState, untrainedState } from '../../../src/training/trainer';
import { bytesOf, pretrainingTask } from './patients';

/** A learning rate at which the validation loss soon rises again. */
const overfitting = { learningRate: 0.05, epochs: 20, dropout: 0 };

/** What a checkpoint keeps, copied as writing it to disk would. */
interface Kept {
  readonly learner: LearnerState;
  readonly trainer: string;
}

/** Trains with early stopping, from a kept state where there is one. */
async function trainFrom(kept: Kept | undefined, stopAt = Infinity) {
  const task = pretrainingTask(overfitting);
  if (kept) task.learner.restore(kept.learner);
  const checkpoints: Kept[] = [];
  const trainLosses: number[] = [];
  const copy = (values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
    new Map([...values].map(([name, array]) => [name, array.slice()]));
  const state: TrainerState = kept ? trainerState.parse(JSON.parse(kept.trainer)) : untrainedState;
  const { end, best } = await train(
    task,
    { validateEvery: 4, checkpointEvery: 3, patience: 3, state },
    {
      trained: () => {},
      validated: (_step, _epoch, figures) => trainLosses.push(figures['trainLoss']!),
      async checkpoint(_step, trainer) {
        const { parameters, firstMoments, secondMoments, step } = await task.learner.state();
        const learner = {
          parameters: copy(parameters),
          firstMoments: copy(firstMoments),
          secondMoments: copy(secondMoments),
          step,
        };
        checkpoints.push({ learner, trainer: JSON.stringify(trainer) });
      },
      stopRequested: () => task.learner.step >= stopAt,
      clock: () => 0,
    },
  );
  const bytes = await bytesOf(task.learner);
  const { step } = task.learner;
  await task.close();
  return { end, best, step, bytes, checkpoints, trainLosses, steps: task.schedule.steps };
}

describe('early stopping of a real training', () => {
  it('ends at the same step with the same bytes, whenever it was interrupted before', async () => {
    const whole = await trainFrom(undefined);
    expect(whole.end).toBe('early-stopping');
    expect(whole.step).toBeLessThan(whole.steps);
    expect(whole.step).toBe(whole.best.step + 3 * 4);
    expect(whole.best.step).toBeGreaterThan(4);
    const stops = [1, whole.best.step - 1, whole.best.step, whole.best.step + 6, whole.step - 1];
    for (const stopAt of stops) {
      const first = await trainFrom(undefined, stopAt);
      expect(first.end).toBe('stopped');
      const second = await trainFrom(first.checkpoints.at(-1)!);
      expect(second).toMatchObject({ end: whole.end, best: whole.best, step: whole.step });
      expect(Buffer.compare(second.bytes, whole.bytes), `stopped at ${stopAt}`).toBe(0);
      expect([...first.trainLosses, ...second.trainLosses]).toEqual(whole.trainLosses);
    }
  });
});
