import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { cachedCohortReport } from '../../../src/ehr/cohort-report/cached-report';
import { cohortReport } from '../../../src/ehr/cohort-report/cohort-report';
import { GroupTally } from '../../../src/ehr/cohort-report/group-tally';
import { SmallCells } from '../../../src/ehr/cohort-report/small-cells';
import { tableOne } from '../../../src/ehr/cohort-report/table-one';
import type { OpenDataset } from '../../../src/ehr/dataset';
import type { CohortReport, CohortScope, Count } from '../../../src/protocol/panels/cohort';
import { labelsOf, scratchFolder, writeDataset, type Visit } from './dataset-fixture';

const scratch = scratchFolder();
const now = (): Date => new Date('2026-01-01T00:00:00Z');
const minimum = 10;
const rule = new SmallCells(minimum);

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Study {
  readonly dataset: OpenDataset;
  readonly visits: readonly Visit[];
  readonly labels: ReturnType<typeof labelsOf>;
}

const day = (offset: number): string => new Date(Date.UTC(2012, 0, 1 + offset)).toISOString().slice(0, 10);

/**
 * Patients with rare codes, long tails and few unknown sexes, of whom all but some are labelled.
 * @param late the index dates lie after everything, so that the cohort has whole histories
 */
async function study(seed: number, patients: number, unlabelled: number, late: boolean): Promise<Study> {
  const random = numbers(seed);
  const visits: Visit[] = [];
  const people: Record<string, readonly [string | null, string | null]> = {};
  const labels: Record<string, readonly [0 | 1, string]> = {};
  for (let p = 0; p < patients; p++) {
    const id = `p${String(p).padStart(4, '0')}`;
    const count = 1 + Math.floor(-4 * Math.log(random()));
    let at = Math.floor(random() * 800);
    for (let visit = 0; visit < count; visit++) {
      const stay = random() < 0.4 ? 0 : Math.floor(-4 * Math.log(random()));
      const codes = new Set<string>();
      for (let c = 0; c < 1 + random() * 4; c++) {
        const system = at > 1370 ? 'ICD10' : 'ICD9';
        codes.add(`${system}_${Math.floor(60 * random() ** 2)}`);
      }
      visits.push([id, day(at), day(at + stay), [...codes]]);
      at += stay + Math.floor(-120 * Math.log(random()));
    }
    people[id] = [random() < 0.95 ? '1950-01-01' : null, random() < 0.04 ? null : random() < 0.5 ? 'F' : 'M'];
    if (p >= unlabelled)
      labels[id] = [random() < 0.3 ? 1 : 0, day(late ? 20_000 : 400 + Math.floor(random() * 900))];
  }
  const folder = join(scratch, `study-${seed}-${patients}-${unlabelled}-${late}`);
  await writeDataset(folder, visits, people);
  const dataset = {
    folder,
    name: 'study',
    contentHash: 'x',
    rules: { minCodes: 3, earliestDate: '', latestDate: '' },
    attrition: [
      { step: 'in the source', patients: patients + 14, visits: 0, rows: 0 },
      { step: 'consistent', patients: patients + 4, visits: 0, rows: 0 },
      { step: 'enough', patients, visits: 0, rows: 0 },
    ],
    problems: [{ kind: 'k', message: 'm', file: 'f', count: 3, rows: [2, 3, 4] }],
  } as unknown as OpenDataset;
  return { dataset, visits, labels: labelsOf(labels) };
}

const report = ({ dataset, labels }: Study, minimumCellCount: number): Promise<CohortReport> =>
  cohortReport(dataset, { minimumCellCount, maxLength: 32, labels, now });

const told = (counts: readonly Count[]): number[] => counts.filter((count) => typeof count === 'number');
/** Fails when a number of patients that a reader has, or gets by subtraction, is small. */
const notSmall = (count: number, what: string): void => {
  expect(count > 0 && count < minimum, `${what}: ${count}`).toBe(false);
};

/**
 * Numbers of women, men and unknown in all, cases and controls, as far as a reader can know: sexes add up to the
 * patients of a group, groups add up to all, and of three numbers of which one is the sum of the others two tell the
 * third.
 */
