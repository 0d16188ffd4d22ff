import { isUtf8 } from 'node:buffer';
import { UserError } from '../protocol/errors';
import { trimName } from './blanks';
import { sqlPathToRead, withDuckDb } from './duckdb';

/** One row of a labels file, as text that has yet to be checked. */
export interface LabelRow {
  readonly patient: string;
  readonly label: string;
  readonly indexDate: string;
}

const columns = ['patient_id', 'label', 'index_date'] as const;

/**
 * Rows of a tab-separated labels file, in order.
 *
 * @throws UserError when it is no such file; the row-wise errors come while iterating.
 */
export function* textLabelRows(bytes: Uint8Array, file: string): Generator<LabelRow> {
  const lines = decode(bytes, file).split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length === 0) throw new UserError('The file is empty.', { file, advice: headerAdvice });
  const header = lines[0]!.split('\t').map((name) => name.trim());
  const [patient, label, indexDate] = places(header, file);
  for (let i = 1; i < lines.length; i++) {
    const fields = lines[i]!.split('\t');
    if (fields.length !== header.length) {
      throw new UserError(
        `The row has ${fields.length === 1 && fields[0] === '' ? 'no' : fields.length} columns, the header has ${header.length}.`,
        { file, row: i + 1, advice: 'Separate the columns with one tab each and leave no row blank.' },
      );
    }
    yield {
      patient: trimName(fields[patient]!),
      label: fields[label]!.trim(),
      indexDate: fields[indexDate]!.trim(),
    };
  }
}

/**
 * Rows of a parquet labels file, in order. Labels may be numbers or booleans, dates may be DATE, a TIMESTAMP at
 * midnight, or text.
 *
 * @throws UserError when it cannot be read or lacks a column.
 */
export async function parquetLabelRows(file: string): Promise<LabelRow[]> {
  return withDuckDb({}, async (connection) => {
    const table = `read_parquet(${sqlPathToRead(file)})`;
    const header = await connection.run(`SELECT * FROM ${table} LIMIT 0`).catch((cause: unknown) => {
      throw new UserError(
        'The file begins like parquet but cannot be read.',
        { file, advice: 'It is damaged or was not written to its end; make it again.' },
        { cause },
      );
    });
    places(header.columnNames(), file);
    const rows = await connection.run(
      `SELECT coalesce(patient_id::VARCHAR, ''),
              CASE TRY_CAST(label AS DOUBLE) WHEN 0 THEN '0' WHEN 1 THEN '1' ELSE '' END,
              coalesce(regexp_replace(index_date::VARCHAR, ' 00:00:00$', ''), '')
       FROM ${table}`,
    );
    return (await rows.getRows()).map(([patient, label, indexDate]) => ({
      patient: trimName(String(patient)),
      label: String(label),
      indexDate: String(indexDate),
    }));
  });
}

const headerAdvice = `The first row must name the columns ${columns.join(', ')}, separated by tabs.`;

/** Where the three columns stand. */
function places(
  header: readonly string[],
  file: string,
): [patient: number, label: number, indexDate: number] {
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const other = header.length === 1 ? delimiterIn(header[0]!) : undefined;
    throw new UserError(
      other === undefined
        ? `The column ${missing.join(' and the column ')} is missing.`
        : `The columns are separated by ${other}, not by tabs.`,
      { file, row: 1, advice: headerAdvice },
    );
  }
  const twice = columns.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice !== undefined) {
    throw new UserError(`The column ${twice} stands there twice.`, { file, row: 1, advice: headerAdvice });
  }
  return [header.indexOf('patient_id'), header.indexOf('label'), header.indexOf('index_date')];
}

function delimiterIn(header: string): string | undefined {
  if (header.includes(',')) return 'commas';
  if (header.includes(';')) return 'semicolons';
  if (header.includes('|')) return 'vertical bars';
  return columns.every((name) => header.includes(name)) ? 'spaces' : undefined;
}

function decode(bytes: Uint8Array, file: string): string {
  const advice = 'Save the file as plain UTF-8 text.';
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new UserError('There is a NUL byte.', { file, row: rowAt(bytes, nul), advice });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError('The text is not UTF-8.', { file, row: firstBadRow(bytes), advice }, { cause });
  }
}

function rowAt(bytes: Uint8Array, position: number): number {
  let row = 1;
  for (let i = 0; i < position; i++) if (bytes[i] === 10) row += 1;
  return row;
}

/** A line break is never part of a longer UTF-8 character, so rows can be tried one by one. */
function firstBadRow(bytes: Uint8Array): number {
  for (let start = 0, row = 1; ; row += 1) {
    const end = bytes.indexOf(10, start);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (!isUtf8(line) || end < 0) return row;
    start = end + 1;
  }
}
