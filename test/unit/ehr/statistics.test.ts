import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cohortStatistics } from '../../../src/ehr/statistics';
import { renderStatistics } from '../../../src/ehr/statistics-table';
import { scratchFolder, writeDataset, type People, type Visit } from './dataset-fixture';

const scratch = scratchFolder();

/** Four patients, worked out by hand below. */
const visits: readonly Visit[] = [
  ['a', '2010-01-01', '2010-01-01', ['ICD9_1', 'ICD9_2', 'ICD9_3']],
  ['a', '2011-01-01', '2011-01-09', ['ICD9_1']],
  ['b', '2012-05-01', '2012-05-08', ['ICD9_2', 'ICD9_4']],
  ['c', '2016-01-01', '2016-01-02', ['ICD10_A']],
  ['c', '2016-02-01', '2016-02-02', ['ICD10_A', 'ICD10_B']],
  ['c', '2017-02-01', '2017-02-02', ['ICD10_A']],
  ['d', '2013-01-01', '2013-01-02', ['ICD9_1', 'ICD9_2', 'ICD9_3', 'ICD9_4', 'ICD9_5']],
];
const people: People = {
  a: ['1951-01-09', 'M'],
  b: [null, 'F'],
  c: ['1977-02-02', 'F'],
  d: ['1990-01-02', null],
};
const cohort = writeDataset(join(scratch, 'cohort'), visits, people);

describe('cohortStatistics', () => {
  it('equals what is worked out by hand', async () => {
    const s = await cohortStatistics(await cohort, { minimumCellCount: 0 });
    expect(s).toMatchObject({ patients: 4, visits: 7, rows: 15, distinctCodes: 7 });
    // Visits 2 1 3 1; rows 4 2 4 5; codes a visit 3 1 2 1 2 1 5.
    expect(s.visitsPerPatient).toMatchObject({ mean: 1.75, median: 1.5 });
    expect(s.visitsPerPatient!.sd).toBeCloseTo(Math.sqrt(2.75 / 3), 12);
    expect(s.codesPerPatient).toMatchObject({ mean: 3.75, median: 4 });
    expect(s.codesPerPatient!.sd).toBeCloseTo(Math.sqrt(4.75 / 3), 12);
    expect(s.codesPerVisit!.mean).toBeCloseTo(15 / 7, 12);
    expect(s.codesPerVisit!.median).toBe(2);
    expect(s.codesPerVisit!.sd).toBeCloseTo(Math.sqrt((45 - 225 / 7) / 6), 12);
    expect(s.icd10Share).toBeCloseTo(4 / 15, 12);
    expect(s.icd10CodeShare).toBeCloseTo(2 / 7, 12);
    expect(s).toMatchObject({ ageKnown: 3, sexKnown: 3 });
    // 60, 40 and 23 years to the last discharge, to within leap days; b's birth date is unknown.
    expect(s.age!.mean).toBeCloseTo(41, 2);
    expect(s.age!.median).toBeCloseTo(40, 2);
    expect(s.maleShare).toBeCloseTo(1 / 3, 12);
    // Only a stayed longer than 7 days (8); b stayed 7.
    expect(s.prolongedStayShare).toBe(0.25);
    expect(s).toMatchObject({ firstYear: 2010, lastYear: 2017, suppressed: [] });
  });

  it('says null, not zero, where the records know neither age nor sex', async () => {
    const s = await cohortStatistics(await writeDataset(join(scratch, 'unknown'), visits), {
      minimumCellCount: 0,
    });
    expect(s).toMatchObject({ age: null, ageKnown: 0, maleShare: null, sexKnown: 0, suppressed: [] });
    expect(renderStatistics(s)).toMatch(/^Age at last visit, years +not recorded$/m);
  });

  it('withholds everything of a cohort that is too small, and says so', async () => {
    const s = await cohortStatistics(await cohort, { minimumCellCount: 10 });
    const { minimumCellCount, suppressed, ...figures } = s;
    expect(minimumCellCount).toBe(10);
    expect(Object.values(figures).every((value) => value === null)).toBe(true);
    expect([...suppressed].sort()).toEqual(Object.keys(figures).sort());
    expect(renderStatistics(s)).toMatch(/^Patients +<10$/m);
    expect(renderStatistics(s)).toMatch(/^Male +withheld \(<10\)$/m);
    expect(renderStatistics(s)).not.toMatch(/\d \d|mean/);
  });

  it('withholds a share when either side of it is small, and keeps zero and all', async () => {
    const threshold = 3;
    const s = await cohortStatistics(await cohort, { minimumCellCount: threshold });
    // One man, two women; one long stay of four patients; 2 of 7 codes.
    expect(s).toMatchObject({ patients: 4, maleShare: null, prolongedStayShare: null, icd10CodeShare: null });
    expect(s.icd10Share).toBeCloseTo(4 / 15, 12);
    expect(s.age!.mean).toBeCloseTo(41, 2);
    // Three of four have a birth date and three a sex: the one who has none is not told.
    expect([...s.suppressed]).toEqual([
      'icd10CodeShare',
      'ageKnown',
      'maleShare',
      'sexKnown',
      'prolongedStayShare',
    ]);
    expect(renderStatistics(s)).toMatch(/^Age at last visit, years .* \(recorded for all but <3\)$/m);
    expect(renderStatistics(s)).toMatch(/\n\n<3 and withheld: counts of fewer than 3,.*\n.*\n$/);

    const noLongStay = visits.filter(([patient]) => patient !== 'a');
    const shorter = await writeDataset(join(scratch, 'shorter'), noLongStay);
    expect((await cohortStatistics(shorter, { minimumCellCount: 3 })).prolongedStayShare).toBe(0);
  });
});

describe('renderStatistics', () => {
  it('is a table that a person can read', async () => {
    const table = renderStatistics(await cohortStatistics(await cohort, { minimumCellCount: 1 }));
    expect(table).toContain('Patients                     4\n');
    expect(table).toContain('Visits per patient           mean 1.8, median 1.5, SD 1.0\n');
    expect(table).toContain('ICD-10, of all rows          26.7 %\n');
    expect(table).toMatch(/^Age at last visit, years .* \(recorded for 3\)$/m);
    expect(table).toMatch(/^Male +33\.3 % \(recorded for 3\)$/m);
    expect(table).toMatch(/\nLast year                    2017\n$/);
  });
});
