import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withDataset } from './damage';
import { queryRows, sqlPathToRead, sqlText, withDuckDb } from './duckdb';
import { datasetTables } from './events';

/** When a visit was, as `YYYY-MM-DD`. */
export interface VisitDates {
  readonly admit: string;
  readonly discharge: string;
}

/**
 * Visits of one patient in their order: all of them, or those discharged strictly before a day.
 *
 * @throws UserError on a damaged dataset
 */
export async function readVisitDates(
  folder: string,
  patient: string,
  before: string | null,
): Promise<VisitDates[]> {
  const rows = await withDataset(folder, { threads: 1 }, async (connection) => {
    const { events } = datasetTables(folder);
    const seen = before === null ? '' : `AND discharge < DATE ${sqlText(before)}`;
    return queryRows(
      connection,
      `SELECT admit::VARCHAR AS admit, discharge::VARCHAR AS discharge FROM ${events}
       WHERE patient_id = ${sqlText(patient)} AND priority = 1 ${seen} ORDER BY visit`,
    );
  });
  return rows.map(({ admit, discharge }) => ({ admit: String(admit), discharge: String(discharge) }));
}

/** Descriptions of a dataset's codes; empty where its source has none. */
export async function readDescriptions(folder: string): Promise<ReadonlyMap<string, string>> {
  const file = join(folder, 'descriptions.parquet');
  if (!existsSync(file)) return new Map();
  return withDuckDb({ threads: 1 }, async (connection) => {
    const table = await connection.run(`SELECT code, description FROM read_parquet(${sqlPathToRead(file)})`);
    const [codes, descriptions] = await table.getColumns();
    return new Map(codes?.map((code, i) => [String(code), String(descriptions![i])]));
  });
}
