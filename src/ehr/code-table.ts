import type { DuckDBConnection } from '@duckdb/node-api';
import { codeProblems, readCode, type DotRule } from './codes';

/** Of this many distinct ICD-9 numbers some begin with 0 (infections, 001 to 099: about one in fourteen). */
const enoughForZeros = 200;

/**
 * Makes the temporary table `codes(raw, code, code_no, system, problem, spaced)` with a row for every distinct code
 * of `diagnoses` as it is written; `code_no` numbers the codes as they are read, in the order of their names,
 * and is null for codes that cannot be used; `problem` is an index into `codeProblems` or null. A code is
 * read once, however many rows have it.
 */
export async function makeCodeTable(connection: DuckDBConnection, dots: DotRule): Promise<void> {
  await connection.run(
    'CREATE TEMP TABLE read_codes (raw VARCHAR, code VARCHAR, system VARCHAR, problem VARCHAR, spaced BOOLEAN)',
  );
  await appendReadCodes(connection, 'SELECT DISTINCT code FROM diagnoses', 'read_codes', dots);
  const sqlProblems = `[${codeProblems.map((problem) => `'${problem}'`).join(', ')}]`;
  await connection.run(`
    CREATE TEMP TABLE codes AS
      SELECT raw, code, system, spaced,
        list_position(${sqlProblems}, problem)::TINYINT - 1 AS problem,
        CASE WHEN code IS NOT NULL THEN (dense_rank() OVER (ORDER BY code NULLS LAST))::INTEGER END AS code_no
      FROM read_codes;
    DROP TABLE read_codes`);
  await suspectLostZeros(connection);
}

/**
 * Marks short undotted ICD-9 numbers when none of the source begins with 0, although among a few hundred
 * some would: a spreadsheet has cut the zeros off, and nobody can tell which of the numbers had one.
 */
async function suspectLostZeros(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    UPDATE codes SET problem = ${codeProblems.indexOf('lost-leading-zero')}
    WHERE problem IS NULL AND regexp_full_match(raw, 'ICD9_[0-9]{3,4}')
      AND (SELECT count(*) >= ${enoughForZeros} AND count(*) FILTER (WHERE starts_with(raw, 'ICD9_0')) = 0
           FROM codes WHERE regexp_full_match(raw, 'ICD9_[0-9]{3,5}'))`);
}

/** Appends (raw, code, system, problem, spaced) to `into` for each text that `query` returns. */
export async function appendReadCodes(
  connection: DuckDBConnection,
  query: string,
  into: string,
  dots: DotRule,
): Promise<void> {
  // Held in pieces: a damaged source may have as many codes as rows.
  const result = await connection.stream(query);
  const appender = await connection.createAppender(into);
  for await (const rows of result.yieldRows()) {
    for (const [raw] of rows) {
      const { code, system, problem, spaced } = readCode(String(raw), dots);
      appender.appendVarchar(String(raw));
      for (const text of [code, system, problem]) {
        if (text === null) appender.appendNull();
        else appender.appendVarchar(text);
      }
      appender.appendBoolean(spaced);
      appender.endRow();
    }
  }
  appender.closeSync();
}
