import type { DuckDBConnection } from '@duckdb/node-api';
import type { LongWork } from '../protocol/progress';
import { censoringDays, type SequenceSelection } from './censoring';
import { explainDamage } from './damage';
import { explainDuckDbError, withDuckDb } from './duckdb';
import { DatasetEvents } from './events';

/** What a model sees of one patient, and the times around it. */
export interface SequenceRecord {
  readonly patient: string;
  /** Codes by visit, then rank. */
  readonly codes: string[];
  /** Number of the visit of each code, from 1. */
  readonly visits: number[];
  /** Rank of each code inside its visit, from 1. */
  readonly ranks: number[];
  /** Days from admission to discharge of each visit; 0 when both are on one day. */
  readonly stays: number[];
  /**
   * Days from the discharge of the visit before to the admission of each visit; 0 for the first.
   * Negative when a stay begins before the one that was discharged earlier has ended.
   */
  readonly gaps: number[];
}

/**
 * The patients of a dataset one after another in binary order of their ids, unshortened: all of them whole, or, with
 * labels, what fine-tuning sees: labelled patients, of each the visits discharged strictly before the index date,
 * where these hold at least `rules.minCodes` distinct codes.
 * Memory does not grow with the number of codes. Stop reading at any time; everything is closed then.
 *
 * @throws UserError on a damaged dataset, CancelledError on abort.
 */
export async function* streamSequences(
  dataset: { readonly folder: string; readonly rules?: { readonly minCodes: number } },
  options: LongWork & Pick<SequenceSelection, 'labels'> & { readonly limit?: number } = {},
): AsyncGenerator<SequenceRecord> {
  const { signal, labels, limit = Number.POSITIVE_INFINITY } = options;
  if (limit <= 0) return;
  // Whole histories have been through this rule at import.
  const minCodes = labels === undefined ? 1 : (dataset.rules?.minCodes ?? 1);
  const opened = await openConnection(signal);
  let given = 0;
  try {
    const events = await DatasetEvents.open(opened.connection, dataset.folder);
    for await (const record of readRecords(events, options)) {
      if (new Set(record.codes).size < minCodes) continue;
      yield record;
      given += 1;
      if (given >= limit) return;
    }
  } catch (error) {
    const explained = await explainDamage(opened.connection, dataset.folder, error, signal);
    throw explainDuckDbError(explained, signal);
  } finally {
    await opened.close();
  }
}

/** Records of all patients of whom something is to be seen. */
async function* readRecords(
  events: DatasetEvents,
  options: LongWork & Pick<SequenceSelection, 'labels'> & { readonly limit?: number },
): AsyncGenerator<SequenceRecord> {
  const { labels, limit = events.patients } = options;
  // One more than asked for, so that the last of these is known to be complete.
  const ids = await events.patientIds(
    labels === undefined ? Math.min(limit + 1, events.patients) : undefined,
  );
  const firstHidden = censoringDays(ids, options);
  let current: RecordInTheMaking | undefined;
  for await (const rows of events.read({ ...options, phase: 'reading sequences' })) {
    for (let i = 0; i < rows.length; i++) {
      const patient = rows.patient[i]!;
      if (rows.discharge[i]! >= firstHidden[patient]!) continue;
      if (current?.index !== patient) {
        if (current !== undefined) yield current.record;
        current = new RecordInTheMaking(patient, ids[patient]!);
      }
      current.add(
        rows.visit[i]!,
        rows.rank[i]!,
        events.codeNames[rows.code[i]!]!,
        rows.admit[i]!,
        rows.discharge[i]!,
      );
    }
  }
  if (current !== undefined) yield current.record;
}

class RecordInTheMaking {
  readonly record: SequenceRecord;
  private visit = 0;
  private lastDischarge = 0;

  constructor(
    readonly index: number,
    patient: string,
  ) {
    this.record = { patient, codes: [], visits: [], ranks: [], stays: [], gaps: [] };
  }

  add(visit: number, rank: number, code: string, admit: number, discharge: number): void {
    const { codes, visits, ranks, stays, gaps } = this.record;
    if (visit !== this.visit) {
      gaps.push(stays.length === 0 ? 0 : admit - this.lastDischarge);
      stays.push(discharge - admit);
      this.visit = visit;
      this.lastDischarge = discharge;
    }
    codes.push(code);
    visits.push(stays.length);
    ranks.push(rank);
  }
}

/** Keeps a connection open for a generator, which cannot live inside the callback of `withDuckDb`. */
async function openConnection(
  signal: AbortSignal | undefined,
): Promise<{ connection: DuckDBConnection; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const work = withDuckDb(
      { memoryLimit: '512MB', ...(signal === undefined ? {} : { signal }) },
      (connection) =>
        new Promise<void>((release) => {
          resolve({
            connection,
            close: () => {
              release();
              return work;
            },
          });
        }),
    );
    work.catch(reject);
  });
}
