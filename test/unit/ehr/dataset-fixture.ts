import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from 'vitest';

/** One visit: patient, admission, discharge, codes by rank. Visits of a patient stand in their order. */
export type Visit = readonly [patient: string, admit: string, discharge: string, codes: readonly string[]];
/** Birth date and sex by patient id; null where the source does not know them. */
export type People = Readonly<Record<string, readonly [birth: string | null, sex: string | null]>>;

const text = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

/** A folder of this test file's own, removed when its tests are done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'medbert-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the two tables of a dataset, rows sorted as the importer sorts them. */
export async function writeDataset(
  folder: string,
  visits: readonly Visit[],
  people: People = {},
): Promise<{ folder: string }> {
  const numbers = new Map<string, number>();
  const events = visits.flatMap(([patient, admit, discharge, codes]) => {
    const visit = (numbers.get(patient) ?? 0) + 1;
    numbers.set(patient, visit);
    return codes.map(
      (code, i) =>
        `(${text(patient)}, ${visit}, DATE '${admit}', DATE '${discharge}', ${text(code)}, ${text(code.split('_')[0]!)}, ${i + 1})`,
    );
  });
  const patients = [...numbers].map(([patient, count]) => {
    const [birth, sex] = people[patient] ?? [null, null];
    return `(${text(patient)}, ${text(birth)}::DATE, ${text(sex)}::VARCHAR, ${count}, 0)`;
  });
  await writeTables(folder, events, patients);
  return { folder };
}

async function writeTables(folder: string, events: string[], patients: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await runSql(
    `COPY (SELECT * FROM (VALUES ${events.join(', ')})
             t(patient_id, visit, admit, discharge, code, system, priority)
           ORDER BY patient_id, visit, priority) TO ${text(join(folder, 'events.parquet'))} (FORMAT parquet)`,
    `COPY (SELECT * FROM (VALUES ${patients.join(', ')}) t(patient_id, birth_date, sex, visits, codes)
           ORDER BY patient_id) TO ${text(join(folder, 'patients.parquet'))} (FORMAT parquet)`,
  );
}

/** Runs statements in a DuckDB of their own, independent of the one under test. */
export async function runSql(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const statement of statements) await connection.run(statement);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Labels as `readLabels` returns them. */
export function labelsOf(rows: Readonly<Record<string, readonly [label: 0 | 1, indexDate: string]>>): {
  file: string;
  sha256: string;
  byPatient: Map<string, { label: 0 | 1; indexDate: string }>;
} {
  return {
    file: 'labels.tsv',
    sha256: '',
    byPatient: new Map(
      Object.entries(rows).map(([patient, [label, indexDate]]) => [patient, { label, indexDate }]),
    ),
  };
}
