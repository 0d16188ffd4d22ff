import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conditions } from '../../../src/ehr/sample/conditions';
import { makeCodebook } from '../../../src/ehr/sample/codebook';
import { generateSample } from '../../../src/ehr/sample/generate';
import { icd10Names } from '../../../src/ehr/sample/names-icd10';
import { icd9Names } from '../../../src/ehr/sample/names-icd9';
import { CancelledError, UserError } from '../../../src/protocol/errors';

const icdTables = join(process.cwd(), '..', 'shared', 'data', 'icd-tables');
let scratch = '';
let nextFolder = 0;
const fresh = () => join(scratch, `study-${nextFolder++}`);
const lines = (folder: string, file: string) =>
  readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
const digest = (folder: string, file: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex');

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'medbert-sample-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('the files of a study', () => {
  let folder = '';
  let counts: Awaited<ReturnType<typeof generateSample>>;
  beforeAll(async () => {
    folder = fresh();
    counts = await generateSample({ patients: 1500, seed: 7, out: folder });
  });

  test('are the six that are announced', () => {
    const six = ['README.txt', 'descriptions.tsv', 'labels.tsv', 'patients.tsv', 'records.tsv', 'truth.json'];
    expect(counts.files).toEqual(six);
    expect(readdirSync(folder).sort()).toEqual(six);
  });

  test('records.tsv is the published format, rows of a patient and of a visit together, ranks from 1', () => {
    const [header, ...rows] = lines(folder, 'records.tsv');
    expect(header).toBe('patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind');
    const shape =
      /^S\d{8}\t20\d\d-\d\d-\d\d\t20\d\d-\d\d-\d\d\tICD(9_[0-9V]\d\d(\.\d{1,2})?|10_[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?)\t1\t\d+\t0$/;
    const wrong: string[] = [];
    const finished = new Set<string>();
    const inVisit = new Set<string>();
    let previous = ['', '', '', '', '', '0'];
    for (const row of rows) {
      const cells = row.split('\t');
      const [patient, admit, discharge, code, , rank] = cells as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const samePatient = patient === previous[0];
      const sameVisit = samePatient && discharge === previous[2];
      if (!sameVisit) inVisit.clear();
      const good =
        shape.test(row) &&
        admit <= discharge &&
        Number(rank) === (sameVisit ? Number(previous[5]) + 1 : 1) &&
        !inVisit.has(code) &&
        code.startsWith(discharge >= '2015-10-01' ? 'ICD10_' : 'ICD9_') &&
        // The next visit begins after the last one ended: visits never merge on import.
        (sameVisit || (!finished.has(`${patient} ${discharge}`) && (!samePatient || admit > previous[2]!)));
      if (!good) wrong.push(row);
      inVisit.add(code);
      finished.add(`${patient} ${discharge}`);
      previous = cells;
    }
    expect(wrong).toEqual([]);
    expect(finished.size).toBe(counts.visits);
    expect(rows.length).toBe(counts.rows);
    expect(new Set(rows.map((row) => row.split('\t')[3])).size).toBe(counts.codes);
  });

  test('labels.tsv holds labelled patients once, with an index date on the day of an admission', () => {
    const [header, ...rows] = lines(folder, 'labels.tsv');
    expect(header).toBe('patient_id\tlabel\tindex_date');
    const admissions = new Set(
      lines(folder, 'records.tsv').map((row) => row.split('\t').slice(0, 2).join(' ')),
    );
    for (const row of rows) {
      const [patient, label, date] = row.split('\t');
      expect(label).toMatch(/^[01]$/);
      expect(admissions.has(`${patient} ${date}`)).toBe(true);
    }
    expect(rows.length).toBe(counts.labelled);
    expect(rows.filter((row) => row.split('\t')[1] === '1').length).toBe(counts.positives);
    expect(new Set(rows.map((row) => row.split('\t')[0])).size).toBe(rows.length);
  });

  test('descriptions.tsv names every code in the records, and calls the invented ones synthetic', () => {
    const names = new Map(
      lines(folder, 'descriptions.tsv').map((row) => row.split('\t') as [string, string]),
    );
    const used = new Set(lines(folder, 'records.tsv').map((row) => row.split('\t')[3]!));
    used.delete('diag');
    for (const code of used) expect(names.get(code)).toMatch(/^[A-Z]/);
    expect(names.get('ICD10_I50.9')).toBe('Heart failure, unspecified');
    for (const [code, name] of names) {
      expect(/^ICD9_V9[2-9]|^ICD10_U/.test(code)).toBe(/^Background finding \d+ \(synthetic\)$/.test(name));
    }
  });

  test('truth.json and README.txt say what was planted and that it is synthetic', () => {
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Record<string, unknown>;
    expect(truth).toMatchObject({ synthetic: true, seed: 7, generatorVersion: 1 });
    const task = truth['task'] as { plantedCodes: string[]; outcomeCodes: string[] };
    expect(task.plantedCodes).toContain('ICD10_I25.10');
    expect(task.plantedCodes).not.toContain('ICD10_I50.9');
    expect(task.outcomeCodes).toContain('ICD9_428.0');
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toMatch(/^SYNTHETIC DATA/);
  });

  test('the same seed gives the same bytes, another seed others', async () => {
    const again = fresh();
    const other = fresh();
    await generateSample({ patients: 1500, seed: 7, out: again });
    await generateSample({ patients: 1500, seed: 8, out: other });
    for (const file of counts.files) expect(digest(again, file)).toBe(digest(folder, file));
    expect(digest(other, 'records.tsv')).not.toBe(digest(folder, 'records.tsv'));
  });

  test('a larger study begins with the smaller one', async () => {
    const larger = fresh();
    await generateSample({ patients: 1700, seed: 7, out: larger });
    for (const file of ['records.tsv', 'labels.tsv', 'patients.tsv']) {
      const small = readFileSync(join(folder, file));
      expect(readFileSync(join(larger, file)).subarray(0, small.length).equals(small)).toBe(true);
    }
  });
});

