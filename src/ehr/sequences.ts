import type { LongWork } from '../protocol/progress';
import { censoringDays, type SequenceSelection } from './censoring';
import { withDataset } from './damage';
import { DatasetEvents } from './events';
import { dropUnused } from './shortening';

export type { SequenceSelection } from './censoring';

/** A patient has a prolonged stay when any stay is longer than this many days. */
export const prolongedStayDays = 7;

/**
 * All patients of a dataset (or the labelled ones, censored) as flat arrays. Token t of patient p stands at
 * offsets[p] + t. Patients are sorted by id, tokens by visit and rank.
 */
export interface PatientSequences {
  /** Ids `[P]`, in binary order. */
  readonly patients: readonly string[];
  /** Where each patient's tokens begin, and the end of the last `[P + 1]`. */
  readonly offsets: Float64Array;
  /** Index into `codeNames` `[ΣT]`. */
  readonly codes: Int32Array;
  /** Number of the visit among those kept of the patient, from 1, gap-free `[ΣT]`. */
  readonly visits: Int32Array;
  /** Rank of the code inside its visit by priority, from 1 `[ΣT]`. */
  readonly ranks: Int32Array;
  /** 1 when any visit that lies in the patient's input is longer than 7 days, else 0 `[P]`. */
  readonly longStay: Uint8Array;
  /** The distinct codes that occur, in binary order. */
  readonly codeNames: readonly string[];
}

/**
 * Reads the sequences of a dataset into memory: about 12 bytes a code.
 *
 * With labels, a stay that reaches to the index date or beyond is left out whole, because its diagnoses are
 * coded at discharge. Labelled patients with nothing before their index date do not appear; `checkLabels`
 * counts them. Who had too few codes by then still does: see `withEnoughCodes`.
 *
 * @throws UserError on a damaged dataset, CancelledError on abort.
 */
export async function loadSequences(
  dataset: { readonly folder: string },
  options: LongWork & SequenceSelection = {},
): Promise<PatientSequences> {
  const duckDb = { memoryLimit: '512MB', ...pickSignal(options) };
  return withDataset(dataset.folder, duckDb, async (connection) => {
    const events = await DatasetEvents.open(connection, dataset.folder);
    const ids = await events.patientIds();
    const firstHidden = censoringDays(ids, options);
    const builder = new SequenceBuilder(events.rows, ids, events.codeNames);
    for await (const rows of events.read({ ...options, phase: 'reading sequences' })) {
      for (let i = 0; i < rows.length; i++) {
        if (rows.discharge[i]! >= firstHidden[rows.patient[i]!]!) continue;
        const isLong = rows.discharge[i]! - rows.admit[i]! > prolongedStayDays;
        builder.add(rows.patient[i]!, rows.visit[i]!, rows.rank[i]!, rows.code[i]!, isLong);
      }
    }
    return builder.finish();
  });
}

/** Takes rows one by one into arrays that are large enough for all of them. */
class SequenceBuilder {
  private readonly codes: Int32Array;
  private readonly visits: Int32Array;
  private readonly ranks: Int32Array;
  private readonly offsets: Float64Array;
  private readonly longStay: Uint8Array;
  private readonly kept: string[] = [];
  private tokens = 0;
  private patient = -1;
  private visit = 0;
  private visitNumber = 0;

  constructor(
    rows: number,
    private readonly ids: readonly string[],
    private readonly codeNames: readonly string[],
  ) {
    // Pages that are never written cost no memory, so the upper bound is a good size.
    this.codes = new Int32Array(rows);
    this.visits = new Int32Array(rows);
    this.ranks = new Int32Array(rows);
    this.offsets = new Float64Array(ids.length + 1);
    this.longStay = new Uint8Array(ids.length);
  }

  add(patient: number, visit: number, rank: number, code: number, isLong: boolean): void {
    if (patient !== this.patient) {
      this.offsets[this.kept.length] = this.tokens;
      this.kept.push(this.ids[patient]!);
      this.patient = patient;
      this.visitNumber = 1;
    } else if (visit !== this.visit) {
      this.visitNumber += 1;
    }
    this.visit = visit;
    this.codes[this.tokens] = code;
    this.visits[this.tokens] = this.visitNumber;
    this.ranks[this.tokens] = rank;
    this.tokens += 1;
    if (isLong) this.longStay[this.kept.length - 1] = 1;
  }

  finish(): PatientSequences {
    const patients = this.kept.length;
    this.offsets[patients] = this.tokens;
    const codes = shorten(this.codes, this.tokens);
    return {
      patients: this.kept,
      offsets: shorten(this.offsets, patients + 1),
      codes,
      visits: shorten(this.visits, this.tokens),
      ranks: shorten(this.ranks, this.tokens),
      longStay: shorten(this.longStay, patients),
      codeNames: dropUnused(codes, this.codeNames),
    };
  }
}

/** The first `length` elements; a copy when something was left out, so that the rest is given back. */
function shorten<A extends Int32Array | Float64Array | Uint8Array>(array: A, length: number): A {
  return (length === array.length ? array : array.slice(0, length)) as A;
}

function pickSignal({ signal }: LongWork): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
