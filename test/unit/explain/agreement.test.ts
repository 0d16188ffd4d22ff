import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { agreementOf, agreementSentence } from '../../../src/explain/agreement';
import { deletionTest } from '../../../src/explain/deletion';
import { averageRanks, fallingOrder, spearman } from '../../../src/explain/spearman';
import { stability } from '../../../src/explain/stability';

/** Rank by counting: how many are smaller, and half of the others that are equal. */
function rankByCounting(values: readonly number[]): number[] {
  return values.map((x) => {
    const smaller = values.filter((y) => y < x).length;
    const equal = values.filter((y) => y === x).length;
    return smaller + (equal + 1) / 2;
  });
}
function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const cov = mean(x.map((a, i) => (a - mx) * (y[i]! - my)));
  return cov / Math.sqrt(mean(x.map((a) => (a - mx) ** 2)) * mean(y.map((b) => (b - my) ** 2)));
}

describe('Spearman’s correlation', () => {
  it('is Pearson’s of average ranks, with and without ties', () => {
    const random = new RandomStream(3);
    for (const values of [3, 6, 1000]) {
      for (const n of [3, 10, 57]) {
        const a = Array.from({ length: n }, () => random.below(values));
        const b = Array.from({ length: n }, (_, i) => a[i]! + random.below(values));
        expect(Array.from(averageRanks(a))).toEqual(rankByCounting(a));
        const expected = pearson(rankByCounting(a), rankByCounting(b));
        if (Number.isFinite(expected)) expect(spearman(a, b)).toBeCloseTo(expected, 12);
        else expect(spearman(a, b)).toBeNull();
      }
    }
  });

  it('is 1 for the same order, −1 for the reverse, nothing for few or equal values', () => {
    expect(spearman([1, 2, 30], [4, 5, 6])).toBe(1);
    expect(spearman([1, 2, 30], [6, 5, 4])).toBe(-1);
    expect(spearman([1, 2], [1, 2])).toBeNull();
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(() => spearman([1], [1, 2])).toThrow(RangeError);
  });

  it('orders by falling value, earlier places first', () => {
    expect(fallingOrder([1, 3, 3, -2])).toEqual([1, 2, 0, 3]);
  });
});

describe('agreement in words', () => {
  it.each<[number | null, number, string]>([
    [0.85, 34, 'agree well (Spearman’s ρ 0.85 over 34 codes)'],
    [0.52, 34, 'agree partly'],
    [0.3, 34, 'agree weakly'],
    [0.1, 34, 'are unrelated'],
    [-0.1, 34, 'are unrelated (Spearman’s ρ −0.10'],
    [-0.3, 34, 'run weakly opposite ways'],
    [-0.6, 34, 'run opposite ways'],
    [0.9, 4, 'So few codes agree or disagree by chance easily.'],
    [null, 2, 'fewer than three of the codes'],
    [null, 9, 'the same for every code'],
  ])('at ρ %s over %d codes says “%s”', (rho, codes, says) => {
    expect(agreementSentence(rho, codes)).toContain(says);
  });

  it('compares attention with the size of attributions, occlusion with their sign', () => {
    const attribution = [-3, 2, 1, -0.5];
    const { attention, occlusion, rollout } = agreementOf(
      { attribution, received: [0.4, 0.3, 0.2, 0.1], rollout: [1, 1, 1, 1], occlusion: attribution },
      [0, 1, 2, 3],
      null,
    );
    expect([attention, occlusion, rollout]).toEqual([1, 1, null]);
  });

  it('leaves out codes that the model does not know', () => {
    const attribution = [-3, 2, 9, 1, 9];
    const received = [0.4, 0.3, 0, 0.2, 0];
    const all = { attribution, received, rollout: received, occlusion: attribution };
    expect(agreementOf(all, [0, 1, 3], null).attention).toBe(1);
    const few = agreementOf(all, [0, 1], null);
    expect([few.attention, few.occlusion]).toEqual([null, null]);
    expect(few.sentences.join()).toContain('fewer than three of the codes');
  });

  it('judges the attributions of a patient whom all codes protect by their size', async () => {
    // An additive model: removing a code takes its part along, and attention sees exactly how large it is.
    const parts = Array.from({ length: 20 }, (_, t) => -0.05 * (t + 1));
    const patient = {
      codes: parts.map((_, t) => t + 5),
      visits: parts.map(() => 1),
      ranks: parts.map((_, t) => t + 1),
    };
    const logitOf = (codes: readonly number[]): number =>
      codes.reduce((sum, code) => sum + parts[code - 5]!, 0);
    const sizes = parts.map(Math.abs);
    const orders = {
      ...{ attribution: fallingOrder(parts), occlusion: fallingOrder(parts) },
      ...{
        attributionSize: fallingOrder(sizes),
        attention: fallingOrder(sizes),
        rollout: fallingOrder(sizes),
      },
    };
    const deletion = await deletionTest(
      patient,
      logitOf(patient.codes),
      orders,
      (records) => Promise.resolve(Float64Array.from(records, ({ codes }) => logitOf(codes))),
      { largest: 10, randomOrders: 100, seed: 1 },
    );
    const all = { attribution: parts, received: sizes, rollout: sizes, occlusion: parts };
    const [, byRemoval, byAttribution, byAttention] = agreementOf(all, [...parts.keys()], deletion).sentences;
    expect(byRemoval).toBe(
      'Attributions and what each code changes when it alone is removed agree well (ρ 1.00).',
    );
    // What raises the risk first is, here, what matters least.
    expect(deletion!.curves.attribution.changeAboveRandom).toBe(0);
    // Sums of the k largest parts, in the mean over k = 1 … 10: 4.675.
    const said = /moves the log-odds by 4\.6[78] in the mean/;
    for (const sentence of [byAttribution, byAttention]) {
      expect(sentence).toMatch(said);
      expect(sentence).toContain('more than all 100 random orders');
    }
  });
});

it('stability is the mean and the extremes of every pair of seeds', () => {
  const [a, b, c] = [
    [1, 2, 3, 4],
    [1, 2, 4, 3],
    [4, 3, 2, 1],
  ];
  const pairs = [spearman(a!, b!)!, spearman(a!, c!)!, spearman(b!, c!)!];
  const found = stability([a!, b!, c!])!;
  expect(found.mean).toBeCloseTo(pairs.reduce((x, y) => x + y) / 3, 12);
  expect([found.low, found.high]).toEqual([-1, Math.max(...pairs)]);
  expect(stability([a!])).toBeNull();
});
