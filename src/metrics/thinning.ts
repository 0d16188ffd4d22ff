/** Corners of a line in the plane. */
export interface Polyline {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/**
 * A line of fewer corners that no corner left out lies farther from than `tolerance` (Ramer 1972, Douglas & Peucker
 * 1973). First and last corner stay. O(n log n) for the curves of this program.
 */
export function thinPolyline({ x, y }: Polyline, tolerance: number): { x: number[]; y: number[] } {
  const n = x.length;
  const kept = new Uint8Array(n);
  if (n > 0) kept[0] = kept[n - 1] = 1;
  const open: [number, number][] = n > 2 ? [[0, n - 1]] : [];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    const { corner, distance } = farthest(x, y, from, to);
    if (distance <= tolerance) continue;
    kept[corner] = 1;
    if (corner - from > 1) open.push([from, corner]);
    if (to - corner > 1) open.push([corner, to]);
  }
  const corners = [...kept.keys()].filter((i) => kept[i] === 1);
  return { x: corners.map((i) => x[i]!), y: corners.map((i) => y[i]!) };
}

function farthest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  from: number,
  to: number,
): { corner: number; distance: number } {
  let corner = from;
  let largest = -1;
  const dx = x[to]! - x[from]!;
  const dy = y[to]! - y[from]!;
  const length2 = dx * dx + dy * dy;
  for (let i = from + 1; i < to; i++) {
    const px = x[i]! - x[from]!;
    const py = y[i]! - y[from]!;
    // Distance to the segment, not to its line: a curve may turn back.
    const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
    const distance2 = (px - along * dx) ** 2 + (py - along * dy) ** 2;
    if (distance2 > largest) {
      largest = distance2;
      corner = i;
    }
  }
  return { corner, distance: Math.sqrt(Math.max(0, largest)) };
}
