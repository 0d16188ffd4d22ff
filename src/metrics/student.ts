/**
 * Two-sided tail probability of Student's t, P(|T| ≥ |t|) = I_x(ν/2, ½) with x = ν / (ν + t²).
 *
 * @param df Degrees of freedom ν, a whole number of at least 1.
 */
export function studentTwoSided(t: number, df: number): number {
  requireDegrees(df);
  if (Math.abs(t) === Infinity) return 0;
  const square = t * t;
  // Each side of the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) where its fraction converges fast.
  const x = df / (df + square);
  if (x < (df + 2) / (df + 5)) return incompleteBeta(x, square / (df + square), df / 2, 0.5, df);
  return 1 - incompleteBeta(square / (df + square), x, 0.5, df / 2, df);
}

/**
 * Quantile for a two-sided interval: the t with P(|T| ≥ t) = `alpha`.
 *
 * The tail is convex and falling for t > 0, so Newton's iteration from 0 climbs to the root and never
 * passes it; it has converged when rounding stops the climb.
 *
 * @param alpha Both tails together, in (0, 1]: 0.05 for a 95 % interval.
 * @param df Degrees of freedom, a whole number of at least 1.
 */
export function studentQuantile(alpha: number, df: number): number {
  requireDegrees(df);
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError('alpha must lie in (0, 1].');
  const densityAt0 = 1 / (Math.sqrt(df) * halfBeta(df));
  let t = 0;
  for (let iteration = 0; iteration < 2000; iteration++) {
    const density = densityAt0 * (1 + (t * t) / df) ** (-(df + 1) / 2);
    const next = t + (studentTwoSided(t, df) - alpha) / (2 * density);
    if (!(next > t * (1 + 2 * Number.EPSILON))) return t;
    t = next;
  }
  return t;
}

function requireDegrees(df: number): void {
  if (!Number.isInteger(df) || df < 1) throw new RangeError('Degrees of freedom are whole and at least 1.');
}

/** B(ν/2, ½), from B(½, ½) = π or B(1, ½) = 2 by B(a + 1, ½) = B(a, ½) · a / (a + ½). */
function halfBeta(df: number): number {
  let beta = df % 2 === 1 ? Math.PI : 2;
  for (let a = df % 2 === 1 ? 0.5 : 1; a < df / 2; a++) beta *= a / (a + 0.5);
  return beta;
}

/**
 * Regularised incomplete beta I_x(a, b) with one of a, b equal to ν/2 and the other ½, by its
 * continued fraction (DLMF 8.17.22), evaluated with Lentz's method.
 */
function incompleteBeta(x: number, oneMinusX: number, a: number, b: number, df: number): number {
  if (x === 0) return 0;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 2 * Number.EPSILON) break;
  }
  return (x ** a * oneMinusX ** b * fraction) / (a * halfBeta(df));
}
