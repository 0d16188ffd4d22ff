import { expect, test } from 'vitest';
import type { PairedAuroc } from '../../../src/protocol/panels/compare';
import { neighbour, points, sharedWords, shownPair } from '../../../webview/compare/pairs';

const order = ['a', 'b', 'c', 'd'];

/** Follows keys from a pair. */
function walk(row: string, column: string, ...keys: string[]): string {
  let at = { row, column };
  for (const key of keys) at = neighbour(order, at, key) ?? at;
  return `${at.row}${at.column}`;
}

test('arrows walk through the lower triangle and stay inside it', () => {
  expect(walk('b', 'a', 'ArrowDown')).toBe('ca');
  expect(walk('b', 'a', 'ArrowDown', 'ArrowRight')).toBe('cb');
  expect(walk('d', 'c', 'ArrowUp')).toBe('cb');
  expect(walk('b', 'a', 'ArrowUp', 'ArrowLeft', 'ArrowRight')).toBe('ba');
  expect(walk('d', 'a', 'ArrowDown')).toBe('da');
  expect(walk('d', 'b', 'End')).toBe('dc');
  expect(walk('d', 'b', 'Home')).toBe('da');
  expect(neighbour(order, { row: 'b', column: 'a' }, 'x')).toBeUndefined();
});

test('every pair is reached by keys', () => {
  const seen = new Set<string>();
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column <= row; column++) {
      const down = Array<string>(row).fill('ArrowDown');
      seen.add(walk('b', 'a', ...down, 'Home', ...Array<string>(column).fill('ArrowRight')));
    }
  }
  expect(seen.size).toBe(6);
});

function pair(row: string, column: string, p: number | null, shared: PairedAuroc['shared'] = 9): PairedAuroc {
  const result = p === null ? null : { difference: 0.1, ci95: null, p, holmP: p };
  return {
    row,
    column,
    rowPatients: 9,
    columnPatients: 9,
    shared,
    result,
    reason: p === null ? 'No.' : null,
  };
}

test('without a choice the pair that differs most surely is spelled out', () => {
  const pairs = [pair('b', 'a', null), pair('c', 'a', 0.2), pair('c', 'b', 0.01)];
  expect(shownPair(pairs, null)).toBe(pairs[2]);
  expect(shownPair(pairs, { row: 'b', column: 'a' })).toBe(pairs[0]);
  expect(shownPair(pairs, { row: 'gone', column: 'a' })).toBe(pairs[2]);
  expect(shownPair([], null)).toBeUndefined();
});

test('differing test sets are said plainly', () => {
  expect(sharedWords(pair('b', 'a', 0.1))).toBe('On the same 9 test patients');
  expect(sharedWords(pair('b', 'a', 0.1, 4))).toBe('The test sets differ: 4 patients shared, of 9 and 9');
  const few = { ...pair('b', 'a', null, 'small'), rowPatients: 'small', columnPatients: 'small' } as const;
  expect(sharedWords(few)).toBe('The test sets differ: few patients shared, of few and few');
});

test('differences are points with a true minus, and zero has no sign', () => {
  expect([points(0.0257, 1), points(-0.0257, 2), points(0, 1), points(-0.0001, 1)]).toEqual([
    '+2.6',
    '−2.57',
    '0.0',
    '0.0',
  ]);
});
