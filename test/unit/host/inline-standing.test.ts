import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { streamSequences } from '../../../src/ehr/sequence-stream';
import { openDataset } from '../../../src/ehr/dataset';
import { readCode } from '../../../src/ehr/codes';
import { recogniseRecords } from '../../../src/host/inline/recognise';
import type { LineReader, RecordLine } from '../../../src/host/inline/record-line';
import { ReadPatient, type Standing } from '../../../src/host/inline/standing';
import { readWritten } from '../../../src/host/inline/written-code';
import { type EventRow, ImportWorkbench, shared } from '../ehr/import-workbench';
import { type ToldCode, riskGlance } from './inline-patients';

const history: ToldCode[] = [
  ['2014-01-05', 'ICD9_428.0', '2014-01-01'],
  ['2014-01-05', 'ICD9_401.9', '2014-01-01'],
  ['2015-02-01', 'ICD9_428.0'],
  ['2016-03-01', 'ICD10_I50.9'],
];
const dated = (discharge: string | null, code: string, admit: string | null = discharge): RecordLine => ({
  patient: 'p',
  codes: [{ start: 0, end: 1, code: readWritten(code, null) }],
  stay: { admit, discharge },
});
const undated = (code: string, system: string | null = null): RecordLine => ({
  patient: 'p',
  codes: [{ start: 0, end: 1, code: readWritten(code, system) }],
});
const patient = new ReadPatient(riskGlance('p', history));
const censored = new ReadPatient(riskGlance('p', history, { indexDate: '2016-06-01' }));
const standing = (line: RecordLine, of = patient): Standing => of.standings(line)[0]!;
const read = (...at: number[]): Standing => ({ kind: 'read', at });

describe('a code with a day', () => {
  it('is that of its visit, in any spelling', () => {
    for (const spelling of ['ICD9_4280', 'icd9_428.0', 'ICD9_428.0 ', '4280', '428.0']) {
      expect(standing(dated('2015-02-01', spelling)), spelling).toEqual(read(2));
    }
    expect(standing(dated('2014-01-05', 'ICD9_4280', '2014-01-01'))).toEqual(read(0));
    // Other rows of the visit may begin earlier: a visit's admission is the earliest of them.
    expect(standing(dated('2014-01-05', 'ICD9_4280', '2014-01-03'))).toEqual(read(0));
  });

  it('is not another code that has the same figures', () => {
    expect(standing(dated('2015-02-01', 'ICD9_42.80')).kind).toBe('absent');
    expect(standing(dated('2015-02-01', 'ICD10_428.0')).kind).toBe('absent');
  });

  it('is not read from the index date on, and said to differ before it', () => {
    expect(standing(dated('2016-06-01', 'ICD10_I50.9'), censored).kind).toBe('after');
    expect(standing(dated('2016-05-31', 'ICD10_I50.9'), censored).kind).toBe('absent');
    expect(standing(dated('2016-06-01', 'ICD10_I50.9')).kind).toBe('absent');
  });

  it('may be one of the oldest, which the model does not read', () => {
    const cut = new ReadPatient(riskGlance('p', history, { cut: 3 }));
    expect(standing(dated('2013-01-01', 'ICD9_250.00'), cut).kind).toBe('cut');
    expect(standing(dated('2014-01-05', 'ICD9_250.00'), cut).kind).toBe('cut');
    expect(standing(dated('2014-01-06', 'ICD9_250.00'), cut).kind).toBe('absent');
  });

  it('is left out as the import leaves it out', () => {
    expect(standing(dated(null, 'ICD9_428.0')).kind).toBe('left-out');
    expect(standing(dated('2015-02-01', 'ICD9_428.0', '2015-02-02')).kind).toBe('left-out');
    expect(standing(dated('9999-12-31', 'ICD9_428.0')).kind).toBe('left-out');
    // Formats differ in the days that they believe.
    expect(standing({ ...dated('1950-01-01', 'ICD9_428.0'), source: 'synpuf' }).kind).toBe('left-out');
    expect(standing({ ...dated('1950-01-01', 'ICD9_428.0'), source: 'medbert' }).kind).toBe('absent');
    expect(standing({ ...dated('2015-02-01', ''), codes: [{ start: 0, end: 0, code: null }] }).kind).toBe(
      'left-out',
    );
  });
});

