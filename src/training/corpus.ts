import type { PatientSequences } from '../ehr/sequences';
import type { Vocabulary } from '../ehr/vocabulary';
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
