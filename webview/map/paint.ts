import type { EmbeddingMap } from '../../src/protocol/panels/map';
import type { Marker } from '../palette';
import type { Theme } from '../theme';
import { type Camera, type Size, toScreen } from './camera';
import { type Group, type Look, lookOf, type Slots } from './groups';

/** A map with everything that decides how its points look. */
export interface Scene {
  readonly map: EmbeddingMap;
  readonly groups: readonly Group[];
  readonly slots: Slots;
  readonly theme: Theme;
  /** Radius of each point in pixels when the whole map is seen. */
  readonly radii: Float32Array;
  /** Where groups are named: see {@link namePlaces}. */
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
}

/** A group is named on the map if half of it lies within this share of the distance within which half of all lie. */
const scattered = 0.7;

/** Radius of each point: codes by their frequency, small counts alike; patients all alike. */
export function radiiOf({ points }: EmbeddingMap): Float32Array {
  if (points.kind === 'patients') return new Float32Array(points.labels.length).fill(2.6);
  const { occurrences, minimumCellCount } = points;
  const logs = occurrences.map((count) =>
    Math.log(Math.max(1, typeof count === 'number' ? count : minimumCellCount)),
  );
  const low = logs.reduce((least, log) => Math.min(least, log), Infinity);
  const high = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  return Float32Array.from(logs, (log) => 1.9 + (high > low ? 3.1 * ((log - low) / (high - low)) ** 1.5 : 0));
}

/** Points grow as one goes nearer, slower than the map does. */
export function growth(camera: Camera, whole: Camera): number {
  return Math.min(2.6, Math.max(0.8, (camera.scale / whole.scale) ** 0.4));
}

/** Draws all points, grey ones first, and the names of the groups that stand out. */
export function paintPoints(
  context: CanvasRenderingContext2D,
  size: Size,
  camera: Camera,
  whole: Camera,
  scene: Scene,
  sprites: Sprites,
): void {
  const { groups, slots, theme, map } = scene;
  const grown = growth(camera, whole);
  const grey: Look = { color: theme.muted, marker: 'circle', size: 0.75 };
  const back = groups.filter(({ key }) => !slots.includes(key));
  // Small groups lie on large ones.
  const front = groups
    .filter(({ key }) => slots.includes(key))
    .sort((a, b) => b.members.length - a.members.length);
  const put = (look: Look, members: readonly number[]): void => {
    for (const i of members) {
      const [x, y] = toScreen(camera, size, map.x[i]!, map.y[i]!);
      if (x < -20 || y < -20 || x > size.width + 20 || y > size.height + 20) continue;
      sprites.stamp(context, look, scene.radii[i]! * grown * look.size, x, y);
    }
  };
  context.globalAlpha = theme.kind === 'dark' || theme.kind === 'light' ? 0.42 : 0.55;
  for (const { members } of back) put(grey, members);
  context.globalAlpha = 0.92;
  for (const { key, members } of front) put(lookOf(key, slots.indexOf(key), theme), members);
  context.globalAlpha = 1;
  if (map.points.kind === 'codes') nameGroups(context, size, camera, scene, front);
}

