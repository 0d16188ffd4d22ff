import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cohortReport } from '../../../src/ehr/cohort-report/cohort-report';
import { funnelFigures } from '../../../src/ehr/cohort-report/funnel-figures';
import { GroupTally } from '../../../src/ehr/cohort-report/group-tally';
import { joinSmallCells, SmallCells, type Cell } from '../../../src/ehr/cohort-report/small-cells';
import { tableOne } from '../../../src/ehr/cohort-report/table-one';
import type { OpenDataset } from '../../../src/ehr/dataset';
import type { FunnelStep } from '../../../src/ehr/label-funnel';
import type { CohortScope } from '../../../src/protocol/panels/cohort';
import { labelsOf, scratchFolder, writeDataset, type Visit } from './dataset-fixture';

const scratch = scratchFolder();
const now = (): Date => new Date('2026-01-01T00:00:00Z');
const minimum = 10;
const rule = new SmallCells(minimum);

const day = (offset: number): string => new Date(Date.UTC(2012, 0, 1 + offset)).toISOString().slice(0, 10);

describe('joinSmallCells', () => {
  const cells = (...counts: number[]): Cell[] =>
    counts.map((n, i) => ({ from: i, to: i, counts: [n], people: [{ most: n, last: n }] }));
  const sums = (joined: Cell[] | null): number[] | undefined => joined?.map(({ counts }) => counts[0]!);

  it('joins a small cell with the next, the last with the one before, and keeps empty ones', () => {
    expect(sums(joinSmallCells(cells(3, 20, 0, 15, 4), rule))).toEqual([23, 0, 19]);
    expect(sums(joinSmallCells(cells(12, 0, 4), rule))).toEqual([16]);
    expect(sums(joinSmallCells(cells(2, 3, 1), rule))).toBeUndefined();
    expect(sums(joinSmallCells(cells(0, 0), rule))).toEqual([0, 0]);
  });

  it('does not take patients twice that stand in two cells', () => {
    const same = [0, 1, 2].map((at): Cell => ({
      from: at,
      to: at,
      counts: [6],
      people: [{ most: 6, last: at === 2 ? 6 : 0 }],
    }));
    expect(joinSmallCells(same, rule)).toBeNull();
  });
});

describe('SmallCells.chain', () => {
  it('leaves out a step that a few patients fall off after', () => {
    expect(rule.chain([1000, 500, 497, 300])).toEqual([1000, 'withheld', 497, 300]);
    expect(rule.chain([100, 99, 98, 97])).toEqual(['withheld', 'withheld', 'withheld', 97]);
    expect(rule.chain([20, 20, 5])).toEqual([20, 20, 'small']);
    expect(rule.chain([30, 0])).toEqual([30, 0]);
  });
});

describe('funnelFigures', () => {
  it('tells cases only where controls may be told too, which are the rest', () => {
    const attrition = [{ step: 'source', patients: 900, visits: 0, rows: 0 }];
    const step = (patients: number, positives: number): FunnelStep => ({ step: 's', patients, positives });
    const labels = [step(400, 100), step(400, 100), step(380, 84), step(360, 64)];
    // 300, 296, 296 controls: four of them would be told by the first step.
    const { funnel, labelled } = funnelFigures(attrition, labels, rule);
    expect(funnel.map(({ cases }) => cases)).toEqual([null, null, 84, 64]);
    expect(funnel.map(({ patients }) => patients)).toEqual([900, 400, 380, 360]);
    expect(labelled).toBe(400);
    expect(funnelFigures(attrition, [step(404, 100), ...labels.slice(1)], rule).labelled).toBe('withheld');
  });
});

