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

/** Share of the codes in sequences that a vocabulary lacks. */
export function unknownShare({ codes, codeNames }: PatientSequences, vocabulary: Vocabulary): number {
  const ids = vocabulary.idsOf(codeNames);
  const unknown = codes.reduce((count, code) => count + Number(ids[code] === UNK), 0);
  return unknown / Math.max(1, codes.length);
}
