/** Where one looks: the point of the map in the middle of the picture, and pixels for its unit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Size of the picture in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Coordinates of points, as columns. */
export interface Columns {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Pixels that stay free at the edges of the whole map. */
const edge = 28;
/** How far one can go in and out, as multiples of the whole map. */
const nearest = 60;
const farthest = 0.6;

/** The whole map in the picture. */
export function wholeMap({ x, y }: Columns, { width, height }: Size): Camera {
  const [left, right] = extent(x);
  const [low, high] = extent(y);
  const across = Math.max(width - 2 * edge, 1) / Math.max(right - left, 1e-6);
  const upwards = Math.max(height - 2 * edge, 1) / Math.max(high - low, 1e-6);
  return { x: (left + right) / 2, y: (low + high) / 2, scale: Math.min(across, upwards) };
}

/** A point of the map in pixels from the upper left corner. */
export function toScreen(camera: Camera, size: Size, x: number, y: number): [number, number] {
  return [size.width / 2 + (x - camera.x) * camera.scale, size.height / 2 - (y - camera.y) * camera.scale];
}

/** Zooms by a factor about a pixel, which stays where it is. @param whole from {@link wholeMap} */
export function zoomed(
  camera: Camera,
  size: Size,
  factor: number,
  px: number,
  py: number,
  whole: Camera,
): Camera {
  const scale = Math.min(nearest * whole.scale, Math.max(farthest * whole.scale, camera.scale * factor));
  const [right, down] = [px - size.width / 2, py - size.height / 2];
  return {
    x: camera.x + right / camera.scale - right / scale,
    y: camera.y - down / camera.scale + down / scale,
    scale,
  };
}

/** Moves the map under the picture by pixels. */
export function panned(camera: Camera, right: number, down: number): Camera {
  return { ...camera, x: camera.x - right / camera.scale, y: camera.y + down / camera.scale };
}

/** Brings a point to the middle, and the rest so near that its surroundings can be told apart. */
export function centredOn(camera: Camera, whole: Camera, x: number, y: number): Camera {
  return { x, y, scale: Math.max(camera.scale, 3 * whole.scale) };
}

/** Whether a point lies well inside the picture. */
export function isInSight(camera: Camera, size: Size, x: number, y: number): boolean {
  const [px, py] = toScreen(camera, size, x, y);
  return px > edge && px < size.width - edge && py > edge && py < size.height - edge;
}

/** The point nearest to a pixel, no farther than `reach`; undefined when there is none. */
export function pointAt(
  { x, y }: Columns,
  camera: Camera,
  size: Size,
  px: number,
  py: number,
  reach: number,
): number | undefined {
  let found: number | undefined;
  let least = reach * reach;
  for (let i = 0; i < x.length; i++) {
    const [sx, sy] = toScreen(camera, size, x[i]!, y[i]!);
    const square = (sx - px) ** 2 + (sy - py) ** 2;
    if (square <= least) [found, least] = [i, square];
  }
  return found;
}

/** Which way an arrow points on the map. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The next point from a place in a direction: the nearest of those within 45° of it, where what is off the line
 * counts twice. Undefined at the edge of the map.
 */
export function pointTowards(
  { x, y }: Columns,
  from: { readonly x: number; readonly y: number },
  direction: Direction,
): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - from.x, y[i]! - from.y];
    const isSideways = direction === 'left' || direction === 'right';
    const forward = (isSideways ? dx : dy) * (direction === 'right' || direction === 'up' ? 1 : -1);
    const aside = Math.abs(isSideways ? dy : dx);
    if (forward <= 0 || aside > forward) continue;
    const cost = Math.hypot(forward, 2 * aside);
    if (cost < least) [found, least] = [i, cost];
  }
  return found;
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}
