import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { HeldRecords } from '../../../src/host/inline/held-records';
import { recogniseRecords } from '../../../src/host/inline/recognise';
import { type LineReader, longestLine } from '../../../src/host/inline/record-line';
import { patientsInView } from '../../../src/host/inline/records-in-view';
import { type Extent, recordsAround, recordsNear } from '../../../src/host/inline/records-near';
import { ReadPatient } from '../../../src/host/inline/standing';
import type { RiskGlance } from '../../../src/protocol/explanation';
import { type EventRow, ImportWorkbench, medbertHeader, shared } from '../ehr/import-workbench';
import { type ToldCode, riskGlance } from './inline-patients';

const textOf = (lines: readonly string[]) => ({
  lineCount: lines.length,
  lineAt: (line: number) => ({ text: lines[line]! }),
});
const readerOf = (name: string, [first, second = '']: readonly string[]): LineReader =>
  recogniseRecords(name, first!, second)!;

/** The records around a line, held against what a run has read. */
function held(name: string, lines: readonly string[], glance: RiskGlance, line = 1): HeldRecords {
  return new HeldRecords(new ReadPatient(glance), recordsAround(textOf(lines), readerOf(name, lines), line)!);
}

/** How every row stands: `read 0,2`. */
function rows(name: string, lines: readonly string[], glance: RiskGlance): string[] {
  const reader = readerOf(name, lines);
  const all = held(name, lines, glance);
  return lines.slice(1).map((text, index) =>
    all
      .standings(reader.read(text, index + 1)!)
      .map((standing) => ('at' in standing ? `${standing.kind} ${standing.at.join()}` : standing.kind))
      .join(),
  );
}

const history: ToldCode[] = [
  ['2014-01-05', 'ICD9_428.0'],
  ['2014-01-05', 'ICD9_401.9'],
  ['2015-02-01', 'ICD9_428.0'],
  ['2015-02-01', 'ICD9_250.00'],
];
const whole = riskGlance('p', history);
const censored = riskGlance('p', history, { indexDate: '2016-01-01' });

