import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { CancelledError, UserError } from '../protocol/errors';
import { explainDuckDbError, sqlPathToRead, withDuckDb, type DuckDbOptions } from './duckdb';

/** Columns of the files of a dataset with their types, as `dataset-files.ts` writes them. */
const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'events.parquet': {
    patient_id: 'VARCHAR',
    visit: 'INTEGER',
    admit: 'DATE',
    discharge: 'DATE',
    code: 'VARCHAR',
    system: 'VARCHAR',
    priority: 'INTEGER',
  },
  'patients.parquet': { patient_id: 'VARCHAR', birth_date: 'DATE', sex: 'VARCHAR' },
  'excluded.parquet': { patient_id: 'VARCHAR' },
};

/**
 * Runs `work` on a DuckDB of its own, with errors that tell a damaged dataset from a bug.
 *
 * @throws UserError naming the file when one of the dataset in `folder` is truncated, altered or another table;
 * what `withDuckDb` throws.
 */
export async function withDataset<T>(
  folder: string,
  options: DuckDbOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  return withDuckDb(options, async (connection) => {
    try {
      return await work(connection);
    } catch (error) {
      throw await explainDamage(connection, folder, error, options.signal);
    }
  });
}

/**
 * Turns a failure to read a dataset into a UserError that names the damaged file. Only when something has failed
 * are the files read from end to end: where they turn out whole, the error comes back as it is, because it is a bug.
 */
export async function explainDamage(
  connection: DuckDBConnection,
  folder: string,
  error: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  if (isExplained(explainDuckDbError(error, signal))) return error;
  for (const [name, columns] of Object.entries(files)) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    try {
      if (await isWhole(connection, file, columns)) continue;
      return damagedFile(file, 'This file of the dataset holds another table.', error);
    } catch (cause) {
      if (isExplained(explainDuckDbError(cause, signal))) return cause;
      return damagedFile(file, 'This file of the dataset cannot be read.', cause);
    }
  }
  return error;
}

/** What is said of a dataset that cannot be read as it stands. */
export function damagedFile(file: string, what: string, cause?: unknown): UserError {
  return new UserError(
    what,
    { file, advice: 'The dataset is damaged; import the records again.' },
    { cause },
  );
}

function isExplained(error: unknown): boolean {
  return error instanceof UserError || error instanceof CancelledError;
}

/** False when columns are missing or of other types; throws what DuckDB throws at content that is no parquet. */
async function isWhole(
  connection: DuckDBConnection,
  file: string,
  columns: Readonly<Record<string, string>>,
): Promise<boolean> {
  const table = `read_parquet(${sqlPathToRead(file)}) AS content`;
  const header = await connection.run(`SELECT * FROM ${table} LIMIT 0`);
  const types = new Map(header.columnNames().map((name, i) => [name, String(header.columnType(i))]));
  if (Object.entries(columns).some(([name, type]) => types.get(name) !== type)) return false;
  // Hashing takes every byte of every column, where counting would look at the end of the file only.
  await connection.run(`SELECT max(hash(content)) FROM ${table}`);
  return true;
}
