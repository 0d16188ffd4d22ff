import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { readCode } from '../../../src/ehr/codes';
import { fieldsOf } from '../../../src/host/inline/fields';
import { scalarsOf } from '../../../src/host/inline/json-line';
import { recogniseRecords } from '../../../src/host/inline/recognise';
import { type LineReader, type RecordLine, longestLine } from '../../../src/host/inline/record-line';
import { normalised, normalisedName, readWritten, systemName } from '../../../src/host/inline/written-code';
import { medbertHeader, shared } from '../ehr/import-workbench';

function reader(name: string, first: string, second = ''): LineReader {
  const found = recogniseRecords(name, first, second);
  if (found === undefined) throw new Error(`${name} was not recognised.`);
  return found;
}
const names = (record: RecordLine | undefined): (string | null)[] | undefined =>
  record?.codes.map(({ code }) =>
    code === null ? null : code.system === null ? code.body : normalised(code.system, code.body),
  );
/** What stands in the text where the codes are said to stand. */
const stretches = (text: string, record: RecordLine | undefined): string[] | undefined =>
  record?.codes.map(({ start, end }) => text.slice(start, end));

describe('records of Med-BERT', () => {
  const row = 'P1\t2014-03-01\t2014-03-04\tICD9_4280\t1\t1\t0';

  it('are read by position, whatever the columns are called', () => {
    const record = reader('a.tsv', 'a\tb\tc\td\te\tf\tg', row).read(row, 1);
    expect(record).toMatchObject({
      patient: 'P1',
      stay: { admit: '2014-03-01', discharge: '2014-03-04' },
    });
    expect(names(record)).toEqual(['ICD9_428.0']);
    expect(stretches(row, record)).toEqual(['ICD9_4280']);
  });

  it('have a header and no torn rows', () => {
    const { read } = reader('a.tsv', medbertHeader, row);
    expect(read(medbertHeader, 0)).toBeUndefined();
    expect(read('P1\t2014-03-01\t2014-03', 7)).toBeUndefined();
    expect(read('', 8)).toBeUndefined();
    expect(read(`\t${row.slice(3)}`, 9)).toBeUndefined();
  });

  it('are read with an empty table, and not taken for another table of seven columns', () => {
    expect(recogniseRecords('a.tsv', medbertHeader, '')?.format).toBe('Med-BERT');
    expect(recogniseRecords('a.tsv', 'a\tb\tc\td\te\tf\tg', '1\t2\t3\t4\t5\t6\t7')).toBeUndefined();
    expect(recogniseRecords('a.md', medbertHeader, row)).toBeUndefined();
  });

  it('have no code where the system is missing: the import refuses such a one', () => {
    const bare = row.replace('ICD9_', '');
    expect(reader('a.tsv', medbertHeader, row).read(bare, 3)?.codes).toMatchObject([{ code: null }]);
  });

  it('have no day where it cannot be read', () => {
    const { read } = reader('a.tsv', medbertHeader, row);
    expect(read(row.replace('2014-03-04', '4.3.2014'), 2)?.stay).toEqual({
      admit: '2014-03-01',
      discharge: null,
    });
  });
});

