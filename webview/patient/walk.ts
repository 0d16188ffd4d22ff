/** An arrow key. */
export type WalkKey = 'left' | 'right' | 'up' | 'down';

/**
 * The code that an arrow leads to: up and down through the sequence, left and right to the visit before and after at
 * the same priority (or its last code). Without a selection the last code, which stands nearest to the prediction.
 */
export function nextCode(
  codes: readonly { readonly visit: number; readonly rank: number }[],
  from: number | null,
  key: WalkKey,
): number | null {
  if (codes.length === 0) return null;
  if (from === null || from >= codes.length) return codes.length - 1;
  if (key === 'up') return Math.max(0, from - 1);
  if (key === 'down') return Math.min(codes.length - 1, from + 1);
  const { visit } = codes[from]!;
  const place = from - codes.findIndex((code) => code.visit === visit);
  const others = codes
    .map((code) => code.visit)
    .filter((other) => (key === 'left' ? other < visit : other > visit));
  if (others.length === 0) return from;
  const target = key === 'left' ? Math.max(...others) : Math.min(...others);
  const first = codes.findIndex((code) => code.visit === target);
  const size = codes.filter((code) => code.visit === target).length;
  return first + Math.min(place, size - 1);
}
