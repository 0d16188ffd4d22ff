import { describe, expect, it } from 'vitest';
import { EpochOrder, microBatches, stepsOfEpoch } from '../../../src/training/epochs';

const patients = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => 10 * i);
/** Patients of an epoch in order, for `n` of them in batches of `batchSize`. */
const epochOf = (order: EpochOrder, epoch: number, n: number, batchSize: number): number[] => {
  const steps = stepsOfEpoch(n, batchSize);
  return Array.from({ length: steps }, (_, s) => [...order.at(epoch * steps + s).patients]).flat();
};

describe('EpochOrder', () => {
  it.each([
    [10, 1],
    [10, 3],
    [10, 5],
    [10, 10],
    [10, 64],
    [1, 1],
    [33, 32],
  ])(
    '%d patients in batches of %d: each comes once per epoch, in another order each time',
    (n, batchSize) => {
      const order = new EpochOrder(patients(n), batchSize, 7);
      expect(stepsOfEpoch(n, batchSize)).toBe(Math.ceil(n / batchSize));
      const epochs = [0, 1, 2].map((epoch) => epochOf(order, epoch, n, batchSize));
      for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([...patients(n)]);
      if (n >= 10) {
        expect(epochs[1]).not.toEqual(epochs[0]);
        expect(epochs[2]).not.toEqual(epochs[1]);
      }
    },
  );

  it('has the same batch at a step, whether entered there or reached from the start', () => {
    const walked = new EpochOrder(patients(23), 4, 7);
    const steps = Array.from({ length: 20 }, (_, s) => ({ ...walked.at(s), step: s }));
    for (const { step, epoch, patients: batch } of [...steps].reverse()) {
      const entered = new EpochOrder(patients(23), 4, 7).at(step);
      expect(entered.epoch).toBe(epoch);
      expect([...entered.patients]).toEqual([...batch]);
    }
  });

  it('depends on the seed and leaves the patients as they are', () => {
    const given = patients(23);
    expect(epochOf(new EpochOrder(given, 4, 7), 0, 23, 4)).not.toEqual(
      epochOf(new EpochOrder(given, 4, 8), 0, 23, 4),
    );
    expect(given).toEqual(patients(23));
  });
});

describe('microBatches', () => {
  it.each([
    [32, 1, [32]],
    [32, 4, [8, 8, 8, 8]],
    [10, 4, [3, 3, 3, 1]],
    [3, 8, [1, 1, 1]],
    [0, 4, []],
  ])('%d patients in at most %d parts', (n, count, sizes) => {
    const parts = microBatches(patients(n), count);
    expect(parts.map((part) => part.length)).toEqual(sizes);
    expect(parts.flatMap((part) => [...part])).toEqual([...patients(n)]);
  });
});
