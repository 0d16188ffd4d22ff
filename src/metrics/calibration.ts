import { checkLabelledScores, checkProbabilities } from './labelled-scores';

/** Cases of one bin of predicted probability. */
export interface ReliabilityBin {
  readonly n: number;
  /** Mean predicted probability; null in an empty bin. */
  readonly meanScore: number | null;
  /** Share of positives; null in an empty bin. */
  readonly positiveRate: number | null;
}

/**
 * Brier score: mean squared distance of probability and label. 0 is perfect, 0.25 is always saying ½.
 *
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function brier(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  check(labels, probabilities);
  let total = 0;
  for (let i = 0; i < labels.length; i++) total += (probabilities[i]! - labels[i]!) ** 2;
  return total / labels.length;
}

/**
 * Logarithmic loss in nats: mean of −log of the probability given to the true class. Probabilities are
 * clipped to [ε, 1 − ε] with ε = 2⁻⁵², so that a certain and wrong prediction costs 36 and not ∞.
 *
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  check(labels, probabilities);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = clip(probabilities[i]!);
    total -= labels[i] === 1 ? Math.log(p) : Math.log1p(-p);
  }
  return total / labels.length;
}

/**
 * Expected calibration error: Σ (nₖ/n) |share of positives − mean probability| over bins of equal width.
 *
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function expectedCalibrationError(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  binCount = 10,
): number {
  let total = 0;
  for (const { n, meanScore, positiveRate } of reliabilityBins(labels, probabilities, binCount)) {
    if (meanScore !== null && positiveRate !== null) total += n * Math.abs(positiveRate - meanScore);
  }
  return total / labels.length;
}

/**
 * The reliability diagram: bins (0, 1/B], (1/B, 2/B] … of equal width; a probability of 0 is in the first.
 *
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function reliabilityBins(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  binCount = 10,
): ReliabilityBin[] {
  check(labels, probabilities);
  const counts = new Float64Array(binCount);
  const scoreSums = new Float64Array(binCount);
  const positives = new Float64Array(binCount);
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i]!;
    const k = binOf(p, binCount);
    counts[k]! += 1;
    scoreSums[k]! += p;
    positives[k]! += labels[i]!;
  }
  return Array.from(counts, (n, k) => ({
    n,
    meanScore: n === 0 ? null : scoreSums[k]! / n,
    positiveRate: n === 0 ? null : positives[k]! / n,
  }));
}

/** Clips a probability to [ε, 1 − ε] with ε = 2⁻⁵², where its logarithm and logit are finite. */
export function clip(probability: number): number {
  return Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON);
}

/** The k with k/B < p ≤ (k+1)/B. The product p·B may round across an edge; the edges themselves decide. */
function binOf(p: number, binCount: number): number {
  let k = Math.max(0, Math.min(binCount, Math.ceil(p * binCount)) - 1);
  if (k > 0 && p <= k / binCount) k--;
  if (k < binCount - 1 && p > (k + 1) / binCount) k++;
  return k;
}

function check(labels: ArrayLike<number>, probabilities: ArrayLike<number>): void {
  checkLabelledScores(labels, [probabilities]);
  checkProbabilities(probabilities);
}
