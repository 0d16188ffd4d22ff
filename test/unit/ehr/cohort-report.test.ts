import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { cohortReport } from '../../../src/ehr/cohort-report/cohort-report';
import { openDataset, type OpenDataset } from '../../../src/ehr/dataset';
import type { Labels } from '../../../src/ehr/labels';
import { cohortTsv } from '../../../src/host/panels/cohort-tsv';
import { CancelledError } from '../../../src/protocol/errors';
import type {
  CohortReport,
  CohortScope,
  GroupFigures,
  HistogramFigure,
  Spread,
} from '../../../src/protocol/panels/cohort';
import { labelsOf } from './dataset-fixture';
import { ImportWorkbench, shared } from './import-workbench';

/** What test/golden/cohort.py counted from the published tables. */
interface Counted {
  readonly maxLength: number;
  readonly minCodes: number;
  readonly labels: Record<string, [0 | 1, string]>;
  readonly all: Scope;
  readonly cohort: Scope & { cases: Line; controls: Line };
  readonly funnel: { labelled: number; withRecord: number; used: number; cases: number };
}
type Line = Record<
  'visitsPerPatient' | 'codesPerPatient' | 'age' | 'followUp',
  { mean: number; sd: number }
> &
  Record<'patients' | 'female' | 'sexUnknown' | 'prolongedStay' | 'icd10', number>;
type Values = Record<string, number>;
type Scope = Record<
  'visitsPerPatient' | 'codesPerVisit' | 'sequenceLength' | 'lengthOfStay' | 'gaps',
  Values
> &
  Record<'cut' | 'longerThan7OfNights' | 'medianNights' | 'coverage10' | 'coverage100', number> & {
    table: Line;
    years: Record<'9' | '10', Values>;
    codes: Values;
  };
const expected = JSON.parse(
  readFileSync(join(process.cwd(), 'test/fixtures/ehr/cohort-mimic.json'), 'utf8'),
) as Counted;

const demo = shared('mimic-iv-demo-2.2');
const bench = new ImportWorkbench();
afterAll(() => bench.remove());
const now = (): Date => new Date('2026-01-01T00:00:00Z');

function sameLine(line: GroupFigures, oracle: Line): void {
  for (const key of ['visitsPerPatient', 'codesPerPatient', 'age', 'followUp'] as const) {
    const spread = line[key] as Spread;
    expect(spread.mean, key).toBeCloseTo(oracle[key].mean, 1.9);
    expect(spread.sd!, key).toBeCloseTo(oracle[key].sd, 1.9);
  }
  expect(line).toMatchObject({ patients: oracle.patients, sexUnknown: oracle.sexUnknown });
  expect(line.female).toBeCloseTo(oracle.female, 12);
  expect(line.prolongedStay).toBeCloseTo(oracle.prolongedStay, 12);
  expect(line.icd10).toBeCloseTo(oracle.icd10, 3.9);
}

/** Every bin must hold what the oracle counted between its ends. */
function sameHistogram(figure: HistogramFigure, oracle: Values): void {
  const values = Object.entries(oracle).map(([value, count]) => [Number(value), count] as const);
  const bins = figure.bins!;
  for (const { from, to, count } of bins) {
    const inside = values.filter(([value]) => value >= from && (to === null || value <= to));
    expect(count, `${from} to ${to}`).toBe(inside.reduce((sum, [, n]) => sum + n, 0));
  }
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.reduce((sum, [, n]) => sum + n, 0));
  expect(bins.slice(1).every(({ from }, i) => from === bins[i]!.to! + 1)).toBe(true);
}

function sameScope(scope: CohortScope, oracle: Scope): void {
  sameLine(scope.groups[0]!, oracle.table);
  for (const key of [
    'visitsPerPatient',
    'codesPerVisit',
    'sequenceLength',
    'lengthOfStay',
    'gaps',
  ] as const) {
    sameHistogram(scope[key], oracle[key]);
  }
  expect(scope.sequenceLength.beyond!.share).toBeCloseTo(oracle.cut, 12);
  expect(scope.lengthOfStay.beyond).toMatchObject({ of: 'nonzero', median: oracle.medianNights });
  expect(scope.lengthOfStay.beyond!.share).toBeCloseTo(oracle.longerThan7OfNights, 12);
  for (const [key, system] of [
    ['icd9', '9'],
    ['icd10', '10'],
  ] as const) {
    const rows = scope.years[key]!.filter(({ count }) => count > 0).map(({ from, count }) => [
      String(from),
      count,
    ]);
    expect(Object.fromEntries(rows)).toEqual(oracle.years[system]);
  }
  const { codes } = scope;
  expect(codes).toMatchObject({ distinct: Object.keys(oracle.codes).length, shown: codes.distinct });
  for (const { code, patients } of codes.top) expect(patients, code).toBe(oracle.codes[code]);
  const sorted = Object.values(oracle.codes).sort((a, b) => b - a);
  expect(codes.top.map(({ patients }) => patients)).toEqual(sorted.slice(0, 500));
  for (const { rank, patients } of codes.frequency) expect(patients).toBe(sorted[rank - 1]);
  expect(codes.coverage.find(({ size }) => size === 10)!.share).toBeCloseTo(oracle.coverage10, 3.9);
  expect(codes.coverage.find(({ size }) => size === 100)!.share).toBeCloseTo(oracle.coverage100, 3.9);
  expect(codes.coverage.at(-1)!.share).toBe(1);
}

