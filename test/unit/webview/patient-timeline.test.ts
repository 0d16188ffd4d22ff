import { describe, expect, it, test } from 'vitest';
import { arcsOf, arcWidth, pillsApart } from '../../../webview/patient/arcs';
import { dateTicks, dayOf, gapDays, spanWords, stayWords } from '../../../webview/patient/dates';
import { columnsLayout, type Rect, rowsLayout } from '../../../webview/patient/layout';
import { nextCode } from '../../../webview/patient/walk';
import { ordinal } from '../../../src/protocol/risk-words';
import { cutAtWord, headFinding, shortCode } from '../../../webview/patient/words';

/** Visits of so many codes, as places of visits by code. */
const visitsOf = (...counts: number[]): number[] =>
  counts.flatMap((count, visit) => Array<number>(count).fill(visit));

function overlap(a: Rect, b: Rect): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

describe.each([
  ['one code', visitsOf(1)],
  ['the picture of the design: 40 codes in 9 visits', visitsOf(4, 4, 5, 5, 6, 4, 3, 4, 5)],
  ['512 codes in one visit', visitsOf(512)],
  ['512 codes in 60 visits', visitsOf(...Array<number>(59).fill(8), 40)],
])('%s', (_name, visits) => {
  it.each([
    ['columns', columnsLayout],
    ['rows', rowsLayout],
  ] as const)('%s: every chip has a readable place of its own inside the timeline', (_kind, layoutOf) => {
    for (const [width, unit] of [
      [1352, 1],
      [860, 1],
      [1352, 1.6],
    ] as const) {
      const layout = layoutOf(visits, width, unit);
      expect(layout.chips).toHaveLength(visits.length);
      for (const chip of layout.chips) {
        expect(chip.width).toBeGreaterThanOrEqual(100 * unit);
        expect(chip.height).toBeGreaterThanOrEqual(24);
        expect(chip.left).toBeGreaterThanOrEqual(0);
        expect(chip.left + chip.width).toBeLessThanOrEqual(layout.width + 1e-6);
        expect(chip.top + chip.height).toBeLessThanOrEqual(layout.height);
      }
      const near = layout.chips.slice(0, 60);
      near.forEach((chip, index) =>
        near.slice(index + 1).forEach((other) => expect(overlap(chip, other)).toBe(false)),
      );
    }
  });
});

test('columns that fit fill the page and do not scroll; many scroll', () => {
  const nine = columnsLayout(visitsOf(4, 4, 5, 5, 6, 4, 3, 4, 5), 1352, 1);
  expect(nine.width).toBeLessThanOrEqual(1352);
  expect(nine.width).toBeGreaterThan(1330);
  expect(columnsLayout(visitsOf(...Array<number>(40).fill(3)), 1352, 1).width).toBeGreaterThan(3000);
});

test('rows never reach beyond the page', () => {
  for (const width of [320, 520, 740]) {
    const layout = rowsLayout(visitsOf(30, 1, 12), width, 1);
    for (const chip of layout.chips) expect(chip.left + chip.width).toBeLessThanOrEqual(width + 1);
  }
});

describe('arcs', () => {
  const layout = columnsLayout(visitsOf(4, 4, 5, 5, 6, 4, 3, 4, 5), 1352, 1);

  /** Every number of a path that could be read must be one. */
  const isDrawable = (path: string): boolean => /^M[\d.\- CQHVL]+$/.test(path) && !path.includes('NaN');

  it('lead from the code to each partner, thicker with the weight, with the pill at the partner', () => {
    const partners = [0, 5, 30, 33, 36].map((index, place) => ({ index, weight: 0.3 - 0.05 * place }));
    const arcs = arcsOf(layout, 31, partners, 1);
    expect(arcs.map(({ to }) => to).sort((a, b) => a - b)).toEqual([0, 5, 30, 33, 36]);
    for (const arc of arcs) {
      expect(isDrawable(arc.path)).toBe(true);
      const { top, height } = layout.chips[arc.to]!;
      expect(arc.pill.y).toBeCloseTo(top + height / 2);
    }
    expect(arcWidth(0.24)).toBeGreaterThan(arcWidth(0.04));
    expect(arcWidth(1), 'a lone partner does not cover the others').toBeLessThanOrEqual(12);
  });

  it('keep their weights off the chips, and off one another', () => {
    // Two codes of the first visit, and a later one, all to the first code.
    const arcs = [1, 2, 20].flatMap((from) => arcsOf(layout, from, [{ index: 0, weight: 0.1 }], 1));
    const first = layout.chips[0]!;
    for (const { pill } of arcs.slice(0, 2)) expect(pill.x + 14).toBeLessThanOrEqual(first.left + 2);
    const pills = pillsApart(arcs, 1).map(({ pill }) => pill);
    pills.forEach((one, index) =>
      pills
        .slice(index + 1)
        .forEach((other) => expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(16)),
    );
  });

  it('are none to the code itself, and none to codes that are not there', () => {
    expect(
      arcsOf(
        layout,
        3,
        [
          { index: 3, weight: 1 },
          { index: 99, weight: 1 },
        ],
        1,
      ),
    ).toEqual([]);
    expect(arcsOf(layout, 99, [{ index: 3, weight: 1 }], 1)).toEqual([]);
  });

  it('stay in the band above the chips where they run across columns', () => {
    const [arc] = arcsOf(layout, 39, [{ index: 0, weight: 0.1 }], 1);
    const across = [...arc!.path.matchAll(/V([\d.]+)Q[\d.]+ ([\d.]+)/g)].map((match) => Number(match[2]));
    expect(across[0]).toBeGreaterThan(layout.band.from);
    expect(across[0]).toBeLessThan(layout.band.to);
  });
});

