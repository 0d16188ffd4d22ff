import { type Camera, type Size, toScreen } from './camera';
import { bareCode } from './search';
import { growth, haloed, type Scene } from './paint';
import { lookOf } from './groups';

/** What lies over the points: what is looked at, and what was found. */
export interface Marks {
  /** The point under the pointer, else the picked one. */
  readonly point: number | undefined;
  /** One of its neighbours, which the keyboard is on. */
  readonly neighbour: number | undefined;
  /** Points that were found. */
  readonly found: readonly number[];
}

/** Draws rings about what was found, and lines from the point to its nearest codes of the full space. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  size: Size,
  camera: Camera,
  whole: Camera,
  scene: Scene,
  { point, neighbour, found }: Marks,
): void {
  const { map, theme, radii } = scene;
  const grown = growth(camera, whole);
  const at = (i: number): [number, number] => toScreen(camera, size, map.x[i]!, map.y[i]!);
  const ring = (i: number, radius: number, width: number, fill?: string): void => {
    const [x, y] = at(i);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill !== undefined) {
      context.fillStyle = fill;
      context.fill();
    }
    context.lineWidth = width + 2;
    context.strokeStyle = theme.background;
    context.stroke();
    context.lineWidth = width;
    context.strokeStyle = theme.strong;
    context.stroke();
  };
  for (const i of found) if (i !== point) ring(i, radii[i]! * grown + 2.5, 1.2);
  if (point === undefined) return;
  const near = map.points.kind === 'codes' ? (map.points.nearest[point] ?? []) : [];
  const [px, py] = at(point);
  for (const i of near) {
    const [x, y] = at(i);
    for (const [width, color] of [
      [3.5, theme.background],
      [i === neighbour ? 2.2 : 1.2, theme.strong],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = color;
      context.beginPath();
      context.moveTo(px, py);
      context.lineTo(x, y);
      context.stroke();
    }
  }
  for (const i of near)
    ring(i, Math.max(4, radii[i]! * grown), i === neighbour ? 2.6 : 1.6, theme.background);
  ring(point, Math.max(7, radii[point]! * grown + 2), 2.2, colorOf(scene, point));
  if (map.points.kind === 'codes')
    nameNeighbours(
      context,
      size,
      scene,
      near.map((i) => ({ i, at: at(i) })),
      [px, py],
    );
}

function colorOf({ groups, slots, theme }: Scene, point: number): string {
  const group = groups.find(({ members }) => members.includes(point));
  const slot = group === undefined ? -1 : slots.indexOf(group.key);
  return slot < 0 ? theme.muted : lookOf(group!.key, slot, theme).color;
}

/** The codes of neighbours, on the side that turns away from the point, where they cover no other. */
function nameNeighbours(
  context: CanvasRenderingContext2D,
  size: Size,
  { map, theme }: Scene,
  near: readonly { readonly i: number; readonly at: readonly [number, number] }[],
  [px]: readonly [number, number],
): void {
  if (map.points.kind !== 'codes') return;
  const { codes } = map.points;
  const line = theme.fontSize * 1.1;
  context.font = `${theme.fontSize * 0.846}px ${theme.codeFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const written: { left: number; right: number; y: number }[] = [];
  for (const { i, at } of near) {
    const text = bareCode(codes[i]!);
    const { width } = context.measureText(text);
    const isLeft = at[0] < px ? at[0] - width - 12 > 0 : at[0] + width + 12 > size.width;
    const left = isLeft ? at[0] - 9 - width : at[0] + 9;
    let y = at[1];
    const covers = (): boolean =>
      written.some(
        (other) => other.left < left + width && left < other.right && Math.abs(other.y - y) < line,
      );
    // Downwards, or else upwards, until it stands free.
    for (let tries = 1; covers() && tries < 12; tries++) {
      y = at[1] + (tries % 2 === 0 ? -1 : 1) * Math.ceil(tries / 2) * line * 0.6;
    }
    written.push({ left, right: left + width, y });
    haloed(context, text, left, y, theme.strong, theme);
  }
}
