import { describe, expect, it } from 'vitest';
import type { CodeSequence } from '../../../src/explain/code-sequence';
import { deletionTest } from '../../../src/explain/deletion';
import { type Predict, riskOf } from '../../../src/explain/explained-model';

/** A model that adds up what each code is worth; its codes are their own worth. */
let asked: CodeSequence<number>[] = [];
const additive: Predict = (patients) => {
  asked.push(...patients);
  return Promise.resolve(Float64Array.from(patients, ({ codes }) => codes.reduce((a, b) => a + b, 0)));
};
const patient = { codes: [2, -1, 0.5, 0, 1], visits: [1, 1, 2, 3, 3], ranks: [1, 2, 1, 1, 2] };
const options = { largest: 3, randomOrders: 40, seed: 9 };
const orders = { best: [0, 4, 2, 3, 1], worst: [1, 3, 2, 4, 0] };
const test = (more = {}) => deletionTest(patient, 2.5, orders, additive, { ...options, ...more });

describe('the deletion test', () => {
  it('follows the prediction while codes are removed', async () => {
    const { removed, curves } = (await test())!;
    expect(removed).toEqual([0, 1, 2, 3]);
    expect(curves.best.logit).toEqual([2.5, 0.5, -0.5, -1]);
    expect(curves.worst.logit).toEqual([2.5, 3.5, 3.5, 3]);
    expect(curves.best.risk).toEqual(curves.best.logit.map(riskOf));
    expect(curves.best.logitArea).toBeCloseTo((1.25 + 0.5 - 0.5 - 0.5) / 3, 12);
    expect(curves.best.change).toBeCloseTo((2 + 3 + 3.5) / 3, 12);
    expect(curves.best.area).toBeCloseTo(
      (riskOf(2.5) / 2 + riskOf(0.5) + riskOf(-0.5) + riskOf(-1) / 2) / 3,
      12,
    );
  });

  it('holds orders against random ones: nothing falls faster than the best, nothing slower than the worst', async () => {
    const { curves } = (await test())!;
    expect(curves.best.belowRandom).toBeGreaterThan(0.95);
    expect(curves.worst.belowRandom).toBeLessThan(0.05);
    expect(curves.best.changeAboveRandom).toBeGreaterThan(0.95);
  });

  it('has random curves around what removing anyone does in the mean', async () => {
    const { random } = (await test({ randomOrders: 4000 }))!;
    // Each code is gone with probability k/5.
    random.logit.mean.forEach((z, k) => expect(Math.abs(z - 2.5 * (1 - k / 5))).toBeLessThan(0.06));
    random.risk.low.forEach((low, k) => {
      expect(low).toBeLessThanOrEqual(random.risk.mean[k]! + 1e-12);
      expect(random.risk.high[k]).toBeGreaterThanOrEqual(random.risk.mean[k]! - 1e-12);
    });
  });

  it('draws the same orders for the same seed, others for another', async () => {
    expect(await test()).toEqual(await test());
    expect((await test())!.random.area).not.toBe((await test({ seed: 10 }))!.random.area);
  });

  it('computes every set of codes once, whoever removes it', async () => {
    asked = [];
    await test({ randomOrders: 1000 });
    const all = asked.map(({ codes }) => [...codes].sort((a, b) => a - b).join());
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(5 + 10 + 10);
  });

  it('leaves one code, and is none for a patient of one', async () => {
    expect((await test({ largest: 99 }))!.removed.at(-1)).toBe(4);
    const one = { codes: [1], visits: [1], ranks: [1] };
    expect(await deletionTest(one, 1, { best: [0] }, additive, options)).toBeNull();
  });
});