describe.skipIf(!existsSync(demo))('cohortReport of MIMIC-IV (needs ../shared/data)', () => {
  let dataset: OpenDataset;
  let labels: Labels;
  const report = (minimumCellCount: number, given: Labels | null): Promise<CohortReport> =>
    cohortReport(dataset, { minimumCellCount, maxLength: expected.maxLength, labels: given, now });

  beforeAll(async () => {
    const { name } = await bench.import(demo);
    // Imported with one code at least, so that nobody is left out; the rule then holds for the cohort alone.
    const opened = openDataset(bench.home, name);
    dataset = { ...opened, rules: { ...opened.rules, minCodes: expected.minCodes } };
    labels = labelsOf(expected.labels);
  });

  it('equals what pandas counts from the published tables', async () => {
    const { all, cohort, rows } = await report(0, null);
    expect(cohort).toBeNull();
    expect(rows).toBe(4506);
    sameScope(all!, expected.all);
    expect(all!.groups).toHaveLength(1);
  });

  it('sees of labelled patients what pandas leaves before their index dates', async () => {
    const { all, cohort, funnel, labelled } = await report(0, labels);
    sameScope(all!, expected.all);
    sameScope(cohort!, expected.cohort);
    const [, cases, controls] = cohort!.groups;
    sameLine(cases!, expected.cohort.cases);
    sameLine(controls!, expected.cohort.controls);
    expect(labelled).toBe(expected.funnel.labelled);
    expect(funnel.slice(-3)).toMatchObject([
      { patients: 100, removed: 0 },
      { patients: expected.funnel.withRecord, removed: 100 - expected.funnel.withRecord },
      { patients: expected.funnel.used, cases: expected.funnel.cases },
    ]);
    const { cases: a, controls: b } = expected.cohort;
    const pooled = Math.sqrt((a.age.sd ** 2 + b.age.sd ** 2) / 2);
    expect(cohort!.differences!.age).toBeCloseTo(Math.abs(a.age.mean - b.age.mean) / pooled, 2);
    const shares = Math.sqrt((a.female * (1 - a.female) + b.female * (1 - b.female)) / 2);
    expect(cohort!.differences!.female).toBeCloseTo(Math.abs(a.female - b.female) / shares, 2);
    for (const bins of [cohort!.visitsPerPatient.split!, cohort!.gaps.split!]) {
      expect(bins.every(({ cases: n, controls: m }) => n >= 0 && m >= 0)).toBe(true);
    }
    expect(cohort!.visitsPerPatient.split!.reduce((sum, { cases: n }) => sum + n, 0)).toBe(a.patients);
  });

  it('tells the same with small cells joined, and nobody of fewer than ten', async () => {
    const { all, cohort } = await report(10, labels);
    for (const scope of [all!, cohort!]) {
      expect(scope.visitsPerPatient.bins!.every(({ count }) => count === 0 || count >= 10)).toBe(true);
      expect(scope.codes.top.every(({ patients }) => patients >= 10)).toBe(true);
    }
    sameHistogram(all!.visitsPerPatient, expected.all.visitsPerPatient);
    sameHistogram(all!.lengthOfStay, expected.all.lengthOfStay);
    sameHistogram(cohort!.sequenceLength, expected.cohort.sequenceLength);
  });

  test('is JSON: nothing is lost on the way to the page', async () => {
    const whole = await report(10, labels);
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
    expect(JSON.stringify(whole)).not.toMatch(/10[0-9]{6}/);
  });

  test('is exported as a table with the same numbers and the same silence', async () => {
    const whole = await report(10, labels);
    const lines = cohortTsv(whole)
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.every(({ length }) => length === 4)).toBe(true);
    const value = (...wanted: string[]): string | undefined =>
      lines.find((line) => wanted.every((text, i) => line[i] === text))?.[3];
    expect(value('cohort', 'patients', 'all')).toBe(String(expected.cohort.table.patients));
    expect(value('dataset', 'female share', 'all')).toBe('0.43');
    const code = whole.all!.codes.top[0]!;
    expect(value('dataset', 'patients with code', code.code)).toBe(String(code.patients));
    const numbers = lines
      .filter(([, figure]) => figure === 'patients with code')
      .map((line) => Number(line[3]));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(10);
  });

  test('tells its progress and stops when it is told to', async () => {
    const phases: string[] = [];
    const stop = new AbortController();
    const work = cohortReport(dataset, {
      minimumCellCount: 10,
      maxLength: 512,
      labels: null,
      now,
      signal: stop.signal,
      progress: ({ phase }) => {
        phases.push(phase);
        if (phases.length === 2) stop.abort();
      },
    });
    await expect(work).rejects.toThrow(CancelledError);
    expect(new Set(phases)).toEqual(new Set(['looking at the dataset', 'counting visits and codes']));
  });
});
