import { leastWeight } from '../../src/protocol/attention-partners';
import type { AttentionSquare } from '../../src/protocol/explanation';
import type { Partner } from './arcs';

/** At most so many arcs: more cannot be told apart. */
export const mostPartners = 6;

/** The codes that one code attends to most, without itself, by falling weight. */
export function attendedBy(square: AttentionSquare, from: number, most = mostPartners): Partner[] {
  return strongest(square.length, from, most, (index) => square.weights[from * square.length + index]!);
}

/** The codes that attend most to one code, without itself. */
export function readersOf(square: AttentionSquare, to: number, most = mostPartners): Partner[] {
  return strongest(square.length, to, most, (index) => square.weights[index * square.length + to]!);
}

function strongest(length: number, self: number, most: number, weight: (index: number) => number): Partner[] {
  if (self < 0 || self >= length) return [];
  const least = leastWeight(length);
  return Array.from({ length }, (_, index) => ({ index, weight: weight(index) }))
    .filter((one) => one.index !== self && one.weight >= least)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most);
}

/** A weight between two codes. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** The largest weights between different codes, by falling weight: one pass, however many codes there are. */
export function topEdges({ length, weights }: AttentionSquare, most: number): Edge[] {
  const kept: Edge[] = [];
  let least = -Infinity;
  for (let from = 0; from < length; from++) {
    for (let to = 0; to < length; to++) {
      const weight = weights[from * length + to]!;
      if (from === to || weight <= least || most === 0) continue;
      let at = kept.length;
      while (at > 0 && kept[at - 1]!.weight < weight) at -= 1;
      kept.splice(at, 0, { from, to, weight });
      if (kept.length > most) kept.pop();
      if (kept.length === most) least = kept.at(-1)!.weight;
    }
  }
  return kept;
}
