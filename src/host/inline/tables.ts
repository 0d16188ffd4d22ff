import { type Field, fieldsOf } from './fields';
import type { CodeMention, LineReader, RecordLine } from './record-line';
import { isDiagnosis, readWritten, systemName } from './written-code';

/** Which columns of a table say what; columns count from 0. */
interface Columns {
  readonly format: string;
  readonly patient: number;
  readonly codes: readonly number[];
  /** The system of all codes, or the column that tells it; null where codes bear it themselves, or nobody tells. */
  readonly system: string | number | null;
  /** Days of the visit, where the table has those by which the import makes visits. */
  readonly stay: { readonly admit: number | null; readonly discharge: number } | null;
}

/** What a format's header must have, by names in small letters. */
type Recognise = (header: readonly string[], record: readonly Field[]) => Columns | undefined;

const delimiters = ['\t', ','] as const;

/**
 * The reader of a table with a header that is known: diagnoses of MIMIC-IV, claims of DE-SynPUF, conditions of OMOP,
 * MEDS as text, our own tables, and Med-BERT's by its seven columns.
 *
 * @param header first line of the text
 * @param record second line
 */
export function recogniseTable(header: string, record: string): LineReader | undefined {
  for (const delimiter of delimiters) {
    const names = fieldsOf(header.replace(/^\ufeff/, ''), delimiter).map(({ text }) => text.toLowerCase());
    if (names.length < 2) continue;
    const first = fieldsOf(record, delimiter);
    for (const recognise of formats) {
      const columns = recognise(names, first);
      if (columns !== undefined) return readerOf(columns, names.length, delimiter);
    }
  }
  return undefined;
}

const formats: readonly Recognise[] = [mimicIv, synpuf, omop, meds, events, medbert];

function mimicIv(header: readonly string[]): Columns | undefined {
  const [patient, code, system] = places(header, 'subject_id', 'icd_code', 'icd_version');
  if (patient === undefined || code === undefined || system === undefined) return undefined;
  return { format: 'MIMIC-IV', patient, codes: [code], system, stay: null };
}

function synpuf(header: readonly string[]): Columns | undefined {
  const [patient, discharge] = places(header, 'desynpuf_id', 'nch_bene_dschrg_dt');
  if (patient === undefined || discharge === undefined) return undefined;
  // The admitting diagnosis has a column too; the import reads the ten of the discharge.
  const codes = header.flatMap((name, index) => (/^icd9_dgns_cd_([1-9]|10)$/.test(name) ? [index] : []));
  if (codes.length === 0) return undefined;
  const [admit = null] = places(header, 'clm_admsn_dt');
  return { format: 'DE-SynPUF', patient, codes, system: 'ICD9', stay: { admit, discharge } };
}

/** The day of a condition is not that of its visit, and its system stands in another table. */
function omop(header: readonly string[]): Columns | undefined {
  const [patient, code] = places(header, 'person_id', 'condition_source_value');
  if (patient === undefined || code === undefined) return undefined;
  return { format: 'OMOP', patient, codes: [code], system: null, stay: null };
}

function meds(header: readonly string[]): Columns | undefined {
  const [patient, time, code] = places(header, 'subject_id', 'time', 'code');
  if (patient === undefined || time === undefined || code === undefined) return undefined;
  return { format: 'MEDS', patient, codes: [code], system: null, stay: null };
}

/** The events of a dataset as a table. */
function events(header: readonly string[]): Columns | undefined {
  const [patient, code] = places(header, 'patient_id', 'code');
  if (patient === undefined || code === undefined) return undefined;
  const [admit = null, discharge, system = null] = places(header, 'admit', 'discharge', 'system');
  const stay = discharge === undefined ? null : { admit, discharge };
  return { format: 'events', patient, codes: [code], system, stay };
}

/** Seven columns by position, whatever their names; the first record tells it from other tables of seven columns. */
function medbert(header: readonly string[], record: readonly Field[]): Columns | undefined {
  if (header.length !== 7) return undefined;
  const [, , discharge, code] = record;
  const isRecord =
    discharge !== undefined &&
    dayOf(discharge.text) !== null &&
    /^[a-z][a-z0-9]*_\S+$/i.test(code?.text ?? '');
  const isNamed = /patient/.test(header[0]!) && /diag|code/.test(header[3]!);
  if (!isRecord && !isNamed) return undefined;
  return { format: 'Med-BERT', patient: 0, codes: [3], system: null, stay: { admit: 1, discharge: 2 } };
}

function places(header: readonly string[], ...names: readonly string[]): (number | undefined)[] {
  return names.map((name) => {
    const index = header.indexOf(name);
    return index < 0 ? undefined : index;
  });
}

function readerOf(columns: Columns, width: number, delimiter: string): LineReader {
  return {
    format: columns.format,
    read(text, line) {
      if (line === 0) return undefined;
      const fields = fieldsOf(text, delimiter);
      // A torn record, or one of several lines: what stands in it cannot be told for sure.
      return fields.length === width ? recordOf(fields, columns) : undefined;
    },
  };
}

function recordOf(fields: readonly Field[], columns: Columns): RecordLine | undefined {
  const patient = fields[columns.patient]!.text;
  if (patient === '') return undefined;
  const system =
    typeof columns.system === 'number' ? systemName(fields[columns.system]!.text) : columns.system;
  const codes = columns.codes
    .map((column) => fields[column]!)
    .filter(({ text }) => text.trim() !== '' && (columns.format !== 'MEDS' || isDiagnosis(text)))
    .map((field): CodeMention => {
      const { start, end, text } = field;
      // Without an own column or a prefix there is no code of Med-BERT's format.
      const code = readWritten(text, system);
      return { start, end, code: columns.format === 'Med-BERT' && code?.system === null ? null : code };
    });
  const { stay } = columns;
  if (stay === null) return { patient, codes };
  const admit = stay.admit === null ? null : dayOf(fields[stay.admit]!.text);
  return { patient, codes, stay: { admit, discharge: dayOf(fields[stay.discharge]!.text) } };
}

/** `2014-03-01`, `20140301` or a time of that day as `2014-03-01`; null for anything else. */
function dayOf(text: string): string | null {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})(?:[ T].*)?$/.exec(text) ?? [];
  return day === undefined ? null : `${year}-${month}-${day}`;
}
