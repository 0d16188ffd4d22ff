import { createHash } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLabels } from '../../../src/ehr/label-funnel';
import { excludeLabelled } from '../../../src/ehr/label-standing';
import { readLabels } from '../../../src/ehr/labels';
import { UserError } from '../../../src/protocol/errors';
import { labelsOf, runSql, scratchFolder, writeDataset } from './dataset-fixture';

const scratch = scratchFolder();
let files = 0;
function write(content: string | Uint8Array, extension = 'tsv'): string {
  const file = join(scratch, `labels-${files++}.${extension}`);
  writeFileSync(file, content);
  return file;
}
async function refusal(reading: Promise<unknown>): Promise<UserError> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const header = 'patient_id\tlabel\tindex_date\n';
const good = `${header}secret1\t1\t2015-01-31\nsecret2\t0\t2016-02-29\n`;
const expected = [
  ['secret1', { label: 1, indexDate: '2015-01-31' }],
  ['secret2', { label: 0, indexDate: '2016-02-29' }],
];

describe('readLabels', () => {
  it('reads patients, labels and index dates in the order of the file', async () => {
    const file = write(good);
    const labels = await readLabels(file);
    expect([...labels.byPatient]).toEqual(expected);
    expect(labels.file).toBe(file);
    expect(labels.sha256).toBe(createHash('sha256').update(good).digest('hex'));
  });

  it.each([
    [
      'columns in any order, other columns',
      'label\tx\tindex_date\tpatient_id\n1\t?\t2015-01-31\tsecret1\n0\t\t2016-02-29\tsecret2\n',
    ],
    ['Windows line ends and a byte order mark', `\ufeff${good.replaceAll('\n', '\r\n')}`],
    ['no line end at the end', good.trimEnd()],
    ['blank lines at the end', `${good}\n \n`],
  ])('accepts %s', async (_, content) => {
    expect([...(await readLabels(write(content))).byPatient]).toEqual(expected);
  });

  it.each([
    ['numbers and dates', "(1::BIGINT, DATE '2015-01-31'), (0, DATE '2016-02-29')"],
    [
      'truth values and timestamps',
      "(true, TIMESTAMP '2015-01-31 00:00:00'), (false, TIMESTAMP '2016-02-29 00:00:00')",
    ],
    ['floats and text', "(1.0::DOUBLE, '2015-01-31'), (0.0, '2016-02-29')"],
  ])('reads parquet with %s', async (_, values) => {
    const file = join(scratch, `labels-${files++}.parquet`);
    await runSql(
      `COPY (SELECT index_date, label, 'secret' || row_number() OVER () AS patient_id, 7 AS extra
             FROM (VALUES ${values}) t(label, index_date)) TO '${file}' (FORMAT parquet)`,
    );
    expect([...(await readLabels(file)).byPatient]).toEqual(expected);
  });

  const latin1 = Buffer.from(`${header}secret1\t1\t2015-01-31\nM\xfcller\t0\t2016-02-29\n`, 'latin1');
  it.each<[string, string | Uint8Array, number | undefined, RegExp]>([
    ['an empty file', '', undefined, /empty/],
    ['a header alone', header, undefined, /no labels/],
    ['a missing column', 'patient_id\tlabel\nsecret1\t1\n', 1, /index_date is missing/],
    ['a column that stands there twice', `label\t${good}`, 1, /twice/],
    ['commas', good.replaceAll('\t', ','), 1, /separated by commas/],
    ['semicolons', good.replaceAll('\t', ';'), 1, /separated by semicolons/],
    ['spaces', good.replaceAll('\t', '  '), 1, /separated by spaces/],
    ['a label of yes', `${good}secret3\tyes\t2015-01-01\n`, 4, /neither 0 nor 1/],
    ['a label of 2', `${good}secret3\t2\t2015-01-01\n`, 4, /neither 0 nor 1/],
    ['a blank label', `${good}secret3\t\t2015-01-01\n`, 4, /neither 0 nor 1/],
    ['a blank patient', `${good}\t1\t2015-01-01\n`, 4, /blank/],
    ['a date the American way', `${good}secret3\t1\t01/31/2015\n`, 4, /not a date/],
    ['a day that does not exist', `${good}secret3\t1\t2015-02-29\n`, 4, /not a date/],
    ['a month that does not exist', `${good}secret3\t1\t2015-13-01\n`, 4, /not a date/],
    ['a time beside the date', `${good}secret3\t1\t2015-01-01 10:00\n`, 4, /not a date/],
    ['the same patient twice', `${good}secret1\t1\t2015-01-31\n`, 4, /earlier row/],
    ['too few columns', `${good}secret3\t1\n`, 4, /2 columns, the header has 3/],
    ['too many columns', `${good}secret3\t1\t2015-01-01\tx\n`, 4, /4 columns/],
    ['a blank row in between', `${header}\nsecret1\t1\t2015-01-31\n`, 2, /no columns/],
    [
      'cases only',
      `${header}secret1\t1\t2015-01-31\nsecret2\t1\t2016-02-29\n`,
      undefined,
      /Every label is 1/,
    ],
    ['controls only', `${header}secret1\t0\t2015-01-31\n`, undefined, /Every label is 0/],
    ['a NUL byte', good.replace('secret2', 'secret\0'), 3, /NUL/],
    ['text that is not UTF-8', latin1, 3, /not UTF-8/],
    ['UTF-16', Buffer.from(good, 'utf16le'), 1, /NUL/],
    ['damaged parquet', 'PAR1 and then nothing of the kind', undefined, /cannot be read/],
  ])('refuses %s, naming file and row but no patient', async (_, content, row, message) => {
    const file = write(content);
    const error = await refusal(readLabels(file));
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ file, advice: expect.any(String) as string });
    expect(error.details.row).toBe(row);
    expect(error.explain()).not.toMatch(/secret|ller/);
  });

  it('refuses a gigabyte without reading it, and a folder', async () => {
    const file = write(good);
    truncateSync(file, 2 ** 30);
    expect((await refusal(readLabels(file))).message).toMatch(/too large/);
    expect((await refusal(readLabels(scratch))).message).toMatch(/folder/);
  });

  it('refuses a file that is not there, and parquet without the columns', async () => {
    expect((await refusal(readLabels(join(scratch, 'nowhere.tsv')))).details.file).toMatch(/nowhere/);
    const file = join(scratch, `labels-${files++}.parquet`);
    await runSql(`COPY (SELECT 1 AS label) TO '${file}' (FORMAT parquet)`);
    expect((await refusal(readLabels(file))).message).toMatch(/patient_id and the column index_date/);
  });
});

