import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../protocol/errors';
import { queryRows } from './duckdb';
import { rowOfPlace } from './place';
import type { Table } from './table';

/**
 * Throws a UserError when two rows of `relation` (with a column `place`) have the same `key` (SQL columns).
 * `what` names the thing in the singular: `patient`.
 */
export async function refuseDuplicates(
  connection: DuckDBConnection,
  tables: readonly Table[],
  relation: string,
  key: string,
  what: string,
): Promise<void> {
  const pairs = await queryRows(
    connection,
    `SELECT first, second, count(*) OVER () AS count FROM (
       SELECT min(place) AS first, min(place, 2)[2] AS second FROM ${relation}
       GROUP BY ${key} HAVING count(*) > 1)
     ORDER BY second LIMIT 1`,
  );
  const [pair] = pairs;
  if (pair === undefined) return;
  const place = (value: unknown): { table: Table; row: number } => {
    const table = tables[Math.floor(Number(value) / 2 ** 40)]!;
    return { table, row: rowOfPlace(table, Number(value)) };
  };
  const first = place(pair['first']);
  const second = place(pair['second']);
  const count = Number(pair['count']).toLocaleString('en');
  throw new UserError(
    `The same ${what} stands here and in ${first.table.file.name}, row ${first.row} ` +
      `(${count} such ${what}s in all).`,
    {
      file: second.table.file.name,
      row: second.row,
      advice: 'Import every file once, and keep one row for each.',
    },
  );
}
