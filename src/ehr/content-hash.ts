import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * SHA-256 over the rows of events.parquet and patients.parquet in their order, before they are written: the
 * same records give the same hash, whatever the machine, the threads or the version of DuckDB.
 *
 * Events are hashed column by column as little-endian 32-bit integers (patient and code as indices into the
 * sorted names, dates as days since 1970), then the names of codes, then the lines of patients. The hash is
 * that of the digests one after another.
 */
export async function hashDataset(
  connection: DuckDBConnection,
  onRows: (rows: number) => void,
): Promise<string> {
  const all = createHash('sha256');
  for (const digest of await hashIntegers(connection, onRows)) all.update(digest);
  all.update(await hashLines(connection, 'SELECT code FROM kept_codes ORDER BY code_index'));
  all.update(
    await hashLines(
      connection,
      `SELECT concat_ws(chr(9), patient, coalesce(birth_date::VARCHAR, ''), coalesce(sex, ''))
       FROM kept_patients LEFT JOIN demographics USING (patient) ORDER BY patient_index`,
    ),
  );
  return all.digest('hex');
}

async function hashIntegers(connection: DuckDBConnection, onRows: (rows: number) => void): Promise<Buffer[]> {
  const result = await connection.stream('SELECT * FROM histories ORDER BY patient_index, visit, priority');
  const hashes = result.columnNames().map(() => createHash('sha256'));
  const bytes = Buffer.alloc(4 * 2048);
  let rows = 0;
  for await (const chunk of result) {
    for (const [index, hash] of hashes.entries()) {
      const column = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row++) {
        bytes.writeInt32LE(column.getItem(row) as number, 4 * row);
      }
      hash.update(bytes.subarray(0, 4 * chunk.rowCount));
    }
    rows += chunk.rowCount;
    onRows(rows);
  }
  return hashes.map((hash) => hash.digest());
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
