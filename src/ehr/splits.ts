import { createHash } from 'node:crypto';
import { UserError } from '../protocol/errors';

/** Shares of the patients that go to each part; they add up to 1. */
export interface SplitFractions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Indices into the patients that were split, each part in hash order. */
export interface PatientSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

const parts = ['train', 'validation', 'test'] as const;

/**
 * Splits patients at random. A patient's place depends on the seed and its own id alone ({@link hashOrder}),
 * so the order of `patients` does not matter, and one patient more moves at most one other across each of
 * the two borders. Every part with a share above 0 gets at least one patient.
 *
 * @throws UserError when there are fewer patients than parts.
 */
export function splitPatients(
  patients: readonly string[],
  fractions: SplitFractions,
  seed: number,
): PatientSplit {
  return cut(hashOrder(patients, seed), [0], () => 0, fractions);
}

/**
 * As {@link splitPatients}, with the same share of each label in every part.
 *
 * @param labels of `patients`, in their order.
 * @throws UserError when a part would lack a class.
 */
export function splitStratified(
  patients: readonly string[],
  labels: ArrayLike<0 | 1>,
  fractions: SplitFractions,
  seed: number,
): PatientSplit {
  return cut(hashOrder(patients, seed), [0, 1], (patient) => labels[patient]!, fractions);
}

/**
 * The first `size` patients of a stratified order: `nestedSubset(…, n)` begins `nestedSubset(…, m)` for n < m,
 * so a sweep over sizes only ever adds patients. Labels stand in the proportion they have in `order`, rounded,
 * but there is at least one of each class.
 *
 * @param order training patients in hash order, as a split returns them.
 * @param labels by patient index (not by place in `order`).
 * @throws UserError when `size` exceeds the patients there are, or cannot hold both classes.
 */
export function nestedSubset(order: Int32Array, labels: ArrayLike<number>, size: number): Int32Array {
  if (size > order.length) {
    throw new UserError(
      `There are ${order.length} labelled training patients, fewer than the ${size} asked for.`,
      {
        advice: 'Ask for fewer patients, or give more labels.',
      },
    );
  }
  const positives = order.filter((patient) => labels[patient] === 1);
  const negatives = order.filter((patient) => labels[patient] === 0);
  if (size < 2 || positives.length === 0 || negatives.length === 0) {
    throw new UserError(`${size} training patients cannot hold both classes.`, {
      advice: 'Training needs at least one patient with label 1 and one with label 0.',
    });
  }
  const subset = new Int32Array(size);
  for (let taken = 0; taken < size; taken++) {
    const before = positivesAmong(taken, positives.length, order.length);
    const after = positivesAmong(taken + 1, positives.length, order.length);
    subset[taken] = after > before ? positives[before]! : negatives[taken - before]!;
  }
  return subset;
}

/** How many of the first `size` patients are positive. It never falls as `size` grows, nor rises by more than 1. */
function positivesAmong(size: number, positives: number, all: number): number {
  if (size < 2) return Math.min(size, 1);
  return Math.min(Math.max(Math.round((size * positives) / all), 1), size - 1);
}

/**
 * Indices of the patients sorted by the first 53 bits of SHA-256(`seed:id`), equal hashes by id.
 * The cryptographic hash makes places independent between seeds and of any pattern in the ids.
 */
function hashOrder(patients: readonly string[], seed: number): Int32Array {
  const keys = new Float64Array(patients.length);
  for (let i = 0; i < patients.length; i++) {
    const digest = createHash('sha256').update(`${seed}:${patients[i]!}`).digest();
    keys[i] = digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11);
  }
  return Int32Array.from(keys, (_, i) => i).sort(
    (a, b) => keys[a]! - keys[b]! || (patients[a]! < patients[b]! ? -1 : 1),
  );
}

/** Cuts each stratum at the same fractions and puts its pieces together again in hash order. */
function cut(
  order: Int32Array,
  strata: readonly number[],
  stratumOf: (patient: number) => number,
  fractions: SplitFractions,
): PatientSplit {
  const members: Record<(typeof parts)[number], number[]> = { train: [], validation: [], test: [] };
  const sizes = new Map(strata.map((stratum) => [stratum, 0]));
  for (const patient of order) sizes.set(stratumOf(patient), (sizes.get(stratumOf(patient)) ?? 0) + 1);
  const ends = new Map(
    [...sizes].map(([stratum, size]) => [stratum, borders(size, fractions, strata, stratum)]),
  );
  const seen = new Map<number, number>();
  for (const patient of order) {
    const stratum = stratumOf(patient);
    const place = seen.get(stratum) ?? 0;
    seen.set(stratum, place + 1);
    const [train, validation] = ends.get(stratum)!;
    members[place < train ? 'train' : place < validation ? 'validation' : 'test'].push(patient);
  }
  return {
    train: Int32Array.from(members.train),
    validation: Int32Array.from(members.validation),
    test: Int32Array.from(members.test),
  };
}

/**
 * Where training and validation end among `size` patients. Rounding the cumulative shares keeps both borders
 * from jumping when a patient is added; no part with a share above 0 stays empty.
 */
function borders(
  size: number,
  fractions: SplitFractions,
  strata: readonly number[],
  stratum: number,
): [train: number, validation: number] {
  const total = fractions.train + fractions.validation + fractions.test;
  if (!parts.every((part) => fractions[part] >= 0) || Math.abs(total - 1) > 1e-9) {
    throw new RangeError('Split fractions must be at least 0 and add up to 1.');
  }
  const least = parts.map((part) => (fractions[part] > 0 ? 1 : 0)) as [number, number, number];
  const needed = least[0] + least[1] + least[2];
  if (size < needed) {
    const whose = strata.length > 1 ? ` with label ${stratum}` : '';
    throw new UserError(
      `There are ${size} patients${whose}, too few for ${needed} parts (training, validation, test).`,
      {
        advice: `At least ${needed} patients${whose} are needed; many more for figures that mean something.`,
      },
    );
  }
  const train = clamp(Math.round(size * fractions.train), least[0], size - least[1] - least[2]);
  const validation = Math.round(size * (fractions.train + fractions.validation));
  return [train, clamp(validation, train + least[1], size - least[2])];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
