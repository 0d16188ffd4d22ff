import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../../protocol/errors';
import { plausibleDays } from '../../protocol/plausible-days';
import { refuseDuplicates } from '../duplicates';
import { sqlPlace } from '../place';
import type { SourceFile } from '../source-file';
import { loadTable } from '../table';
import type { FoundFile, RecordFormat, RoleTable, Source, Staged } from './format';

const required = ['admissions', 'diagnoses_icd', 'patients'] as const;

/**
 * Hospital tables of MIMIC-IV: a visit is a `hadm_id`, ordered by its admission time; a code's rank is its
 * `seq_num`. Dates are shifted by the publisher into the 22nd century.
 */
export const mimicIv: RecordFormat = {
  name: 'mimic-iv',
  recognisedBy: 'a folder (or its folder hosp) with the tables admissions, diagnoses_icd and patients',
  plausible: plausibleDays['mimic-iv'],
  find,
  stage,
};

function find(source: Source): Promise<readonly FoundFile[] | null> {
  const found = required.map((role) => ({ role, file: tableFile(source, role) }));
  const recognised = found[0]!.file !== undefined && found[1]!.file !== undefined;
  if (!recognised) return Promise.resolve(null);
  const missing = found.filter(({ file }) => file === undefined).map(({ role }) => `${role}.csv`);
  if (missing.length > 0) {
    throw new UserError(`The folder of MIMIC-IV tables lacks ${missing.join(' and ')}.`, {
      file: source.path,
      advice: 'Put admissions, diagnoses_icd and patients (.csv or .csv.gz) into one folder.',
    });
  }
  const descriptions = tableFile(source, 'd_icd_diagnoses');
  return Promise.resolve([
    ...found.map(({ role, file }) => csv(role, file!)),
    ...(descriptions === undefined ? [] : [csv('d_icd_diagnoses', descriptions)]),
  ]);
}

function csv(role: string, file: SourceFile): FoundFile {
  return { role, file, delimiter: ',', leastColumns: 3 };
}

function tableFile(source: Source, table: string): SourceFile | undefined {
  const pattern = new RegExp(`^(?:hosp/)?${table}\\.csv(?:\\.gz)?$`);
  const files = source.isFolder ? source.files.filter(({ name }) => pattern.test(name)) : [];
  if (files.length > 1) {
    throw new UserError(`There are ${files.length} files of the table ${table}.`, {
      file: source.path,
      advice: `Keep one of ${files.map(({ name }) => name).join(' and ')}.`,
    });
  }
  return files[0];
}

async function stage(connection: DuckDBConnection, tables: readonly RoleTable[]): Promise<Staged> {
  const at = (role: string): number => tables.findIndex((table) => table.role === role);
  const [admissions, diagnoses, patients] = required.map(at) as [number, number, number];
  await loadTable(connection, tables[admissions]!, 'admission_rows', {
    patient: { from: 'subject_id', key: true },
    visit: { from: 'hadm_id', key: true },
    admittime: { from: 'admittime', date: 'YYYY-MM-DD HH:MM:SS' },
    dischtime: { from: 'dischtime', date: 'YYYY-MM-DD HH:MM:SS' },
  });
  await loadTable(connection, tables[diagnoses]!, 'diagnosis_rows', {
    patient: { from: 'subject_id', key: true },
    visit: { from: 'hadm_id', key: true },
    seq_num: { from: 'seq_num' },
    icd_code: { from: 'icd_code' },
    icd_version: { from: 'icd_version', key: true },
  });
  await loadTable(connection, tables[patients]!, 'patient_rows', {
    patient: { from: 'subject_id', key: true },
    sex: { from: 'gender' },
    anchor_age: { from: 'anchor_age' },
    anchor_year: { from: 'anchor_year' },
  });
  // The publisher tells the year of birth only (as anchor year − anchor age): its first day stands for it.
  await connection.run(`
    CREATE TEMP VIEW stays AS
      SELECT ${sqlPlace(admissions)} AS place, patient, visit, admittime::DATE AS admit,
        dischtime::DATE AS discharge, admittime AS start, coalesce(dischtime < admittime, false) AS reversed
      FROM admission_rows;
    CREATE TEMP VIEW diagnoses AS
      SELECT ${sqlPlace(diagnoses)} AS place, patient, visit,
        CASE WHEN trim(icd_code) = '' THEN '' ELSE 'ICD' || icd_version || '_' || trim(icd_code) END AS code,
        seq_num AS rank1, '' AS rank2, '' AS rank3
      FROM diagnosis_rows;
    CREATE TEMP VIEW people AS
      SELECT ${sqlPlace(patients)} AS place, patient, sex,
        TRY_CAST(lpad((TRY_CAST(anchor_year AS INTEGER) - TRY_CAST(anchor_age AS INTEGER))::VARCHAR, 4, '0')
          || '-01-01' AS DATE) AS birth_date
      FROM patient_rows`);
  await refuseDuplicates(connection, tables, 'people', 'patient', 'patient');
  await refuseDuplicates(connection, tables, 'stays', 'visit', 'admission');
  const hasDescriptions = await stageDescriptions(connection, tables);
  return { tables, problems: [], hasDescriptions, bulky: ['diagnosis_rows'], people: tables[patients]! };
}

async function stageDescriptions(
  connection: DuckDBConnection,
  tables: readonly RoleTable[],
): Promise<boolean> {
  const table = tables.find(({ role }) => role === 'd_icd_diagnoses');
  if (table === undefined) return false;
  await loadTable(connection, table, 'description_rows', {
    icd_code: { from: 'icd_code' },
    icd_version: { from: 'icd_version', key: true },
    description: { from: 'long_title' },
  });
  await connection.run(`CREATE TEMP VIEW descriptions AS
    SELECT 'ICD' || icd_version || '_' || trim(icd_code) AS code, description FROM description_rows`);
  return true;
}