function attackSexes(lines: CohortScope['groups'], name: string): void {
  const known = new Map<string, number>();
  for (const { group, patients, female, sexUnknown } of lines) {
    known.set(`${group} everybody`, patients);
    if (typeof female === 'number') known.set(`${group} women`, Math.round(female * patients));
    if (typeof sexUnknown === 'number') known.set(`${group} unknown`, sexUnknown);
  }
  // The rest of a group without its unknown, and without its women, are numbers too.
  const sums = lines.flatMap(({ group }) => [
    [`${group} everybody`, `${group} women`, `${group} not women`],
    [`${group} everybody`, `${group} unknown`, `${group} sexed`],
    [`${group} sexed`, `${group} women`, `${group} men`],
    [`${group} not women`, `${group} unknown`, `${group} men`],
  ]);
  if (lines.length > 1) {
    for (const sex of ['women', 'men', 'unknown', 'sexed', 'not women']) {
      sums.push([`all ${sex}`, `cases ${sex}`, `controls ${sex}`]);
    }
  }
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const [whole, part, rest] of sums as [string, string, string][]) {
      const [w, p, r] = [known.get(whole), known.get(part), known.get(rest)];
      if (w === undefined && p !== undefined && r !== undefined) known.set(whole, p + r);
      if (p === undefined && w !== undefined && r !== undefined) known.set(part, w - r);
      if (r === undefined && w !== undefined && p !== undefined) known.set(rest, w - p);
    }
  }
  for (const [what, count] of known) notSmall(count, `${name} ${what}`);
}

/** Everything that a reader can do with one scope: read, and subtract parts from wholes. */
function attackScope(scope: CohortScope, name: string): void {
  const [all, cases, controls] = scope.groups;
  attackSexes(scope.groups, name);
  for (const line of scope.groups) {
    const { patients, female, sexUnknown, prolongedStay } = line;
    notSmall(patients, `${name} ${line.group}`);
    const women = typeof female === 'number' ? Math.round(female * patients) : undefined;
    if (women !== undefined)
      [women, patients - women].forEach((n) => notSmall(n, `${name} ${line.group} women`));
    if (typeof sexUnknown === 'number') {
      [sexUnknown, patients - sexUnknown].forEach((n) => notSmall(n, `${name} ${line.group} unknown`));
      if (women !== undefined) notSmall(patients - women - sexUnknown, `${name} ${line.group} men`);
    }
    if (typeof prolongedStay === 'number') {
      const long = Math.round(prolongedStay * patients);
      [long, patients - long].forEach((n) => notSmall(n, `${name} ${line.group} prolonged`));
    }
  }
  if (cases !== undefined) {
    expect(cases.patients + controls!.patients).toBe(all!.patients);
    for (const key of ['female', 'sexUnknown', 'prolongedStay'] as const) {
      // One of the two would give the other away.
      expect(typeof cases[key] === 'number', key).toBe(typeof controls![key] === 'number');
    }
  }
  for (const key of ['visitsPerPatient', 'sequenceLength'] as const) {
    let before = 0;
    for (const { count } of scope[key].bins ?? []) {
      notSmall(count, `${name} ${key}`);
      notSmall(all!.patients - (before += count), `${name} ${key} tail`);
    }
    for (const bin of scope[key].split ?? []) {
      notSmall(bin.cases, `${name} ${key} cases`);
      notSmall(bin.controls, `${name} ${key} controls`);
      // Bins of the groups begin and end where bins of all do, so no difference of the two is a part of a bin.
      expect(scope[key].bins!.some(({ from }) => from === bin.from)).toBe(true);
    }
  }
  for (const { code, patients, cases: a, controls: b } of scope.codes.top) {
    [patients, all!.patients - patients].forEach((n) => notSmall(n, `${name} ${code}`));
    expect(a === null).toBe(b === null);
    if (a === null || b === null) continue;
    for (const [share, line] of [
      [a, cases!],
      [b, controls!],
    ] as const) {
      const n = Math.round(share * line.patients);
      [n, line.patients - n].forEach((part) => notSmall(part, `${name} ${code} ${line.group}`));
    }
  }
  for (const { patients } of scope.codes.frequency) notSmall(patients, `${name} frequency`);
  expect(scope.codes.frequency.length === 0 || scope.codes.frequency[0]!.patients).toBe(
    scope.codes.top.length === 0 || scope.codes.top[0]!.patients,
  );
}

