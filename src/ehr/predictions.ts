import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  DOUBLE,
  DuckDBDataChunk,
  UTINYINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { explainFileError, partialPath } from '../files/atomic';
import { syncFile, syncFolder } from '../files/sync';
import { UserError } from '../protocol/errors';
import { sqlPathToRead, sqlText, withDuckDb } from './duckdb';

/** Scores of a run, one row per patient. */
export interface Predictions {
  readonly patient: readonly string[];
  /** 0 or 1. */
  readonly label: Uint8Array;
  /** Predicted probability of label 1. */
  readonly score: Float64Array;
  /** `train`, `validation` or `test`. */
  readonly split: readonly string[];
}

/** Parts of a pretraining pool, by their number in {@link writePool}. */
export const poolSplits = ['train', 'validation', 'test'] as const;
export type PoolSplit = (typeof poolSplits)[number];

/**
 * Writes `predictions.parquet` (`patient_id, label, score, split`): beside, synced, renamed.
 *
 * @throws UserError on a full disk or missing permission; nothing is left then.
 */
export async function writePredictions(file: string, rows: Predictions): Promise<void> {
  const columns: ParquetColumn[] = [
    { name: 'patient_id', type: VARCHAR, at: (i) => rows.patient[i]! },
    { name: 'label', type: UTINYINT, at: (i) => rows.label[i]! },
    { name: 'score', type: DOUBLE, at: (i) => rows.score[i]! },
    { name: 'split', type: VARCHAR, at: (i) => rows.split[i]! },
  ];
  const length = rows.patient.length;
  if ([rows.label, rows.score, rows.split].some((column) => column.length !== length)) {
    throw new RangeError('The columns of predictions differ in length.');
  }
  await writeParquet(file, columns, length);
}

/**
 * Reads what {@link writePredictions} wrote, in the same order.
 *
 * @throws UserError when the file is missing or is no such table.
 */
export async function readPredictions(file: string): Promise<Predictions> {
  const [patient, label, score, split] = await readParquet(file, ['patient_id', 'label', 'score', 'split']);
  return {
    patient: patient!.map(String),
    label: Uint8Array.from(label!, Number),
    score: Float64Array.from(score!, Number),
    split: split!.map(String),
  };
}

/**
 * Writes `pool.parquet` (`patient_id, split`): which patients an encoder has seen, and as what.
 *
 * @param split index into {@link poolSplits} by patient.
 * @throws UserError on a full disk or missing permission; nothing is left then.
 */
export async function writePool(file: string, patients: readonly string[], split: Uint8Array): Promise<void> {
  if (split.length !== patients.length || split.some((part) => part >= poolSplits.length)) {
    throw new RangeError('Every patient of a pool needs one of its parts.');
  }
  const columns: ParquetColumn[] = [
    { name: 'patient_id', type: VARCHAR, at: (i) => patients[i]! },
    { name: 'split', type: VARCHAR, at: (i) => poolSplits[split[i]!]! },
  ];
  await writeParquet(file, columns, patients.length);
}

/**
 * Reads what {@link writePool} wrote: the part of each patient, in the same order.
 *
 * @throws UserError when the file is missing or is no such table.
 */
export async function readPool(file: string): Promise<ReadonlyMap<string, PoolSplit>> {
  const [patients, splits] = await readParquet(file, ['patient_id', 'split']);
  const known: readonly unknown[] = poolSplits;
  if (!splits!.every((split) => known.includes(split))) throw foreign(file);
  return new Map(patients!.map((patient, i) => [String(patient), splits![i] as PoolSplit]));
}

interface ParquetColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly at: (row: number) => DuckDBValue;
}

async function writeParquet(file: string, columns: readonly ParquetColumn[], rows: number): Promise<void> {
  const partial = partialPath(file);
  try {
    // Opened here first, because DuckDB does not tell a missing folder or permission in a way to be understood.
    writeFileSync(partial, '', { flag: 'wx' });
    await withDuckDb({ memoryLimit: '512MB' }, async (connection) => {
      await connection.run(
        `CREATE TABLE rows (${columns.map(({ name, type }) => `${name} ${String(type)} NOT NULL`).join(', ')})`,
      );
      await append(connection, columns, rows);
      // Without its own temporary file: what a kill leaves behind must bear the partial's name to be found again.
      await connection.run(
        `COPY rows TO ${sqlText(partial)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
      );
    });
    syncFile(partial);
    renameSync(partial, file);
    syncFolder(dirname(file));
  } catch (error) {
    rmSync(partial, { force: true });
    throw explainFileError(error, file);
  }
}

async function append(
  connection: DuckDBConnection,
  columns: readonly ParquetColumn[],
  rows: number,
): Promise<void> {
  const chunkRows = 2048;
  const appender = await connection.createAppender('rows');
  try {
    for (let start = 0; start < rows; start += chunkRows) {
      const length = Math.min(chunkRows, rows - start);
      const chunk = DuckDBDataChunk.create(columns.map(({ type }) => type));
      chunk.setColumns(columns.map(({ at }) => Array.from({ length }, (_, i) => at(start + i))));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

async function readParquet(file: string, names: readonly string[]): Promise<DuckDBValue[][]> {
  if (!existsSync(file)) {
    throw new UserError('The file is missing.', {
      file,
      advice: 'Check that the run has finished and that its folder is whole; otherwise make the run again.',
    });
  }
  return withDuckDb({}, async (connection) => {
    const rows = await connection
      .run(`SELECT ${names.join(', ')} FROM read_parquet(${sqlPathToRead(file)})`)
      .catch((cause: unknown) => {
        throw foreign(file, cause);
      });
    return rows.getColumns();
  });
}

function foreign(file: string, cause?: unknown): UserError {
  return new UserError(
    'The file is damaged or is not what its name says.',
    { file, advice: 'Take it from the run folder unchanged, or make the run again.' },
    { cause },
  );
}
