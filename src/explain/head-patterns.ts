import type { HeadPattern } from '../protocol/explanation';
import { firstCode } from '../protocol/vocabulary';
import { type AttentionMaps, headWeights } from './attention-maps';
import type { CodeSequence } from './code-sequence';

/** What a code may be to the code that reads it. */
const patterns: Readonly<
  Record<
    Exclude<keyof HeadPattern, 'layer' | 'head'>,
    (patient: CodeSequence<number>, from: number, to: number) => boolean
  >
> = {
  self: (_patient, from, to) => from === to,
  sameCode: ({ codes }, from, to) => from !== to && codes[from] === codes[to] && codes[from]! >= firstCode,
  withinVisit: ({ visits }, from, to) => visits[from] === visits[to],
  previousVisit: ({ visits }, from, to) => visits[to] === visits[from]! - 1,
  firstRank: ({ ranks }, _from, to) => ranks[to] === 1,
};

type Pattern = keyof typeof patterns;
const names = Object.keys(patterns) as Pattern[];

/**
 * What each head reads (paper, "Visualization of attention patterns": relations depend on layer and visit), as
 * shares of its attention in the mean over the codes that read. What is not within a visit is across visits.
 * Shares overlap: a code on itself is within its visit too.
 */
export function headPatterns(maps: AttentionMaps, patient: CodeSequence<number>): HeadPattern[] {
  const places = placesOf(patient);
  const result: HeadPattern[] = [];
  for (let layer = 0; layer < maps.layers; layer++) {
    for (let head = 0; head < maps.heads; head++) {
      result.push({ layer, head, ...shares(headWeights(maps, layer, head), places, maps.length) });
    }
  }
  return result;
}

/** The same shares if every code read all codes alike: what chance alone would give. */
export function patternsByChance(patient: CodeSequence<number>): Omit<HeadPattern, 'layer' | 'head'> {
  const T = patient.codes.length;
  return shares(new Float32Array(T * T).fill(1 / T), placesOf(patient), T);
}

/** Bits of the patterns that each pair of codes fulfils, [T, T]. */
function placesOf(patient: CodeSequence<number>): Uint8Array {
  const T = patient.codes.length;
  const places = new Uint8Array(T * T);
  names.forEach((name, bit) => {
    for (let from = 0; from < T; from++) {
      for (let to = 0; to < T; to++) {
        if (patterns[name](patient, from, to)) places[from * T + to]! |= 1 << bit;
      }
    }
  });
  return places;
}

function shares(weights: Float32Array, places: Uint8Array, length: number): Record<Pattern, number> {
  // First by set of patterns, then by pattern: one addition for each pair of codes.
  const bySet = new Float64Array(1 << names.length);
  for (let i = 0; i < places.length; i++) bySet[places[i]!]! += weights[i]!;
  const share = (bit: number): number =>
    bySet.reduce((sum, weight, set) => (set & (1 << bit) ? sum + weight : sum), 0) / length;
  return Object.fromEntries(names.map((name, bit) => [name, share(bit)])) as Record<Pattern, number>;
}
