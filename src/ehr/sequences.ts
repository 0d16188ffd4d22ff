import type { LongWork } from '../protocol/progress';
import { withDuckDb } from './duckdb';
import { epochDay } from './epoch-day';
import { DatasetEvents } from './events';
import type { Labels } from './labels';

export { streamSequences, type SequenceRecord } from './sequence-stream';

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

/** Which patients, and how much of them, {@link loadSequences} reads. */
export interface SequenceSelection {
  /** Ids of patients to leave out. */
  readonly exclude?: ReadonlySet<string>;
  /** Keep labelled patients only, and of each only visits discharged strictly before the index date. */
  readonly labels?: Labels;
}

/**
 * Reads the sequences of a dataset into memory: about 12 bytes a code.
 *
 * With labels, a stay that reaches to the index date or beyond is left out whole, because its diagnoses are
 * coded at discharge. Labelled patients with nothing before their index date do not appear; `checkLabels`
 * counts them.
 *
 * @throws UserError on a damaged dataset, CancelledError on abort.
 */
export async function loadSequences(
  dataset: { readonly folder: string },
  options: LongWork & SequenceSelection = {},
): Promise<PatientSequences> {
  return withDuckDb({ memoryLimit: '512MB', ...pickSignal(options) }, async (connection) => {
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

const everything = 0x7fff_ffff;
const nothing = -0x8000_0000;

/** First day of each patient whose discharges the selection hides. */
function censoringDays(ids: readonly string[], { exclude, labels }: SequenceSelection): Int32Array {
  return Int32Array.from(ids, (id) => {
    if (exclude?.has(id)) return nothing;
    if (labels === undefined) return everything;
    const label = labels.byPatient.get(id);
    return label === undefined ? nothing : epochDay(label.indexDate)!;
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

/** Renumbers `codes` in place to the names that occur, and returns these. */
function dropUnused(codes: Int32Array, names: readonly string[]): readonly string[] {
  const renumbered = new Int32Array(names.length);
  for (const code of codes) renumbered[code] = 1;
  const used = names.filter((_, code) => renumbered[code] === 1);
  if (used.length === names.length) return names;
  for (let code = 0, next = 0; code < names.length; code++) {
    if (renumbered[code] === 1) renumbered[code] = next++;
  }
  for (let t = 0; t < codes.length; t++) codes[t] = renumbered[codes[t]!]!;
  return used;
}

/**
 * Shortens patients with more than `maxLength` codes to their last `maxLength`, or leaves such patients out.
 * Of a shortened patient the visits are renumbered from 1, ranks stay (the first visit may have lost its first
 * codes), and `longStay` stays: it belongs to the patient. Returns the same object when nothing changes.
 */
export function keepLast(
  sequences: PatientSequences,
  maxLength: number,
  longPatients: 'keep-last' | 'drop',
): PatientSequences {
  const { offsets } = sequences;
  const lengthOf = (patient: number): number => offsets[patient + 1]! - offsets[patient]!;
  const all = Int32Array.from(sequences.patients.keys());
  const chosen = longPatients === 'drop' ? all.filter((patient) => lengthOf(patient) <= maxLength) : all;
  const tokens = chosen.reduce((sum, patient) => sum + Math.min(lengthOf(patient), maxLength), 0);
  if (tokens === sequences.codes.length) return sequences;

  const shortened = {
    patients: Array.from(chosen, (patient) => sequences.patients[patient]!),
    offsets: new Float64Array(chosen.length + 1),
    codes: new Int32Array(tokens),
    visits: new Int32Array(tokens),
    ranks: new Int32Array(tokens),
    longStay: Uint8Array.from(chosen, (patient) => sequences.longStay[patient]!),
    codeNames: sequences.codeNames,
  };
  let to = 0;
  chosen.forEach((patient, p) => {
    const end = offsets[patient + 1]!;
    const from = Math.max(offsets[patient]!, end - maxLength);
    shortened.codes.set(sequences.codes.subarray(from, end), to);
    shortened.ranks.set(sequences.ranks.subarray(from, end), to);
    for (let t = from; t < end; t++) {
      shortened.visits[to + t - from] = sequences.visits[t]! - sequences.visits[from]! + 1;
    }
    to += end - from;
    shortened.offsets[p + 1] = to;
  });
  return shortened;
}

function pickSignal({ signal }: LongWork): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
