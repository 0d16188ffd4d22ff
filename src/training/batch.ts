import type { Sizes } from '../engine/shape';
import { groupCount, type LengthGroup, lengthGroups } from './packing';

/** Tokenised patients: token t of patient p stands at offsets[p] + t of the flat arrays. */
export interface TokenizedPatients {
  readonly offsets: ArrayLike<number>;
  /** Vocabulary ids */
  readonly ids: Int32Array;
  readonly ranks: Int32Array;
  readonly visits: Int32Array;
}

/** A packed batch: the feeds of the encoder (see `EncoderInputs`), with what a task needs to add its own. */
export interface PackedBatch {
  readonly groups: number;
  readonly sizes: Sizes;
  readonly feeds: Map<string, Float32Array | Int32Array>;
  /** Patients in batch order b = 0 … B−1 (which is block order, not the order asked for). */
  readonly patients: readonly number[];
  /** Row of the [N, D] matrix at which patient b starts. */
  readonly rows: readonly number[];
  /** Real codes of patient b. */
  readonly lengths: readonly number[];
}

/** What a masked key adds to its attention score: e^−10⁹ is exactly 0. */
const excluded = -1e9;

/** Codes of a patient. */
function lengthOf({ offsets }: TokenizedPatients, patient: number): number {
  return offsets[patient + 1]! - offsets[patient]!;
}

/** The length groups that waste least for these patients. */
export function groupPatients(data: TokenizedPatients, chosen: ArrayLike<number>): LengthGroup[] {
  const lengths = Array.from(chosen, (patient) => lengthOf(data, patient));
  return lengthGroups(lengths, groupCount(lengths.length));
}

/**
 * Packs patients into length groups laid one after another.
 * @param reads `mean`: the pooled vector is the mean over real codes; `first-token`: the first code alone
 */
export function packBatch(
  data: TokenizedPatients,
  chosen: ArrayLike<number>,
  reads: 'mean' | 'first-token' = 'mean',
  groups: readonly LengthGroup[] = groupPatients(data, chosen),
): PackedBatch {
  const B = chosen.length;
  const N = groups.reduce((sum, { members, time }) => sum + members.length * time, 0);
  const [codes, ranks, visits] = [new Int32Array(N), new Int32Array(N), new Int32Array(N)];
  const pool = new Float32Array(B * N);
  const feeds = new Map<string, Float32Array | Int32Array>([
    ['codes', codes],
    ['ranks', ranks],
    ['visits', visits],
    ['pool', pool],
  ]);
  const sizes: Record<string, number> = { N, B };
  const patients: number[] = [];
  const rows: number[] = [];
  const lengths: number[] = [];
  let row = 0;
  groups.forEach(({ members, time }, g) => {
    const keyBias = new Float32Array(members.length * time).fill(excluded);
    members.forEach((member, i) => {
      const patient = chosen[member]!;
      const start = data.offsets[patient]!;
      const length = lengthOf(data, patient);
      const b = patients.length;
      codes.set(data.ids.subarray(start, start + length), row);
      ranks.set(data.ranks.subarray(start, start + length), row);
      visits.set(data.visits.subarray(start, start + length), row);
      keyBias.fill(0, i * time, i * time + length);
      if (reads === 'mean') pool.fill(1 / length, b * N + row, b * N + row + length);
      else pool[b * N + row] = 1;
      patients.push(patient);
      rows.push(row);
      lengths.push(length);
      row += time;
    });
    feeds.set(`keyBias${g}`, keyBias);
    sizes[`B${g}`] = members.length;
    sizes[`T${g}`] = time;
  });
  return { groups: groups.length, sizes, feeds, patients: patients, rows: rows, lengths: lengths };
}