describe('the folder', () => {
  test('may be there when it is empty', async () => {
    const folder = fresh();
    mkdirSync(folder);
    await generateSample({ patients: 3, seed: 1, out: folder });
    expect(existsSync(join(folder, 'records.tsv'))).toBe(true);
  });

  test('is refused when something is in it, and that is left alone', async () => {
    const folder = fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    await expect(generateSample({ patients: 3, seed: 1, out: folder })).rejects.toThrow(UserError);
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  test('is refused when it is a file, or below a file, or has no name', async () => {
    const file = fresh();
    writeFileSync(file, 'mine');
    for (const out of [file, join(file, 'below'), '']) {
      await expect(generateSample({ patients: 3, seed: 1, out })).rejects.toThrow(UserError);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('does not appear when the work is cancelled, and nothing is left beside it', async () => {
    const parent = fresh();
    const controller = new AbortController();
    const work = generateSample({
      patients: 1_000_000,
      seed: 1,
      out: join(parent, 'study'),
      signal: controller.signal,
      progress: ({ done }) => {
        if (done >= 4000) controller.abort();
      },
    });
    await expect(work).rejects.toThrow(CancelledError);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('does not appear when the work fails', async () => {
    const parent = fresh();
    const progress = () => {
      throw new Error('the disk is on fire');
    };
    const work = generateSample({ patients: 10, seed: 1, out: join(parent, 'study'), progress });
    await expect(work).rejects.toThrow('on fire');
    expect(readdirSync(parent)).toEqual([]);
  });

  test.each([
    { patients: 0, seed: 1 },
    { patients: 1.5, seed: 1 },
    { patients: Number.NaN, seed: 1 },
    { patients: 10, seed: -1 },
    { patients: 10, seed: 2 ** 32 },
  ])('is not made for $patients patients and seed $seed', async ({ patients, seed }) => {
    const out = fresh();
    await expect(generateSample({ patients, seed, out })).rejects.toThrow(UserError);
    expect(existsSync(out)).toBe(false);
  });
});

describe('the catalogue', () => {
  const book = makeCodebook();

  test('has about forty conditions or more, each code once and with a name', () => {
    expect(conditions.length).toBeGreaterThanOrEqual(40);
    expect(new Set(book.codes).size).toBe(book.codes.length);
    for (const [i, name] of book.descriptions.entries()) expect(name, book.codes[i]).toMatch(/^[A-Z]/);
    expect(icd9Names.size + icd10Names.size).toBe(book.background[0]);
  });

  test.skipIf(!existsSync(icdTables))('has only real codes (needs shared/data/icd-tables)', () => {
    const known = (file: string, pattern: RegExp) =>
      new Set(
        [...readFileSync(join(icdTables, file), 'latin1').matchAll(pattern)].map((match) => match[1]!.trim()),
      );
    const icd9 = known('ccs_dxref_2015_icd9.csv', /^'([^']+)'/gm);
    const icd10 = known('icd10cm-order-Jan-2021.csv', /^([^,]+),/gm);
    expect([...icd9Names.keys()].filter((code) => !icd9.has(code.replace('.', '')))).toEqual([]);
    expect([...icd10Names.keys()].filter((code) => !icd10.has(code.replace('.', '')))).toEqual([]);
    const invented = (revision: string) =>
      book.codes
        .slice(book.background[0])
        .filter((code) => code.startsWith(revision))
        .map((code) => code.slice(revision.length).replace('.', ''));
    expect(invented('ICD9_').filter((code) => icd9.has(code))).toEqual([]);
    expect(invented('ICD10_').filter((code) => icd10.has(code))).toEqual([]);
  });
});
