import { describe, expect, test } from 'vitest';
import { Cursor, heightAt, nearest, stepAlong } from '../../../webview/cursor';

describe('the cursor', () => {
  test('follows the pointer, tells every plot, and leaves with it', () => {
    const cursor = new Cursor();
    const seen: (number | null)[] = [];
    const end = cursor.follow(() => seen.push(cursor.x));
    cursor.hover(5);
    cursor.hover(5);
    cursor.hover(null);
    end();
    cursor.hover(7);
    expect(seen).toEqual([5, null]);
  });

  test('stays where it is pinned, but keys still move it', () => {
    const cursor = new Cursor();
    cursor.put(5, true);
    cursor.hover(9);
    expect([cursor.x, cursor.pinned]).toEqual([5, true]);
    cursor.put(6, true);
    expect(cursor.x).toBe(6);
    cursor.put(null, true);
    expect(cursor.pinned).toBe(false);
  });
});

describe('stepping', () => {
  const places = [0, 500, 1000, 1500];
  test('goes from the nearest place, and not beyond the ends', () => {
    expect(stepAlong(places, 700, 1)).toBe(1000);
    expect(stepAlong(places, 1000, -1)).toBe(500);
    expect(stepAlong(places, 1000, 10)).toBe(1500);
    expect(stepAlong(places, 500, -10)).toBe(0);
  });
  test('begins at the newest place', () => {
    expect(stepAlong(places, null, -1)).toBe(1500);
    expect(stepAlong([], 3, 1)).toBeUndefined();
  });
});

test('nearest agrees with looking at every value', () => {
  const values = [-3, -1, 0, 0.5, 4, 4.2, 10];
  for (let wanted = -5; wanted < 12; wanted += 0.13) {
    const distances = values.map((value) => Math.abs(value - wanted));
    expect(distances[nearest(values, wanted)]).toBe(Math.min(...distances));
  }
});

describe('the height of a line', () => {
  test('is straight between points and nothing outside', () => {
    expect(heightAt([0, 10], [4, 2], 5)).toBe(3);
    expect(heightAt([0, 10], [4, 2], 10)).toBe(2);
    expect(heightAt([0, 10], [4, 2], 11)).toBeNull();
    expect(heightAt([1, 10], [4, 2], 0)).toBeNull();
    expect(heightAt([], [], 0)).toBeNull();
  });
  test('is nothing in a gap', () => {
    expect(heightAt([0, 1, 2], [1, null, 3], 1.5)).toBeNull();
    expect(heightAt([0, 1, 2], [1, null, 3], 2)).toBe(3);
  });
  test('joins on the scale that is drawn', () => {
    expect(heightAt([0, 2], [1, 100], 1, Math.log10)).toBe(1);
  });
});
