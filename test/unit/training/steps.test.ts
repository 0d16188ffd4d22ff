import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLearnerState, writeLearnerState } from '../../../src/model/checkpoint';
import { pretrainingParameters } from '../../../src/model/pretraining';
import type { PretrainingTask } from '../../../src/training/pretraining-task';
import { learningRateAt } from '../../../src/training/schedule';
import { bytesOf, pretrainingTask, smallModel } from './patients';

/** Trains up to optimizer step `end`. */
async function learnUntil(task: PretrainingTask, end: number): Promise<void> {
  while (task.learner.step < end) {
    const { step } = task.learner;
    await task.learner.learn(task.batches(step).batches, learningRateAt(task.schedule, step));
  }
}

/** Largest difference of two learners' parameters. */
function distance(a: PretrainingTask, b: PretrainingTask): number {
  let largest = 0;
  for (const name of a.learner.names) {
    const other = b.learner.parameter(name);
    a.learner.parameter(name).forEach((x, i) => (largest = Math.max(largest, Math.abs(x - other[i]!))));
  }
  return largest;
}

describe('accumulation', () => {
  it('32 patients at once have the gradient of 2 × 16 and of 4 × 8', async () => {
    const gradients: Float32Array[][] = [];
    for (const accumulate of [1, 2, 4]) {
      const task = pretrainingTask({ batchSize: 32, accumulate, dropout: 0 });
      const { batches, patients } = task.batches(0);
      expect(patients).toBe(32);
      expect(batches.length).toBe(accumulate);
      await task.learner.learn(batches, 0);
      gradients.push(task.learner.names.map((name) => task.learner.gradient(name).slice()));
      await task.close();
    }
    const [whole, ...others] = gradients;
    for (const parts of others) {
      let [difference, norm] = [0, 0];
      whole!.forEach((gradient, k) =>
        gradient.forEach((x, i) => {
          difference += (x - parts[k]![i]!) ** 2;
          norm += x * x;
        }),
      );
      expect(Math.sqrt(difference / norm)).toBeLessThan(1e-6);
    }
  });
});

describe('twenty steps with dropout', () => {
  const [half, end] = [10, 20];

  it('give the same bytes for the same seed, others for another', async () => {
    const tasks = [1, 1, 2].map((seed) => pretrainingTask({ seed }));
    for (const task of tasks) await learnUntil(task, end);
    const [a, b, c] = await Promise.all(tasks.map((task) => bytesOf(task.learner)));
    expect(Buffer.compare(a!, b!)).toBe(0);
    expect(Buffer.compare(a!, c!)).not.toBe(0);
    for (const task of tasks) await task.close();
  });

  it('give the same bytes in one go and through a checkpoint halfway', async () => {
    const [straight, first, second] = [
      pretrainingTask({}),
      pretrainingTask({}),
      pretrainingTask({ seed: 1 }),
    ];
    await learnUntil(straight, end);
    await learnUntil(first, half);
    const specs = pretrainingParameters(smallModel);
    const folder = mkdtempSync(join(tmpdir(), 'medbert-steps-'));
    try {
      writeLearnerState(folder, await first.learner.state(), specs);
      second.learner.restore(readLearnerState(folder, half));
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(Buffer.compare(await bytesOf(second.learner), await bytesOf(first.learner))).toBe(0);
    await learnUntil(second, end);
    expect(Buffer.compare(await bytesOf(second.learner), await bytesOf(straight.learner))).toBe(0);
    for (const task of [straight, first, second]) await task.close();
  });

  it('end close to each other on one thread and on two', async () => {
    const [one, two] = [pretrainingTask({}, 1), pretrainingTask({}, 2)];
    await learnUntil(one, end);
    await learnUntil(two, end);
    expect(distance(one, two)).toBeLessThan(1e-4);
    await one.close();
    await two.close();
  });

  it('and some more bring the loss down', async () => {
    const task = pretrainingTask({ learningRate: 1e-2, epochs: 10 });
    const before = await task.measure(Int32Array.from({ length: 60 }, (_, i) => i));
    await learnUntil(task, 60);
    const after = await task.measure(Int32Array.from({ length: 60 }, (_, i) => i));
    expect(before.mlmLoss).toBeGreaterThan(0.9 * Math.log(smallModel.vocabulary));
    expect(after.loss).toBeLessThan(before.loss! - 0.2);
    await task.close();
  });
});
