import { describe, expect, test } from 'vitest';
import { auprc } from '../../../src/metrics/auprc';
import { auroc } from '../../../src/metrics/auroc';
import { bootstrapInterval } from '../../../src/metrics/bootstrap';
import { delong } from '../../../src/metrics/delong';
import { meanSd, pairedDifference } from '../../../src/metrics/paired';
import { studentQuantile, studentTwoSided } from '../../../src/metrics/student';
import { seeded, study } from './seeded';

describe('bootstrap', () => {
  const { labels, scores } = study(200, 21);

  test('the same seed gives the same interval, another seed another', () => {
    const run = (seed: number) =>
      bootstrapInterval(labels, [scores], auprc, { random: seeded(seed), resamples: 200 });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('agrees with the DeLong interval of AUROC', () => {
    const { low, high } = bootstrapInterval(labels, [scores], auroc, { random: seeded(3) });
    const [delongLow, delongHigh] = delong(labels, scores).ci95;
    expect(Math.abs(low - delongLow)).toBeLessThan(0.02);
    expect(Math.abs(high - delongHigh)).toBeLessThan(0.02);
  });

  test('stratified resamples keep the class counts', () => {
    const positives = labels.reduce((sum, y) => sum + y, 0);
    const count = (drawn: Float64Array) => drawn.reduce((sum, y) => sum + y, 0);
    const options = { random: seeded(4), resamples: 50 };
    const kept = bootstrapInterval(labels, [scores], count, { ...options, stratified: true });
    expect(kept).toEqual({ estimate: positives, low: positives, high: positives });
    const free = bootstrapInterval(labels, [scores], count, options);
    expect(free.low).toBeLessThan(free.high);
  });

  test('draws patients: label and both scores stay together', () => {
    const options = { random: seeded(5), resamples: 100 };
    const difference = bootstrapInterval(
      labels,
      [scores, scores],
      (y, a, b) => auroc(y, a!) - auroc(y, b!),
      options,
    );
    expect(difference).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  test('a resample with one class only is drawn again', () => {
    const options = { random: seeded(6), resamples: 200 };
    const interval = bootstrapInterval([1, 0, 0], [[0.5, 0.2, 0.7]], auroc, options);
    expect(interval).toEqual({ estimate: 0.5, low: 0, high: 1 });
    const stuck = { random: () => 0, resamples: 1 };
    expect(() => bootstrapInterval([1, 0], [[1, 2]], auroc, stuck)).toThrow(/one class/);
  });
});

describe('runs over seeds', () => {
  test('mean and sample standard deviation', () => {
    expect(meanSd([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, sd: Math.sqrt(32 / 7) });
    expect(meanSd([0.8])).toEqual({ n: 1, mean: 0.8, sd: null });
    expect(() => meanSd([])).toThrow(RangeError);
  });

  test('equal runs have no spread at all', () => {
    expect(meanSd([0.1, 0.1, 0.1])).toEqual({ n: 3, mean: 0.1, sd: 0 });
    expect(pairedDifference([0.7, 0.8], [0.7, 0.8])).toEqual({ n: 2, mean: 0, sd: 0, ci95: [0, 0], p: 1 });
  });

  test('a single pair has a difference but no interval', () => {
    expect(pairedDifference([3], [1])).toEqual({ n: 1, mean: 2, sd: null, ci95: null, p: null });
    expect(() => pairedDifference([1, 2], [1])).toThrow(RangeError);
  });

  test('swapping the models mirrors the interval', () => {
    const [a, b] = [
      [0.81, 0.84, 0.8, 0.86],
      [0.8, 0.81, 0.82, 0.82],
    ];
    const there = pairedDifference(a!, b!);
    const back = pairedDifference(b!, a!);
    expect(back.ci95).toEqual([-there.ci95![1], -there.ci95![0]]);
    expect(back.p).toBe(there.p);
  });
});

describe('Student t', () => {
  test('has closed forms at 1 and 2 degrees of freedom', () => {
    for (const t of [0.001, 0.3, 1, 2, 50, 1e5]) {
      expect(studentTwoSided(t, 1) / ((2 / Math.PI) * Math.atan(1 / t))).toBeCloseTo(1, 13);
      const root = Math.sqrt(2 + t * t);
      expect(studentTwoSided(t, 2) / (2 / (root * (root + t)))).toBeCloseTo(1, 13);
    }
  });

  test('the quantile inverts the tail', () => {
    for (const df of [1, 2, 3, 5, 10, 33, 500]) {
      for (const alpha of [1e-12, 1e-4, 0.05, 0.32, 0.999]) {
        expect(studentTwoSided(studentQuantile(alpha, df), df) / alpha).toBeCloseTo(1, 11);
      }
    }
    expect(studentQuantile(1, 4)).toBe(0);
    expect(studentTwoSided(Infinity, 4)).toBe(0);
    expect(studentTwoSided(0, 4)).toBe(1);
  });

  test('refuses what is no distribution', () => {
    expect(() => studentQuantile(0, 4)).toThrow(RangeError);
    expect(() => studentQuantile(0.05, 0)).toThrow(RangeError);
    expect(() => studentTwoSided(1, 2.5)).toThrow(RangeError);
  });
});
