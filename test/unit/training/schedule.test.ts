import { describe, expect, it } from 'vitest';
import { bestSoFar, consider, nothingYet } from '../../../src/training/early-stopping';
import { learningRateAt, type Schedule, scheduleOf } from '../../../src/training/schedule';

const config = { batchSize: 32, learningRate: 5e-5, warmup: 0.1 };
const rates = (schedule: Schedule): number[] =>
  Array.from({ length: schedule.steps }, (_, step) => learningRateAt(schedule, step));

describe('the length of a run', () => {
  it('is its epochs, the last batch of each counted whole', () => {
    expect(scheduleOf({ ...config, epochs: 3 }, 100)).toEqual({
      steps: 12,
      stepsPerEpoch: 4,
      warmupSteps: 1,
      peak: 5e-5,
    });
    expect(scheduleOf({ ...config, epochs: 0.5 }, 96).steps).toBe(2);
    expect(scheduleOf({ ...config, epochs: 0.001 }, 96).steps).toBe(1);
    expect(scheduleOf({ ...config, epochs: 2 }, 5).stepsPerEpoch).toBe(1);
  });

  it('is its steps where they are given', () => {
    expect(scheduleOf({ ...config, epochs: 3, steps: 50 }, 100)).toMatchObject({ steps: 50, warmupSteps: 5 });
  });
});

describe('the learning rate', () => {
  it('climbs in a line to its peak at the end of the warm-up and falls in a line to 0 at the end', () => {
    const schedule = { steps: 10, stepsPerEpoch: 5, warmupSteps: 4, peak: 8 };
    expect(rates(schedule)).toEqual([2, 4, 6, 8, 8, ...[5, 4, 3, 2, 1].map((left) => (8 * left) / 6)]);
    expect(learningRateAt(schedule, 10)).toBe(0);
  });

  it('starts at its peak without warm-up', () => {
    const schedule = { steps: 4, stepsPerEpoch: 4, warmupSteps: 0, peak: 8 };
    expect(rates(schedule)).toEqual([8, 6, 4, 2]);
  });

  it('only climbs when all of the run is warm-up', () => {
    expect(rates({ steps: 4, stepsPerEpoch: 4, warmupSteps: 4, peak: 8 })).toEqual([2, 4, 6, 8]);
  });

  it('is positive and at most the peak at every step of any run', () => {
    for (const steps of [1, 2, 3, 17]) {
      for (const warmup of [0, 0.1, 0.5, 1]) {
        const schedule = scheduleOf({ ...config, steps, warmup }, 100);
        for (const rate of rates(schedule)) {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(schedule.peak);
        }
        expect(Math.max(...rates(schedule))).toBe(schedule.peak);
      }
    }
  });
});

describe('early stopping', () => {
  it('remembers the best score and counts validations since, a tie being no improvement', () => {
    const scores: [number, number][] = [
      [-3, 10],
      [-2, 20],
      [-2, 30],
      [-2.5, 40],
      [-1, 50],
      [-4, 60],
    ];
    let best = nothingYet;
    const seen = scores.map(([score, step]) => (best = consider(best, score, -score, step)));
    expect(seen.map(({ step }) => step)).toEqual([10, 20, 20, 20, 50, 50]);
    expect(seen.map(({ since }) => since)).toEqual([0, 0, 1, 2, 0, 1]);
    expect(seen.at(-1)).toEqual({ score: -1, loss: 1, step: 50, since: 1 });
  });

  it('takes the lower loss of two equal scores, and the earlier where that is equal or unknown', () => {
    const validations: [score: number, loss: number | null, step: number][] = [
      [1, 0.6, 10],
      [1, 0.4, 20],
      [1, 0.4, 30],
      [1, null, 40],
      [0.9, 0.1, 50],
      [1, 0.39, 60],
    ];
    let best = nothingYet;
    const seen = validations.map(([score, loss, step]) => (best = consider(best, score, loss, step)));
    expect(seen.map(({ step }) => step)).toEqual([10, 20, 20, 20, 20, 60]);
    expect(seen.map(({ since }) => since)).toEqual([0, 0, 1, 2, 3, 0]);
  });

  it('comes back from a checkpoint as it was', () => {
    for (const best of [nothingYet, consider(nothingYet, 0.5, 0.7, 3)])
      expect(bestSoFar.parse(JSON.parse(JSON.stringify(best)))).toEqual(best);
  });

  it('reads a checkpoint of before losses were kept, and breaks no tie with it', () => {
    const best = bestSoFar.parse({ score: 1, step: 7, since: 2 });
    expect(best).toEqual({ score: 1, loss: null, step: 7, since: 2 });
    expect(consider(best, 1, 0.01, 8)).toEqual({ ...best, since: 3 });
  });
});