describe('a code without a day', () => {
  it('may be meant several times', () => {
    expect(standing(undated('ICD9_428.0'))).toEqual(read(0, 2));
    expect(standing(undated('I509', 'ICD10'))).toEqual(read(3));
    expect(standing(undated('I509'))).toEqual(read(3));
  });

  it('may be of a visit that the model does not read, where it does not read all of them', () => {
    const cut = new ReadPatient(riskGlance('p', history, { cut: 2 }));
    for (const partly of [censored, cut]) {
      expect(standing(undated('ICD9_428.0'), partly)).toEqual({ kind: 'perhaps', at: [0, 2] });
      expect(partly.likeness([undated('ICD9_428.0')])).toBe('same');
    }
  });

  it('is missed only where the model reads everything', () => {
    expect(standing(undated('ICD9_250.00')).kind).toBe('absent');
    expect(standing(undated('ICD9_250.00'), censored).kind).toBe('unsure');
    expect(standing(undated('38341003', 'SNOMED')).kind).toBe('left-out');
  });
});

describe('a whole history in a line', () => {
  const line = (codes: string[], visits: number[]): RecordLine => ({
    patient: 'p',
    codes: codes.map((code) => ({ start: 0, end: 1, code: readWritten(code, null) })),
    visits,
  });
  const own = ['ICD9_4280', 'ICD9_4019', 'ICD9_4280', 'ICD10_I509'];

  it('is matched by order, so that repeated codes are told apart', () => {
    expect(patient.standings(line(own, [1, 1, 2, 3]))).toEqual([read(0), read(1), read(2), read(3)]);
  });

  it('may go on after the index date, and begin before what is read', () => {
    const longer = line([...own, 'ICD10_I10'], [1, 1, 2, 3, 4]);
    expect(censored.standings(longer).map(({ kind }) => kind)).toEqual([
      'read',
      'read',
      'read',
      'read',
      'after',
    ]);
    expect(patient.standings(longer).map(({ kind }) => kind)).toEqual(Array(5).fill('absent'));
    const cut = new ReadPatient(riskGlance('p', history, { cut: 1 }));
    const earlier = line(['ICD9_250.0', ...own], [1, 2, 2, 3, 4]);
    expect(cut.standings(earlier)).toEqual([{ kind: 'cut' }, read(0), read(1), read(2), read(3)]);
  });

  it('differs as a whole when one code or visit differs', () => {
    expect(patient.likeness([line(['ICD9_4280', 'ICD9_4011', ...own.slice(2)], [1, 1, 2, 3])])).toBe(
      'differs',
    );
    expect(patient.likeness([line(own, [1, 2, 3, 4])])).toBe('differs');
    expect(patient.likeness([line(own.slice(0, 3), [1, 1, 2])])).toBe('differs');
    expect(patient.likeness([line(own, [1, 1, 2, 3])])).toBe('same');
  });
});

describe('records in an editor are those of the run', () => {
  it('when they agree, and not when one of them contradicts', () => {
    expect(patient.likeness([dated('2015-02-01', 'ICD9_428.0')])).toBe('same');
    expect(patient.likeness([dated('2015-02-01', 'ICD9_428.0'), dated('2015-02-01', 'ICD9_401.9')])).toBe(
      'differs',
    );
  });

  it('never because one code of a stranger with the same id agrees', () => {
    const stranger = ['250.00', '272.4', '530.81', '428.0'].map((code) => undated(code, 'ICD9'));
    expect(censored.likeness(stranger)).toBe('unconfirmed');
    expect(patient.likeness(stranger)).toBe('differs');
    expect(censored.likeness([dated('2017-01-01', 'ICD9_428.0')])).toBe('unconfirmed');
    expect(censored.likeness([])).toBe('unconfirmed');
  });
});

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const mimic = shared('mimic-iv-demo-2.2');
const table = shared('mimic-iv-demo-2.2', 'hosp', 'diagnoses_icd.csv');
const tsv = shared('med-bert-oracle-mimic-iv-demo', 'mimic_iv_demo.medbert.tsv');
const claims = shared('cms-de-synpuf', 'DE1_0_2008_to_2010_Inpatient_Claims_Sample_1.csv');

