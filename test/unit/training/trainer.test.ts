import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { type BestSoFar, nothingYet } from '../../../src/training/early-stopping';
import {
  train,
  type TrainerHooks,
  type TrainerOptions,
  type TrainingTask,
} from '../../../src/training/trainer';

interface Told {
  readonly learned: { step: number; rate: number }[];
  readonly checkpoints: { step: number; isBest: boolean; best: BestSoFar }[];
  readonly validated: number[];
  readonly trained: { step: number; epoch: number; loss: number }[];
}

/** A task without a model: step s has the loss s, validations have the given scores. */
function taskOf(
  steps: number,
  scores: readonly number[],
  told: Told,
  norms: readonly number[] = [],
): TrainingTask {
  let step = 0;
  let validations = 0;
  const learner = {
    get step() {
      return step;
    },
    learn: (_batches: unknown, rate: number) => {
      told.learned.push({ step, rate });
      return Promise.resolve({ monitors: [], gradientNorm: norms[step++] ?? 1 });
    },
  };
  return {
    learner: learner as unknown as TrainingTask['learner'],
    schedule: { steps, stepsPerEpoch: 4, warmupSteps: 0, peak: steps },
    batches: () => ({ epoch: 0, patients: 8, tokens: 80, batches: [] }),
    figures: () => ({ loss: step }),
    validate: () => Promise.resolve({ figures: {}, score: scores[validations++] ?? -1 }),
  };
}

const options: TrainerOptions = { validateEvery: 2, checkpointEvery: 5, patience: 0, best: nothingYet };

async function run(
  steps: number,
  scores: readonly number[],
  change: Partial<TrainerOptions> = {},
  { stopAt = Infinity, norms = [] as readonly number[] } = {},
) {
  const told: Told = { learned: [], checkpoints: [], validated: [], trained: [] };
  const hooks: TrainerHooks = {
    trained: (step, epoch, figures) => told.trained.push({ step, epoch, loss: figures['loss']! }),
    validated: (step) => told.validated.push(step),
    checkpoint: (step, best, isBest) => told.checkpoints.push({ step, best, isBest }),
    stopRequested: () => told.learned.length >= stopAt,
    clock: () => 0,
  };
  const result = await train(taskOf(steps, scores, told, norms), { ...options, ...change }, hooks);
  return { ...told, ...result };
}

describe('train', () => {
  it('takes every step of the schedule once, each at its rate', async () => {
    const { learned, end } = await run(6, [1, 2, 3]);
    expect(learned).toEqual([0, 1, 2, 3, 4, 5].map((step) => ({ step, rate: 6 - step })));
    expect(end).toBe('completed');
  });

  it('validates and keeps checkpoints when they are due, at the best score, and at the end', async () => {
    const { validated, checkpoints, best } = await run(7, [1, 3, 2, 2]);
    expect(validated).toEqual([2, 4, 6, 7]);
    expect(checkpoints.map(({ step, isBest }) => [step, isBest])).toEqual([
      [2, true],
      [4, true],
      [5, false],
      [7, false],
    ]);
    expect(best).toEqual({ score: 3, step: 4, since: 2 });
    expect(checkpoints.at(-1)!.best).toEqual(best);
  });

  it('reports the mean of the figures since the last report', async () => {
    const { trained } = await run(6, [1, 2, 3]);
    expect(trained).toEqual([
      { step: 2, epoch: 0.5, loss: 1.5 },
      { step: 4, epoch: 1, loss: 3.5 },
      { step: 5, epoch: 1.25, loss: 5 },
      { step: 6, epoch: 1.5, loss: 6 },
    ]);
  });

  it('ends early after so many validations without a better score', async () => {
    const { learned, end, best } = await run(100, [5, 4, 6, 6, 1, 7], { patience: 2 });
    expect(end).toBe('early-stopping');
    expect(learned.length).toBe(10);
    expect(best).toEqual({ score: 6, step: 6, since: 2 });
  });

  it('counts validations before a resume', async () => {
    const best = { score: 9, step: 1, since: 1 };
    expect((await run(100, [1, 1, 1], { patience: 2, best })).learned.length).toBe(2);
    expect((await run(100, [], { patience: 2, best: { ...best, since: 2 } })).learned.length).toBe(0);
  });

  it('keeps its state when it is asked to stop, between two steps', async () => {
    const { end, checkpoints, learned } = await run(100, [1], {}, { stopAt: 3 });
    expect(end).toBe('stopped');
    expect(learned.length).toBe(3);
    expect(checkpoints.at(-1)).toMatchObject({ step: 3, isBest: false });
  });

  it('tells the person when training diverges, and keeps no checkpoint of it', async () => {
    const diverged = run(9, [1, 2, 3], {}, { norms: [1, 1, NaN] });
    await expect(diverged).rejects.toThrow(UserError);
    await expect(diverged).rejects.toThrow('no longer a number at step 3');
  });
});