/** Fails when a bin of visits is that of a few patients only: counted anew from the visits themselves. */
function attackVisits(scope: CohortScope, visits: readonly Visit[], name: string): void {
  const days = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
  const values = {
    codesPerVisit: visits.map(([patient, , , codes]) => [patient, codes.length] as const),
    lengthOfStay: visits.map(([patient, admit, discharge]) => [patient, days(admit, discharge)] as const),
    gaps: visits.flatMap(([patient, admit], i) => {
      const before = visits[i - 1];
      return before?.[0] === patient ? [[patient, Math.max(0, days(before[2], admit))] as const] : [];
    }),
  };
  for (const key of ['codesPerVisit', 'lengthOfStay', 'gaps'] as const) {
    for (const { from, to, count } of scope[key].bins ?? []) {
      const inside = values[key].filter(([, value]) => value >= from && (to === null || value <= to));
      expect(inside.length).toBe(count);
      notSmall(new Set(inside.map(([patient]) => patient)).size, `${name} ${key} from ${from}`);
    }
  }
  for (const [key, system] of [
    ['icd9', 'ICD9_'],
    ['icd10', 'ICD10_'],
  ] as const) {
    for (const { from, to } of scope.years[key] ?? []) {
      const inside = visits.filter(([, , discharge, codes]) => {
        const year = Number(discharge.slice(0, 4));
        return year >= from && year <= to! && codes.some((code) => code.startsWith(system));
      });
      notSmall(new Set(inside.map(([patient]) => patient)).size, `${name} ${key} ${from}`);
    }
  }
}

/** What a reader gets who subtracts the cohort from its dataset. */
function attackBoth(all: CohortScope, cohort: CohortScope, late: boolean): void {
  const [a, c] = [all.groups[0]!, cohort.groups[0]!];
  notSmall(a.patients - c.patients, 'outside');
  for (const key of ['female', 'prolongedStay'] as const) {
    const [x, y] = [a[key], c[key]];
    if (typeof x === 'number' && typeof y === 'number') {
      notSmall(Math.round(x * a.patients) - Math.round(y * c.patients), `outside ${key}`);
    }
  }
  if (typeof a.sexUnknown === 'number' && typeof c.sexUnknown === 'number') {
    notSmall(a.sexUnknown - c.sexUnknown, 'outside unknown');
  }
  const codes = new Map(all.codes.top.map(({ code, patients }) => [code, patients]));
  for (const { code, patients } of cohort.codes.top) {
    const whole = codes.get(code);
    if (whole !== undefined) notSmall(whole - patients, `outside ${code}`);
  }
  if (!late) return;
  // With whole histories the bins of the cohort lie within those of the dataset: compare what lies below equal edges.
  for (const key of ['visitsPerPatient', 'sequenceLength'] as const) {
    const below = (scope: CohortScope, edge: number): number =>
      scope[key].bins!.filter(({ from }) => from < edge).reduce((sum, { count }) => sum + count, 0);
    const starts = new Set(cohort[key].bins!.map(({ from }) => from));
    const edges = all[key].bins!.map(({ from }) => from).filter((from) => starts.has(from));
    const parts = edges.map((edge) => below(all, edge) - below(cohort, edge));
    parts.slice(1).forEach((part, i) => notSmall(part - parts[i]!, `outside ${key}`));
  }
}

describe('a report with small cells taken out', () => {
  for (const [seed, patients, unlabelled, late] of [
    [1, 400, 60, false],
    [2, 400, 60, true],
    [3, 150, 30, true],
    [4, 120, 4, true],
    [5, 90, 0, false],
    [6, 60, 15, false],
    [7, 700, 200, false],
    [8, 40, 12, true],
  ] as const) {
    it(`tells nobody of fewer than ten patients (study ${seed})`, async () => {
      const made = await study(seed, patients, unlabelled, late);
      const { all, cohort, funnel, problems } = await report(made, minimum);
      if (all !== null) attackScope(all, 'all');
      if (all !== null) attackVisits(all, made.visits, 'all');
      if (cohort !== null) attackScope(cohort, 'cohort');
      if (all !== null && cohort !== null) attackBoth(all, cohort, late);
      const left = told(funnel.map(({ patients: count }) => count));
      left.forEach((count, i) => {
        notSmall(count, 'funnel');
        left.slice(i + 1).forEach((later) => notSmall(count - later, 'funnel difference'));
      });
      const split = funnel.filter(({ cases }) => cases !== null);
      split.forEach((step, i) => {
        for (const later of split.slice(i + 1)) {
          notSmall(step.cases! - later.cases!, 'cases lost');
          notSmall(
            (step.patients as number) - step.cases! - (later.patients as number) + later.cases!,
            'controls lost',
          );
        }
      });
      expect(problems[0]!.rows).toBe('small');
    });
  }

  it('keeps the cohort rather than the dataset when these differ by a few patients', async () => {
    const { all, cohort, funnel } = await report(await study(4, 120, 4, true), minimum);
    expect(all).toBeNull();
    expect(cohort).not.toBeNull();
    expect(told(funnel.map(({ patients }) => patients))).not.toContain(120);
    expect((await report(await study(4, 120, 4, true), 0)).all!.groups[0]!.patients).toBe(120);
  });

  it('hides something at all: without a minimum the same attack finds small numbers', async () => {
    const { all } = await report(await study(1, 400, 60, false), 0);
    expect(() => attackScope(all!, 'all')).toThrow();
  });
});

