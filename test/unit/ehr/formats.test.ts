import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ImportWorkbench, medbertHeader, shared, type EventRow } from './import-workbench';

const bench = new ImportWorkbench();
afterAll(() => bench.remove());

/** One patient as the published script writes it: id, stays and gaps in days, codes by id, visits. */
type PublishedPatient = [id: number, stays: number[], gaps: number[], codes: number[], visits: number[]];
interface Published {
  types: Record<string, number>;
  bencs: Record<'train' | 'valid' | 'test', PublishedPatient[]>;
}

interface History {
  codes: string[];
  visits: number[];
  stays: number[];
}

function published(file: string): Map<string, History> {
  const { types, bencs } = JSON.parse(readFileSync(file, 'utf8')) as Published;
  const names = new Map(Object.entries(types).map(([name, id]) => [id, name]));
  // The script splits its patients at random; here all of them are read.
  return new Map(
    [...bencs.train, ...bencs.valid, ...bencs.test].map(([id, stays, , codes, visits]) => [
      String(id),
      { codes: codes.map((code) => names.get(code)!), visits, stays },
    ]),
  );
}

function histories(events: readonly EventRow[]): Map<string, History> {
  const byPatient = new Map<string, History>();
  for (const { patient_id, visit, admit, discharge, code } of events) {
    const history = byPatient.get(patient_id) ?? { codes: [], visits: [], stays: [] };
    byPatient.set(patient_id, history);
    history.codes.push(code);
    history.visits.push(visit);
    history.stays[visit - 1] = (Date.parse(discharge) - Date.parse(admit)) / 86_400_000;
  }
  return byPatient;
}