describe('checkLabels', () => {
  const dataset = writeDataset(join(scratch, 'dataset'), [
    ['a', '2010-01-01', '2010-01-05', ['ICD9_1']],
    ['a', '2012-01-01', '2012-01-05', ['ICD9_1']],
    ['b', '2010-06-01', '2010-06-05', ['ICD9_1']],
    ['c', '2010-06-01', '2010-06-05', ['ICD9_1']],
    ['d', '2010-06-01', '2010-06-05', ['ICD9_1', 'ICD9_2']],
    ['d', '2010-07-01', '2010-07-05', ['ICD9_1']],
    ['d', '2010-08-01', '2010-08-05', ['ICD9_3']],
  ]);

  it('counts the labelled, the positive and those without anything before the index date', async () => {
    const labels = labelsOf({
      a: [1, '2010-01-06'],
      b: [0, '2010-06-05'],
      c: [1, '2010-06-04'],
      d: [0, '2010-06-06'],
    });
    expect(await checkLabels(labels, await dataset)).toEqual({
      labelled: 4,
      positives: 2,
      withoutHistory: 2,
      excluded: 0,
      funnel: [
        { step: 'labelled', patients: 4, positives: 2 },
        { step: 'in the dataset (import exclusions)', patients: 4, positives: 2 },
        { step: 'with a record before the index date', patients: 2, positives: 1 },
      ],
    });
  });

  it('counts distinct codes before the index date against the rule of the dataset', async () => {
    const labels = (day: string) => labelsOf({ a: [1, '2013-01-01'], b: [1, '2013-01-01'], d: [0, day] });
    const last = async (minCodes: number, day: string) =>
      (await checkLabels(labels(day), { ...(await dataset), rules: { minCodes } })).funnel.at(-1);
    expect(await last(1, '2010-06-06')).toEqual({
      step: 'with at least 1 distinct code before the index date',
      patients: 3,
      positives: 2,
    });
    // a has one code twice, d a second one only from its discharge on.
    const error = await refusal(last(2, '2010-08-05'));
    expect(error.message).toMatch(
      /^Only label 0 is left .*before the index date: 1, of them 0 with label 1\)/,
    );
    expect((await refusal(last(2, '2010-06-05'))).message).toMatch(/before the index date: 2, of them 2/);
    expect((await refusal(last(3, '2010-08-05'))).message).toMatch(/^No labelled patient is left/);
    expect((await refusal(last(3, '2010-08-06'))).message).toMatch(/^Only label 0 is left/);
  });

  it('refuses labels of patients that the dataset does not have: how many, and their rows', async () => {
    const labels = labelsOf({ secret1: [1, '2011-01-01'], a: [0, '2011-01-01'], secret2: [1, '2011-01-01'] });
    const error = await refusal(checkLabels(labels, await dataset));
    expect(error.message).toBe('2 of 3 labelled patients are not in the dataset (rows 2, 4).');
    expect(error.details.row).toBe(2);
    expect(error.explain()).not.toMatch(/secret/);
  });

  it('names at most ten rows', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`secret${i}`, [1, '2011-01-01'] as const]),
    );
    const error = await refusal(checkLabels(labelsOf(many), await dataset));
    expect(error.message).toMatch(/30 of 30 .*\(rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …\)/);
  });

  it('refuses index dates that all lie before the first record', async () => {
    const labels = labelsOf({ a: [1, '2010-01-01'], b: [0, '2009-01-01'] });
    expect((await refusal(checkLabels(labels, await dataset))).message).toMatch(/before the first record/);
  });
});

describe('excludeLabelled', () => {
  const dataset = writeDataset(join(scratch, 'pool'), [
    ['a', '2010-01-01', '2010-01-05', ['ICD9_1']],
    ['b', '2010-06-01', '2010-06-05', ['ICD9_1']],
  ]);

  it('tells how many of the dataset it excludes', async () => {
    const labels = labelsOf({ a: [1, '2010-01-06'], other: [0, '2010-06-05'] });
    const excluded = await excludeLabelled(labels, await dataset);
    expect(excluded).toEqual({ ids: new Set(['a', 'other']), matched: 1, patients: 2 });
  });

  it('refuses labels that exclude nobody, or everybody', async () => {
    const nobody = labelsOf({ secret1: [1, '2010-01-06'], secret2: [0, '2010-06-05'] });
    const error = await refusal(excludeLabelled(nobody, await dataset));
    expect(error.message).toMatch(/^None of the 2 patients of this labels file is in the dataset/);
    expect(error.explain()).not.toMatch(/secret/);
    const everybody = labelsOf({ a: [1, '2010-01-06'], b: [0, '2010-06-05'] });
    expect((await refusal(excludeLabelled(everybody, await dataset))).message).toMatch(
      /^All 2 patients of the dataset are excluded .* nobody is left to pretrain on/,
    );
  });
});
