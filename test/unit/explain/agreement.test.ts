import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { agreementOf, agreementSentence } from '../../../src/explain/agreement';
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
    [0.1, 34, 'agree weakly, if at all'],
    [-0.2, 34, 'weakly, if at all (Spearman’s ρ −0.20'],
    [-0.6, 34, 'contradict each other'],
    [0.9, 4, 'So few codes agree or disagree by chance easily.'],
    [null, 2, 'fewer than three codes'],
    [null, 9, 'the same for every code'],
  ])('at ρ %s over %d codes says “%s”', (rho, codes, says) => {
    expect(agreementSentence(rho, codes)).toContain(says);
  });

  it('compares attention with the size of attributions, occlusion with their sign', () => {
    const attribution = [-3, 2, 1, -0.5];
    const { attention, occlusion, rollout } = agreementOf(
      { attribution, received: [0.4, 0.3, 0.2, 0.1], rollout: [1, 1, 1, 1], occlusion: attribution },
      null,
    );
    expect([attention, occlusion, rollout]).toEqual([1, 1, null]);
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
