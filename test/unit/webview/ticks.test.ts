import { describe, expect, test } from 'vitest';
import { extentOf, logRange, logTicks, niceRange, niceTicks, timeTicks } from '../../../webview/ticks';

describe('round ticks', () => {
  test('lie inside the range at equal distances', () => {
    expect(niceTicks([0, 90_000], 10)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90].map((k) => k * 1000));
    expect(niceTicks([3.6, 8.9], 6)).toEqual([4, 6, 8]);
    expect(niceTicks([-0.15, 0.15], 4)).toEqual([-0.1, 0, 0.1]);
  });

  test('carry no rounding error of floating point', () => {
    expect(niceTicks([0, 0.7], 8)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });

  test('never outnumber what is wanted, for any range', () => {
    for (const most of [2, 3, 5, 10]) {
      for (let exponent = -6; exponent <= 6; exponent += 0.37) {
        const high = 10 ** exponent;
        const ticks = niceTicks([high * 0.13, high], most);
        expect(ticks.length, `${high}`).toBeLessThanOrEqual(most);
        expect(ticks.every((tick) => tick >= high * 0.13 && tick <= high * (1 + 1e-9))).toBe(true);
      }
    }
  });

  test('a range of one value has one', () => {
    expect(niceTicks([3, 3], 5)).toEqual([3]);
  });
});

test('time has the steps of a clock', () => {
  expect(timeTicks([0, 5400], 4)).toEqual([0, 1800, 3600, 5400]);
  expect(timeTicks([0, 90], 4)).toEqual([0, 30, 60, 90]);
});

describe('logarithmic ticks', () => {
  test('are plain numbers where little is spanned', () => {
    expect(logTicks([3.9, 9.1], 8)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('are 1, 2, 5 where more is', () => {
    expect(logTicks([0.9, 60], 8)).toEqual([1, 2, 5, 10, 20, 50]);
  });

  test('are powers of ten where much is, and fewer of them where too much is', () => {
    expect(logTicks([1, 1e6], 7)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
    expect(logTicks([1, 1e6], 4)).toEqual([1, 100, 1e4, 1e6]);
  });

  test('do not exist for ranges that reach zero', () => {
    expect(logTicks([0, 10], 5)).toEqual([]);
  });
});

describe('ranges', () => {
  test('are widened to round ends', () => {
    expect(niceRange([0.513, 0.804], 4)).toEqual([0.5, 0.9]);
    expect(niceRange([0, 1870], 5)).toEqual([0, 2000]);
  });

  test('get a width when all values are the same', () => {
    const [low, high] = niceRange([5, 5], 4);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
    const [under, over] = logRange([5, 5]);
    expect(under).toBeLessThan(5);
    expect(over).toBeGreaterThan(5);
  });

  test('of all values leave gaps out', () => {
    expect(extentOf([[3, null, 1], [], [NaN, 7]])).toEqual([1, 7]);
    expect(extentOf([[null], []])).toBeUndefined();
    expect(extentOf([[-1, 0, 2, 9]], (value) => value > 0)).toEqual([2, 9]);
  });
});