describe('a table with days', () => {
  const row = (day: string, code: string, priority: number, poa = '1'): string =>
    ['p', day, day, code, poa, priority, '0'].join('\t');
  const own = [
    row('2014-01-05', 'ICD9_4280', 1),
    row('2014-01-05', 'ICD9_4019', 2),
    row('2015-02-01', 'ICD9_4280', 1),
    row('2015-02-01', 'ICD9_25000', 10),
  ];
  const later = row('2017-01-01', 'ICD9_41401', 1);
  const table = (...lines: string[]): string[] => [medbertHeader, ...lines];
  const likeness = (lines: string[], glance = whole, line = 1): string =>
    held('a.tsv', table(...lines), glance, line).likeness;
  const other = row('2014-01-05', 'ICD9_4280', 1);

  it('differs when a row that the model reads is gone', () => {
    expect(likeness(own)).toBe('same');
    for (const gone of own.keys()) {
      const left = own.filter((_row, at) => at !== gone);
      expect(likeness(left), `row ${gone}`).toBe('differs');
      expect(likeness([...left, later], censored), `row ${gone}`).toBe('differs');
      // What was typed half is no record, and no end of the patient's rows.
      expect(likeness(own.with(gone, own[gone]!.slice(0, 14)), whole, gone === 0 ? 2 : 1)).toBe('differs');
    }
  });

  it('may lack what is not read: older codes of a cut patient, and those after the index date', () => {
    const cut = riskGlance('p', history.slice(1), { cut: 1 });
    expect(likeness(own, cut)).toBe('same');
    expect(likeness(own.slice(1), cut)).toBe('same');
    expect(likeness(own.slice(2), cut)).toBe('differs');
    expect(likeness(own, censored)).toBe('same');
    expect(likeness([...own, later], censored)).toBe('same');
    // A visit of which the model reads everything is not one that was cut.
    expect(likeness(own, riskGlance('p', history.slice(1)))).toBe('differs');
  });

  it('differs when priorities put the codes of a visit in another order, wherever the rows stand', () => {
    expect(likeness(own.toReversed())).toBe('same');
    expect(likeness(own.with(0, row('2014-01-05', 'ICD9_4280', 3)))).toBe('differs');
    // Numbers by value: 9 comes before 10, and present on admission weighs more than priority.
    expect(likeness(own.with(2, row('2015-02-01', 'ICD9_4280', 9)))).toBe('same');
    expect(likeness(own.with(2, row('2015-02-01', 'ICD9_4280', 1, '2')))).toBe('differs');
    // What comes after the index date is no input.
    const last = [row('2017-01-01', 'ICD9_41401', 2), row('2017-01-01', 'ICD9_4019', 1)];
    expect(likeness([...own, ...last], censored)).toBe('same');
  });

  it('differs when a day of admission or a repeated row make another visit of it, not by a repeated row', () => {
    const moved = own[0]!.replace('2014-01-05', '2013-01-05');
    expect(likeness(own.with(0, moved))).toBe('differs');
    expect(likeness([...own, own[0]!])).toBe('same');
  });

  it('is judged by what is at hand where it is not all at hand', () => {
    const filler = Array.from({ length: 200 }, () => own[0]!);
    const lines = table(...own.slice(0, 3), ...filler);
    expect(held('a.tsv', lines, whole).likeness).toBe('same');
  });

  it('is known as a whole only where ids are sorted', () => {
    const extent = (ids: readonly string[], at: number): Extent => {
      const lines = table(...ids.map((id) => other.replace(/^p/, id)));
      return recordsAround(textOf(lines), readerOf('a.tsv', lines), at + 1)!.extent;
    };
    expect(extent(['p'], 0)).toBe('whole');
    expect(extent(['a', 'a', 'p', 'z'], 2)).toBe('whole');
    expect(extent(['9', '9', '10', '11'], 2)).toBe('whole');
    expect(extent(['z', 'p', 'q'], 1)).toBe('unknown');
    expect(extent(['p', 'q', 'p'], 0)).toBe('part');
    expect(extent(['a', 'b', 'p', 'a'], 2)).toBe('part');
    const long = table(own[0]!, `p${'x'.repeat(longestLine)}`);
    expect(recordsAround(textOf(long), readerOf('a.tsv', long), 1)!.extent).toBe('part');
  });

  it('has no number where rows are missing and may stand elsewhere', () => {
    const lines = table(other.replace(/^p/, 'z'), ...own.slice(1), other.replace(/^p/, 'q'));
    expect(held('a.tsv', lines, whole, 2).likeness).toBe('unconfirmed');
    const all = table(other.replace(/^p/, 'z'), ...own, other.replace(/^p/, 'q'));
    expect(held('a.tsv', all, whole, 2).likeness).toBe('same');
  });

  it('is the same with lines folded away, and header rows in between', () => {
    const lines = table(own[0]!, medbertHeader, ...own.slice(1));
    const reader = readerOf('a.tsv', lines);
    const ranges = [1, 5].map((line) => ({ start: { line }, end: { line: line - 20 } }));
    const [inView] = patientsInView(textOf(lines), ranges, reader);
    expect(recordsNear(textOf(lines), reader, inView!).lines).toHaveLength(4);
    const all = patientsInView(textOf(lines), [{ start: { line: 0 }, end: { line: 9 } }], reader);
    expect(all.map(({ patient }) => patient)).toEqual(['p']);
  });
});

describe('MIMIC’s diagnoses, which have no day', () => {
  const header = 'subject_id,hadm_id,seq_num,icd_code,icd_version';
  const own = ['p,71,1,4280,9', 'p,71,2,4019,9', 'p,33,1,4280,9', 'p,33,2,25000,9'];
  const told = (lines: string[], glance: RiskGlance): string[] => rows('d.csv', [header, ...lines], glance);

  it('are placed by their visit', () => {
    expect(told(own, whole)).toEqual(['read 0', 'read 1', 'read 2', 'read 3']);
    const later = ['p,50,1,4280,9', 'p,50,2,41401,9'];
    expect(told([...own, ...later], censored)).toEqual([
      ...['read 0', 'read 1', 'read 2', 'read 3'],
      ...['unread', 'unread'],
    ]);
    const cut = riskGlance('p', history.slice(1), { cut: 3 });
    expect(told(['p,9,1,4280,9', ...own], cut)).toEqual(['unread', 'cut', 'read 0', 'read 1', 'read 2']);
  });

  it('stay open where another visit has the same codes, or not all rows are at hand', () => {
    const twin = own.slice(2).map((row) => row.replace('33', '44'));
    expect(told([...own, ...twin], censored)).toEqual([
      ...['read 0', 'read 1', 'perhaps 0,2', 'perhaps 3'],
      ...['perhaps 0,2', 'perhaps 3'],
    ]);
    const filler = Array.from({ length: 200 }, (_, index) => `p,71,${index + 3},4019,9`);
    expect(told([...own, ...filler], censored).slice(0, 4)).toEqual([
      ...['perhaps 0,2', 'perhaps 1', 'perhaps 0,2', 'perhaps 3'],
    ]);
  });

  it('differ when a row is gone, added to a visit that is read, or given another number', () => {
    const likeness = (lines: string[]): string => held('d.csv', [header, ...lines], censored).likeness;
    expect(likeness(own)).toBe('same');
    expect(likeness([...own, 'p,50,1,4280,9'])).toBe('same');
    // The later visit has the code too, but it does not stand in for the row that is gone.
    expect(likeness([...own.slice(1), 'p,50,1,4280,9'])).toBe('differs');
    expect(likeness([...own, 'p,33,3,4019,9'])).toBe('differs');
    expect(likeness(own.with(0, 'p,71,3,4280,9'))).toBe('differs');
  });

  it('without numbers of visits are held by their codes alone', () => {
    const bare = own.map((row) => row.replace(/,\d+,\d,/, ','));
    const lines = ['subject_id,icd_code,icd_version', ...bare];
    expect(rows('d.csv', lines, whole)).toEqual(['read 0,2', 'read 1', 'read 0,2', 'read 3']);
    expect(rows('d.csv', lines, censored)[1]).toBe('perhaps 1');
    expect(held('d.csv', lines.slice(0, 4), censored).likeness).toBe('differs');
  });
});

