import type { DuckDBConnection } from '@duckdb/node-api';
import type { LongWork } from '../../protocol/progress';
import { censoringDays } from '../censoring';
import { damagedFile, withDataset } from '../damage';
import { queryRows } from '../duckdb';
import { epochDay } from '../epoch-day';
import { DatasetEvents, datasetTables } from '../events';
import type { Labels } from '../labels';
import { GroupTally } from './group-tally';
import { History, unknownDay, type Demographics } from './history';

/** A dataset counted once from end to end, without any small number taken out yet. */
export interface CountedCohort {
  readonly rows: number;
  readonly codeNames: readonly string[];
  /** Everybody whole, by whether the cohort has them. */
  readonly inside: GroupTally;
  readonly outside: GroupTally;
  /** The labelled patients up to their index dates; null without labels. */
  readonly cohort: { readonly cases: GroupTally; readonly controls: GroupTally } | null;
}

export interface CountOptions extends LongWork {
  readonly labels: Labels | null;
  /** Labelled patients with fewer distinct codes before their index date are not in the cohort. */
  readonly minCodes: number;
}

/**
 * Counts a dataset in one pass over its events. Memory grows with patients and codes, not with rows.
 *
 * @throws UserError on a damaged dataset, CancelledError on abort.
 */
export async function countCohort(folder: string, options: CountOptions): Promise<CountedCohort> {
  const { labels, minCodes, signal } = options;
  const duckDb = { memoryLimit: '1GB', ...(signal === undefined ? {} : { signal }) };
  return withDataset(folder, duckDb, async (connection) => {
    const events = await DatasetEvents.open(connection, folder);
    const ids = await events.patientIds();
    const people = await readDemographics(connection, folder, ids);
    const isIcd10 = await icd10Codes(connection, folder, events.codeNames);
    const tally = (): GroupTally => new GroupTally(isIcd10);
    const counted = { inside: tally(), outside: tally(), cases: tally(), controls: tally() };
    const hidden = labels === null ? null : censoringDays(ids, { labels });
    const close = (history: History): void => {
      const label = labels?.byPatient.get(ids[history.patient]!);
      const isUsed =
        label !== undefined &&
        counted[label.label === 1 ? 'cases' : 'controls'].add(history, people, {
          before: hidden![history.patient]!,
          measuredAt: epochDay(label.indexDate)!,
          minCodes,
        });
      counted[isUsed ? 'inside' : 'outside'].add(history, people);
    };
    const history = new History();
    for await (const rows of events.read({ ...options, phase: 'counting visits and codes' })) {
      for (let i = 0; i < rows.length; i++) {
        if (rows.patient[i] !== history.patient) {
          if (history.visits > 0) close(history);
          history.clear(rows.patient[i]!);
        }
        history.add(rows, i);
      }
    }
    if (history.visits > 0) close(history);
    const { inside, outside, cases, controls } = counted;
    const { rows, codeNames } = events;
    return { rows, codeNames, inside, outside, cohort: labels === null ? null : { cases, controls } };
  });
}

/** Birth days and sexes in the order of the events. */
async function readDemographics(
  connection: DuckDBConnection,
  folder: string,
  ids: readonly string[],
): Promise<Demographics> {
  const birth = new Int32Array(ids.length).fill(unknownDay);
  const sex = new Uint8Array(ids.length);
  const chunks = await connection.stream(
    `SELECT patient_id, (birth_date - DATE '1970-01-01')::INTEGER, CASE sex WHEN 'F' THEN 1 WHEN 'M' THEN 2 ELSE 0 END
     FROM ${datasetTables(folder).patients}`,
  );
  let patient = 0;
  for await (const chunk of chunks) {
    const [id, day, code] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
    for (let i = 0; i < chunk.rowCount; i++, patient++) {
      if (String(id!.getItem(i)) !== ids[patient]) {
        throw damagedFile(folder, 'The files of the dataset do not belong together.');
      }
      birth[patient] = (day!.getItem(i) as number | null) ?? unknownDay;
      sex[patient] = code!.getItem(i) as number;
    }
  }
  return { birth, sex };
}

async function icd10Codes(
  connection: DuckDBConnection,
  folder: string,
  codeNames: readonly string[],
): Promise<Uint8Array> {
  const rows = await queryRows(
    connection,
    `SELECT DISTINCT code FROM ${datasetTables(folder).events} WHERE system = 'ICD10'`,
  );
  const icd10 = new Set(rows.map((row) => String(row['code'])));
  return Uint8Array.from(codeNames, (name) => (icd10.has(name) ? 1 : 0));
}
