/** 97.5 % quantile of the standard normal distribution. */
export const NORMAL_975 = 1.959963984540054;

/**
 * Two-sided tail probability of the standard normal, P(|Z| ≥ |z|) = erfc(|z| / √2), with a relative error
 * of about 10⁻¹⁵ for usual z and z² · 10⁻¹⁶ in the far tail, until it underflows near |z| = 38.
 */
export function normalTwoSided(z: number): number {
  const x = Math.abs(z);
  if (x === Infinity) return 0;
  return x < 2.8 ? 1 - centralSeries(x) : tailFraction(x);
}

/** P(|Z| < x) = √(2/π) e^(−x²/2) Σ x^(2k+1) / (2k+1)!!; all terms are positive, so nothing cancels. */
function centralSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return Math.sqrt(2 / Math.PI) * Math.exp((-x * x) / 2) * sum;
}

/** P(|Z| ≥ x) = √(2/π) e^(−x²/2) · 1/(x + 1/(x + 2/(x + 3/(x + …)))), from the bottom up, for x ≥ 2.8. */
function tailFraction(x: number): number {
  let denominator = x;
  for (let k = 120; k >= 1; k--) denominator = x + k / denominator;
  return (Math.sqrt(2 / Math.PI) * Math.exp((-x * x) / 2)) / denominator;
}