describe('MEDS, whose rows have a day', () => {
  const header = 'subject_id,time,code,numeric_value';
  const row = (day: string, code: string): string => `p,${day},DIAGNOSIS//ICD//9//${code},`;
  const own = [
    row('2014-01-05 11:00:00', '4280'),
    row('2014-01-05', '4019'),
    row('2015-02-01', '4280'),
    row('2015-02-01', '25000'),
  ];

  it('are of the visit of that day, and after the index date of none', () => {
    const later = [row('2016-01-01', '4280'), row('2019-03-05', '4019'), row('2019-03-05', '41401')];
    expect(rows('m.csv', [header, ...own, ...later], censored)).toEqual([
      ...['read 0', 'read 1', 'read 2', 'read 3'],
      ...['after', 'after', 'after'],
    ]);
  });

  it('stay open where the model reads no visit of that day', () => {
    const between = row('2014-06-01', '4280');
    expect(rows('m.csv', [header, ...own, between], censored)[4]).toBe('perhaps 0,2');
    expect(rows('m.csv', [header, ...own, between], whole)[4]).toBe('read 0,2');
    const cut = riskGlance('p', history, { cut: 4 });
    expect(rows('m.csv', [header, row('2013-01-01', '4280'), ...own], cut)[0]).toBe('cut');
    const undated = row('', '4280');
    expect(rows('m.csv', [header, ...own, undated], censored)[4]).toBe('perhaps 0,2');
  });

  it('are read of NDJSON too', () => {
    const json = (day: string): string =>
      JSON.stringify({ subject_id: 'p', time: `${day}T10:00:00`, code: 'DIAGNOSIS//ICD//9//4280' });
    const lines = [json('2015-02-01'), json('2016-02-01')];
    const reader = readerOf('m.ndjson', lines);
    const read = new ReadPatient(censored);
    expect(lines.map((text, line) => read.standings(reader.read(text, line)!)[0])).toEqual([
      { kind: 'read', at: [2] },
      { kind: 'after' },
    ]);
  });
});

it('formats whose files need not hold everything are judged by what is at hand', () => {
  const lines = ['person_id,condition_source_value', 'p,4280', 'p,4019'];
  expect(held('c.csv', lines, whole).likeness).toBe('same');
});

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

const folder = shared('mimic-iv-demo-2.2');
const hosp = (table: string): string => shared('mimic-iv-demo-2.2', 'hosp', `${table}.csv`);
const tsv = shared('med-bert-oracle-mimic-iv-demo', 'mimic_iv_demo.medbert.tsv');
const claims = shared('cms-de-synpuf', 'DE1_0_2008_to_2010_Inpatient_Claims_Sample_1.csv');