describe('arrow keys', () => {
  const codes = visitsOf(3, 1, 2).map((visit, index) => ({ visit: visit + 1, rank: index }));

  it('begin at the last code and reach every code', () => {
    expect(nextCode(codes, null, 'left')).toBe(5);
    let at: number | null = 5;
    const seen = new Set<number | null>([at]);
    for (let step = 0; step < 5; step++) seen.add((at = nextCode(codes, at, 'up')));
    expect(seen.size).toBe(6);
  });

  it('go to the same priority of the next visit, or its last code, and stop at the ends', () => {
    expect(nextCode(codes, 2, 'right')).toBe(3);
    expect(nextCode(codes, 5, 'left')).toBe(3);
    expect(nextCode(codes, 3, 'left')).toBe(0);
    expect([nextCode(codes, 0, 'left'), nextCode(codes, 5, 'right'), nextCode(codes, 5, 'down')]).toEqual([
      0, 5, 5,
    ]);
    expect(nextCode([], null, 'up')).toBeNull();
  });
});

test('stays and gaps are true days, over leap years and overlaps too', () => {
  expect(stayWords('2016-02-28', '2016-03-01')).toBe('2 days');
  expect(stayWords('2015-02-28', '2015-03-01')).toBe('1 day');
  expect(stayWords('2015-02-28', '2015-02-28')).toBe('same day');
  expect(gapDays({ discharge: '2018-12-31' }, { admit: '2019-01-02' })).toBe(2);
  expect(gapDays({ discharge: '2018-12-31' }, { admit: '2018-12-30' })).toBe(-1);
  expect([12, 240, 475].map(spanWords)).toEqual(['12\u00a0d', '8\u00a0mo', '1.3\u00a0y']);
});

test('ticks of the time axis are round dates in order, never too many', () => {
  for (const [from, to] of [
    ['2013-02-11', '2018-11-19'],
    ['2013-12-20', '2014-01-05'],
    ['1950-01-01', '2024-01-01'],
  ] as const) {
    const ticks = dateTicks(dayOf(from), dayOf(to), 8);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(9);
    for (const { day, label } of ticks) {
      const date = new Date(day * 86_400_000);
      expect(date.getUTCDate()).toBe(1);
      expect(label).toContain(String(date.getUTCFullYear()));
    }
    expect([...ticks].sort((a, b) => a.day - b.day)).toEqual(ticks);
  }
});

test('words of chips and figures', () => {
  expect([shortCode('ICD10_I48.91'), shortCode('ICD9_250.00'), shortCode('LOINC_1-2')]).toEqual([
    'I48.91',
    '250.00',
    'LOINC_1-2',
  ]);
  expect(cutAtWord('Unspecified atrial fibrillation', 20)).toBe('Unspecified atrial…');
  expect(cutAtWord('Anaemia', 20)).toBe('Anaemia');
  expect([1, 2, 3, 4, 11, 12, 13, 21, 87, 112].map(ordinal)).toEqual([
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '87th',
    '112th',
  ]);
});

test('a head is said to look at something only well above chance', () => {
  const chance = { self: 0.025, sameCode: 0.05, withinVisit: 0.12, previousVisit: 0.1, firstRank: 0.22 };
  const head = { layer: 5, head: 2, ...chance };
  expect(headFinding({ ...head, sameCode: 0.4 }, chance)).toBe(
    'Layer 6 · head 3 looks at the same code elsewhere: 40\u00a0% of its attention',
  );
  expect(headFinding({ ...head, firstRank: 0.25 }, chance), 'chance alone gives nearly as much').toContain(
    'no kind',
  );
  expect(headFinding({ ...head, self: 0.6, withinVisit: 0.65 }, chance)).toContain('the code itself');
});
