import { describe, expect, it } from 'vitest';
import { bitsAt, keyOf, keyPair, RandomStream, scramble } from '../../../src/engine/random';

/** χ² of counts against equal shares, as standard deviations from its mean (about normal for many cells). */
function chiSquareDeviation(counts: readonly number[]): number {
  const cells = counts.length;
  const expected = counts.reduce((a, b) => a + b, 0) / cells;
  const chiSquare = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
  return (chiSquare - (cells - 1)) / Math.sqrt(2 * (cells - 1));
}

/** Correlation of two samples, in standard deviations of that of independent ones. */
function correlationDeviation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((x, i) => {
    ab += (x - ma) * (b[i]! - mb);
    aa += (x - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return (ab / Math.sqrt(aa * bb)) * Math.sqrt(a.length);
}

const n = 20_000;
const uniforms = (stream: RandomStream): number[] => Array.from({ length: n }, () => stream.uniform());

describe('random numbers', () => {
  it('are fixed for all time: the mixer of the golden fixtures', () => {
    // test/golden/README.md states u(0, 0); NumPy computed it.
    expect(scramble(scramble(0x9e3779b9 | 0)) / 2 ** 32).toBe(0.6813889110926539);
  });

  it.each([
    ['top byte over counters', (i: number) => bitsAt(keyPair(1, 2), i) >>> 24],
    ['low byte over counters', (i: number) => bitsAt(keyPair(1, 2), i) & 255],
    ['top byte over keys', (i: number) => bitsAt(keyPair(i), 0) >>> 24],
    ['low byte over keys of two parts', (i: number) => bitsAt(keyPair(7, i), 3) & 255],
    ['low byte of keys', (i: number) => keyOf(1, i) & 255],
  ])('are uniform: %s', (_title, byteOf) => {
    const counts = new Array<number>(256).fill(0);
    for (let i = 0; i < 64_000; i++) counts[byteOf(i)]!++;
    // Too even would be as wrong as too uneven.
    expect(Math.abs(chiSquareDeviation(counts))).toBeLessThan(4.5);
  });

  it('uniform() has the mean and variance of [0, 1) and stays inside', () => {
    const sample = uniforms(new RandomStream(5));
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...sample)).toBeLessThan(1);
    const mean = sample.reduce((a, b) => a + b, 0) / n;
    const variance = sample.reduce((a, b) => a + (b - 0.5) ** 2, 0) / n;
    expect(Math.abs(mean - 1 / 2) / Math.sqrt(1 / 12 / n)).toBeLessThan(4.5);
    expect(Math.abs(variance - 1 / 12) / Math.sqrt(1 / 180 / n)).toBeLessThan(4.5);
  });

  it.each([
    ['seeds 1 and 2', [1], [2]],
    ['epochs 0 and 1', [9, 0x5eed, 0], [9, 0x5eed, 1]],
    ['the same parts in another order', [3, 4], [4, 3]],
    ['a part more', [3], [3, 0]],
    ['seeds that differ in the top bit', [0], [0x8000_0000]],
  ])('streams of neighbouring keys are independent: %s', (_title, a, b) => {
    const [x, y] = [uniforms(new RandomStream(...a)), uniforms(new RandomStream(...b))];
    for (const lag of [0, 1, 2]) {
      expect(Math.abs(correlationDeviation(x.slice(lag), y.slice(0, n - lag)))).toBeLessThan(4.5);
    }
    // Jointly uniform on a 16 × 16 grid, which sees more than correlation does.
    const cells = new Array<number>(256).fill(0);
    x.forEach((u, i) => cells[16 * Math.floor(16 * u) + Math.floor(16 * y[i]!)]!++);
    expect(Math.abs(chiSquareDeviation(cells))).toBeLessThan(4.5);
  });

  it('numbers of one stream are independent of those before', () => {
    const x = uniforms(new RandomStream(11));
    for (const lag of [1, 2, 3, 4]) {
      expect(Math.abs(correlationDeviation(x.slice(lag), x.slice(0, n - lag)))).toBeLessThan(4.5);
    }
  });

  it('below(n) is uniform over 0 … n − 1', () => {
    const stream = new RandomStream(21);
    const counts = new Array<number>(37).fill(0);
    for (let i = 0; i < n; i++) counts[stream.below(37)]!++;
    expect(Math.abs(chiSquareDeviation(counts))).toBeLessThan(4.5);
  });

  it('normal() has mean 0, variance 1 and kurtosis 3', () => {
    const stream = new RandomStream(31);
    const sample = Array.from({ length: n }, () => stream.normal());
    const moment = (k: number): number => sample.reduce((sum, x) => sum + x ** k, 0) / n;
    expect(Math.abs(moment(1)) * Math.sqrt(n)).toBeLessThan(4.5);
    expect(Math.abs(moment(2) - 1) * Math.sqrt(n / 2)).toBeLessThan(4.5);
    expect(Math.abs(moment(4) - 3) * Math.sqrt(n / 96)).toBeLessThan(4.5);
  });

  it('truncatedNormal(σ) stays within ±2σ and has the variance of the truncated distribution', () => {
    const stream = new RandomStream(41);
    const sample = Array.from({ length: n }, () => stream.truncatedNormal(0.02) / 0.02);
    expect(Math.max(...sample.map(Math.abs))).toBeLessThanOrEqual(2);
    expect(Math.max(...sample.map(Math.abs))).toBeGreaterThan(1.99);
    // 1 − 2·2φ(2)/(2Φ(2) − 1), from the textbook (scipy.stats.truncnorm(-2, 2).var() = 0.7737413…).
    const variance = sample.reduce((sum, x) => sum + x * x, 0) / n;
    expect(Math.abs(variance - 0.7737413)).toBeLessThan(0.03);
    expect(Math.abs(sample.reduce((a, b) => a + b, 0)) / Math.sqrt(0.774 * n)).toBeLessThan(4.5);
  });
});

describe('shuffle', () => {
  const items = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

  it('is a permutation that depends on its key alone', () => {
    const once = new RandomStream(1, 2).shuffle(items(1000));
    expect([...once].sort((a, b) => a - b)).toEqual([...items(1000)]);
    expect(new RandomStream(1, 2).shuffle(items(1000))).toEqual(once);
    expect(new RandomStream(1, 3).shuffle(items(1000))).not.toEqual(once);
    expect(new RandomStream(1, 2).shuffle(items(0)).length).toBe(0);
  });

  it('gives each of the 120 orders of five things equally often', () => {
    const counts = new Map<string, number>();
    for (let key = 0; key < 12_000; key++) {
      const order = new RandomStream(8, key).shuffle(items(5)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(120);
    expect(Math.abs(chiSquareDeviation([...counts.values()]))).toBeLessThan(4.5);
  });
});