describe('tables with a header that is known', () => {
  it('MIMIC-IV: the system is that of its version', () => {
    const { read, format } = reader('d.csv', 'subject_id,hadm_id,seq_num,icd_code,icd_version');
    expect(format).toBe('MIMIC-IV');
    const ten = '10035185,22580999,3,I509 ,10';
    expect(names(read(ten, 5))).toEqual(['ICD10_I50.9']);
    expect(stretches(ten, read(ten, 5))).toEqual(['I509']);
    expect(names(read('10035185,22580999,3,"V4581",9', 6))).toEqual(['ICD9_V45.81']);
  });

  it('DE-SynPUF: ten codes a row, without the admitting diagnosis', () => {
    const codes = Array.from({ length: 12 }, (_, index) => `"ICD9_DGNS_CD_${index + 1}"`);
    const head = [
      '"DESYNPUF_ID"',
      '"CLM_ADMSN_DT"',
      '"ADMTNG_ICD9_DGNS_CD"',
      '"NCH_BENE_DSCHRG_DT"',
      ...codes,
    ];
    const row = ['00016F', '20090412', '7866', '20090418', '1970', '4019', '', 'E8859', ...Array(8).fill('')];
    const text = row.join(',');
    const record = reader('c.csv', head.join(',')).read(text, 1);
    expect(record).toMatchObject({
      patient: '00016F',
      stay: { admit: '2009-04-12', discharge: '2009-04-18' },
    });
    expect(names(record)).toEqual(['ICD9_197.0', 'ICD9_401.9', 'ICD9_E885.9']);
    expect(stretches(text, record)).toEqual(['1970', '4019', 'E8859']);
  });

  it('OMOP: nobody tells the system in this table', () => {
    const { read } = reader('c.csv', 'condition_occurrence_id,person_id,condition_source_value');
    expect(read('1,17,65363002', 1)).toEqual({
      patient: '17',
      codes: [{ start: 5, end: 13, code: { system: null, body: '65363002' } }],
    });
  });

  it('MEDS as text: diagnoses only', () => {
    const { read } = reader('m.csv', 'subject_id,time,code,numeric_value');
    expect(names(read('1,2014-01-01,DIAGNOSIS//ICD//9//4280,', 1))).toEqual(['ICD9_428.0']);
    expect(read('1,2014-01-01,LAB//50912//mg/dL,1.2', 1)).toEqual({
      patient: '1',
      day: '2014-01-01',
      codes: [],
    });
  });

  it('have no record in a header that is repeated, whoever is called like a column', () => {
    const head = 'subject_id,hadm_id,seq_num,icd_code,icd_version';
    const { read } = reader('d.csv', head);
    expect(read(head, 7)).toBeUndefined();
    expect(read(head.toUpperCase(), 7)).toBeUndefined();
    expect(read('subject_id,1,1,4280,9', 7)?.patient).toBe('subject_id');
  });

  it('tell visit and rank as the import takes them', () => {
    const mimicRow = reader('d.csv', 'subject_id,hadm_id,seq_num,icd_code,icd_version').read(
      'p,7,3,4280,9',
      1,
    );
    expect(mimicRow).toMatchObject({ visit: '7', source: 'mimic-iv', codes: [{ rank: ['3', '0'] }] });
    const record = 'P1\t2014-03-01\t2014-03-04\tICD9_4280\tY\t5\tN';
    expect(reader('a.tsv', medbertHeader, record).read(record, 1)).toMatchObject({
      visit: '2014-03-04',
      codes: [{ rank: ['Y', 'N', '5', '0'] }],
    });
    const json = '{"patient_id":"7","visit":2,"code":"ICD10_I50.9","priority":4}';
    expect(reader('m.jsonl', json).read(json, 0)).toMatchObject({ visit: '2', codes: [{ rank: ['4'] }] });
  });

  it('are not read where a line is longer than anybody waits for', () => {
    const row = 'p,7,3,4280,9';
    const head = 'subject_id,hadm_id,seq_num,icd_code,icd_version';
    const { read } = reader('d.csv', head);
    const long = (length: number): string => `"${'x'.repeat(length - row.length - 1)}"${row.slice(1)}`;
    expect(read(long(longestLine), 3)?.codes).toHaveLength(1);
    const began = performance.now();
    expect(read(long(2e7), 3)).toBeUndefined();
    expect(recogniseRecords('d.csv', `${head},${'x,'.repeat(1e7)}`, '')).toBeUndefined();
    expect(recogniseRecords('a.tsv', medbertHeader, '\t'.repeat(1e7))?.format).toBe('Med-BERT');
    expect(recogniseRecords('a.ndjson', `{"patient":"${'x'.repeat(2e7)}"}`, '')).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(100);
  });

  it('the events of a dataset', () => {
    const { read } = reader('e.csv', 'patient_id,visit,admit,discharge,code,system,priority');
    expect(read('p,1,2014-01-01,2014-01-02,ICD10_I50.9,ICD10,1', 1)).toMatchObject({
      stay: { admit: '2014-01-01', discharge: '2014-01-02' },
      codes: [{ code: { system: 'ICD10', body: 'I50.9' } }],
    });
  });
});

