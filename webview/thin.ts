/**
 * A line with at most two points per column of pixels, its lowest and its highest, in their order: it looks the same
 * and is drawn faster. Ends of gaps are kept. Lines that are short already come back as they are.
 *
 * @param x ascending
 * @param columns pixels that the line is drawn over
 */
export function thinned(
  x: readonly number[],
  y: readonly (number | null)[],
  columns: number,
): { readonly x: readonly number[]; readonly y: readonly (number | null)[] } {
  const first = x[0];
  const width = (x.at(-1) ?? 0) - (first ?? 0);
  if (first === undefined || x.length <= 2 * columns + 2 || !(width > 0)) return { x, y };
  const kept: number[] = [0];
  let column = -1;
  let low = -1;
  let high = -1;
  const flush = (): void => {
    if (low >= 0) kept.push(Math.min(low, high));
    if (high !== low) kept.push(Math.max(low, high));
    low = -1;
    high = -1;
  };
  for (let index = 1; index < x.length - 1; index += 1) {
    const value = y[index] ?? null;
    const here = Math.floor(((x[index]! - first) / width) * columns);
    if (here !== column || value === null) flush();
    column = here;
    if (value === null) kept.push(index);
    else {
      if (low < 0 || value < y[low]!) low = index;
      if (high < 0 || value > y[high]!) high = index;
    }
  }
  flush();
  kept.push(x.length - 1);
  return { x: kept.map((index) => x[index]!), y: kept.map((index) => y[index] ?? null) };
}
