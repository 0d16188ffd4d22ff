import { expect, test } from 'vitest';
import { holmAdjusted } from '../../../src/metrics/holm';

// By hand: 4·0.005, then 3·0.011, then max(0.033, 2·0.02) = 0.04, then max(0.04, 0.04) = 0.04.
// R: p.adjust(c(0.02, 0.005, 0.04, 0.011), "holm") gives 0.040 0.020 0.040 0.033.
test('multiplies the k-th smallest of m by m − k + 1 and never falls', () => {
  const adjusted = holmAdjusted([0.02, 0.005, 0.04, 0.011]);
  [0.04, 0.02, 0.04, 0.033].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 15));
});

// 5·0.01, 4·0.02, then 3·0.022 = 0.066 and 2·0.03 = 0.06 are lifted to the 0.08 before them.
test('keeps a later value from falling below an earlier one', () => {
  const adjusted = holmAdjusted([0.01, 0.02, 0.022, 0.03, 0.5]);
  [0.05, 0.08, 0.08, 0.08, 0.5].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 15));
});

test('never exceeds 1, leaves a single test alone, knows no tests', () => {
  expect(holmAdjusted([0.6, 0.7, 1])).toEqual([1, 1, 1]);
  expect(holmAdjusted([0.03])).toEqual([0.03]);
  expect(holmAdjusted([])).toEqual([]);
  expect(holmAdjusted([0, 0])).toEqual([0, 0]);
});

test('equal p-values get equal adjusted ones, whatever their order', () => {
  expect(holmAdjusted([0.02, 0.02, 0.02])).toEqual([0.06, 0.06, 0.06]);
});

test('refuses what is no p-value', () => {
  expect(() => holmAdjusted([0.1, Number.NaN])).toThrow(RangeError);
  expect(() => holmAdjusted([-0.1])).toThrow(RangeError);
});
