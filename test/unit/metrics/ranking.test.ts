import { describe, expect, test } from 'vitest';
import { auprc } from '../../../src/metrics/auprc';
import { auroc } from '../../../src/metrics/auroc';
import { aurocInterval, delong, delongTest } from '../../../src/metrics/delong';
import { rocCurve } from '../../../src/metrics/roc';
import { seeded, study } from './seeded';

/** AUROC by its definition: every pair of a positive and a negative. */
function aurocByPairs(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  let wins = 0;
  let pairs = 0;
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < labels.length; j++) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      wins += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      pairs++;
    }
  }
  return wins / pairs;
}

const studies = [
  ['no ties', study(150, 1)],
  ['many ties', study(150, 2, 7)],
  ['seven cases', study(7, 3, 3)],
  ['two cases', study(2, 4)],
] as const;

describe.each(studies)('%s', (_, { labels, scores }) => {
  test('AUROC is the share of pairs in the right order', () => {
    expect(auroc(labels, scores)).toBe(aurocByPairs(labels, scores));
    expect(delong(labels, scores).auroc).toBe(auroc(labels, scores));
  });

  test('only the order of the scores counts', () => {
    const stretched = scores.map((s) => Math.atan(50 * s - 20) * 1e6);
    expect(auroc(labels, stretched)).toBe(auroc(labels, scores));
    expect(auprc(labels, stretched)).toBe(auprc(labels, scores));
    expect(delong(labels, stretched)).toEqual(delong(labels, scores));
    expect(delongTest(labels, scores, stretched)).toMatchObject({ difference: 0, p: 1 });
  });

  test('the order of the cases does not count', () => {
    const reversed = [labels.slice().reverse(), scores.slice().reverse()] as const;
    expect(auroc(...reversed)).toBe(auroc(labels, scores));
    expect(auprc(...reversed)).toBe(auprc(labels, scores));
    expect(delong(...reversed).variance).toBeCloseTo(delong(labels, scores).variance, 14);
  });

  test('swapping the labels, or turning the scores round, mirrors AUROC and its interval', () => {
    const a = delong(labels, scores);
    for (const b of [
      delong(
        labels.map((y) => 1 - y),
        scores,
      ),
      delong(
        labels,
        scores.map((s) => -s),
      ),
    ]) {
      expect(b.auroc).toBeCloseTo(1 - a.auroc, 14);
      expect(b.variance).toBeCloseTo(a.variance, 14);
      expect(b.ci95[0]).toBeCloseTo(1 - a.ci95[1], 12);
      expect(b.ci95[1]).toBeCloseTo(1 - a.ci95[0], 12);
    }
  });

  test('the area under the ROC points is AUROC', () => {
    const { falsePositiveRate: x, truePositiveRate: y } = rocCurve(labels, scores);
    let area = 0;
    for (let k = 1; k < x.length; k++) area += ((x[k]! - x[k - 1]!) * (y[k]! + y[k - 1]!)) / 2;
    expect(area).toBeCloseTo(auroc(labels, scores), 13);
  });

  test('the interval holds the estimate and stays inside [0, 1]', () => {
    const { auroc: theta, ci95 } = delong(labels, scores);
    expect(ci95[0]).toBeLessThanOrEqual(theta);
    expect(ci95[1]).toBeGreaterThanOrEqual(theta);
    expect(ci95[0]).toBeGreaterThanOrEqual(0);
    expect(ci95[1]).toBeLessThanOrEqual(1);
  });
});

test('equal scores: AUROC is ½ and average precision is the prevalence', () => {
  const labels = [0, 1, 0, 0];
  expect(auroc(labels, [7, 7, 7, 7])).toBe(0.5);
  expect(auprc(labels, [7, 7, 7, 7])).toBe(0.25);
});

test('negative and positive zero are the same score', () => {
  expect(auroc([0, 1], [0, -0])).toBe(0.5);
  expect(delong([0, 1], [-0, 0]).auroc).toBe(0.5);
});

test('a straight run of the ROC curve keeps its ends only', () => {
  const perfect = rocCurve([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]);
  expect([...perfect.falsePositiveRate]).toEqual([0, 0, 1]);
  expect([...perfect.truePositiveRate]).toEqual([0, 1, 1]);
  expect([...perfect.thresholds]).toEqual([Infinity, 0.8, 0.1]);
});

describe('DeLong', () => {
  test('a perfect AUROC is no certainty: the open end solves θᵏ = 0.025', () => {
    const { ci95, variance } = delong([0, 0, 0, 1, 1], [1, 2, 3, 4, 5]);
    expect(variance).toBe(0);
    expect(ci95).toEqual([Math.sqrt(0.025), 1]);
    expect(delong([0, 0, 0, 1, 1], [5, 4, 3, 2, 1]).ci95).toEqual([0, 1 - Math.sqrt(0.025)]);
  });

  test('the interval is plain where it fits and on the logit scale where it does not', () => {
    const plain = aurocInterval(0.8, 0.0025, 50, 50);
    expect(plain[1] - 0.8).toBeCloseTo(0.8 - plain[0], 14);
    const logit = aurocInterval(0.99, 0.0025, 50, 50);
    expect(logit[1]).toBeLessThan(1);
    expect(logit[0]).toBeLessThan(0.9);
  });

  test('the test is symmetric in its two scores', () => {
    const { labels, scores } = study(80, 5);
    const other = study(80, 6).scores;
    const there = delongTest(labels, scores, other);
    const back = delongTest(labels, other, scores);
    expect(back.p).toBe(there.p);
    expect(back.difference).toBe(-there.difference);
    expect(there.p).toBeGreaterThan(0);
    expect(there.p).toBeLessThan(1);
  });

  test('identical scores: p = 1', () => {
    const { labels, scores } = study(80, 7);
    expect(delongTest(labels, scores, scores)).toEqual({ difference: 0, variance: 0, p: 1 });
  });

  test('a perfect against an inverted score is judged by its number of pairs, not p = 0', () => {
    expect(delongTest([0, 0, 1, 1], [1, 2, 3, 4], [4, 3, 2, 1]).p).toBe(0.5);
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const inverted = labels.map((y) => -y);
    expect(delongTest(labels, labels, inverted).p).toBe(2 ** -19);
  });

  test('the interval covers the true AUROC, and the test rejects a true null, at their levels', () => {
    // Scores uniform for controls, √uniform for cases: the true AUROC is 2/3.
    const random = seeded(8);
    let covered = 0;
    let rejected = 0;
    const studiesDrawn = 1500;
    for (let s = 0; s < studiesDrawn; s++) {
      const labels = Array.from({ length: 120 }, (_, i) => (i < 40 ? 1 : 0));
      const draw = () => labels.map((y) => (y === 1 ? Math.sqrt(random()) : random()));
      const [first, second] = [draw(), draw()];
      const [low, high] = delong(labels, first).ci95;
      if (low <= 2 / 3 && 2 / 3 <= high) covered++;
      if (delongTest(labels, first, second).p < 0.05) rejected++;
    }
    expect(covered / studiesDrawn).toBeGreaterThan(0.93);
    expect(covered / studiesDrawn).toBeLessThan(0.97);
    expect(rejected / studiesDrawn).toBeGreaterThan(0.03);
    expect(rejected / studiesDrawn).toBeLessThan(0.07);
  });
});
