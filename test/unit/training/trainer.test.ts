import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import type { BestSoFar } from '../../../src/training/early-stopping';
import {
  train,
  type TrainerHooks,
  type TrainerOptions,
  type TrainerState,
  type TrainingTask,
  untrainedState,
} from '../../../src/training/trainer';

interface Told {
  readonly learned: { step: number; rate: number }[];
  readonly checkpoints: { step: number; isBest: boolean; best: BestSoFar; state: TrainerState }[];
  readonly validated: number[];
  readonly trainLosses: number[];
  readonly trained: { step: number; epoch: number; loss: number }[];
}

/** A task without a model: step s has the loss s, validations have the given scores. */
function taskOf(
  steps: number,
  scores: readonly number[],
  told: Told,
  { norms = [] as readonly number[], from = 0 } = {},
): TrainingTask {
  let step = from;
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
    close: () => Promise.resolve(),
  };
}

const options: TrainerOptions = { validateEvery: 2, checkpointEvery: 5, patience: 0, state: untrainedState };

async function run(
  steps: number,
  scores: readonly number[],
  change: Partial<TrainerOptions> = {},
  { stopAt = Infinity, norms = [] as readonly number[], from = 0, tick = 0 } = {},
) {
  const told: Told = { learned: [], checkpoints: [], validated: [], trainLosses: [], trained: [] };
  let now = 0;
  const hooks: TrainerHooks = {
    trained: (step, epoch, figures) => told.trained.push({ step, epoch, loss: figures['loss']! }),
    validated(step, _epoch, figures) {
      told.validated.push(step);
      told.trainLosses.push(figures['trainLoss']!);
    },
    checkpoint(step, state, isBest) {
      told.checkpoints.push({ step, best: state.best, isBest, state });
      return Promise.resolve();
    },
    stopRequested: () => told.learned.length >= stopAt,
    clock: () => (now += tick),
  };
  const result = await train(taskOf(steps, scores, told, { norms, from }), { ...options, ...change }, hooks);
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
    expect(best).toEqual({ score: 3, loss: null, step: 4, since: 2 });
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

  it.each([40, 90, 130, 240, 260, 490, 510])(
    'loses no step between reports when the clock goes on by %d ms with each look at it',
    async (tick) => {
      const every = { validateEvery: 50, checkpointEvery: 50 };
      const { trained } = await run(100, [1, 2], every, { tick });
      let before = 0;
      for (const { step, loss } of trained) {
        expect(loss).toBe((before + 1 + step) / 2);
        before = step;
      }
      expect(before).toBe(100);
      if (tick > 100) expect(trained.length).toBeGreaterThan(20);
    },
  );

  it('gives a validation the mean loss of every step since the one before, whatever the clock says', async () => {
    for (const tick of [0, 130, 600]) {
      expect((await run(7, [1, 3, 2, 2], {}, { tick })).trainLosses).toEqual([1.5, 3.5, 5.5, 7]);
    }
  });

  it('gives the same mean when it was stopped in between and goes on', async () => {
    const every = { validateEvery: 4, checkpointEvery: 3 };
    const whole = await run(8, [1, 2], every);
    const first = await run(8, [], every, { stopAt: 3 });
    expect(first.trainLosses).toEqual([]);
    const { state, step } = first.checkpoints.at(-1)!;
    const second = await run(8, [1, 2], { ...every, state }, { from: step });
    expect(second.trainLosses).toEqual(whole.trainLosses);
    expect(second.checkpoints.at(-1)).toEqual(whole.checkpoints.at(-1));
  });

  it('ends early after so many validations without a better score', async () => {
    const { learned, end, best } = await run(100, [5, 4, 6, 6, 1, 7], { patience: 2 });
    expect(end).toBe('early-stopping');
    expect(learned.length).toBe(10);
    expect(best).toEqual({ score: 6, loss: null, step: 6, since: 2 });
  });

  it('counts validations before a resume', async () => {
    const best = { score: 9, loss: null, step: 1, since: 1 };
    const after = (since: number): TrainerState => ({ ...untrainedState, best: { ...best, since } });
    expect((await run(100, [1, 1, 1], { patience: 2, state: after(1) })).learned.length).toBe(2);
    expect((await run(100, [], { patience: 2, state: after(2) })).learned.length).toBe(0);
  });

  it('keeps its state when it is asked to stop, between two steps', async () => {
    const { end, checkpoints, learned } = await run(100, [1], {}, { stopAt: 3 });
    expect(end).toBe('stopped');
    expect(learned.length).toBe(3);
    expect(checkpoints.at(-1)).toMatchObject({ step: 3, isBest: false });
  });

  it('waits for a checkpoint to be kept before it takes the next step', async () => {
    const order: string[] = [];
    const told: Told = { learned: [], checkpoints: [], validated: [], trainLosses: [], trained: [] };
    await train(
      taskOf(4, [1, 2], told),
      { ...options },
      {
        trained: () => {},
        validated: () => {},
        async checkpoint(step) {
          order.push(`begins ${step} after ${told.learned.length}`);
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`ends ${step} after ${told.learned.length}`);
        },
        stopRequested: () => false,
        clock: () => 0,
      },
    );
    expect(order).toEqual(['begins 2 after 2', 'ends 2 after 2', 'begins 4 after 4', 'ends 4 after 4']);
  });

  it('tells the person when training diverges, and keeps no checkpoint of it', async () => {
    const diverged = run(9, [1, 2, 3], {}, { norms: [1, 1, NaN] });
    await expect(diverged).rejects.toThrow(UserError);
    await expect(diverged).rejects.toThrow('no longer a number at step 3');
  });
});
