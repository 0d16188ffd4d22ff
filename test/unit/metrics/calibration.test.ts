import { describe, expect, test } from 'vitest';
import { brier, expectedCalibrationError, logLoss, reliabilityBins } from '../../../src/metrics/calibration';
import { recalibrate } from '../../../src/metrics/recalibration';
import { seeded, study } from './seeded';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => Math.log(p / (1 - p));

test('always saying ½ costs a Brier score of ¼ and a log loss of log 2', () => {
  expect(brier([0, 1, 1], [0.5, 0.5, 0.5])).toBe(0.25);
  expect(logLoss([0, 1, 1], [0.5, 0.5, 0.5])).toBeCloseTo(Math.LN2, 15);
});

test('a certain and wrong prediction costs a finite log loss', () => {
  expect(logLoss([0, 1], [1, 1])).toBeCloseTo((52 * Math.LN2) / 2, 12);
});

describe('reliability bins', () => {
  test('are open below and closed above; 0 belongs to the first', () => {
    const scores = [0, 0.1, 0.10000000000000002, 0.2, 0.3, 0.30000000000000004, 0.7, 0.9, 1];
    const counts = reliabilityBins([0, 1, 0, 1, 0, 1, 0, 1, 0], scores).map((bin) => bin.n);
    expect(counts).toEqual([2, 2, 1, 1, 0, 0, 1, 0, 1, 1]);
  });

  test('every number next to an edge falls on its side, for any number of bins', () => {
    for (let binCount = 1; binCount <= 200; binCount++) {
      for (let k = 1; k < binCount; k++) {
        const edge = k / binCount;
        const scores = [edge * (1 - 2 ** -52), edge, edge * (1 + 2 ** -52)];
        const bins = reliabilityBins([0, 1, 1], scores, binCount);
        expect([bins[k - 1]!.n, bins[k]!.n], `${k}/${binCount}`).toEqual([2, 1]);
      }
    }
  });

  test('empty bins have no means', () => {
    expect(reliabilityBins([0, 1], [0.05, 0.05])[5]).toEqual({ n: 0, meanScore: null, positiveRate: null });
  });

  test('the calibration error is 0 where each bin is right on average', () => {
    expect(expectedCalibrationError([0, 1, 0, 0, 0, 1], [0.5, 0.5, 0.25, 0.25, 0.25, 0.25])).toBe(0);
    expect(expectedCalibrationError([0, 0, 0, 1], [0.75, 0.75, 0.75, 0.75])).toBe(0.5);
  });
});

describe('recalibration', () => {
  test('finds the line it was given: scores from a known distortion of true risks', () => {
    const random = seeded(11);
    const n = 100_000;
    const risks = Float64Array.from({ length: n }, () => sigmoid(4 * (random() - 0.6)));
    const labels = Uint8Array.from(risks, (risk) => (random() < risk ? 1 : 0));
    const tooExtreme = risks.map((risk) => sigmoid(2 * logit(risk) + 1));
    const { slope, intercept } = recalibrate(labels, tooExtreme)!;
    expect(slope).toBeCloseTo(0.5, 1);
    expect(intercept).toBeCloseTo(-0.5, 1);
  });

  test('recalibrated scores are calibrated: slope 1, intercept 0', () => {
    const { labels, scores } = study(300, 12);
    const { slope, intercept } = recalibrate(labels, scores)!;
    const again = recalibrate(
      labels,
      scores.map((s) => sigmoid(intercept + slope * logit(s))),
    )!;
    expect(again.slope).toBeCloseTo(1, 11);
    expect(again.intercept).toBeCloseTo(0, 11);
  });

  test('is a stationary point of the likelihood to rounding', () => {
    const { labels, scores } = study(500, 13);
    const { slope, intercept } = recalibrate(labels, scores)!;
    let [g0, g1] = [0, 0];
    labels.forEach((y, i) => {
      const residual = y - sigmoid(intercept + slope * logit(scores[i]!));
      g0 += residual;
      g1 += residual * logit(scores[i]!);
    });
    expect(Math.abs(g0)).toBeLessThan(1e-10);
    expect(Math.abs(g1)).toBeLessThan(1e-10);
  });

  test.each([
    ['perfect separation', [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]],
    ['inverted separation', [1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]],
    ['separation but for one tie', [0, 0, 1, 1], [0.1, 0.2, 0.2, 0.4]],
    ['constant scores', [0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3]],
  ])('%s has no maximum: null', (_, labels, scores) => {
    expect(recalibrate(labels, scores)).toBeNull();
  });

  test('an overlap by a hair still has its steep maximum', () => {
    const labels = [0, 0, 0, 1, 0, 1, 1, 1];
    const { slope } = recalibrate(labels, [0.1, 0.2, 0.3, 0.5, 0.5 + 1e-6, 0.7, 0.8, 0.9])!;
    expect(slope).toBeGreaterThan(10);
    expect(Number.isFinite(slope)).toBe(true);
  });

  test('converges when most scores are extreme and some are wrong', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = seeded(100 + seed);
      const labels = Uint8Array.from({ length: 60 }, (_, i) => i % 2);
      const scores = Float64Array.from(labels, (y) => {
        const tiny = 10 ** (-16 * random());
        return (y === 1) !== random() < 0.04 ? 1 - tiny / 2 : tiny / 2;
      });
      const fit = recalibrate(labels, scores);
      expect(fit === null || Number.isFinite(fit.slope + fit.intercept)).toBe(true);
      if (labels.some((y, i) => (y === 1 ? scores[i]! < 0.4 : scores[i]! > 0.6))) expect(fit).not.toBeNull();
    }
  });
});
