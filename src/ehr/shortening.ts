import type { PatientSequences } from './sequences';

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
  const lengthOf = lengths(sequences);
  const all = Int32Array.from(sequences.patients.keys());
  const chosen = longPatients === 'drop' ? all.filter((patient) => lengthOf(patient) <= maxLength) : all;
  return takeLast(sequences, chosen, (patient) => Math.min(lengthOf(patient), maxLength));
}

/**
 * Keeps the patients with at least `minCodes` distinct codes in the given sequences. On sequences that are censored
 * at an index date this makes the choice of patients depend on their past alone: the rule at import looked at whole
 * histories, but who has too few codes in all has too few before any day too, so applying it again forgets the rest.
 * Codes that nobody has any longer lose their name. Returns the same object when nothing changes.
 */
export function withEnoughCodes(sequences: PatientSequences, minCodes: number): PatientSequences {
  const distinct = distinctCodes(sequences);
  const chosen = Int32Array.from(sequences.patients.keys()).filter(
    (patient) => distinct[patient]! >= minCodes,
  );
  const kept = takeLast(sequences, chosen, lengths(sequences));
  return kept === sequences ? kept : { ...kept, codeNames: dropUnused(kept.codes, kept.codeNames) };
}

/** Renumbers `codes` in place to the names that occur, and returns these. */
export function dropUnused(codes: Int32Array, names: readonly string[]): readonly string[] {
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

function lengths({ offsets }: PatientSequences): (patient: number) => number {
  return (patient) => offsets[patient + 1]! - offsets[patient]!;
}

/** Number of distinct codes of each patient `[P]`. */
function distinctCodes({ patients, offsets, codes, codeNames }: PatientSequences): Int32Array {
  const lastOwner = new Int32Array(codeNames.length).fill(-1);
  return Int32Array.from(patients.keys(), (patient) => {
    let distinct = 0;
    for (let t = offsets[patient]!; t < offsets[patient + 1]!; t++) {
      if (lastOwner[codes[t]!] === patient) continue;
      lastOwner[codes[t]!] = patient;
      distinct += 1;
    }
    return distinct;
  });
}

/** The last `taken` codes of each chosen patient; the same object when these are all there are. */
function takeLast(
  sequences: PatientSequences,
  chosen: Int32Array,
  taken: (patient: number) => number,
): PatientSequences {
  const tokens = chosen.reduce((sum, patient) => sum + taken(patient), 0);
  if (tokens === sequences.codes.length && chosen.length === sequences.patients.length) return sequences;

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
    const end = sequences.offsets[patient + 1]!;
    const from = end - taken(patient);
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
