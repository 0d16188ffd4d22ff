import { expect, test } from 'vitest';
import { thinned } from '../../../webview/thin';

/** Deterministic noise in [0, 1). */
function noise(index: number): number {
  const value = Math.sin(index * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}
const x = Array.from({ length: 10_000 }, (_, index) => index * 3);
const y = x.map((_, index) => noise(index));

test('a thinned line has two points per pixel, in order, and all are of the line', () => {
  const line = thinned(x, y, 100);
  expect(line.x.length).toBeLessThanOrEqual(202);
  expect(line.x.every((place, index) => index === 0 || place > line.x[index - 1]!)).toBe(true);
  expect(line.x.every((place, index) => line.y[index] === y[place / 3])).toBe(true);
});

test('it reaches as high and as low in every pixel', () => {
  const line = thinned(x, y, 100);
  const width = x.at(-1)!;
  const columns = Array.from({ length: 100 }, () => [Infinity, -Infinity] as [number, number]);
  const put = (into: typeof columns, place: number, value: number): void => {
    const column = into[Math.min(99, Math.floor((place / width) * 100))]!;
    column[0] = Math.min(column[0], value);
    column[1] = Math.max(column[1], value);
  };
  x.forEach((place, index) => put(columns, place, y[index]!));
  const drawn = Array.from({ length: 100 }, () => [Infinity, -Infinity] as [number, number]);
  line.x.forEach((place, index) => put(drawn, place, line.y[index]!));
  expect(drawn).toEqual(columns);
});

test('gaps stay gaps', () => {
  const gapped = y.map((value, index) => (index === 5000 ? null : value));
  const line = thinned(x, gapped, 100);
  expect(line.y.filter((value) => value === null)).toHaveLength(1);
  expect(line.x[line.y.indexOf(null)]).toBe(15_000);
});

test('a short line is left alone', () => {
  const short = x.slice(0, 100);
  expect(thinned(short, y, 100).x).toBe(short);
  expect(thinned([], [], 100).x).toEqual([]);
});
