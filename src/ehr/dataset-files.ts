import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { appendReadCodes } from './code-table';
import type { DotRule } from './codes';
import { sqlText } from './duckdb';

/** Writes events.parquet: `patient_id, visit, admit, discharge, code, system, priority`, in this order. */
export async function writeEvents(connection: DuckDBConnection, folder: string): Promise<void> {
  // The order is asked for again, because a join that spills to disk does not keep it.
  await copy(
    connection,
    `SELECT patient AS patient_id, visit, DATE '1970-01-01' + admit AS admit,
       DATE '1970-01-01' + discharge AS discharge, code, system, priority
     FROM histories JOIN kept_patients USING (patient_index) JOIN kept_codes USING (code_index)
     ORDER BY patient_index, visit, priority`,
    join(folder, 'events.parquet'),
  );
}

/**
 * Writes patients.parquet: `patient_id, birth_date, sex, visits, codes`, sorted by patient; `codes` counts
 * the patient's distinct codes.
 */
export async function writePatients(connection: DuckDBConnection, folder: string): Promise<void> {
  await copy(
    connection,
    `SELECT patient AS patient_id, birth_date, sex, visits, kept_patients.codes AS codes
     FROM kept_patients LEFT JOIN demographics USING (patient) ORDER BY patient_index`,
    join(folder, 'patients.parquet'),
  );
}

/**
 * Writes excluded.parquet: `patient_id` of everybody in the source whom the rules left out, sorted, so that
 * their labels can be told from those of patients that nobody knows.
 */
export async function writeExcluded(connection: DuckDBConnection, folder: string): Promise<void> {
  await copy(
    connection,
    'SELECT patient AS patient_id FROM patients ANTI JOIN kept_patients USING (patient_no) ORDER BY patient_no',
    join(folder, 'excluded.parquet'),
  );
}

/** Writes descriptions.parquet: `code, description` of the codes in the dataset, sorted by code. */
export async function writeDescriptions(
  connection: DuckDBConnection,
  folder: string,
  dots: DotRule,
): Promise<void> {
  await connection.run(
    'CREATE TEMP TABLE described (raw VARCHAR, code VARCHAR, system VARCHAR, problem VARCHAR, spaced BOOLEAN)',
  );
  await appendReadCodes(connection, 'SELECT DISTINCT code FROM descriptions', 'described', dots);
  await copy(
    connection,
    `SELECT kept_codes.code AS code, min(description) AS description
     FROM descriptions
     JOIN described ON descriptions.code = described.raw
     JOIN kept_codes ON described.code = kept_codes.code
     WHERE description <> '' GROUP BY kept_codes.code ORDER BY kept_codes.code`,
    join(folder, 'descriptions.parquet'),
  );
}

async function copy(connection: DuckDBConnection, query: string, path: string): Promise<void> {
  await connection.run(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
}