/** Writes the names of groups that have a place, where they cover no other name. */
function nameGroups(
  context: CanvasRenderingContext2D,
  size: Size,
  camera: Camera,
  { slots, theme, places }: Scene,
  groups: readonly Group[],
): void {
  const line = theme.fontSize * 1.25;
  const written: { x: number; y: number; half: number }[] = [];
  context.font = `600 ${theme.fontSize * 0.923}px ${theme.fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { key, name } of groups) {
    const place = places.get(key);
    if (place === undefined) continue;
    const [x, top] = toScreen(camera, size, place.x, place.y);
    const half = context.measureText(name).width / 2;
    let y = top - line * 0.8;
    const covers = (): boolean =>
      written.some((other) => Math.abs(other.x - x) < other.half + half + 6 && Math.abs(other.y - y) < line);
    for (let tries = 0; covers() && tries < 12; tries++) y -= line * 0.5;
    written.push({ x, y, half });
    haloed(context, name, x, y, lookOf(key, slots.indexOf(key), theme).color, theme);
  }
}

/**
 * Where the name of each group stands that keeps together: at the upper edge of its middle half. Where a group lies
 * all over the map, a name in one place would say that it lies there.
 */
export function namePlaces(
  map: EmbeddingMap,
  groups: readonly Group[],
): ReadonlyMap<string, { readonly x: number; readonly y: number }> {
  const everywhere = spread(map, [...map.x.keys()]);
  const places = new Map<string, { x: number; y: number }>();
  for (const { key, members } of groups) {
    const { x, y, reach } = spread(map, members);
    const keepsTogether = members.length >= 3 && reach <= scattered * everywhere.reach;
    if (keepsTogether) places.set(key, { x, y: y + reach });
  }
  return places;
}

/** The middle of some points, and the distance within which half of them lie. */
function spread({ x, y }: EmbeddingMap, members: readonly number[]): { x: number; y: number; reach: number } {
  const middle = { x: median(members.map((i) => x[i]!)), y: median(members.map((i) => y[i]!)) };
  return { ...middle, reach: median(members.map((i) => Math.hypot(x[i]! - middle.x, y[i]! - middle.y))) };
}

/** Text that can be read on points. */
export function haloed(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  color: string,
  { background }: Theme,
): void {
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = background;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/** Marks drawn once and then stamped: thousands of small paths are slower than thousands of small pictures. */
export class Sprites {
  private readonly drawn = new Map<string, HTMLCanvasElement>();

  /** @param ratio device pixels of a CSS pixel */
  constructor(readonly ratio: number) {}

  stamp(
    context: CanvasRenderingContext2D,
    { color, marker }: Look,
    radius: number,
    x: number,
    y: number,
  ): void {
    const step = Math.max(1, Math.round(radius * 4)) / 4;
    const key = `${marker} ${color} ${step}`;
    let sprite = this.drawn.get(key);
    if (sprite === undefined) this.drawn.set(key, (sprite = this.make(marker, color, step)));
    const side = sprite.width / this.ratio;
    context.drawImage(sprite, x - side / 2, y - side / 2, side, side);
  }

  private make(marker: Marker, color: string, radius: number): HTMLCanvasElement {
    const sprite = document.createElement('canvas');
    sprite.width = sprite.height = Math.ceil((2 * radius * 1.5 + 2) * this.ratio);
    const context = sprite.getContext('2d')!;
    context.scale(this.ratio, this.ratio);
    context.translate(sprite.width / this.ratio / 2, sprite.height / this.ratio / 2);
    context.fillStyle = color;
    context.beginPath();
    outline(context, marker, radius);
    context.fill();
    return sprite;
  }
}

/** A mark about the origin whose area is about that of a circle with this radius. */
function outline(context: CanvasRenderingContext2D, marker: Marker, r: number): void {
  const polygon = (...corners: readonly (readonly [number, number])[]): void => {
    corners.forEach(([x, y], i) => (i === 0 ? context.moveTo(x * r, y * r) : context.lineTo(x * r, y * r)));
    context.closePath();
  };
  switch (marker) {
    case 'circle':
      context.arc(0, 0, r, 0, 2 * Math.PI);
      return;
    case 'square':
      return polygon([-0.89, -0.89], [0.89, -0.89], [0.89, 0.89], [-0.89, 0.89]);
    case 'triangle':
      return polygon([0, -1.35], [1.25, 0.85], [-1.25, 0.85]);
    case 'diamond':
      return polygon([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]);
    case 'plus': {
      const [a, b] = [0.42, 1.25];
      return polygon(
        [-a, -b],
        [a, -b],
        [a, -a],
        [b, -a],
        [b, a],
        [a, a],
        [a, b],
        [-a, b],
        [-a, a],
        [-b, a],
        [-b, -a],
        [-a, -a],
      );
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
