import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { UNK } from '../../../src/protocol/vocabulary';
import { lengthsOf, patientsOf, pretrainingTask } from './patients';

const everyone = Int32Array.from({ length: 70 }, (_, i) => i);
/** No code of anybody is in the vocabulary. */
const strangers = patientsOf(lengthsOf(70, 30), 1, 1);

describe('the figures of pretraining', () => {
  it('say of how many patients they are, and how many of those had a masked code', async () => {
    const task = pretrainingTask({});
    const tokens = patientsOf(lengthsOf(70, 30), 1, 0.1);
    const known = everyone.filter((patient) =>
      tokens.ids.subarray(tokens.offsets[patient]!, tokens.offsets[patient + 1]!).some((id) => id !== UNK),
    );
    const { patients, masked, loss, mlmLoss, losLoss } = await task.measure(everyone);
    expect([patients, masked]).toEqual([70, known.length]);
    expect(loss).toBe(mlmLoss! + losLoss!);
    await task.close();
  });

  it('have none for masked codes where nothing can be masked; the score rests on the long stays', async () => {
    const task = pretrainingTask({ losWeight: 0.5 }, 1, strangers);
    const figures = await task.measure(everyone);
    expect(figures).toMatchObject({ patients: 70, masked: 0, mlmLoss: null, mlmAccuracy: null });
    expect(figures.losLoss).toBeGreaterThan(0.5);
    expect(figures.loss).toBe(0.5 * figures.losLoss!);
    const { score, figures: validation } = await task.validate();
    expect(score).toBe(-validation['loss']!);
    await task.close();
  });

  it('are all null of nobody', async () => {
    const task = pretrainingTask({});
    const figures = await task.measure(new Int32Array(0));
    expect(figures).toMatchObject({ patients: 0, masked: 0, loss: null, losLoss: null, losAuroc: null });
    await task.close();
  });

  it('cannot choose a checkpoint when neither task can be measured: the person is told', async () => {
    const task = pretrainingTask({ losWeight: 0 }, 1, strangers);
    await expect(task.validate()).rejects.toThrow(UserError);
    await task.close();
  });
});

describe('the training figures', () => {
  it('hold the share of masked codes that were guessed, over all micro-batches', async () => {
    const accuracies: number[] = [];
    for (const accumulate of [1, 4]) {
      const task = pretrainingTask({ batchSize: 32, accumulate, dropout: 0, learningRate: 0.02 });
      for (let step = 0; step < 12; step++) {
        const { monitors } = await task.learner.learn(task.batches(step).batches, 0.02);
        const { mlmAccuracy } = task.figures(monitors);
        expect(mlmAccuracy).toBeGreaterThanOrEqual(0);
        expect(mlmAccuracy).toBeLessThanOrEqual(1.0001);
        if (step === 11) accuracies.push(mlmAccuracy!);
      }
      await task.close();
    }
    expect(accuracies[0]).toBeGreaterThan(0);
    expect(accuracies[1]).toBeCloseTo(accuracies[0]!, 5);
  });
});
