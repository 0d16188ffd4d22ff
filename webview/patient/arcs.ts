import type { Rect, TimelineLayout } from './layout';

/** A connection of two codes over the timeline. */
export interface Arc {
  readonly to: number;
  readonly weight: number;
  /** SVG path. */
  readonly path: string;
  /** Pixels. */
  readonly width: number;
  /** Middle of the pill that tells the weight. */
  readonly pill: { readonly x: number; readonly y: number };
}

/** A code and how much it is attended to. */
export interface Partner {
  readonly index: number;
  readonly weight: number;
}

/**
 * Arcs from one code to its partners; the nearest run lowest in the band.
 *
 * @param lowest places in the band that other arcs have taken
 */
export function arcsOf(
  layout: TimelineLayout,
  from: number,
  partners: readonly Partner[],
  unit: number,
  lowest = 0,
): Arc[] {
  const start = layout.chips[from];
  if (start === undefined) return [];
  const known = partners.filter(({ index }) => layout.chips[index] !== undefined && index !== from);
  const byDistance = [...known].sort(
    (a, b) =>
      Math.abs(layout.chips[a.index]!.left - start.left) - Math.abs(layout.chips[b.index]!.left - start.left),
  );
  return byDistance.map(({ index, weight }, order) => {
    const end = layout.chips[index]!;
    const shape =
      layout.kind === 'rows'
        ? besideRows(layout, start, end, unit)
        : overColumns(layout, start, end, lowest + order, unit);
    return { to: index, weight, width: arcWidth(weight) * unit, ...shape };
  });
}

/** 1.5 px and what grows with the weight; a lone code that takes all is kept from covering the others. */
export function arcWidth(weight: number): number {
  return Math.min(10, 1.5 + 34 * weight);
}

/** Moves weights downward that would lie on one another: arcs of several codes may end at the same one. */
export function pillsApart(arcs: readonly Arc[], unit: number): Arc[] {
  const taken: { readonly x: number; y: number }[] = [];
  const [near, step] = [20 * unit, 16 * unit];
  return [...arcs]
    .sort((a, b) => a.pill.y - b.pill.y)
    .map((arc) => {
      const { x } = arc.pill;
      const lowest = Math.max(
        -Infinity,
        ...taken.filter((other) => Math.abs(other.x - x) < near).map(({ y }) => y),
      );
      const pill = { x, y: Math.max(arc.pill.y, lowest + step) };
      taken.push(pill);
      return { ...arc, pill };
    });
}

type Shape = Pick<Arc, 'path' | 'pill'>;

function overColumns(layout: TimelineLayout, start: Rect, end: Rect, order: number, unit: number): Shape {
  const ya = start.top + start.height / 2;
  const yb = end.top + end.height / 2;
  const half = layout.gutter / 2;
  if (start.left === end.left) {
    const x = start.left - half;
    const path = `M${start.left} ${ya}C${x - 4 * unit} ${ya} ${x - 4 * unit} ${yb} ${end.left} ${yb}`;
    return { path, pill: { x: end.left - half + unit, y: yb } };
  }
  const isBefore = end.left < start.left;
  const xa = isBefore ? start.left : start.left + start.width;
  const xb = isBefore ? end.left + end.width : end.left;
  const towards = isBefore ? 1 : -1;
  const ga = xa - towards * half;
  const gb = xb + towards * half;
  const pill = { x: gb, y: yb };
  if (Math.abs(ga - gb) < half) return { path: `M${xb} ${yb}C${ga} ${yb} ${ga} ${ya} ${xa} ${ya}`, pill };
  const { from, to } = layout.band;
  const y = Math.max(from + 6 * unit, to - 12 * unit - (order % 6) * 5.5 * unit);
  const r = Math.min(14 * unit, (Math.min(ya, yb) - y) / 2, Math.abs(ga - gb) / 2);
  const path =
    `M${xb} ${yb}Q${gb} ${yb} ${gb} ${yb - r}V${y + r}Q${gb} ${y} ${gb + towards * r} ${y}` +
    `H${ga - towards * r}Q${ga} ${y} ${ga} ${y + r}V${ya - r}Q${ga} ${ya} ${xa} ${ya}`;
  return { path, pill };
}

function besideRows(layout: TimelineLayout, start: Rect, end: Rect, unit: number): Shape {
  const ya = start.top + start.height / 2;
  const yb = end.top + end.height / 2;
  const room = layout.band.to - layout.band.from;
  const x = layout.band.to - room * Math.min(1.25, 0.35 + Math.abs(ya - yb) / (420 * unit));
  const edge = layout.band.to - 2 * unit;
  return {
    path: `M${edge} ${ya}C${x} ${ya} ${x} ${yb} ${edge} ${yb}`,
    pill: { x: end.left + end.width - 40 * unit, y: end.top + 9 * unit },
  };
}
