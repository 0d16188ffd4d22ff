import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../protocol/errors';
import { withDataset } from './damage';
import { sqlPathToRead } from './duckdb';
import { epochDay } from './epoch-day';
import { datasetTables } from './events';
import type { Labels } from './labels';

/** Where each labelled patient stands in a dataset; patients in the order of the labels `[L]`. */
export interface LabelStandings {
  /** 1 when the dataset holds the patient. */
  readonly present: Uint8Array;
  /** 1 when the import left the patient out by its rules. */
  readonly excluded: Uint8Array;
  /** Distinct codes of the visits discharged strictly before the index date. */
  readonly codesBefore: Int32Array;
  /** Patients of the dataset, labelled or not. */
  readonly patients: number;
}

/**
 * Looks the labelled patients up in the dataset in `folder`.
 *
 * @throws UserError on a damaged dataset.
 */
export async function readStandings(labels: Labels, folder: string): Promise<LabelStandings> {
  return withDataset(folder, {}, async (connection) => {
    const tables = datasetTables(folder);
    await stageLabels(connection, labels);
    const present = new Uint8Array(labels.byPatient.size);
    const excluded = new Uint8Array(labels.byPatient.size);
    const codesBefore = new Int32Array(labels.byPatient.size);
    const inTable = (table: string): string =>
      `SELECT place, 1 FROM labelled SEMI JOIN ${table} USING (patient_id)`;
    await fill(connection, inTable(tables.patients), present);
    // A dataset of an earlier version has no list of whom it left out.
    const leftOut = join(folder, 'excluded.parquet');
    if (existsSync(leftOut)) {
      await fill(connection, inTable(`read_parquet(${sqlPathToRead(leftOut)})`), excluded);
    }
    await fill(
      connection,
      `SELECT place, count(DISTINCT code)::INTEGER FROM labelled JOIN ${tables.events} USING (patient_id)
       WHERE discharge < DATE '1970-01-01' + index_day GROUP BY place`,
      codesBefore,
    );
    const [count] = await (
      await connection.run(`SELECT count(*)::INTEGER FROM ${tables.patients}`)
    ).getRows();
    return { present, excluded, codesBefore, patients: Number(count![0]) };
  });
}

/**
 * Whom a labels file keeps out of the pretraining pool of a dataset: `ids` are all labelled patients, `matched` is
 * how many of them the dataset holds, `patients` is how many it holds in all.
 *
 * @throws UserError when nobody or everybody would be excluded, or on a damaged dataset.
 */
export async function excludeLabelled(
  labels: Labels,
  dataset: { readonly folder: string },
): Promise<{ ids: ReadonlySet<string>; matched: number; patients: number }> {
  const { present, patients } = await readStandings(labels, dataset.folder);
  const matched = present.reduce((sum, one) => sum + one, 0);
  const { file } = labels;
  if (matched === 0) {
    throw new UserError(
      `None of the ${labels.byPatient.size} patients of this labels file is in the dataset, so it excludes nobody.`,
      { file, advice: 'Check that the labels belong to this dataset and write patient ids the same way.' },
    );
  }
  if (matched === patients) {
    throw new UserError(
      `All ${patients} patients of the dataset are excluded by this labels file; nobody is left to pretrain on.`,
      { file, advice: 'Leave some patients unlabelled, or exclude only those who will be tested.' },
    );
  }
  return { ids: new Set(labels.byPatient.keys()), matched, patients };
}

/** Makes the table `labelled(place, patient_id, index_day)`; places count from 0 in the order of the labels. */
async function stageLabels(connection: DuckDBConnection, labels: Labels): Promise<void> {
  await connection.run('CREATE TEMP TABLE labelled (place INTEGER, patient_id VARCHAR, index_day INTEGER)');
  const appender = await connection.createAppender('labelled');
  let place = 0;
  for (const [patient, { indexDate }] of labels.byPatient) {
    appender.appendInteger(place++);
    appender.appendVarchar(patient);
    appender.appendInteger(epochDay(indexDate)!);
    appender.endRow();
  }
  appender.closeSync();
}

/** Runs a query of two integer columns, and puts the second where the first says. */
async function fill(
  connection: DuckDBConnection,
  query: string,
  values: Uint8Array | Int32Array,
): Promise<void> {
  for await (const chunk of await connection.stream(query)) {
    const [places, found] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
    for (let i = 0; i < chunk.rowCount; i++) values[places.getItem(i) as number] = found.getItem(i) as number;
  }
}
