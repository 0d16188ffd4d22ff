// The golden numbers are made by scikit-learn, scipy, numpy and mpmath: test/golden/metrics.py.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { auroc } from '../../src/metrics/auroc';
import { bootstrapInterval } from '../../src/metrics/bootstrap';
import { evaluate } from '../../src/metrics/evaluate';
import { normalTwoSided } from '../../src/metrics/normal';
import { pairedDifference } from '../../src/metrics/paired';
import { precisionRecallCurve } from '../../src/metrics/precision-recall';
import { rocCurve } from '../../src/metrics/roc';
import { studentQuantile, studentTwoSided } from '../../src/metrics/student';
import { evaluation, type Evaluation } from '../../src/protocol/evaluation';

interface Case {
  name: string;
  labels: number[];
  scores: number[];
  second?: number[];
  expected: Evaluation;
  roc: { falsePositiveRate: number[]; truePositiveRate: number[] };
  precisionRecall: { precision: number[]; recall: number[] };
}
interface Fixture {
  cases: Case[];
  normalTwoSided: [z: number, p: number][];
  studentQuantile: [alpha: number, df: number, t: number][];
  studentTwoSided: [t: number, df: number, p: number][];
  seeds: { first: number[]; second: number[]; mean: number; sd: number; ci95: [number, number]; p: number }[];
  bootstrap: { stratified: boolean; labels: number[]; scores: number[]; low: number; high: number }[];
}

const path = resolve(process.cwd(), 'test/fixtures/metrics/sklearn.json');
const golden = JSON.parse(readFileSync(path, 'utf8')) as Fixture;

/** Agreement within 1e-9, relative for large and small numbers alike (with a floor for exact zeros). */
function expectClose(actual: number, expected: number, what: string, relative = 1e-9, floor = 1e-13): void {
  const distance = Math.abs(actual - expected);
  expect(distance, `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(
    relative * Math.abs(expected) + floor,
  );
}

describe.each(golden.cases)('$name', ({ labels, scores, second, expected, roc, precisionRecall }) => {
  const actual = evaluate(labels, scores, second);

  test.each(Object.keys(expected) as (keyof Evaluation)[])('%s', (key) => {
    const [a, e] = [actual[key], expected[key]];
    if (Array.isArray(a) && Array.isArray(e)) e.forEach((bound, i) => expectClose(a[i]!, bound, key));
    else if (typeof e === 'number') expectClose(a as number, e, key, 1e-9, key === 'delongP' ? 0 : 1e-13);
    else expect(a).toBe(e);
  });

  test('the evaluation has the keys of the contract and no others', () => {
    expect(evaluation.strict().parse(JSON.parse(JSON.stringify(actual)))).toEqual(actual);
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  });

  test('the ROC curve passes through every point of scikit-learn and bends at no other', () => {
    const { falsePositiveRate: x, truePositiveRate: y } = rocCurve(labels, scores);
    const isOnCurve = (px: number, py: number) =>
      x.subarray(1).some((x1, k) => {
        const [x0, y0, y1] = [x[k]!, y[k]!, y[k + 1]!];
        const inside = px >= x0 - 1e-12 && px <= x1 + 1e-12 && py >= y0 - 1e-12 && py <= y1 + 1e-12;
        return inside && Math.abs((x1 - x0) * (py - y0) - (y1 - y0) * (px - x0)) < 1e-12;
      });
    roc.falsePositiveRate.forEach((px, k) => expect(isOnCurve(px, roc.truePositiveRate[k]!)).toBe(true));
    const points = new Set(roc.falsePositiveRate.map((px, k) => `${px} ${roc.truePositiveRate[k]}`));
    x.forEach((px, k) => expect(points).toContain(`${px} ${y[k]}`));
  });

  test('the precision–recall curve is that of scikit-learn up to full recall', () => {
    const { recall, precision } = precisionRecallCurve(labels, scores);
    recall.forEach((r, k) => expectClose(r, precisionRecall.recall[k]!, 'recall'));
    precision.forEach((p, k) => expectClose(p, precisionRecall.precision[k]!, 'precision'));
    expect(recall.at(-1)).toBe(1);
    expect(recall.at(-2)).toBeLessThan(1);
  });
});

test.each(golden.normalTwoSided)('normal tails beyond %d', (z, p) => {
  expectClose(normalTwoSided(z), p, 'p', 1e-12, 0);
  expect(normalTwoSided(-z)).toBe(normalTwoSided(z));
});

test.each(golden.studentTwoSided)('t tails beyond %d at df %d', (t, df, p) => {
  expectClose(studentTwoSided(t, df), p, 'p', 1e-12, 0);
});

test.each(golden.studentQuantile)('t quantile for alpha %d at df %d', (alpha, df, t) => {
  expectClose(studentQuantile(alpha, df), t, 't', 1e-13, 0);
});

test.each(golden.seeds)('paired t interval over seeds', ({ first, second, mean, sd, ci95, p }) => {
  const actual = pairedDifference(first, second);
  expectClose(actual.mean, mean, 'mean');
  expectClose(actual.sd!, sd, 'sd');
  expectClose(actual.ci95![0], ci95[0], 'low');
  expectClose(actual.ci95![1], ci95[1], 'high');
  expectClose(actual.p!, p, 'p');
});

test.each(golden.bootstrap)(
  'bootstrap, stratified: $stratified',
  ({ stratified, labels, scores, low, high }) => {
    let state = 7;
    const random = () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const interval = bootstrapInterval(labels, [scores], auroc, { random, stratified, resamples: 300 });
    expectClose(interval.low, low, 'low');
    expectClose(interval.high, high, 'high');
    expect(interval.estimate).toBe(auroc(labels, scores));
  },
);
