import { describe, expect, test } from 'vitest';
import { auprc } from '../../../src/metrics/auprc';
import { auprcInterval } from '../../../src/metrics/auprc-interval';
import { auroc } from '../../../src/metrics/auroc';
import { bootstrapInterval } from '../../../src/metrics/bootstrap';
import { recalibrate } from '../../../src/metrics/recalibration';
import { riskGroups } from '../../../src/metrics/risk-groups';
import { rocCurve } from '../../../src/metrics/roc';
import { lossInterval, recalibrationIntervals } from '../../../src/metrics/standard-errors';
import { thinPolyline } from '../../../src/metrics/thinning';
import { wilsonInterval } from '../../../src/metrics/wilson';
import { seeded, study } from './seeded';

describe('bootstrap interval of AUPRC', () => {
  test.each([
    ['distinct scores', study(300, 31).scores],
    ['many ties', study(300, 31).scores.map((s) => Math.round(s * 4) / 4)],
  ])('is that of the general bootstrap with the same numbers: %s', (_, scores) => {
    const { labels } = study(300, 31);
    const fast = auprcInterval(labels, scores, { random: seeded(8), resamples: 200 });
    const plain = bootstrapInterval(labels, [scores], auprc, { random: seeded(8), resamples: 200 });
    expect(fast.estimate).toBeCloseTo(auprc(labels, scores), 12);
    expect(fast.low).toBeCloseTo(plain.low, 12);
    expect(fast.high).toBeCloseTo(plain.high, 12);
  });

  test('draws again where a class is missing', () => {
    const [labels, scores] = [
      [1, 0, 0],
      [0.5, 0.2, 0.7],
    ];
    const fast = auprcInterval(labels!, scores!, { random: seeded(6), resamples: 100 });
    const plain = bootstrapInterval(labels!, [scores!], auprc, { random: seeded(6), resamples: 100 });
    expect(fast.low).toBeCloseTo(plain.low, 12);
    expect(fast.high).toBeCloseTo(plain.high, 12);
  });
});

describe('Wilson interval', () => {
  // Published values: Newcombe (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%d of %d', (positives, n, low, high) => {
    const interval = wilsonInterval(positives, n);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  test('a full share mirrors an empty one', () => {
    expect(wilsonInterval(20, 20)[0]).toBeCloseTo(1 - wilsonInterval(0, 20)[1], 15);
    expect(wilsonInterval(20, 20)[1]).toBe(1);
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
  });
});

describe('groups of like risk', () => {
  test('tenths hold everybody once, in rising order of risk', () => {
    const { labels, scores } = study(1003, 4);
    const groups = riskGroups(labels, scores);
    expect(groups).toHaveLength(10);
    expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(1003);
    groups.forEach(({ n }) => expect(Math.abs(n - 100.3)).toBeLessThan(1));
    const positives = groups.reduce((sum, { n, observed }) => sum + n * observed, 0);
    expect(positives).toBeCloseTo(
      labels.reduce((sum, y) => sum + y, 0),
      9,
    );
    groups.slice(1).forEach(({ predicted }, k) => expect(predicted).toBeGreaterThan(groups[k]!.predicted));
  });

  test('no group is smaller than ten, and equal scores are never parted', () => {
    expect(riskGroups([0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5])).toHaveLength(1);
    const { labels, scores } = study(200, 9);
    const coarse = scores.map((s) => Math.round(s * 3) / 3);
    const groups = riskGroups(labels, coarse);
    groups.forEach(({ n }) => expect(n).toBeGreaterThanOrEqual(10));
    expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(200);
    expect(groups.length).toBeLessThanOrEqual(new Set(coarse).size);
  });
});

describe('groups of like risk with a minimum', () => {
  test('hold of either label nobody or enough, and everybody once', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { labels, scores } = study(100 + 30 * seed, seed);
      const groups = riskGroups(labels, scores, 15);
      for (const { n, observed } of groups) {
        const positives = Math.round(n * observed);
        for (const count of [positives, n - positives]) expect(count === 0 || count >= 15).toBe(true);
      }
      expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(groups.length === 0 ? 0 : labels.length);
      groups.slice(1).forEach(({ predicted }, k) => expect(predicted).toBeGreaterThan(groups[k]!.predicted));
    }
  });

  test('are none when a label is rare in all, and the same as without when nothing is small', () => {
    const scores = Array.from({ length: 100 }, (_, i) => i / 100);
    const rare = scores.map((_, i) => (i < 4 ? 1 : 0));
    expect(riskGroups(rare, scores, 10)).toEqual([]);
    const half = scores.map((_, i) => i % 2);
    expect(riskGroups(half, scores, 5)).toEqual(riskGroups(half, scores));
    // The last groups are small and join the one before.
    const early = scores.map((_, i) => ((i < 30 && i % 2 === 0) || i === 95 ? 1 : 0));
    expect(riskGroups(early, scores, 5).map(({ n }) => n)).toEqual([10, 10, 80]);
  });
});

