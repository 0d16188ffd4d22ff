import type { DuckDBConnection } from '@duckdb/node-api';
import { codeProblems, readCode, type DotRule } from './codes';

/**
 * Makes the temporary table `codes(raw, code, code_no, system, problem)` with a row for every distinct code
 * of `diagnoses` as it is written; `code_no` numbers the codes as they are read, in the order of their names,
 * and is null for codes that cannot be used; `problem` is an index into `codeProblems` or null. A code is
 * read once, however many rows have it.
 */
export async function makeCodeTable(connection: DuckDBConnection, dots: DotRule): Promise<void> {
  await connection.run(
    'CREATE TEMP TABLE read_codes (raw VARCHAR, code VARCHAR, system VARCHAR, problem VARCHAR)',
  );
  await appendReadCodes(connection, 'SELECT DISTINCT code FROM diagnoses', 'read_codes', dots);
  const sqlProblems = `[${codeProblems.map((problem) => `'${problem}'`).join(', ')}]`;
  await connection.run(`
    CREATE TEMP TABLE codes AS
      SELECT raw, code, system,
        list_position(${sqlProblems}, problem)::TINYINT - 1 AS problem,
        CASE WHEN code IS NOT NULL THEN (dense_rank() OVER (ORDER BY code NULLS LAST))::INTEGER END AS code_no
      FROM read_codes;
    DROP TABLE read_codes`);
}

/** Appends (raw, code, system, problem) to `into` for each text that `query` returns. */
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
      const { code, system, problem } = readCode(String(raw), dots);
      appender.appendVarchar(String(raw));
      for (const text of [code, system, problem]) {
        if (text === null) appender.appendNull();
        else appender.appendVarchar(text);
      }
      appender.endRow();
    }
  }
  appender.closeSync();
}