describe.skipIf(!existsSync(folder) || !existsSync(claims))('real records (needs ../shared/data)', () => {
  const bench = new ImportWorkbench();
  afterAll(() => bench.remove());
  const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);

  /** Patients of a dataset, each with the records of the file that it was made of. */
  async function patientsOf(source: string, file: string) {
    const rowsOf = grouped(await bench.events(await bench.import(source)), (row) => row.patient_id);
    const [header, ...body] = linesOf(file);
    const reader = readerOf(file, [header!, body[0]!]);
    const records = body.map((line, at) => reader.read(line, at + 1)!);
    const linesOfPatient = grouped(records, ({ patient }) => patient);
    return [...rowsOf].map(([id, own]) => ({ own, lines: linesOfPatient.get(id)! }));
  }

  /** What the model reads of a patient with these events. */
  function glanceOf(events: readonly EventRow[], change: Partial<RiskGlance> = {}): RiskGlance {
    const numbers = [...new Set(events.map(({ visit }) => visit))];
    const glance = riskGlance(
      events[0]!.patient_id,
      events.map(({ discharge, code, admit }) => [discharge, code, admit]),
    );
    const visits = numbers.map((number, index) => {
      const { admit, discharge } = events.find(({ visit }) => visit === number)!;
      return { visit: index + 1, admit, discharge, received: 0 };
    });
    const visitOf = (at: number): number => numbers.indexOf(events[at]!.visit) + 1;
    const codes = glance.codes.map((code, at) => ({ ...code, visit: visitOf(at) }));
    return { ...glance, codes, visits, ...change };
  }

  it.each([
    ['MIMIC-IV', folder, hosp('diagnoses_icd')],
    ['Med-BERT', tsv, tsv],
    ['DE-SynPUF', claims, claims],
  ])('of %s are put together into visits as the import does, whole, censored and cut', async (...given) => {
    const [, source, file] = given;
    let [rising, patients] = [0, 0];
    for (const { own, lines } of await patientsOf(source, file)) {
      const likeness = (events: EventRow[], change: Partial<RiskGlance> = {}, of = lines): string =>
        new HeldRecords(new ReadPatient(glanceOf(events, change)), { lines: of, extent: 'whole' }).likeness;
      expect(likeness(own)).toBe('same');
      const half = own.length >> 1;
      // Of claims that overlap, a segment by itself does not tell that it is an old one: no number is shown.
      const isRising = own.every((event, at) => at === 0 || own[at - 1]!.discharge <= event.discharge);
      if (isRising) expect(likeness(own.slice(half), { cut: half })).toBe('same');
      rising += isRising ? 1 : 0;
      const last = own
        .map(({ discharge }) => discharge)
        .sort()
        .at(-1)!;
      const before = own.filter(({ discharge }) => discharge < last);
      if (before.length > 0) expect(likeness(before, { indexDate: last })).toBe('same');
      // Where no row is a repetition, the records differ without any of them.
      const coded = lines.findIndex(({ codes }) => codes.length > 0);
      if (lines.flatMap(({ codes }) => codes).length === own.length)
        expect(likeness(own, {}, lines.toSpliced(coded, 1))).toBe('differs');
      patients += 1;
    }
    expect(rising).toBeGreaterThan(0.95 * patients);
  });

  it('of MIMIC-IV are found in the visit that its table of admissions tells', async () => {
    const [header, ...body] = linesOf(hosp('admissions')).map((line) => line.split(','));
    const [hadm, discharge] = ['hadm_id', 'dischtime'].map((name) => header!.indexOf(name)) as [
      number,
      number,
    ];
    const days = new Map(body.map((fields) => [fields[hadm], fields[discharge]!.slice(0, 10)]));
    const seen = { read: 0, unread: 0, perhaps: 0 };
    for (const { own, lines } of await patientsOf(folder, hosp('diagnoses_icd'))) {
      const last = own.at(-1)!.discharge;
      const before = own.filter((event) => event.discharge < last);
      if (before.length === 0) continue;
      const read = new ReadPatient(glanceOf(before, { indexDate: last }));
      const all = new HeldRecords(read, { lines, extent: 'whole' });
      for (const line of lines) {
        const day = days.get(line.visit)!;
        for (const standing of all.standings(line)) {
          if (standing.kind === 'read') for (const at of standing.at) expect(before[at]!.discharge).toBe(day);
          else if (standing.kind === 'unread') expect(day >= last).toBe(true);
          else expect(standing.kind).toMatch(/perhaps|left-out/);
          if (standing.kind in seen) seen[standing.kind as keyof typeof seen] += 1;
        }
      }
    }
    expect(seen.read).toBeGreaterThan(1000);
    expect(seen.unread).toBeGreaterThan(500);
    expect(seen.perhaps).toBe(0);
  });
});
