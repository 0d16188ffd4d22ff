import type { SourceFormat } from '../../protocol/dataset';
import { type Field, dayOf } from './fields';
import { isDiagnosis } from './written-code';

/** Which columns of a table say what; columns count from 0, null = there is none. */
export interface Columns {
  /** Name of the format, for people. */
  readonly format: string;
  readonly patient: number;
  readonly codes: readonly number[];
  /** The system of all codes, or the column that tells it; null where codes bear it themselves, or nobody tells. */
  readonly system: string | number | null;
  /** Days of the visit, where the table has those by which the import makes visits. */
  readonly stay: { readonly admit: number | null; readonly discharge: number } | null;
  /** A day of the visit, where there is no more. */
  readonly day: number | null;
  /** What rows of one visit have in common. */
  readonly visit: number | null;
  /** By what the import orders the codes of a visit: by these columns, then by the order of `codes`. */
  readonly ranks: readonly number[] | null;
  /** The format by which the import reads such a table. */
  readonly source: SourceFormat | null;
  /** Whether every code that the import takes of a patient has a row in the table. */
  readonly holdsAll: boolean;
  /** Whether a text in a column of codes is one. */
  readonly accepts: (text: string) => boolean;
  /** Whether the import leaves out codes that do not tell their system. */
  readonly needsSystem: boolean;
}

/** What a format's header must have, by names in small letters. A format is one entry here. */
type Recognise = (header: readonly string[], record: readonly Field[]) => Columns | undefined;

const formats: readonly Recognise[] = [mimicIv, synpuf, omop, meds, events, medbert];

/** The columns of a table by its header (names in small letters) and first record; undefined for an unknown table. */
export function columnsOf(header: readonly string[], record: readonly Field[]): Columns | undefined {
  for (const recognise of formats) {
    const columns = recognise(header, record);
    if (columns !== undefined) return columns;
  }
  return undefined;
}

/** What most formats do not have. */
const nothingElse = {
  system: null,
  stay: null,
  day: null,
  visit: null,
  ranks: null,
  source: null,
  holdsAll: false,
  accepts: () => true,
  needsSystem: false,
} as const;

function mimicIv(header: readonly string[]): Columns | undefined {
  const [patient, code, system] = places(header, 'subject_id', 'icd_code', 'icd_version');
  if (patient === undefined || code === undefined || system === undefined) return undefined;
  const [visit = null] = places(header, 'hadm_id');
  const ranks = all(places(header, 'seq_num'));
  const columns = { format: 'MIMIC-IV', patient, codes: [code], system, visit, ranks };
  return { ...nothingElse, ...columns, source: 'mimic-iv', holdsAll: true };
}

function synpuf(header: readonly string[]): Columns | undefined {
  const [patient, discharge] = places(header, 'desynpuf_id', 'nch_bene_dschrg_dt');
  if (patient === undefined || discharge === undefined) return undefined;
  // The admitting diagnosis has a column too; the import reads the ten of the discharge.
  const names = Array.from({ length: 10 }, (_, index) => `icd9_dgns_cd_${index + 1}`);
  const codes = places(header, ...names).filter((column) => column !== undefined);
  if (codes.length === 0) return undefined;
  const [admit = null, visit = null] = places(header, 'clm_admsn_dt', 'clm_id');
  const ranks = all(places(header, 'segment'));
  const columns = { format: 'DE-SynPUF', patient, codes, system: 'ICD9', visit, ranks };
  return { ...nothingElse, ...columns, stay: { admit, discharge }, source: 'synpuf', holdsAll: true };
}

/** The day of a condition is not that of its visit, and its system stands in another table. */
function omop(header: readonly string[]): Columns | undefined {
  const [patient, code] = places(header, 'person_id', 'condition_source_value');
  if (patient === undefined || code === undefined) return undefined;
  return { ...nothingElse, format: 'OMOP', patient, codes: [code] };
}

function meds(header: readonly string[]): Columns | undefined {
  const [patient, day, code] = places(header, 'subject_id', 'time', 'code');
  if (patient === undefined || day === undefined || code === undefined) return undefined;
  return {
    ...nothingElse,
    format: 'MEDS',
    patient,
    codes: [code],
    day,
    holdsAll: true,
    accepts: isDiagnosis,
  };
}

/** The events of a dataset as a table. */
function events(header: readonly string[]): Columns | undefined {
  const [patient, code] = places(header, 'patient_id', 'code');
  if (patient === undefined || code === undefined) return undefined;
  const [admit = null, discharge, system = null] = places(header, 'admit', 'discharge', 'system');
  const [visit = null] = places(header, 'visit');
  const stay = discharge === undefined ? null : { admit, discharge };
  const ranks = all(places(header, 'priority'));
  const columns = { format: 'events', patient, codes: [code], system, stay, visit, ranks };
  return { ...nothingElse, ...columns, holdsAll: true };
}

/**
 * Seven columns by position, whatever their names; the first record tells it from other tables of seven columns. A
 * visit is all that has one day of discharge.
 */
function medbert(header: readonly string[], record: readonly Field[]): Columns | undefined {
  if (header.length !== 7) return undefined;
  const [, , discharge, code] = record;
  const isRecord =
    discharge !== undefined &&
    dayOf(discharge.text) !== null &&
    /^[a-z][a-z0-9]*_\S+$/i.test(code?.text ?? '');
  const isNamed = /patient/.test(header[0]!) && /diag|code/.test(header[3]!);
  if (!isRecord && !isNamed) return undefined;
  return {
    ...nothingElse,
    format: 'Med-BERT',
    patient: 0,
    codes: [3],
    stay: { admit: 1, discharge: 2 },
    visit: 2,
    // Present on admission, third-party indicator, priority.
    ranks: [4, 6, 5],
    source: 'medbert',
    holdsAll: true,
    needsSystem: true,
  };
}

function places(header: readonly string[], ...names: readonly string[]): (number | undefined)[] {
  return names.map((name) => {
    const index = header.indexOf(name);
    return index < 0 ? undefined : index;
  });
}

/** Null when one of the columns is missing. */
function all(columns: readonly (number | undefined)[]): number[] | null {
  const present = columns.filter((column) => column !== undefined);
  return present.length === columns.length ? present : null;
}
