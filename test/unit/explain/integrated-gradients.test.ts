import { afterAll, describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../../src/explain/gauss-legendre';
import { integratedGradients, smallestDifference } from '../../../src/explain/integrated-gradients';
import { type PathGradient, PathGradientModel } from '../../../src/explain/path-gradient';
import { CancelledError } from '../../../src/protocol/errors';
import { MASK } from '../../../src/protocol/vocabulary';
import { ExplainedModel } from '../../../src/explain/explained-model';
import { classifier, patientOf, runtime, size } from './small-model';

describe('Gauss–Legendre quadrature', () => {
  it.each([1, 2, 5, 16, 64, 256])('with %d places is exact for polynomials up to degree 2n − 1', (n) => {
    const { places, weights } = gaussLegendre(n);
    for (const degree of [0, 1, n - 1, 2 * n - 1]) {
      const integral = weights.reduce((sum, weight, i) => sum + weight * places[i]! ** degree, 0);
      expect(Math.abs(integral - 1 / (degree + 1))).toBeLessThan(1e-13);
    }
  });

  it('has the two places that books give', () => {
    const { places, weights } = gaussLegendre(2);
    expect([...places].sort()[0]).toBeCloseTo(0.5 - Math.sqrt(3) / 6, 14);
    expect(weights[0]).toBeCloseTo(0.5, 14);
  });
});

/** F(x) = g(Σ w_t x_t) with x_t from 0 to 1, in float64: the integral is known. */
function ridge(w: readonly number[], g: (s: number) => number, slope: (s: number) => number): PathGradient {
  const total = w.reduce((a, b) => a + b, 0);
  return (_patient, _baseline, alphas) =>
    Promise.resolve({
      logits: Float64Array.from(alphas, (alpha) => g(alpha * total)),
      slopes: Float64Array.from(alphas.flatMap((alpha) => w.map((wt) => wt * slope(alpha * total)))),
    });
}
const three = patientOf(3, 1);
const w = [0.5, -2, 3];

describe('integrated gradients of known functions', () => {
  it('of a straight line are its terms, with the fewest steps', async () => {
    const result = await integratedGradients(
      three,
      [],
      ridge(
        w,
        (s) => 4 * s - 1,
        () => 4,
      ),
    );
    result.attributions.forEach((a, t) => expect(a).toBeCloseTo(4 * w[t]!, 12));
    expect(result).toMatchObject({ logit: 5, baselineLogit: -1, steps: 16 });
    expect(result.completenessError).toBeLessThan(1e-12);
  });

  it('of a ridge share the difference by the weights', async () => {
    const result = await integratedGradients(
      three,
      [],
      ridge(w, Math.tanh, (s) => 1 - Math.tanh(s) ** 2),
    );
    result.attributions.forEach((a, t) => expect(a).toBeCloseTo((w[t]! / 1.5) * Math.tanh(1.5), 10));
  });

  it('take more steps where the path has a sharp bend, and say what is left of the error', async () => {
    const sharp = ridge(
      w,
      (s) => Math.tanh(200 * (s - 0.7)),
      (s) => 200 * (1 - Math.tanh(200 * (s - 0.7)) ** 2),
    );
    const result = await integratedGradients(three, [], sharp);
    expect(result.steps).toBeGreaterThan(16);
    expect(result.completenessError).toBeLessThan(2e-3);
    const short = await integratedGradients(three, [], sharp, { mostSteps: 16 });
    const total = short.attributions.reduce((a, b) => a + b);
    expect(short.steps).toBe(16);
    expect(short.completenessError).toBeCloseTo(Math.abs(total - 2) / 2, 9);
    expect(short.completenessError).toBeGreaterThan(2e-3);
  });

  it('measure the error of a difference of nothing against a floor', async () => {
    // Back where it began: F(1) = F(0), but the quadrature is off by a little.
    const circle: PathGradient = (_p, _b, alphas) =>
      Promise.resolve({
        logits: new Float64Array(alphas.length),
        slopes: new Float64Array(3 * alphas.length).fill(1e-5),
      });
    const { completenessError } = await integratedGradients(three, [], circle);
    expect(completenessError).toBeCloseTo(3e-5 / smallestDifference, 9);
  });
});

describe('integrated gradients of a model', () => {
  const path = new PathGradientModel(runtime, size, 'ffl', classifier);
  const model = new ExplainedModel(size, 'ffl', classifier, 1);
  afterAll(() => Promise.all([path.close(), model.close()]));

  it.each([1, 2, 9, 24])('of %d codes add up to the difference from the masked patient', async (length) => {
    const patient = patientOf(length, 3);
    const baseline = patient.codes.map(() => MASK);
    const result = await integratedGradients(patient, baseline, path.along);
    expect(result.completenessError).toBeLessThan(0.01);
    const [logit, masked] = await model.predict([patient, { ...patient, codes: baseline }]);
    expect(result.logit).toBeCloseTo(logit!, 4);
    expect(result.baselineLogit).toBeCloseTo(masked!, 4);
    const total = result.attributions.reduce((a, b) => a + b);
    expect(Math.abs(total - (logit! - masked!))).toBeLessThan(
      0.01 * Math.max(0.05, Math.abs(logit! - masked!)),
    );
  });

  it('follow the slope of the logit along the path (finite differences)', async () => {
    const patient = patientOf(9, 4);
    const baseline = patient.codes.map(() => MASK);
    const h = 1e-3;
    for (const alpha of [0.1, 0.5, 0.9]) {
      const { logits, slopes } = await path.along(patient, baseline, [alpha - h, alpha, alpha + h]);
      const slope = slopes.subarray(9, 18).reduce((a, b) => a + b);
      const rise = (logits[2]! - logits[0]!) / (2 * h);
      expect(Math.abs(slope - rise)).toBeLessThan(2e-3 * Math.max(1, Math.abs(rise)));
    }
  });

  it('give nothing to a code that is what the baseline is', async () => {
    const patient = patientOf(6, 5);
    const codes = patient.codes.with(2, MASK);
    const { attributions } = await integratedGradients(
      { ...patient, codes },
      codes.map(() => MASK),
      path.along,
    );
    expect(attributions[2]).toBe(0);
  });

  it('do not depend on the batches that the path is cut into', async () => {
    const patient = patientOf(24, 6);
    const baseline = patient.codes.map(() => MASK);
    const alphas = gaussLegendre(100).places;
    const together = await path.along(patient, baseline, alphas);
    const [alone] = [await path.along(patient, baseline, [alphas[77]!])];
    expect(together.logits[77]).toBeCloseTo(alone.logits[0]!, 5);
    alone.slopes.forEach((slope, t) => expect(together.slopes[77 * 24 + t]).toBeCloseTo(slope, 4));
  });

  it('end when they are cancelled', async () => {
    const abort = AbortSignal.abort();
    const patient = patientOf(5, 1);
    await expect(path.along(patient, patient.codes, [0], abort)).rejects.toThrow(CancelledError);
  });
});