describe('NDJSON', () => {
  it('sequences: every code with its visit', () => {
    const line = '{"patient":"p 1","codes":["ICD9_428.0","ICD10_I50.9"],"visits":[1,2],"ranks":[1,1]}';
    const record = reader('s.ndjson', line).read(line, 0);
    expect(record).toMatchObject({ patient: 'p 1', visits: [1, 2] });
    expect(stretches(line, record)).toEqual(['ICD9_428.0', 'ICD10_I50.9']);
  });

  it('conditions of FHIR: a code belongs to the system beside it, in either order', () => {
    const line = JSON.stringify({
      resourceType: 'Condition',
      code: {
        coding: [
          { code: '38341003', display: 'a "b"', system: 'http://snomed.info/sct' },
          { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' },
          { code: 'X' },
        ],
      },
      subject: { reference: 'Patient/129c' },
    });
    const record = reader('c.ndjson', line).read(line, 3);
    expect(record?.patient).toBe('129c');
    expect(names(record)).toEqual(['SNOMED_38341003', 'ICD10_I10', 'X']);
    expect(stretches(line, record)).toEqual(['38341003', 'I10', 'X']);
  });

  it('events of MEDS, and rows of a dataset', () => {
    const meds = '{"subject_id": 7, "time": "2014-01-01", "code": "DIAGNOSIS//ICD//10//I509"}';
    expect(names(reader('m.jsonl', meds).read(meds, 0))).toEqual(['ICD10_I50.9']);
    const row =
      '{"patient_id":"7","code":"ICD10_I50.9","admit":"2014-01-01","discharge":"2014-01-03T00:00:00Z"}';
    expect(reader('m.jsonl', row).read(row, 0)?.stay).toEqual({
      admit: '2014-01-01',
      discharge: '2014-01-03',
    });
  });

  it('is not taken for records when it holds something else, or is torn', () => {
    expect(recogniseRecords('x.ndjson', '{"a":1}', '')).toBeUndefined();
    for (const torn of ['{"a":[1,', '{"a":1}{"b":2}', '[1]', 'x', '', '{"a":"\\x"}']) {
      expect(scalarsOf(torn)).toBeUndefined();
    }
  });

  it('is read as JSON.parse reads it', () => {
    const value = { a: 'é\n"\\', b: [1, [true, null], { c: -2.5e3 }], d: {}, e: [] };
    const line = JSON.stringify(value);
    expect(scalarsOf(line)?.map(({ path, text }) => [path, text])).toEqual([
      ['a', value.a],
      ['b.[]', '1'],
      ['b.[].[]', 'true'],
      ['b.[].[]', 'null'],
      ['b.[].c', '-2500'],
    ]);
  });
});

test('fields stand where they are said to stand', () => {
  const line = ' a ,"b,""c""",,  "d" ,e\r';
  const fields = fieldsOf(line, ',');
  expect(fields.map(({ text }) => text)).toEqual(['a', 'b,"c"', '', 'd', 'e']);
  expect(fields.map(({ start, end }) => line.slice(start, end))).toEqual(['a', 'b,""c""', '', 'd', 'e']);
  expect(fieldsOf('x,"open', ',').map(({ text }) => text)).toEqual(['x', '"open']);
});

test('systems are called what datasets call them', () => {
  for (const nine of ['9', 'ICD9', 'icd-9-cm', 'ICD9CM', 'http://hl7.org/fhir/sid/icd-9-cm', 'ICD//9']) {
    expect(systemName(nine), nine).toBe('ICD9');
  }
  for (const ten of ['10', 'ICD10', 'ICD10CM', 'http://hl7.org/fhir/sid/icd-10']) {
    expect(systemName(ten), ten).toBe('ICD10');
  }
  for (const none of ['', '109', '19', '?']) expect(systemName(none), none).toBeNull();
});

const mimic = shared('mimic-iv-demo-2.2', 'hosp', 'diagnoses_icd.csv');
const oracle = shared('med-bert-oracle-mimic-iv-demo', 'mimic_iv_demo.medbert.tsv');
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);

describe.skipIf(!existsSync(mimic) || !existsSync(oracle))('real records (needs ../shared/data)', () => {
  const told = (file: string): string[] => {
    const lines = linesOf(file);
    const { read } = reader(file, lines[0]!, lines[1]!);
    return lines
      .flatMap((line, at) => {
        const record = read(line, at);
        return names(record)?.map((name) => `${record!.patient} ${name}`) ?? [];
      })
      .sort();
  };

  it('are the same in MIMIC’s own table and in Med-BERT’s, which another program made', () => {
    expect(told(mimic)).toHaveLength(4506);
    expect(told(mimic)).toEqual(told(oracle));
  });

  it('are spelled as the import spells them', () => {
    for (const line of linesOf(oracle).slice(1)) {
      const text = line.split('\t')[3]!;
      const { code } = readCode(text, 'normalise');
      expect(normalisedName(text)).toBe(code);
      const written = readWritten(` ${text.toLowerCase()} `, null)!;
      expect(normalised(written.system!, written.body)).toBe(code);
    }
  });

  const fhir = shared('fhir-bulk-smart-10-patients', 'Condition.000.ndjson');
  it.skipIf(!existsSync(fhir))('of FHIR hold what JSON.parse finds in them', () => {
    const lines = linesOf(fhir);
    const { read } = reader(fhir, lines[0]!);
    for (const line of lines) {
      const { subject, code } = JSON.parse(line) as {
        subject: { reference: string };
        code: { coding: { system: string; code: string }[] };
      };
      const record = read(line, 1)!;
      expect(`Patient/${record.patient}`).toBe(subject.reference);
      expect(stretches(line, record)).toEqual(code.coding.map((each) => each.code));
      expect(record.codes.map((each) => each.code?.system)).toEqual(code.coding.map(() => 'SNOMED'));
    }
  });
});
