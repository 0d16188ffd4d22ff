/**
 * Holm's step-down adjustment: with it, the chance that any true null hypothesis of the family is rejected stays at
 * the level, whatever the tests' dependence (Holm 1979). The k-th smallest of m p-values is multiplied by m − k + 1,
 * never below its predecessor, never above 1.
 *
 * @returns adjusted p-values in the order given.
 * @throws RangeError for a value outside [0, 1].
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  if (!pValues.every((p) => p >= 0 && p <= 1)) throw new RangeError('A p-value lies in [0, 1].');
  const m = pValues.length;
  const rising = [...pValues.keys()].sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(m);
  let before = 0;
  rising.forEach((index, rank) => {
    before = Math.min(1, Math.max(before, (m - rank) * pValues[index]!));
    adjusted[index] = before;
  });
  return adjusted;
}