describe('figures of the groups', () => {
  const group = (women: number, men: number, unknown: number): GroupTally =>
    Object.assign(new GroupTally(new Uint8Array(0)), { patients: women + men + unknown, women, men });
  const tableOf = (cases: GroupTally, controls: GroupTally): ReturnType<typeof tableOne> =>
    tableOne({ all: GroupTally.join(cases, controls), groups: [cases, controls], within: null }, rule);

  it('are withheld with those of all, which they add up to', () => {
    // 12 unknown of 120 are told, so that 100 women would leave 8 men: also as 50 and 50.
    const rows = tableOf(group(50, 4, 6), group(50, 4, 6));
    expect(rows.map(({ sexUnknown }) => sexUnknown)).toEqual([12, 'withheld', 'withheld']);
    expect(rows.map(({ female }) => female)).toEqual(['withheld', 'withheld', 'withheld']);
    attackSexes(rows, 'by hand');
  });

  it('tell of no small number of women, men or unknown, whatever the numbers are', () => {
    const random = numbers(17);
    const some = (): number => Math.floor(random() * (random() < 0.5 ? 14 : 60));
    let told = 0;
    for (let i = 0; i < 3000; i++) {
      const [cases, controls] = [group(some(), some(), some()), group(some(), some(), some())];
      if ([cases, controls].some(({ patients }) => patients < minimum)) continue;
      const rows = tableOf(cases, controls);
      attackSexes(
        rows,
        JSON.stringify([cases, controls].map(({ women, men, patients }) => [women, men, patients])),
      );
      told += rows.filter(({ female, sexUnknown }) => [female, sexUnknown].some(Number.isFinite)).length;
    }
    expect(told).toBeGreaterThan(1000);
  });
});

describe('cachedCohortReport', () => {
  test('computes once, again when asked to, and again when the file is damaged', async () => {
    const home = join(scratch, 'home');
    const { dataset } = await study(9, 80, 20, false);
    const folder = join(home, 'datasets', 'd');
    mkdirSync(folder, { recursive: true });
    for (const name of ['events.parquet', 'patients.parquet']) {
      writeFileSync(join(folder, name), readFileSync(join(dataset.folder, name)));
    }
    const size = { patients: 80, visits: 1, rows: 1, codes: 1 };
    const describe = (contentHash: string): void =>
      writeFileSync(
        join(folder, 'dataset.json'),
        JSON.stringify({
          version: 1,
          name: 'd',
          format: 'medbert',
          source: 'records.tsv',
          importedAt: '2026-01-01T00:00:00Z',
          contentHash,
          counts: { source: size, kept: size },
          rules: dataset.rules,
          attrition: [{ step: 'in the source', ...size }],
          problems: [],
        }),
      );
    describe('one');
    let computed = 0;
    const ask = (more: { afresh?: boolean; maxLength?: number } = {}): Promise<CohortReport> =>
      cachedCohortReport(home, 'd', {
        labels: null,
        minimumCellCount: 10,
        maxLength: 32,
        now: () => new Date(Date.UTC(2026, 0, 1, 0, computed++)),
        ...more,
      });
    const first = await ask();
    expect(await ask()).toEqual(first);
    expect(computed).toBe(1);
    await ask({ afresh: true });
    await ask({ maxLength: 64 });
    expect(computed).toBe(3);
    const cache = join(home, 'cache', 'cohort');
    const files = readdirSync(cache);
    expect(files).toHaveLength(2);
    for (const damage of [
      '',
      '{',
      '{"report":{}}',
      readFileSync(join(cache, files[0]!), 'utf8').replace('"rows":', '"rows":1'),
    ]) {
      for (const file of files) writeFileSync(join(cache, file), damage);
      const before = computed;
      expect((await ask()).rows).toBe(first.rows);
      expect(computed).toBe(before + 1);
    }
    describe('two');
    expect((await ask()).contentHash).toBe('two');
    expect(existsSync(cache)).toBe(true);
  });
});
