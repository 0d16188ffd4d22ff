import { describe, expect, test } from 'vitest';
import {
  axisLabels,
  bytes,
  count,
  counted,
  duration,
  fixed,
  fixedOrNone,
  interval,
  pValue,
  rate,
  share,
  signed,
} from '../../../webview/format';

/** Units hang on a space that does not break; here it is written as `_`. */
const shown = (text: string): string => text.replaceAll('\u00a0', '_');

test('steps have thousands apart', () => {
  expect(count(61_400)).toBe('61,400');
  expect(count(999)).toBe('999');
  expect(count(-3694)).toBe('−3,694');
});

test('a minus is a true one, and nothing is never negative', () => {
  expect(fixed(-0.154, 2)).toBe('−0.15');
  expect(fixed(-0.001, 2)).toBe('0.00');
  expect(fixedOrNone(null, 2)).toBe('–');
});

test('signed quantities carry their sign', () => {
  expect(signed(0.27, 2)).toBe('+0.27');
  expect(signed(-0.27, 2)).toBe('−0.27');
  expect(signed(0.001, 2)).toBe('0.00');
});

test('shares are percentages', () => {
  expect(shown(share(0.341))).toBe('34.1_%');
  expect(shown(share(1, 0))).toBe('100_%');
});

test('learning rates are short', () => {
  expect([5e-5, 1.25e-4, 0, 1].map(rate)).toEqual(['5e−5', '1.3e−4', '0', '1']);
});

test('small p-values are not told to the last digit', () => {
  expect(shown(pValue(0.00004))).toBe('p_<_0.001');
  expect(shown(pValue(0.034))).toBe('p_=_0.034');
  expect(shown(pValue(0.41))).toBe('p_=_0.41');
});

test('an interval with a minus in it is joined by a word', () => {
  expect(interval([0.834, 0.874], 3)).toBe('0.834–0.874');
  expect(interval([-0.021, 0.13], 2)).toBe('−0.02 to 0.13');
});

describe('durations', () => {
  test.each([
    [0, '0_s'],
    [45, '45_s'],
    [59.6, '1_min'],
    [38 * 60, '38_min'],
    [59.6 * 60, '1_h'],
    [82 * 60, '1_h 22_min'],
    [3600, '1_h'],
    [86_400 + 3 * 3600, '1_d 3_h'],
    [47.8 * 3600, '2_d'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(shown(duration(seconds))).toBe(text);
  });
});

test('one run, many runs', () => {
  expect(shown(counted(1, 'run'))).toBe('1_run');
  expect(shown(counted(17, 'run'))).toBe('17_runs');
});

test('sizes have three digits at most', () => {
  expect([999, 61_000_000, 1.5e9].map((size) => shown(bytes(size)))).toEqual(['999_B', '61_MB', '1.5_GB']);
});

describe('axis labels', () => {
  test('thousands are written alike along an axis', () => {
    expect(axisLabels([0, 800, 1600, 2400], 'number').map(shown)).toEqual(['0', '0.8_k', '1.6_k', '2.4_k']);
    expect(axisLabels([0, 30_000, 60_000], 'number').map(shown)).toEqual(['0', '30_k', '60_k']);
  });

  test('decimals are as few as tell ticks apart, and the same for all', () => {
    expect(axisLabels([0.5, 0.75, 1], 'number')).toEqual(['0.50', '0.75', '1.00']);
    expect(axisLabels([4, 5, 6], 'number')).toEqual(['4', '5', '6']);
  });

  test('shares, rates and spans of time', () => {
    expect(axisLabels([0, 0.1, 0.2], 'share').map(shown)).toEqual(['0_%', '10_%', '20_%']);
    expect(axisLabels([0, 2e-5], 'rate')).toEqual(['0', '2e−5']);
    expect(axisLabels([0, 1800, 3600], 'duration').map(shown)).toEqual(['0', '30_min', '1_h']);
  });
});
