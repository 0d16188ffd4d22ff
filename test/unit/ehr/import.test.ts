import { existsSync, mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../../src/ehr/dataset';
import { readLabels } from '../../../src/ehr/labels';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { ProgressReport } from '../../../src/protocol/progress';
import { ImportWorkbench, medbertHeader } from './import-workbench';

const bench = new ImportWorkbench();
afterAll(() => bench.remove());

const twoVisits = [
  'b 2014-03-01 2014-03-01 ICD9_150.6 1 1 0',
  'a 2015-11-27 2015-11-29 ICD10_I15.6 1 1 0',
  'b 2015-11-27 2015-11-29 ICD10_C50 1 1 0',
];

/** `patient visit code priority` of every event. */
async function sequence(source: string, options = {}): Promise<string[]> {
  const events = await bench.events(await bench.import(source, options));
  return events.map(({ patient_id, visit, code, priority }) => `${patient_id} ${visit} ${code} ${priority}`);
}

describe('a history', () => {
  test('is sorted by patient, visit and priority, whatever the order of the file', async () => {
    const expected = ['a 1 ICD10_I15.6 1', 'b 1 ICD9_150.6 1', 'b 2 ICD10_C50 1'];
    expect(await sequence(bench.records(twoVisits))).toEqual(expected);
    expect(await sequence(bench.records(twoVisits.toReversed()))).toEqual(expected);
  });

  test('merges what shares a discharge date into a visit with the earliest admission', async () => {
    const dataset = await bench.import(
      bench.records([
        'a 2015-11-28 2015-11-29 ICD9_100 1 1 0',
        'a 2015-11-20 2015-11-29 ICD9_101 1 2 0',
        'a 2015-11-29 2015-11-30 ICD9_102 1 1 0',
      ]),
    );
    const events = await bench.events(dataset);
    expect(events.map(({ visit, admit, discharge }) => [visit, admit, discharge])).toEqual([
      [1, '2015-11-20', '2015-11-29'],
      [1, '2015-11-20', '2015-11-29'],
      [2, '2015-11-29', '2015-11-30'],
    ]);
  });

  test('orders the codes of a visit by poa, third party, priority as numbers, then the order of the file', async () => {
    const row = (code: string, ranks: string): string => `a 2015-01-01 2015-01-02 ICD9_${code} ${ranks}`;
    const rows = [row('108', '2 1 0'), row('107', '1 x 1'), row('106', '1 10 1'), row('105', '1 2 1')];
    rows.push(row('102', '1 10 0'), row('101', '1 2 0'), row('103', '1 10 0'), row('104', '1 x 0'));
    expect(await sequence(bench.records(rows))).toEqual(
      [101, 102, 103, 104, 105, 106, 107, 108].map((code, index) => `a 1 ICD9_${code} ${index + 1}`),
    );
  });

  test('keeps the order of the file among ties over hundred thousands of rows', async () => {
    const codes = Array.from({ length: 200_000 }, (_, index) => `ICD10_A${(index * 7919) % 200_000}`);
    const source = bench.records(codes.map((code) => `a 2015-01-01 2015-01-02 ${code} 1 1 0`));
    const events = await bench.events(await bench.import(source, { dots: 'keep', threads: 2 }));
    expect(events.map(({ code }) => code)).toEqual(codes);
  });

  test('has a code once in a visit, the first of it, and again in a later visit', async () => {
    const source = bench.records([
      'a 2015-01-01 2015-01-02 ICD9_100 1 3 0',
      'a 2015-01-01 2015-01-02 ICD9_101 1 2 0',
      'a 2015-01-01 2015-01-02 ICD9_100 1 1 0',
      'a 2015-02-01 2015-02-02 ICD9_100 1 1 0',
    ]);
    const dataset = await bench.import(source);
    const events = await bench.events(dataset);
    expect(events.map(({ visit, code }) => [visit, code])).toEqual([
      [1, 'ICD9_100'],
      [1, 'ICD9_101'],
      [2, 'ICD9_100'],
    ]);
    expect(dataset.problems).toMatchObject([{ kind: 'repeated-code', count: 1, rows: [2] }]);
  });

  test('takes spellings with and without dot for one code, unless told to keep the dots', async () => {
    const source = bench.records([
      'a 2015-01-01 2015-01-02 ICD9_428.0 1 1 0',
      'a 2015-01-01 2015-01-02 ICD9_4280 1 2 0',
      'a 2015-01-01 2015-01-02 icd10_i509 1 3 0',
    ]);
    expect(await sequence(source)).toEqual(['a 1 ICD9_428.0 1', 'a 1 ICD10_I50.9 2']);
    expect(await sequence(source, { dots: 'keep' })).toEqual([
      'a 1 ICD9_428.0 1',
      'a 1 ICD9_4280 2',
      'a 1 icd10_i509 3',
    ]);
  });
});

describe('exclusions', () => {
  const rows = [
    'few 2015-01-01 2015-01-02 ICD9_100 1 1 0',
    'few 2015-02-01 2015-02-02 ICD9_100 1 1 0',
    'few 2015-03-01 2015-03-02 ICD9_101 1 1 0',
    'odd 2015-01-05 2015-01-02 ICD9_100 1 1 0',
    'odd 2016-01-01 2016-01-02 ICD9_100 1 1 0',
    'odd 2016-01-01 2016-01-02 ICD9_101 1 2 0',
    'odd 2016-01-01 2016-01-02 ICD9_102 1 3 0',
    'ok 2016-01-01 2016-01-02 ICD9_100 1 1 0',
    'ok 2016-01-01 2016-01-02 ICD9_101 1 2 0',
    'ok 2016-02-01 2016-02-02 ICD9_102 1 1 0',
  ];

  test('leave out patients with fewer than three distinct codes and with inconsistent records', async () => {
    const dataset = await bench.import(bench.records(rows), { minCodes: 3 });
    expect(dataset.counts.source).toEqual({ patients: 3, visits: 7, rows: 10, codes: 3 });
    expect(dataset.counts.kept).toEqual({ patients: 1, visits: 2, rows: 3, codes: 3 });
    expect(dataset.attrition.map(({ patients, visits, rows }) => [patients, visits, rows])).toEqual([
      [3, 7, 10],
      [3, 7, 10],
      [2, 5, 6],
      [2, 5, 6],
      [1, 2, 3],
    ]);
    expect(await bench.patients(dataset)).toEqual([
      { patient_id: 'ok', birth_date: null, sex: null, visits: 2, codes: 3 },
    ]);
  });

  test('leave out the inconsistent visit only, when told so, and number the visits without it', async () => {
    const dataset = await bench.import(bench.records(rows), { minCodes: 3, inconsistent: 'visit' });
    const events = await bench.events(dataset);
    expect(new Set(events.filter((event) => event.patient_id === 'odd').map(({ visit }) => visit))).toEqual(
      new Set([1]),
    );
    expect(dataset.counts.kept.patients).toBe(2);
  });

  test('are told with kind, file, count and the first ten rows', async () => {
    const dataset = await bench.import(
      bench.records([
        ...twoVisits,
        'c  2015-01-01 ICD9_100 1 1 0',
        'd 1815-01-01 1815-01-02 ICD9_100 1 1 0',
        'e 2015-01-01 9999-12-31 ICD9_100 1 1 0',
        ' 2015-01-01 2015-01-02 ICD9_100 1 1 0',
        'b 2015-11-27 2015-11-29  1 2 0',
        'b 2015-11-27 2015-11-29 428.0 1 3 0',
        'b 2015-11-27 2015-11-29 ICD9_8.45 1 4 0',
        'b 2015-11-27 2015-11-29 ICD10_250.00 1 5 0',
        ...Array.from({ length: 12 }, (_, n) => `f 2015-01-01  ICD9_1${n + 10} 1 1 0`),
      ]),
    );
    expect(dataset.problems.map(({ kind, count, rows }) => [kind, count, rows])).toEqual([
      ['missing-date', 13, [5, 13, 14, 15, 16, 17, 18, 19, 20, 21]],
      ['implausible-date', 2, [6, 7]],
      ['blank-patient', 1, [8]],
      ['blank-code', 1, [9]],
      ['unknown-code-system', 1, [10]],
      ['unusual-code-shape', 1, [12]],
      ['lost-leading-zero', 1, [11]],
    ]);
    expect(new Set(dataset.problems.map(({ file }) => file))).toEqual(new Set(['records.tsv']));
    expect(dataset.counts.kept).toEqual({ patients: 2, visits: 3, rows: 5, codes: 5 });
  });

  test('do not: white space inside a code is taken out, and told', async () => {
    const text = `${twoVisits.join('\n').replaceAll(' ', '\t')}\na\t2016-01-01\t2016-01-01\tICD9_  428.0 \t1\t1\t0`;
    const dataset = await bench.import(bench.folder({ 'records.tsv': `${medbertHeader}\n${text}\n` }));
    expect((await bench.events(dataset)).map(({ code }) => code)).toContain('ICD9_428.0');
    expect(dataset.problems).toMatchObject([{ kind: 'white-space-in-code', count: 1, rows: [5] }]);
  });

  test('do not: ids that differ by more than blanks around them are two patients, in labels too', async () => {
    const rows = ['a', ' a\t', 'a\u00a0', '\u00a0', 'b'].map((id, i) => {
      return `"${id}"\t2016-01-0${i + 1}\t2016-01-0${i + 1}\tICD9_428.0\t1\t1\t0`;
    });
    const dataset = await bench.import(
      bench.folder({ 'records.tsv': [medbertHeader, ...rows, ''].join('\n') }),
    );
    const patients = await bench.patients(dataset);
    expect(patients.map(({ patient_id, visits }) => [patient_id, visits])).toEqual([
      ['a', 2],
      ['a\u00a0', 1],
      ['b', 1],
    ]);
    expect(dataset.problems).toMatchObject([{ kind: 'blank-patient', rows: [5] }]);
    const file = join(bench.root, 'nbsp.tsv');
    writeFileSync(file, 'patient_id\tlabel\tindex_date\n a \t1\t2020-01-01\na\u00a0\t0\t2020-01-01\n');
    expect([...(await readLabels(file)).byPatient.keys()]).toEqual(['a', 'a\u00a0']);
  });

  test('count rows as an editor does, blank lines included', async () => {
    const text = [medbertHeader, '', 'a\t2015-01-01\t2015-01-02\tICD9_100\t1\t1\t0', '', '\r', ''];
    const bad = 'a\t2015-01-03\t2015-01-02\tICD9_100\t1\t1\t0';
    const source = bench.folder({ 'records.tsv': [...text, bad, 'b' + text[2]!.slice(1), ''].join('\n') });
    const dataset = await bench.import(source);
    expect(dataset.problems).toMatchObject([{ kind: 'discharge-before-admission', rows: [7] }]);
  });
});

describe('a dataset', () => {
  const source = bench.records(twoVisits);

  test('has a content hash of the records alone', async () => {
    const first = await bench.import(source, { threads: 1 });
    const second = await bench.import(bench.records(twoVisits.toReversed()), { threads: 2 });
    const other = await bench.import(bench.records(twoVisits.map((row) => row.replace('C50', 'C51'))));
    const later = await bench.import(bench.records(twoVisits.map((row) => row.replace('03-01', '03-02'))));
    expect(first.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(second.contentHash).toBe(first.contentHash);
    expect(new Set([first, other, later].map(({ contentHash }) => contentHash)).size).toBe(3);
  });

  test('opens by its name', async () => {
    const dataset = await bench.import(source, { name: 'opened' });
    const folder = join(bench.home, 'datasets', 'opened');
    expect(openDataset(bench.home, 'opened')).toEqual({ ...dataset, folder });
  });

  test('is refused when missing, damaged or of another version', async () => {
    await bench.import(source, { name: 'spoilt' });
    const file = join(bench.home, 'datasets', 'spoilt', 'dataset.json');
    const spoil = (text: string) => () => {
      writeFileSync(file, text);
      openDataset(bench.home, 'spoilt');
    };
    expect(() => openDataset(bench.home, 'nowhere')).toThrow(/no dataset nowhere/);
    expect(() => openDataset(bench.home, '../home')).toThrow(UserError);
    expect(spoil('{"version": 1, "na')).toThrow(/damaged/);
    expect(spoil('{"version": 1}')).toThrow(/damaged/);
    expect(spoil('{"version": 2}')).toThrow(/version 2/);
  });

  test('of the same name is replaced only when told so', async () => {
    await bench.import(source, { name: 'twice' });
    expect((await bench.refusal(source, { name: 'twice' })).message).toMatch(/already/);
    const replaced = await bench.import(bench.records(twoVisits.slice(1)), {
      name: 'twice',
      overwrite: true,
    });
    expect(openDataset(bench.home, 'twice').contentHash).toBe(replaced.contentHash);
    expect(bench.leftovers().filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  test('comes back when a replacement was killed between its two renames', async () => {
    const { contentHash } = await bench.import(source, { name: 'hidden' });
    const datasets = join(bench.home, 'datasets');
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const host = hostname().replaceAll(/[^\w-]/g, '_');
    const partial = join(datasets, `.hidden.partial-${gone}-0@${host}`);
    renameSync(join(datasets, 'hidden'), `${partial}.replaced`);
    mkdirSync(partial);
    const neighbour = join(datasets, `.other.partial-${gone}-0@${host}`);
    mkdirSync(neighbour);
    expect(openDataset(bench.home, 'hidden').contentHash).toBe(contentHash);
    expect(existsSync(neighbour)).toBe(true);
    rmdirSync(neighbour);
  });

  test('is whole or not there: what a killed import left behind goes at the next one', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const host = hostname().replaceAll(/[^\w-]/g, '_');
    const stale = join(bench.home, 'datasets', `.killed.partial-${gone}-0@${host}`);
    mkdirSync(stale, { recursive: true });
    writeFileSync(join(stale, 'events.parquet'), 'half');
    await bench.import(source);
    expect(existsSync(stale)).toBe(false);
  });

  test('may come from and go to paths with spaces, quotes and wildcards', async () => {
    const odd = "o'dd [a-z]* =?\u00e9";
    const folder = bench.folder({
      [`${odd}/records.tsv`]: [medbertHeader, ...twoVisits].join('\n').replaceAll(' ', '\t'),
    });
    const home = join(bench.root, odd);
    const dataset = await bench.import(join(folder, odd), { home, name: 'odd' });
    expect(dataset.counts.kept.patients).toBe(2);
    expect(openDataset(home, 'odd').name).toBe('odd');
  });
});

describe('a long import', () => {
  const rows = Array.from(
    { length: 400_000 },
    (_, n) => `p${n % 50_000} 2015-01-0${1 + (n % 8)} 2015-01-09 ICD9_${100 + (n % 899)}.${n % 97} 1 ${n} 0`,
  );
  const source = bench.records(rows);

  test('tells its phases, with bytes, rows and shares', async () => {
    const reports: ProgressReport[] = [];
    await bench.import(source, { progress: (report) => reports.push(report) });
    const phases = [...new Set(reports.map(({ phase }) => phase))];
    expect(phases[0]).toBe('checking files');
    expect(phases.at(-1)).toBe('writing the dataset');
    expect(phases.length).toBeGreaterThan(5);
    expect(new Set(reports.map(({ unit }) => unit))).toEqual(new Set(['bytes', '%', 'rows']));
    expect(reports.every(({ done, total }) => total !== undefined && done <= total)).toBe(true);
  });

  for (const phase of ['checking files', 'reading records', 'sorting diagnoses', 'writing the dataset']) {
    test(`stops within a second while ${phase}, and leaves nothing`, async () => {
      const before = bench.leftovers();
      const abort = new AbortController();
      let firedAt = 0;
      const progress = (report: ProgressReport): void => {
        if (report.phase !== phase || firedAt > 0) return;
        firedAt = performance.now();
        abort.abort();
      };
      await expect(bench.import(source, { signal: abort.signal, progress })).rejects.toThrow(CancelledError);
      expect(performance.now() - firedAt).toBeLessThan(1000);
      expect(bench.leftovers()).toEqual(before);
    });
  }
});