describe.skipIf(!existsSync(mimic) || !existsSync(claims))('real records (needs ../shared/data)', () => {
  const bench = new ImportWorkbench();
  afterAll(() => bench.remove());
  const byPatient = (rows: EventRow[]): Map<string, EventRow[]> => grouped(rows, (row) => row.patient_id);
  const told = (rows: readonly EventRow[]): ToldCode[] =>
    rows.map(({ discharge, code, admit }) => [discharge, code, admit]);

  /** The file's lines by patient, as the reader sees them. */
  function linesByPatient(file: string): { lines: Map<string, RecordLine[]>; reader: LineReader } {
    const text = readFileSync(file, 'utf8').trimEnd().split('\n');
    const reader = recogniseRecords(file, text[0]!, text[1]!)!;
    const records = text.map((line, at) => reader.read(line, at)).filter((record) => record !== undefined);
    return { reader, lines: grouped(records, ({ patient }) => patient) };
  }

  it.each([
    ['MIMIC-IV', mimic, table],
    ['Med-BERT', tsv, tsv],
    ['DE-SynPUF', claims, claims],
  ])('of %s: every row finds its codes in the dataset that was made of it', async (name, source, file) => {
    const rows = byPatient(await bench.events(await bench.import(source, { dots: 'keep' })));
    const { lines } = linesByPatient(file);
    let found = 0;
    for (const [id, own] of rows) {
      const sight = new ReadPatient(riskGlance(id, told(own)));
      expect(sight.likeness(lines.get(id)!), name).toBe('same');
      for (const line of lines.get(id)!) {
        for (const [index, each] of sight.standings(line).entries()) {
          if (each.kind !== 'read') {
            expect(each.kind).toBe('left-out');
            continue;
          }
          const written = line.codes[index]!.code!;
          const spelled = readCode(`${written.system}_${written.body}`, 'normalise').code;
          for (const at of each.at) {
            expect(readCode(own[at]!.code, 'normalise').code).toBe(spelled);
            if (line.stay !== undefined) expect(own[at]!.discharge).toBe(line.stay.discharge);
          }
          found += 1;
        }
      }
    }
    expect(found).toBeGreaterThan(4000);
  });

  it('of another patient never pass for those of the run', async () => {
    const rows = byPatient(await bench.events(await bench.import(tsv)));
    const { lines } = linesByPatient(tsv);
    const ids = [...rows.keys()];
    for (const [index, id] of ids.entries()) {
      const stranger = lines.get(ids[(index + 1) % ids.length]!)!;
      const sight = new ReadPatient(riskGlance(id, told(rows.get(id)!)));
      expect(sight.likeness(stranger)).not.toBe('same');
      // Nor when the days are unknown and the model may not read everything.
      const open = new ReadPatient(riskGlance(id, told(rows.get(id)!), { indexDate: '2300-01-01' }));
      const bare = stranger.map(({ patient: who, codes }) => ({ patient: who, codes }));
      expect(open.likeness(bare), id).not.toBe('same');
    }
  });

  it('written as sequences: every code is found in its place, whole, censored and cut', async () => {
    const dataset = await bench.import(tsv);
    const rows = byPatient(await bench.events(dataset));
    for await (const record of streamSequences(openDataset(bench.home, dataset.name))) {
      const line = JSON.stringify(record);
      const all = told(rows.get(record.patient)!);
      const parsed = recogniseRecords('s.ndjson', line, '')!.read(line, 0)!;
      const kinds = (glance: ReturnType<typeof riskGlance>): string =>
        new ReadPatient(glance)
          .standings(parsed)
          .map((each) => (each.kind === 'read' ? String(each.at) : each.kind))
          .join();
      const places = all.map((_, at) => at).join();
      expect(kinds(riskGlance(record.patient, all))).toBe(places);
      const last = all.at(-1)![0];
      const before = all.filter(([discharge]) => discharge < last);
      if (before.length === 0) continue;
      expect(kinds(riskGlance(record.patient, before, { indexDate: last }))).toBe(
        all.map((_, at) => (at < before.length ? at : 'after')).join(),
      );
      const cut = Math.floor(all.length / 2);
      expect(kinds(riskGlance(record.patient, all.slice(cut), { cut }))).toBe(
        all.map((_, at) => (at < cut ? 'cut' : at - cut)).join(),
      );
    }
  });
});