describe('thinning of curves', () => {
  test.each([
    [200, 1],
    [2_000, 2],
    [20_000, 3],
    [200_000, 4],
  ])('a ROC curve of %d patients keeps at most 400 corners within 1e-3', (n, seed) => {
    const { labels, scores } = study(n, seed);
    const { falsePositiveRate: x, truePositiveRate: y } = rocCurve(labels, scores);
    const thin = thinPolyline({ x, y }, 1e-3);
    expect(thin.x.length).toBeLessThanOrEqual(400);
    expect([thin.x[0], thin.y[0], thin.x.at(-1), thin.y.at(-1)]).toEqual([0, 0, 1, 1]);
    expect(largestDistance(x, y, thin)).toBeLessThanOrEqual(1e-3 + 1e-12);
    let area = 0;
    thin.x
      .slice(1)
      .forEach((right, k) => (area += (right - thin.x[k]!) * ((thin.y[k]! + thin.y[k + 1]!) / 2)));
    expect(Math.abs(area - auroc(labels, scores))).toBeLessThan(1e-3);
  });

  test('a straight line needs its ends only; a line that turns back keeps its turn', () => {
    expect(thinPolyline({ x: [0, 1, 2, 3], y: [0, 1, 2, 3] }, 1e-9)).toEqual({ x: [0, 3], y: [0, 3] });
    expect(thinPolyline({ x: [0, 5, 1], y: [0, 0, 0] }, 0.1)).toEqual({ x: [0, 5, 1], y: [0, 0, 0] });
    expect(thinPolyline({ x: [], y: [] }, 0.1)).toEqual({ x: [], y: [] });
    expect(thinPolyline({ x: [4], y: [2] }, 0.1)).toEqual({ x: [4], y: [2] });
  });
});

/** By brute force over all segments of the thin line. */
function largestDistance(x: Float64Array, y: Float64Array, thin: { x: number[]; y: number[] }): number {
  let largest = 0;
  x.forEach((px, i) => {
    let nearest = Infinity;
    for (let k = 1; k < thin.x.length && nearest > 1e-4; k++) {
      const [ax, ay] = [thin.x[k - 1]!, thin.y[k - 1]!];
      const [dx, dy] = [thin.x[k]! - ax, thin.y[k]! - ay];
      const t = Math.min(1, Math.max(0, ((px - ax) * dx + (y[i]! - ay) * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(px - ax - t * dx, y[i]! - ay - t * dy));
    }
    largest = Math.max(largest, nearest);
  });
  return largest;
}

describe('intervals of losses and of the calibration line', () => {
  test('the mean of a loss', () => {
    // Mean 2, sample SD 1, n = 3.
    const [low, high] = lossInterval([1, 2, 3])!;
    expect(high).toBeCloseTo(2 + 1.959963984540054 / Math.sqrt(3), 14);
    expect(low).toBeCloseTo(2 - 1.959963984540054 / Math.sqrt(3), 14);
    expect(lossInterval([0, 0, 30])![0]).toBe(0);
    expect(lossInterval([1])).toBeNull();
  });

  // With two scores the line is that of a 2×2 table: the variance of its log odds ratio is 1/a + 1/b + 1/c + 1/d.
  test('the line through two scores has the spread of a log odds ratio', () => {
    const cells: [label: number, score: number, times: number][] = [
      [1, 0.8, 30],
      [0, 0.8, 12],
      [1, 0.2, 9],
      [0, 0.2, 41],
    ];
    const labels = cells.flatMap(([label, , times]) => new Array<number>(times).fill(label));
    const scores = cells.flatMap(([, score, times]) => new Array<number>(times).fill(score));
    const line = recalibrate(labels, scores)!;
    const { slope } = recalibrationIntervals(line, scores)!;
    const width = Math.log(0.8 / 0.2) - Math.log(0.2 / 0.8);
    const deviation = Math.sqrt(1 / 30 + 1 / 12 + 1 / 9 + 1 / 41) / width;
    expect(line.slope).toBeCloseTo(Math.log((30 * 41) / (12 * 9)) / width, 9);
    expect(slope[1] - line.slope).toBeCloseTo(1.959963984540054 * deviation, 8);
    expect(line.slope - slope[0]).toBeCloseTo(1.959963984540054 * deviation, 8);
  });
});
