import type { PatientSequences } from '../ehr/sequences';
import type { Vocabulary } from '../ehr/vocabulary';
import { UNK } from '../protocol/vocabulary';
import type { TokenizedPatients } from './batch';

/**
 * Sequences with vocabulary ids in place of codes; what the vocabulary lacks becomes [UNK].
 * A rank beyond the rank table (a single visit with more codes than a sequence may hold) takes its last row.
 */
export function tokenize(
  { offsets, codes, ranks, visits, codeNames }: PatientSequences,
  vocabulary: Vocabulary,
  maxLength: number,
): TokenizedPatients {
  const ids = vocabulary.idsOf(codeNames);
  return {
    offsets,
    ids: codes.map((code) => ids[code]!),
    ranks: ranks.map((rank) => Math.min(rank, maxLength)),
    visits,
  };
}

/** Share of the codes of some patients (indices) that have no id of their own. */
export function unknownShare({ offsets, ids }: TokenizedPatients, patients: Iterable<number>): number {
  let [codes, unknown] = [0, 0];
  for (const patient of patients) {
    for (let t = offsets[patient]!; t < offsets[patient + 1]!; t++) unknown += Number(ids[t] === UNK);
    codes += offsets[patient + 1]! - offsets[patient]!;
  }
  return unknown / Math.max(1, codes);
}