describe('tableOne', () => {
  const group = (women: number, men: number, unknown: number): GroupTally =>
    Object.assign(new GroupTally(new Uint8Array(0)), { patients: women + men + unknown, women, men });

  it('withholds women where they and the unknown would give a few men away', () => {
    const [few] = tableOne({ all: group(60, 3, 20), groups: null, within: null }, rule);
    expect(few).toMatchObject({ female: 'withheld', sexUnknown: 20 });
    const [none] = tableOne({ all: group(60, 0, 20), groups: null, within: null }, rule);
    expect(none).toMatchObject({ female: 0.75, sexUnknown: 20 });
  });

  it('withholds a figure of both groups when that of one is small', () => {
    const [cases, controls] = [group(30, 30, 3), group(200, 200, 40)];
    const rows = tableOne(
      { all: GroupTally.join(cases, controls), groups: [cases, controls], within: null },
      rule,
    );
    expect(rows.map(({ sexUnknown }) => sexUnknown)).toEqual([43, 'withheld', 'withheld']);
    expect(rows.every(({ female }) => typeof female === 'number')).toBe(true);
  });
});

describe('the share of ICD-10', () => {
  const [nine, ten] = [0, 1];
  /** Patients of whom the first have rows of ICD-10, and the last rows of ICD-9. */
  async function study(
    patients: number,
    withTen: number,
    withNine: number,
    labelled = patients,
  ): Promise<CohortScope[]> {
    const folder = join(scratch, `icd-${patients}-${withTen}-${withNine}-${labelled}`);
    const ids = Array.from({ length: patients }, (_, p) => `p${String(p).padStart(4, '0')}`);
    const visits = ids.map((id, p): Visit => {
      const systems = [...(p < withTen ? [ten] : []), ...(p >= patients - withNine ? [nine] : [])];
      return [id, day(0), day(1), systems.map((system) => (system === ten ? 'ICD10_A' : 'ICD9_1'))];
    });
    await writeDataset(
      folder,
      visits,
      Object.fromEntries(ids.map((id) => [id, ['1950-01-01', 'F'] as const])),
    );
    const dataset = {
      folder,
      name: 'study',
      contentHash: 'x',
      rules: { minCodes: 1, earliestDate: '', latestDate: '' },
      attrition: [{ step: 'in the source', patients, visits: 0, rows: 0 }],
      problems: [],
    } as unknown as OpenDataset;
    const known = ids.slice(0, labelled).map((id, p) => [id, [p % 2 === 0 ? 1 : 0, day(9)]] as const);
    const labels = labelsOf(Object.fromEntries(known) as Parameters<typeof labelsOf>[0]);
    const { all, cohort } = await cohortReport(dataset, {
      minimumCellCount: minimum,
      maxLength: 32,
      labels,
      now,
    });
    return [all!, cohort!];
  }
  const shares = ({ groups }: CohortScope): unknown[] => groups.map(({ icd10 }) => icd10);

  it('is withheld when a few patients have such rows, or a few have others, and so are its years', async () => {
    for (const [withTen, withNine] of [
      [1, 60],
      [60, 9],
    ] as const) {
      const [all] = await study(60, withTen, withNine);
      expect(shares(all!)).toEqual(['withheld']);
      // The rows of one system are all rows without those of the other.
      expect(all!.years).toEqual({ icd9: null, icd10: null });
    }
    expect(shares((await study(60, 0, 60))[0]!)).toEqual([0]);
    expect(shares((await study(60, 60, 60))[0]!)).toEqual([0.5]);
  });

  it('is withheld of both groups when a few of one have such rows, and of a cohort when a few outside have', async () => {
    // Every second is a case: 8 of each group have rows of ICD-10.
    const [, grouped] = await study(60, 16, 60);
    expect(shares(grouped!)).toEqual([expect.closeTo(16 / 76, 4), 'withheld', 'withheld']);
    const [all, cohort] = await study(100, 50, 100, 45);
    expect(shares(all!)).toEqual([expect.closeTo(50 / 150, 4)]);
    expect(shares(cohort!)).toEqual(['withheld', 'withheld', 'withheld']);
  });
});
