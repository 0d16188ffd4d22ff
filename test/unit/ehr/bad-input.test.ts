import { chmodSync, closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import type { ImportOptions } from '../../../src/ehr/import';
import { canMount, onOwnDisk, scratchFolder } from '../runs/child-program';
import { ImportWorkbench, medbertHeader } from './import-workbench';

const bench = new ImportWorkbench();
afterAll(() => bench.remove());

const row = (patient: string): string => `${patient}\t2014-03-01\t2014-03-02\tICD9_428.0\t1\t1\t0`;
const good = [medbertHeader, row('SECRET1'), row('SECRET2'), ''];
const text = good.join('\n');

/** What an import of one file says: file, row and message, together with the advice. */
async function told(
  content: string | Uint8Array,
  name = 'records.tsv',
  options: Partial<ImportOptions> = {},
): Promise<string> {
  const error = await bench.refusal(bench.folder({ [name]: content }), options);
  expect(error.details.advice).toBeTruthy();
  return error.explain();
}

describe('a Med-BERT file is refused, with file, row and advice, and leaves nothing behind, when', () => {
  test('a column is missing', async () => {
    expect(await told(text.replaceAll(/\t\S+$/gm, ''))).toMatch(/records.tsv, row 1: .*6 columns.*7/);
  });

  test('there is no header', async () => {
    expect(await told(good.slice(1).join('\n'))).toMatch(/records.tsv, row 1: The first row is a record/);
  });

  for (const [delimiter, name] of [
    [',', 'commas'],
    [';', 'semicolons'],
  ] as const) {
    test(`its columns are separated by ${name}`, async () => {
      expect(await told(text.replaceAll('\t', delimiter))).toMatch(
        new RegExp(`records.tsv, row 1: .*separated by ${name}.*tabs`),
      );
    });
  }

  test('it is empty, or holds blank lines only', async () => {
    expect(await told('')).toMatch(/records.tsv: The file is empty/);
    expect(await told('\n\n\r\n')).toMatch(/records.tsv: The file is empty/);
    expect(await told(gzipSync(''), 'records.tsv.gz')).toMatch(/records.tsv.gz: The file is empty/);
  });

  test('it has a header only', async () => {
    expect(await told(`${medbertHeader}\n`)).toMatch(/records.tsv: .*no records/);
    expect(await told(medbertHeader)).toMatch(/records.tsv: .*no records/);
  });

  test('it has ten thousand columns', async () => {
    const wide = (field: string): string => Array.from({ length: 10_000 }, () => field).join('\t');
    expect(await told(`${wide('a')}\n${wide('1')}\n`)).toMatch(/records.tsv, row 1: .*10,000 columns/);
  });

  test('it holds NUL bytes', async () => {
    expect(await told(text.replace('SECRET2', 'SECRET\0'))).toMatch(/records.tsv, row 3: .*NUL/);
    expect(await told(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toMatch(/UTF-16/);
  });

  test('it is not UTF-8', async () => {
    const latin = Buffer.from(text.replace('SECRET2', 'SECR\u00c9T'), 'latin1');
    expect(await told(latin)).toMatch(/records.tsv, row 3: .*UTF-8/);
    expect(await told(gzipSync(latin), 'records.tsv.gz')).toMatch(/records.tsv.gz, row 3: .*UTF-8/);
  });

  test('UTF-8 is cut by the border of a piece, it is not refused', async () => {
    const long = Array.from({ length: 60_000 }, (_, n) => row(`${'\u00e9\u{1F600}'.repeat(3)}${n}`));
    const dataset = await bench.import(bench.folder({ 'records.tsv': [medbertHeader, ...long].join('\n') }));
    expect(dataset.counts.kept.patients).toBe(60_000);
  });

  test('a record has too few or too many columns', async () => {
    expect(await told(text.replace('\t1\t1\t0', '\t1\t1'))).toMatch(/records.tsv, row 2: .*fewer columns/);
    expect(await told(`${text}${row('SECRET3')}\t0\n`)).toMatch(/records.tsv, row 4: .*more columns/);
  });

  test('a quotation mark is not closed', async () => {
    expect(await told(text.replace('SECRET1', '"SECRET1'))).toMatch(/records.tsv, row 2: .*quotation mark/);
    expect(await told(text.replace('SECRET1', '"SECRET\n1"'))).toMatch(/records.tsv: .*several lines/);
  });

  test('a carriage return stands inside a line', async () => {
    expect(await told(text.replace('SECRET2', 'SECRET\r2'))).toMatch(/records.tsv, row 3: .*carriage return/);
  });

  test('dates are written in five ways', async () => {
    const ways = [
      '2014-03-01',
      '03/01/2014',
      '1.3.2014',
      '20140301',
      '2014-03-01 00:00:00',
      '2014-3-1',
      '2014-02-30',
    ];
    const rows = ways.map((date, index) => row(`SECRET${index}`).replace('2014-03-01', date));
    const message = await told([medbertHeader, ...rows, ''].join('\n'));
    expect(message).toMatch(
      /records.tsv, row 3: The column vadate holds 6 texts .* YYYY-MM-DD; first rows: 3, 4, 5, 6, 7, 8/,
    );
  });

  test('its archive is damaged', async () => {
    expect(await told(gzipSync(text).subarray(0, 60), 'records.tsv.gz')).toMatch(/records.tsv.gz: .*damaged/);
    expect(await told(text, 'records.tsv.gz')).toMatch(/records.tsv.gz: .*damaged/);
  });

  test('patients stand in the patients file twice', async () => {
    const patients = 'patient_id\tbirth_date\tsex\nSECRET1\t1950-01-01\tF\nx\t\t\nSECRET1\t1951-01-01\tF\n';
    const error = await bench.refusal(bench.folder({ 'records.tsv': text, 'patients.tsv': patients }));
    expect(error.explain()).toMatch(/patients.tsv, row 4: The same patient .*patients.tsv, row 2/);
  });

  test('nobody is left after the exclusions', async () => {
    expect(await told(text, 'records.tsv', { minCodes: 3 })).toMatch(
      /No patient is left .*source: 2.*codes: 0/,
    );
    expect(await told(text.replaceAll('ICD9_', ''))).toMatch(/No patient is left .*ICD code and a visit: 0/);
  });

  test('no message ever holds an identifier or a code', async () => {
    const spoilt = [
      text.replace('\t1\t1\t0', '\t1\t1'),
      text.replace('SECRET1', '"SECRET1'),
      text.replace('2014-03-01', 'SECRET-DATE'),
      text.replace('SECRET2', 'SECRET\0'),
    ];
    for (const content of spoilt) expect(await told(content)).not.toMatch(/SECRET|428/);
  });
});

describe('a line of a gigabyte', () => {
  test('is refused quickly and without being held in memory', async () => {
    const file = join(bench.folder({}), 'huge.tsv');
    const handle = openSync(file, 'w');
    writeSync(handle, `${medbertHeader}\n`);
    const piece = Buffer.alloc(1 << 20, 'x');
    for (let written = 0; written < 4; written++) writeSync(handle, piece);
    // The rest is a hole: it takes no space on the disk and would still be read.
    ftruncateSync(handle, 2 ** 30);
    closeSync(handle);
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const error = await bench.refusal(file);
    expect(error.explain()).toMatch(/huge.tsv, row 2: .*longer than 1 MiB/);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });

  test('is refused in an archive too', async () => {
    const content = gzipSync(`${medbertHeader}\n${'x'.repeat(50 << 20)}`);
    expect(await told(content, 'records.tsv.gz')).toMatch(/records.tsv.gz, row 2: .*longer than 1 MiB/);
  });
});

describe('a source is refused when', () => {
  test('it is no known format, with the formats that were tried', async () => {
    const folder = bench.folder({ 'notes.md': 'hello', 'table.csv': 'a,b\n1,2\n' });
    const message = (await bench.refusal(folder)).explain();
    expect(message).toMatch(/no known format/);
    for (const format of ['medbert', 'mimic-iv', 'synpuf']) expect(message).toContain(format);
    expect((await bench.refusal(bench.folder({}))).explain()).toMatch(/no known format/);
    expect((await bench.refusal(folder, { format: 'synpuf' })).explain()).toMatch(/not in the format synpuf/);
  });

  test('it is not there', async () => {
    expect((await bench.refusal(join(bench.root, 'nowhere'))).explain()).toMatch(/no such file/);
  });

  test.skipIf(process.getuid?.() === 0)(
    'it cannot be read (skipped for root, who can read everything)',
    async () => {
      const file = bench.records(['a 2014-03-01 2014-03-02 ICD9_428.0 1 1 0']);
      chmodSync(file, 0);
      expect((await bench.refusal(file)).explain()).toMatch(/Permission denied/);
    },
  );

  test('it is no regular file', async () => {
    expect((await bench.refusal('/dev/null')).explain()).toMatch(/no regular file/);
  });

  test('two files look like the records', async () => {
    expect((await bench.refusal(bench.folder({ 'a.tsv': text, 'b.tsv': text }))).explain()).toMatch(
      /2 files/,
    );
  });
});

describe('MIMIC-IV tables are refused when', () => {
  const tables = {
    'admissions.csv':
      'subject_id,hadm_id,admittime,dischtime\nSECRET1,10,2150-01-01 08:00:00,2150-01-02 08:00:00\n',
    'patients.csv': 'subject_id,gender,anchor_age,anchor_year\nSECRET1,M,50,2150\n',
    'diagnoses_icd.csv': 'subject_id,hadm_id,seq_num,icd_code,icd_version\nSECRET1,10,1,4280,9\n',
  };
  const refused = async (changes: Record<string, string>): Promise<string> => {
    return (await bench.refusal(bench.folder({ ...tables, ...changes }))).explain();
  };

  test('a table or a column is missing', async () => {
    const rest = Object.fromEntries(Object.entries(tables).filter(([name]) => name !== 'patients.csv'));
    expect((await bench.refusal(bench.folder(rest))).explain()).toMatch(/lacks patients.csv/);
    const renamed = tables['diagnoses_icd.csv'].replace('icd_version', 'version');
    expect(await refused({ 'diagnoses_icd.csv': renamed })).toMatch(
      /diagnoses_icd.csv, row 1: .*icd_version/,
    );
  });

  test('a table is there twice', async () => {
    expect(await refused({ 'hosp/patients.csv': tables['patients.csv'] })).toMatch(
      /2 files of the table patients/,
    );
  });

  test('dates went through a spreadsheet', async () => {
    const mangled = tables['admissions.csv'].replace('2150-01-02 08:00:00', '1/2/50 8:00');
    expect(await refused({ 'admissions.csv': mangled })).toMatch(
      /admissions.csv, row 2: The column dischtime holds 1 /,
    );
  });

  test('columns are separated by semicolons', async () => {
    const other = tables['admissions.csv'].replaceAll(',', ';');
    expect(await refused({ 'admissions.csv': other })).toMatch(/admissions.csv, row 1: .*semicolons/);
  });

  test('a patient or an admission is there twice', async () => {
    const twice = (table: string): string => `${table}${table.split('\n')[1]}\n`;
    expect(await refused({ 'patients.csv': twice(tables['patients.csv']) })).toMatch(
      /patients.csv, row 3: The same patient .*patients.csv, row 2/,
    );
    expect(await refused({ 'admissions.csv': twice(tables['admissions.csv']) })).toMatch(
      /admissions.csv, row 3: The same admission/,
    );
  });
});

describe('DE-SynPUF claims are refused when', () => {
  const columns = Array.from({ length: 10 }, (_, n) => `ICD9_DGNS_CD_${n + 1}`);
  const header = [
    'DESYNPUF_ID',
    'CLM_ID',
    'SEGMENT',
    'CLM_ADMSN_DT',
    'NCH_BENE_DSCHRG_DT',
    ...columns,
  ].join();
  const claims = `${header}\nSECRET1,7,1,20100101,20100103,4280,,,,,,,,,\n`;

  test('one claim stands in two files', async () => {
    const message = (await bench.refusal(bench.folder({ '1.csv': claims, '2.csv': claims }))).explain();
    expect(message).toMatch(/2.csv, row 2: The same claim .*1.csv, row 2/);
    expect(message).not.toContain('SECRET');
  });

  test('one beneficiary stands twice in a summary', async () => {
    const wide = ',x'.repeat(20);
    const summary = `DESYNPUF_ID,BENE_BIRTH_DT,BENE_SEX_IDENT_CD${wide}\n${`SECRET1,19500101,1${wide}\n`.repeat(2)}`;
    const message = (await bench.refusal(bench.folder({ 'claims.csv': claims, 'b.csv': summary }))).explain();
    expect(message).toMatch(/b.csv, row 3: The same beneficiary/);
  });

  test('a column of codes is missing', async () => {
    const message = (
      await bench.refusal(bench.folder({ '1.csv': claims.replace('CD_10', 'CD_X') }))
    ).explain();
    expect(message).toMatch(/1.csv, row 1: The column ICD9_DGNS_CD_10 is missing/);
  });

  test('dates are not written as yyyymmdd', async () => {
    const message = (
      await bench.refusal(bench.folder({ '1.csv': claims.replace('20100103', '2010-1-3') }))
    ).explain();
    expect(message).toMatch(/1.csv, row 2: .*YYYYMMDD/);
  });
});

describe('a home is refused when', () => {
  const source = bench.records(['a 2014-03-01 2014-03-02 ICD9_428.0 1 1 0']);

  test('it cannot be written', async () => {
    const file = join(bench.folder({ file: '' }), 'file');
    expect((await bench.refusal(source, { home: file })).explain()).toMatch(
      /is a file where a folder is needed/,
    );
  });

  test('the name of the dataset is no name', async () => {
    for (const name of ['', '..', 'a/b', '.hidden', 'a\\b', 'x'.repeat(200)]) {
      expect((await bench.refusal(source, { name })).message).toMatch(/name of a dataset/);
    }
  });

  const manyRows = bench.records(
    Array.from(
      { length: 400_000 },
      (_, n) =>
        `p${(n * 7919) % 400_009} 2014-03-01 2014-03-02 ICD9_${100 + ((n * 31) % 899)}.${n % 97} 1 ${n} 0`,
    ),
  );

  /** A program that imports into the folder named by its argument, and says how it ended. */
  const program = (records: string, memoryLimit: string): string => `
    import { readdirSync } from 'node:fs';
    import { importRecords } from './src/ehr/import';
    const home = process.argv[2];
    importRecords({ source: ${JSON.stringify(records)}, name: 'd', home, format: 'auto', minCodes: 1,
      memoryLimit: '${memoryLimit}', threads: 1, now: () => new Date() })
      .then(() => 'imported', (error) => error.name + ': ' + error.message)
      .then((told) => process.stdout.write(JSON.stringify({ told, left: readdirSync(home + '/datasets') })));`;

  /** Bundles the program; DuckDB cannot be bundled and is found in the project. */
  function child(folder: string, records: string, memoryLimit: string): string {
    const outfile = join(folder, 'child.cjs');
    buildSync({
      stdin: { contents: program(records, memoryLimit), resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      external: ['@duckdb/node-api'],
      banner: { js: `module.paths.push(${JSON.stringify(join(process.cwd(), 'node_modules'))});` },
      outfile,
    });
    return outfile;
  }

  for (const [what, size, memoryLimit] of [
    ['the first bytes', '8k', '1GB'],
    ['what does not fit into memory', '4m', '80MB'],
    ['events.parquet', '256k', '1GB'],
  ] as const) {
    test.skipIf(!canMount)(`its disk is too small for ${what} (needs the right to mount a tmpfs)`, () => {
      const folder = scratchFolder();
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      const output = onOwnDisk(disk, `size=${size}`, child(folder, manyRows, memoryLimit));
      expect(JSON.parse(output)).toEqual({ told: 'UserError: The disk is full.', left: [] });
    });
  }
});
