import { spearman } from './spearman';

/**
 * How alike the attributions of several seeds rank the codes of one patient: Spearman's correlation of each pair.
 *
 * @returns null with fewer than two seeds, or where no pair can be compared
 */
export function stability(
  attributions: readonly ArrayLike<number>[],
): { mean: number; low: number; high: number } | null {
  const pairs: number[] = [];
  attributions.forEach((a, i) => {
    for (const b of attributions.slice(i + 1)) {
      const rho = spearman(a, b);
      if (rho !== null) pairs.push(rho);
    }
  });
  if (pairs.length === 0) return null;
  const mean = pairs.reduce((sum, rho) => sum + rho, 0) / pairs.length;
  return { mean, low: Math.min(...pairs), high: Math.max(...pairs) };
}
