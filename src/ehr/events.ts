import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBVector } from '@duckdb/node-api';
import { throwIfCancelled } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import { damagedFile } from './damage';
import { sqlPathToRead } from './duckdb';

/**
 * Some consecutive rows of a dataset (one diagnosis code each) as columns of integers, valid until the next ones
 * are asked for. Only the first `length` elements of a column count. Days count from 1970-01-01.
 */
export interface EventRows {
  readonly length: number;
  /** Index of the patient in the dataset's order, from 0. */
  readonly patient: Int32Array;
  /** Number of the visit in the patient's history, rising. */
  readonly visit: Int32Array;
  /** Rank of the code inside its visit, rising. */
  readonly rank: Int32Array;
  /** Index into the code names. */
  readonly code: Int32Array;
  readonly admit: Int32Array;
  readonly discharge: Int32Array;
}

/**
 * The two tables of a dataset as SQL.
 *
 * @throws UserError when one of the files is missing.
 */
export function datasetTables(folder: string): { readonly events: string; readonly patients: string } {
  const [events, patients] = ['events.parquet', 'patients.parquet'].map((name) => {
    const file = join(folder, name);
    if (!existsSync(file)) throw damagedFile(file, 'This file of the dataset is missing.');
    return `read_parquet(${sqlPathToRead(file)})`;
  });
  return { events: events!, patients: patients! };
}

/** The events of one dataset, read in their order through an open connection. */
export class DatasetEvents {
  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly folder: string,
    private readonly table: string,
    /** Rows in all. */
    readonly rows: number,
    /** Patients in all. */
    readonly patients: number,
    /** Distinct codes in binary order. */
    readonly codeNames: readonly string[],
  ) {}

  /**
   * Opens the events of a dataset; the connection must be this reader's own.
   *
   * @throws UserError when files of the dataset are missing.
   */
  static async open(connection: DuckDBConnection, folder: string): Promise<DatasetEvents> {
    const { events, patients } = datasetTables(folder);
    const totals = await connection.run(
      `SELECT (SELECT count(*)::INTEGER FROM ${events}), (SELECT count(*)::INTEGER FROM ${patients})`,
    );
    const [rowCount, patientCount] = (await totals.getRows())[0] as [number, number];
    // An ENUM, because a join with a table of codes would not keep the order of the rows.
    await connection.run(`CREATE TYPE code_name AS ENUM (SELECT DISTINCT code FROM ${events} ORDER BY code)`);
    const names = await connection.run('SELECT unnest(enum_range(NULL::code_name))::VARCHAR');
    const codeNames = ((await names.getColumns())[0] ?? []).map(String);
    return new DatasetEvents(connection, folder, events, rowCount, patientCount, codeNames);
  }

  /** Ids of the first `limit` patients (or all), by index. */
  async patientIds(limit: number = this.patients): Promise<string[]> {
    // Not from patients.parquet: so ids and rows cannot drift apart.
    const rows = await this.connection.stream(
      `SELECT patient_id FROM ${this.table} WHERE visit = 1 AND priority = 1 LIMIT ${limit}`,
    );
    const ids: string[] = [];
    for await (const chunk of rows) {
      const column = chunk.getColumnVector(0);
      for (let i = 0; i < chunk.rowCount; i++) ids.push(String(column.getItem(i)));
    }
    return ids;
  }

  /**
   * All rows, some thousand at a time.
   *
   * @throws UserError when they are not sorted by patient, visit and rank, CancelledError on abort.
   */
  async *read(options: LongWork & { readonly phase: string }): AsyncGenerator<EventRows> {
    const chunks = await this.connection.stream(
      `SELECT visit, priority, enum_code(code::code_name)::INTEGER,
              (admit - DATE '1970-01-01')::INTEGER, (discharge - DATE '1970-01-01')::INTEGER
       FROM ${this.table}`,
    );
    const rows = emptyRows(2048);
    const order = new RowOrder(this.folder);
    let done = 0;
    for await (const chunk of chunks) {
      throwIfCancelled(options.signal, 'Reading the dataset');
      const length = chunk.rowCount;
      [rows.visit, rows.rank, rows.code, rows.admit, rows.discharge].forEach((column, i) => {
        copyIntegers(chunk.getColumnVector(i), length, column);
      });
      rows.length = length;
      order.number(rows, done);
      done += length;
      options.progress?.({ phase: options.phase, done, total: this.rows, unit: 'rows' });
      yield rows;
    }
    if (done !== this.rows || order.patients !== this.patients) {
      throw damagedFile(this.folder, 'The files of the dataset do not belong together.');
    }
  }
}

/** Numbers the patients of rows in the order of the file, and checks that order. */
class RowOrder {
  patients = 0;
  private visit = 0;
  private rank = 0;

  constructor(private readonly folder: string) {}

  /** Fills `rows.patient`. A patient begins where visit and rank both are 1. */
  number(rows: EventRows, before: number): void {
    for (let i = 0; i < rows.length; i++) {
      const visit = rows.visit[i]!;
      const rank = rows.rank[i]!;
      if (visit === 1 && rank === 1) this.patients += 1;
      else if (visit < this.visit || (visit === this.visit && rank <= this.rank) || this.patients === 0) {
        throw damagedFile(
          this.folder,
          `The events are not sorted by patient, visit and priority (row ${before + i + 2}).`,
        );
      }
      rows.patient[i] = this.patients - 1;
      this.visit = visit;
      this.rank = rank;
    }
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function emptyRows(capacity: number): Writable<EventRows> {
  const column = (): Int32Array => new Int32Array(capacity);
  return {
    length: 0,
    patient: column(),
    visit: column(),
    rank: column(),
    code: column(),
    admit: column(),
    discharge: column(),
  };
}

function copyIntegers(source: DuckDBVector, length: number, target: Int32Array): void {
  for (let i = 0; i < length; i++) target[i] = source.getItem(i) as number;
}
