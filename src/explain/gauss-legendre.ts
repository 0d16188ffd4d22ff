/** Places and weights that integrate over [0, 1]: exact for polynomials up to degree 2n − 1. */
export interface Quadrature {
  readonly places: readonly number[];
  readonly weights: readonly number[];
}

/** Gauss–Legendre quadrature with n places (Golub & Welsch's rule; roots of P_n by Newton's iteration). */
export function gaussLegendre(n: number): Quadrature {
  const places: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++) {
    // Tricomi's first guess is close enough for Newton to find root i and no other.
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 100; iteration++) {
      const { value, derivative } = legendre(n, x);
      slope = derivative;
      const next = x - value / derivative;
      const settled = Math.abs(next - x) <= 2 * Number.EPSILON;
      x = next;
      if (settled) break;
    }
    slope = legendre(n, x).derivative;
    places.push((1 - x) / 2);
    weights.push(1 / ((1 - x * x) * slope * slope));
  }
  return { places, weights };
}

/** P_n(x) by its three-term recurrence, and its derivative. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, derivative: (n * (x * value - before)) / (x * x - 1) };
}
