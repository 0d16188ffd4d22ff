import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../protocol/errors';
import { sqlTrimName } from './blanks';
import { queryRow, queryRows, sqlPathToRead, sqlText } from './duckdb';
import { columnIndex, type Delimiter } from './header';
import { isGzip, type SourceFile, type TextCheck } from './source-file';

/** A source file after its check, with the column names of its first row. */
export interface Table {
  readonly file: SourceFile;
  readonly check: TextCheck;
  readonly delimiter: Delimiter;
  readonly header: readonly string[];
}

/** How a date is written. A non-empty text that is no real date in exactly this form is an error. */
export type DateForm = 'YYYY-MM-DD' | 'YYYYMMDD' | 'YYYY-MM-DD HH:MM:SS';

/** A column to load, by name or position: text (never null), or a date (null when empty). */
export interface Column {
  readonly from: string | number;
  readonly date?: DateForm;
  /** A name that rows are joined by: ASCII blanks around it are cut off. */
  readonly key?: boolean;
}

/**
 * Loads columns of a table into the temporary table `into`, in the order of the file: `rowid` counts the
 * records from 0. Every value is read as text, so `00845` stays what it is.
 * Throws a UserError naming the row on broken records, unreadable dates and a table without records.
 */
export async function loadTable(
  connection: DuckDBConnection,
  table: Table,
  into: string,
  columns: Readonly<Record<string, Column>>,
): Promise<void> {
  const selected = Object.entries(columns).map(([name, column]) => {
    const index =
      typeof column.from === 'number' ? column.from : columnIndex(table.file, table.header, column.from);
    const value = column.key === true ? sqlTrimName(`c${index}`) : `c${index}`;
    return { name, column, text: `coalesce(${value}, '')` };
  });
  const dates = selected.filter(({ column }) => column.date !== undefined);
  const outputs = selected.flatMap(({ name, column, text }) => {
    if (column.date === undefined) return [`${text} AS ${name}`];
    const value = sqlDate(text, column.date);
    return [`${value} AS ${name}`, `(${text} <> '' AND ${value} IS NULL) AS ${name}_unreadable`];
  });
  await connection.run(`CREATE TEMP TABLE ${into} AS SELECT ${outputs.join(', ')} FROM ${readCsv(table)}`);
  await refuseBrokenRecords(connection, table, into);
  for (const { name, column } of dates) await refuseUnreadableDates(connection, table, into, name, column);
}

/** Row of the file that a record (from 0) stands in: after the header and the blank lines before it. */
export function rowOfRecord(table: Table, record: number): number {
  let row = record + 2;
  for (const blank of table.check.blankLines) {
    if (blank > row) break;
    row++;
  }
  return row;
}

// The strict parser stops at a change of line ends. Without it `records` must still be as many as the lines.
function readCsv({ file, check, delimiter, header }: Table): string {
  const columns = header.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  return `read_csv(${sqlPathToRead(file.path)}, auto_detect = false, header = true,
    delim = ${sqlText(delimiter)}, quote = '"', escape = '"', columns = {${columns}},
    compression = '${isGzip(file) ? 'gzip' : 'none'}', hive_partitioning = false,
    strict_mode = ${!check.mixedLineEnds}, ignore_errors = true, store_rejects = true, rejects_limit = 1000)`;
}

/** SQL for the date that a text is; null unless writing the date out again gives the same text. */
function sqlDate(text: string, form: DateForm): string {
  if (form === 'YYYY-MM-DD HH:MM:SS') return sqlExact(text, 'TIMESTAMP', form.length);
  if (form === 'YYYY-MM-DD') return sqlExact(text, 'DATE', form.length);
  const dashed = `(${text}[1:4] || '-' || ${text}[5:6] || '-' || ${text}[7:8])`;
  return `CASE WHEN length(${text}) = 8 THEN ${sqlExact(dashed, 'DATE', 10)} END`;
}

function sqlExact(text: string, type: string, length: number): string {
  const value = `TRY_CAST(${text} AS ${type})`;
  return `CASE WHEN length(${text}) = ${length} AND CAST(${value} AS VARCHAR) = ${text} THEN ${value} END`;
}

const brokenRecords: Record<string, string> = {
  'MISSING COLUMNS': 'The record has fewer columns than the first row.',
  'TOO MANY COLUMNS': 'The record has more columns than the first row.',
  'UNQUOTED VALUE': 'A quotation mark in the record is not closed, or not doubled.',
};

async function refuseBrokenRecords(
  connection: DuckDBConnection,
  { file, check }: Table,
  into: string,
): Promise<void> {
  // The rejected text itself is never read: it holds records.
  const [rejected] = await queryRows(
    connection,
    `SELECT line, error_type::VARCHAR AS kind FROM reject_errors ORDER BY line LIMIT 1`,
  );
  if (rejected !== undefined) {
    throw new UserError(brokenRecords[String(rejected['kind'])] ?? 'The record cannot be read.', {
      file: file.name,
      row: Number(rejected['line']),
      advice: 'Correct this row, or export the table again.',
    });
  }
  const { records } = await queryRow(connection, `SELECT count(*) AS records FROM ${into}`);
  if (check.lines === 1) {
    throw new UserError('The table has column names but no records.', {
      file: file.name,
      advice: 'Check that the export was finished.',
    });
  }
  if (records !== check.lines - 1) {
    throw new UserError('A value goes over several lines.', {
      file: file.name,
      advice: 'Look for a quotation mark that is opened and not closed, and write one record in each line.',
    });
  }
}

async function refuseUnreadableDates(
  connection: DuckDBConnection,
  table: Table,
  into: string,
  name: string,
  column: Column,
): Promise<void> {
  const { count, records } = await queryRow(
    connection,
    `SELECT count(*) AS count, min(rowid, 10) AS records FROM ${into} WHERE ${name}_unreadable`,
  );
  if (count === 0) return;
  const rows = (records as number[]).map((record) => rowOfRecord(table, record));
  const title = table.header[Number(column.from)] ?? String(column.from);
  throw new UserError(
    `The column ${title} holds ${Number(count).toLocaleString('en')} texts that are no real dates written as ` +
      `${column.date}; first rows: ${rows.join(', ')}.`,
    {
      file: table.file.name,
      row: rows[0]!,
      advice: `Write every date as ${column.date} (spreadsheets like to change them), or leave it empty.`,
    },
  );
}
