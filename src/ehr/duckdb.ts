import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { CancelledError, UserError } from '../protocol/errors';

export interface DuckDbOptions {
  /** What DuckDB may hold in memory before it spills to `tempDirectory`, such as `1500MB`. */
  readonly memoryLimit?: string;
  /** Worker threads; all cores when absent. */
  readonly threads?: number;
  /** Where DuckDB spills; a fresh folder under the system's own, removed afterwards, when absent. */
  readonly tempDirectory?: string;
  readonly signal?: AbortSignal;
}

const defaultMemoryLimit = '1500MB';
/** An interrupt that falls between two statements is lost, so it is repeated until the work ends. */
const interruptEveryMs = 50;

/**
 * Runs `work` on an in-memory DuckDB that spills to disk and never reaches for the network.
 * Throws CancelledError when `signal` fires, UserError when disk or memory run out.
 */
export async function withDuckDb<T>(
  options: DuckDbOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  if (options.signal?.aborted) throw new CancelledError();
  const ownTemp = options.tempDirectory === undefined ? await mkdtemp(join(tmpdir(), 'medbert-')) : undefined;
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  let release = (): void => {};
  try {
    instance = await DuckDBInstance.create(':memory:', {
      memory_limit: options.memoryLimit ?? defaultMemoryLimit,
      temp_directory: ownTemp ?? options.tempDirectory!,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    });
    connection = await instance.connect();
    release = interruptOnAbort(connection, options.signal);
    return await work(connection);
  } catch (error) {
    throw explainDuckDbError(error, options.signal);
  } finally {
    release();
    connection?.closeSync();
    instance?.closeSync();
    if (ownTemp !== undefined) await rm(ownTemp, { recursive: true, force: true });
  }
}

/** Repeats `connection.interrupt()` from the moment the signal fires; returns the function that ends it. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), interruptEveryMs);
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return () => {
    signal.removeEventListener('abort', start);
    clearInterval(timer);
  };
}

/**
 * Turns an error of DuckDB into one that may be shown: no space and no memory become UserErrors.
 * Messages about values are cut down to their kind, because DuckDB quotes the value.
 */
export function explainDuckDbError(error: unknown, signal?: AbortSignal): unknown {
  if (!(error instanceof Error) || error instanceof UserError || error instanceof CancelledError) {
    return error;
  }
  const { message } = error;
  if (signal?.aborted && /interrupt/i.test(message)) return new CancelledError();
  if (/No space left on device|not enough space|File too large|max_temp_directory_size/i.test(message)) {
    return new UserError(
      'The disk is full.',
      { advice: 'Free some space (about the size of the records again), or choose a home on another disk.' },
      { cause: error },
    );
  }
  if (/^Out of Memory Error/.test(message)) {
    return new UserError(
      'The memory limit was too small for these records.',
      { advice: 'Raise the memory limit, or use fewer threads.' },
      { cause: error },
    );
  }
  const valueError = /^(Conversion|Invalid Input|Out of Range|Constraint) Error/.exec(message);
  return valueError ? new Error(`DuckDB: ${valueError[0]} (details withheld: they quote records)`) : error;
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as an SQL literal for DuckDB's readers, which would take `*`, `?` and `[` for patterns. */
export function sqlPathToRead(path: string): string {
  return sqlText(path.replace(/[*?[]/g, (character) => `[${character}]`));
}

/** The first row of a query as an object; numbers that DuckDB returns as BIGINT become numbers. */
export async function queryRow(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>> {
  const [row] = await queryRows(connection, sql);
  if (row === undefined) throw new Error('A query that must return a row returned none.');
  return row;
}

/** All rows of a small query as objects; BIGINT and HUGEINT become numbers, lists become arrays. */
export async function queryRows(
  connection: DuckDBConnection,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRowObjectsJS()
    .map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return Array.isArray(value) ? value.map(plain) : value;
}
