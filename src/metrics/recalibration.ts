import { clip } from './calibration';
import { checkProbabilities, partByLabel } from './labelled-scores';

/** Logistic recalibration: P(label = 1) = sigmoid(intercept + slope · logit(score)). */
export interface Recalibration {
  /** 1 when well calibrated, below 1 when predictions are too extreme. */
  readonly slope: number;
  /** 0 when well calibrated, negative when risks are overestimated (at slope 1). */
  readonly intercept: number;
}

/**
 * Calibration slope and intercept (Cox 1958): the maximum-likelihood logistic regression of the label on
 * logit(score), both free, by Newton's method to the precision of float64. Scores of 0 and 1 are clipped
 * by 2⁻⁵² as in the log loss.
 *
 * @returns null where no finite maximum exists: all scores equal, or the classes do not overlap.
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function recalibrate(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): Recalibration | null {
  const { positives, negatives } = partByLabel(labels, probabilities);
  checkProbabilities(probabilities);
  const cases = positives.map(logit);
  const controls = negatives.map(logit);
  if (areSeparated(cases, controls)) return null;
  const { mean, deviation } = standardise(cases, controls);
  const line = fitLogistic(cases, controls);
  if (line === null) return null;
  const slope = line.slope / deviation;
  return { slope, intercept: line.intercept - slope * mean };
}

function logit(probability: number): number {
  const p = clip(probability);
  return Math.log(p) - Math.log1p(-p);
}

/** With one covariate, the likelihood has a maximum exactly when the ranges of the classes overlap. */
function areSeparated(cases: Float64Array, controls: Float64Array): boolean {
  const [lowestCase, highestCase] = range(cases);
  const [lowestControl, highestControl] = range(controls);
  return lowestCase >= highestControl || highestCase <= lowestControl;
}

function range(values: Float64Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Brings both classes together to mean 0 and deviation 1, in place, which keeps the Hessian round. */
function standardise(cases: Float64Array, controls: Float64Array): { mean: number; deviation: number } {
  const n = cases.length + controls.length;
  let mean = 0;
  for (const x of cases) mean += x / n;
  for (const x of controls) mean += x / n;
  let variance = 0;
  for (const x of cases) variance += (x - mean) ** 2 / n;
  for (const x of controls) variance += (x - mean) ** 2 / n;
  const deviation = Math.sqrt(variance);
  for (let i = 0; i < cases.length; i++) cases[i] = (cases[i]! - mean) / deviation;
  for (let j = 0; j < controls.length; j++) controls[j] = (controls[j]! - mean) / deviation;
  return { mean, deviation };
}

/** Negative log-likelihood at (a, b), its gradient g and Hessian h. */
interface Curvature {
  loss: number;
  ga: number;
  gb: number;
  haa: number;
  hab: number;
  hbb: number;
}

/** Newton's method with halved steps for y ~ sigmoid(a + b x); null where float64 sees no maximum. */
function fitLogistic(cases: Float64Array, controls: Float64Array): Recalibration | null {
  let a = 0;
  let b = 0;
  let here = curvature(cases, controls, a, b);
  for (let iteration = 0; iteration < 200; iteration++) {
    const determinant = here.haa * here.hbb - here.hab * here.hab;
    if (!(determinant > 0)) return null;
    const stepA = (here.hbb * here.ga - here.hab * here.gb) / determinant;
    const stepB = (here.haa * here.gb - here.hab * here.ga) / determinant;
    // Newton squares the error: after a step this small nothing but rounding is left.
    if (Math.hypot(stepA, stepB) <= 1e-9 * Math.max(1, Math.hypot(a, b))) {
      return { slope: b - stepB, intercept: a - stepA };
    }
    let scale = 1;
    let next = curvature(cases, controls, a - stepA, b - stepB);
    while (next.loss > here.loss * (1 + 1e-12) && scale > 1e-9) {
      scale /= 2;
      next = curvature(cases, controls, a - scale * stepA, b - scale * stepB);
    }
    a -= scale * stepA;
    b -= scale * stepB;
    here = next;
  }
  return null;
}

function curvature(cases: Float64Array, controls: Float64Array, a: number, b: number): Curvature {
  const total: Curvature = { loss: 0, ga: 0, gb: 0, haa: 0, hab: 0, hbb: 0 };
  for (const x of cases) addCase(total, x, a + b * x, -1);
  for (const x of controls) addCase(total, x, a + b * x, 1);
  return total;
}

/** Adds one case: loss log(1 + e^(s·η)) with s = −1 for a positive, +1 for a negative. */
function addCase(total: Curvature, x: number, eta: number, sign: 1 | -1): void {
  const tail = Math.exp(-Math.abs(eta));
  const rare = tail / (1 + tail);
  const wrong = sign * eta > 0 ? 1 / (1 + tail) : rare;
  const weight = rare / (1 + tail);
  total.loss += Math.max(sign * eta, 0) + Math.log1p(tail);
  total.ga += sign * wrong;
  total.gb += sign * wrong * x;
  total.haa += weight;
  total.hab += weight * x;
  total.hbb += weight * x * x;
}
