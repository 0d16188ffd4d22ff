import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * SHA-256 over the rows of events.parquet and patients.parquet in their order, taken before they are written:
 * the same records give the same hash, whatever the machine, the threads or the version of DuckDB.
 *
 * It is the hash of five digests: of the codes (index into the sorted names · 2, + 1 where a visit begins),
 * of the visits (number, admission and discharge as days since 1970), both as little-endian 32-bit integers;
 * of the names of codes, of the patients' visit counts and of the patients, as lines of text. Together they
 * tell the rows: a priority is the place of a code in its visit.
 */
export async function hashDataset(
  connection: DuckDBConnection,
  onRows: (rows: number) => void,
): Promise<string> {
  const codes = 'SELECT 2 * code_index + (priority = 1)::INTEGER FROM histories';
  const visits = 'SELECT visit, admit, discharge FROM histories WHERE priority = 1';
  const names = 'SELECT code FROM kept_codes ORDER BY code_index';
  const counts = 'SELECT visits::VARCHAR FROM kept_patients ORDER BY patient_index';
  const patients = `
    SELECT concat_ws(chr(9), patient, coalesce(birth_date::VARCHAR, ''), coalesce(sex, ''))
    FROM kept_patients LEFT JOIN demographics USING (patient) ORDER BY patient_index`;
  const all = createHash('sha256');
  all.update(await hashIntegers(connection, codes, onRows));
  all.update(await hashIntegers(connection, visits, () => {}));
  for (const query of [names, counts, patients]) all.update(await hashLines(connection, query));
  return all.digest('hex');
}

/** Hash of the integers of a query, row by row. */
async function hashIntegers(
  connection: DuckDBConnection,
  query: string,
  onRows: (rows: number) => void,
): Promise<Buffer> {
  const result = await connection.stream(query);
  const width = result.columnCount;
  const bytes = new DataView(new ArrayBuffer(4 * width * 2048));
  const hash = createHash('sha256');
  let rows = 0;
  for await (const chunk of result) {
    for (let index = 0; index < width; index++) {
      const column = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row++) {
        bytes.setInt32(4 * (row * width + index), column.getItem(row) as number, true);
      }
    }
    hash.update(new Uint8Array(bytes.buffer, 0, 4 * width * chunk.rowCount));
    rows += chunk.rowCount;
    onRows(rows);
  }
  return hash.digest();
}

/** Hash of the texts of a query with one column, one line each. */
async function hashLines(connection: DuckDBConnection, query: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of await connection.stream(query)) {
    const column = chunk.getColumnVector(0);
    let lines = '';
    for (let row = 0; row < chunk.rowCount; row++) lines += `${String(column.getItem(row))}\n`;
    hash.update(lines);
  }
  return hash.digest();
}