describe('the format of Med-BERT', () => {
  const oracles = [
    [
      'its own example',
      shared('med-bert-own', 'data_file.tsv'),
      shared('med-bert-oracle-toy', 'data_file.bencs.json'),
    ],
    [
      '100 patients of MIMIC-IV',
      shared('med-bert-oracle-mimic-iv-demo', 'mimic_iv_demo.medbert.tsv'),
      shared('med-bert-oracle-mimic-iv-demo', 'mimic_iv_demo.bencs.json'),
    ],
  ] as const;
  for (const [what, source, oracle] of oracles) {
    // preprocess_pretrain_data.py of ZhiGroup/Med-BERT @8aa6798 made the expected values.
    test.skipIf(!existsSync(oracle))(
      `gives the codes, visits and stays that the published script makes of ${what} (needs ../shared/data)`,
      async () => {
        const dataset = await bench.import(source, { dots: 'keep' });
        const expected = published(oracle);
        const made = histories(await bench.events(dataset));
        expect([...made.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [patient, history] of expected) expect(made.get(patient)).toEqual(history);
        expect(dataset.problems).toEqual([]);
      },
    );
  }

  const records = [
    medbertHeader,
    'p1\t2014-03-01\t2014-03-02\tICD9_4280\t1\t1\t0',
    'p2\t2014-03-01\t2014-03-02\tICD10_I509\t1\t1\t0',
    '',
  ].join('\n');

  test('comes with patients and descriptions in a folder, gzipped or not', async () => {
    const files = {
      'patients.tsv':
        'sex\tpatient_id\tbirth_date\nF\tp1\t1950-06-07\nx\tp2\t2020-01-01\nM\tp3\t1990-01-01\n',
      'descriptions.tsv':
        'code\tdescription\nICD9_428.0\tCongestive heart failure, unspecified\nICD9_486\tPneumonia\n',
    };
    for (const folder of [
      bench.folder({ 'records.tsv': records, ...files }),
      bench.folder({ 'records.tsv.gz': gzipSync(records), ...files }),
    ]) {
      const dataset = await bench.import(folder);
      expect(await bench.patients(dataset)).toEqual([
        { patient_id: 'p1', birth_date: '1950-06-07', sex: 'F', visits: 1, codes: 1 },
        { patient_id: 'p2', birth_date: null, sex: null, visits: 1, codes: 1 },
      ]);
      expect(await bench.descriptions(dataset)).toEqual([
        { code: 'ICD9_428.0', description: 'Congestive heart failure, unspecified' },
      ]);
      expect(dataset.problems).toMatchObject([
        { kind: 'implausible-birth-date', file: 'patients.tsv', count: 1, rows: [3] },
        { kind: 'unknown-sex', file: 'patients.tsv', count: 1, rows: [3] },
      ]);
    }
  });

  test('is read alike with Windows line ends, a byte order mark, quotes, and mixed line ends', async () => {
    const plain = await bench.import(join(bench.folder({ 'a.tsv': records }), 'a.tsv'));
    const spellings = [
      records.replaceAll('\n', '\r\n'),
      `\uFEFF${records}`,
      records.replaceAll('p1', '"p1"'),
      records.replace('\n', '\r\n'),
      records.trimEnd(),
    ];
    for (const text of spellings) {
      const dataset = await bench.import(bench.folder({ 'data_file.txt': text }));
      expect(dataset.contentHash).toBe(plain.contentHash);
    }
  });
});

describe('MIMIC-IV', () => {
  const demo = shared('mimic-iv-demo-2.2');
  const needsDemo = test.skipIf(!existsSync(demo));

  needsDemo('has the published counts of the demo (needs ../shared/data)', async () => {
    const dataset = await bench.import(demo, { minCodes: 3 });
    expect(dataset.format).toBe('mimic-iv');
    expect(dataset.counts.source).toEqual({ patients: 100, visits: 275, rows: 4506, codes: 1474 });
    expect(dataset.counts.kept).toEqual(dataset.counts.source);
    const patients = await bench.patients(dataset);
    // subject 10014729: F, 21 years old in 2125.
    expect(patients.find(({ patient_id }) => patient_id === '10014729')).toMatchObject({
      birth_date: '2104-01-01',
      sex: 'F',
    });
  });

  needsDemo('keeps leading zeros, and reports that they are lost (needs ../shared/data)', async () => {
    const read = (name: string): string => readFileSync(join(demo, 'hosp', name), 'utf8');
    const whole = {
      'admissions.csv': read('admissions.csv'),
      'patients.csv': read('patients.csv'),
      'diagnoses_icd.csv': read('diagnoses_icd.csv'),
    };
    const events = await bench.events(await bench.import(bench.folder(whole)));
    expect(events.some(({ code }) => code === 'ICD9_008.45')).toBe(true);
    const cut = whole['diagnoses_icd.csv'].replace(/,0+([1-9][0-9.]*,9\r?\n)/g, ',$1');
    const dataset = await bench.import(bench.folder({ ...whole, 'diagnoses_icd.csv': cut }));
    expect(dataset.problems.map(({ kind }) => kind)).toContain('lost-leading-zero');
    expect((await bench.events(dataset)).some(({ code }) => code.startsWith('ICD9_0'))).toBe(false);
  });

  const tables = {
    'hosp/admissions.csv':
      'hadm_id,subject_id,admittime,dischtime\n' +
      '20,1,2150-01-01 09:00:00,2150-01-03 12:00:00\n' +
      '10,1,2150-01-01 08:00:00,2150-01-01 09:00:00\n' +
      '30,1,2151-01-01 08:00:00,2151-01-02 08:00:00\n',
    'hosp/patients.csv': 'subject_id,gender,anchor_age,anchor_year\n1,M,50,2150\n',
    'hosp/diagnoses_icd.csv':
      'subject_id,hadm_id,seq_num,icd_code,icd_version\n' +
      '1,20,10,E8859,9\n1,20,2,I509,10\n1,10,1,4280,9\n1,99,1,4280,9\n1,20,3,XX1,11\n',
  };

  test('orders visits by admission time and codes by seq_num; tells of rows without admission', async () => {
    const dataset = await bench.import(bench.folder(tables));
    const events = await bench.events(dataset);
    expect(events.map(({ visit, code, priority }) => [visit, code, priority])).toEqual([
      [1, 'ICD9_428.0', 1],
      [2, 'ICD10_I50.9', 1],
      [2, 'ICD9_E885.9', 2],
    ]);
    expect(dataset.problems.map(({ kind, file, rows }) => [kind, file, rows])).toEqual([
      ['visit-without-diagnosis', 'hosp/admissions.csv', [4]],
      ['diagnosis-without-admission', 'hosp/diagnoses_icd.csv', [5]],
      ['unknown-code-system', 'hosp/diagnoses_icd.csv', [6]],
    ]);
  });

  test('tells a discharge that lies before the admission on the same day', async () => {
    const admissions = tables['hosp/admissions.csv'].replace(
      '2150-01-01 09:00:00\n',
      '2150-01-01 07:59:59\n',
    );
    const source = bench.folder({ ...tables, 'hosp/admissions.csv': admissions });
    const dataset = await bench.import(source, { inconsistent: 'visit' });
    expect(dataset.problems).toContainEqual(
      expect.objectContaining({ kind: 'discharge-before-admission', file: 'hosp/admissions.csv', rows: [3] }),
    );
    expect((await bench.events(dataset)).map(({ code }) => code)).toEqual(['ICD10_I50.9', 'ICD9_E885.9']);
  });

  test('may be gzipped, without the folder hosp, with descriptions', async () => {
    const files = Object.entries(tables).map(([name, text]) => [`${name.slice(5)}.gz`, gzipSync(text)]);
    files.push([
      'd_icd_diagnoses.csv.gz',
      gzipSync('icd_code,icd_version,long_title\n4280,9,"Heart failure, congestive"\n'),
    ]);
    const dataset = await bench.import(bench.folder(Object.fromEntries(files)));
    expect(await bench.descriptions(dataset)).toEqual([
      { code: 'ICD9_428.0', description: 'Heart failure, congestive' },
    ]);
  });
});

describe('DE-SynPUF', () => {
  const samples = shared('cms-de-synpuf');
  const claimsHeader = `DESYNPUF_ID,CLM_ID,SEGMENT,CLM_ADMSN_DT,NCH_BENE_DSCHRG_DT,${Array.from({ length: 10 }, (_, n) => `ICD9_DGNS_CD_${n + 1}`).join()}`;
  const claim = (start: string, codes: string): string =>
    `${start},${codes}${','.repeat(9 - codes.split(',').length + 1)}`;

  test.skipIf(!existsSync(samples))(
    'imports five samples with summaries (needs ../shared/data)',
    async () => {
      const dataset = await bench.import(samples, { minCodes: 3 });
      expect(dataset.counts.source).toEqual(countClaims(samples));
      const patients = await bench.patients(dataset);
      expect(patients.find(({ patient_id }) => patient_id === '00016F745862898F')).toMatchObject({
        birth_date: '1943-01-01',
        sex: 'M',
      });
    },
  );

  test('joins the segments of a claim and takes the rank from the column', async () => {
    const whole = bench.folder({
      'claims.csv': [
        claimsHeader,
        claim('A,7,2,20100101,20100110', '4280'),
        claim('A,7,1,20100101,20100103', '0389,,486'),
        '',
      ].join('\n'),
    });
    const events = await bench.events(await bench.import(whole));
    expect(events.map(({ visit, discharge, code }) => [visit, discharge, code])).toEqual([
      [1, '2010-01-10', 'ICD9_038.9'],
      [1, '2010-01-10', 'ICD9_486'],
      [1, '2010-01-10', 'ICD9_428.0'],
    ]);
  });
});

/** Counts of inpatient claims, taken with a plain split of lines instead of the importer. */
function countClaims(folder: string): Record<string, number> {
  const [patients, visits, codes] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let rows = 0;
  for (let sample = 1; sample <= 5; sample++) {
    const file = join(folder, `DE1_0_2008_to_2010_Inpatient_Claims_Sample_${sample}.csv`);
    const [header, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
    const first = header!.replaceAll('"', '').split(',').indexOf('ICD9_DGNS_CD_1');
    for (const line of lines) {
      const fields = line.split(',');
      patients.add(fields[0]!);
      visits.add(`${fields[0]} ${fields[1]}`);
      for (const code of fields.slice(first, first + 10).filter((field) => field !== '')) {
        codes.add(code);
        rows++;
      }
    }
  }
  return { patients: patients.size, visits: visits.size, rows, codes: codes.size };
}
