import { describe, expect, test } from 'vitest';
import { type Box, placeLabels } from '../../../webview/label-places';

const area: Box = { left: 0, top: 0, width: 400, height: 300 };
const label = { width: 60, height: 14 };
const nothing = new Float64Array();

function overlaps(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

test('a label stands right of its line end', () => {
  expect(placeLabels([{ x: 100, y: 150, ...label }], area, nothing, 10)).toEqual([
    { left: 110, top: 143, ...label },
  ]);
});

test('at the right edge it stands inside the area', () => {
  const [box] = placeLabels([{ x: 395, y: 150, ...label }], area, nothing, 10);
  expect(box!.left + box!.width).toBeLessThanOrEqual(400);
});

describe('many lines that end together', () => {
  const requests = Array.from({ length: 5 }, (_, index) => ({ x: 300, y: 150 + index * 3, ...label }));
  const boxes = placeLabels(requests, area, nothing, 10);

  test('get labels that do not cover one another', () => {
    expect(boxes).toHaveLength(5);
    for (const [index, box] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) expect(overlaps(box, other)).toBe(false);
    }
  });
});

test('a label keeps clear of drawn lines where there is room', () => {
  const line = Float64Array.from(Array.from({ length: 200 }, (_, index) => [index * 2, 150]).flat());
  const [box] = placeLabels([{ x: 200, y: 150, ...label }], area, line, 10);
  expect(box!.top > 150 || box!.top + box!.height < 150).toBe(true);
});

test('a label is not nearer to another line than to its own', () => {
  const upper = { x: 395, y: 140, ...label };
  const lower = { x: 395, y: 160, ...label };
  const [first, second] = placeLabels([upper, lower], area, nothing, 10);
  expect(first!.top).toBeLessThan(second!.top);
});
