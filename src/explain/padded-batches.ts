import type { OnnxArray } from '../engine/runtimes/onnx-model';
import { PAD } from '../protocol/vocabulary';
import type { CodeSequence } from './code-sequence';

/** What bounds the memory of one batch. */
export interface BatchBounds {
  readonly heads: number;
  /** Codes with padding, B·T. */
  readonly tokens: number;
  /** Attention weights of one layer, B·H·T². */
  readonly attention: number;
}

/**
 * Small batches are the quickest: what a layer writes is still in the cache when the next one reads it. Measured at
 * the paper's size on two cores: 16 µs a code at T = 64, 24 at T = 512; with batches four times as large 22 and 36.
 */
export function usualBounds(heads: number): BatchBounds {
  return { heads, tokens: 1024, attention: 2 ** 21 };
}

/** How many sequences of a length may be computed at once, at least one. */
export function batchSizeFor(length: number, { heads, tokens, attention }: BatchBounds): number {
  const byTokens = Math.floor(tokens / length);
  const byAttention = Math.floor(attention / (heads * length * length));
  return Math.max(1, Math.min(byTokens, byAttention));
}

/** Cuts sequences of any lengths into batches of like length (their indices), so that little is padded. */
export function batchesByLength(lengths: readonly number[], bounds: BatchBounds): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: number[][] = [];
  for (let first = 0; first < order.length;) {
    const size = batchSizeFor(lengths[order[first]!]!, bounds);
    batches.push(order.slice(first, first + size));
    first += size;
  }
  return batches;
}

/**
 * The inputs of an exported model for B patients, padded to the longest of them, [B, T].
 *
 * @param positions the last row of the rank and visit tables: a rank beyond it takes that row, as in training
 */
export function padded(
  patients: readonly CodeSequence<number>[],
  positions: number,
): Record<'codes' | 'ranks' | 'visits' | 'mask', OnnxArray> {
  const T = Math.max(...patients.map(({ codes }) => codes.length));
  const dims = [patients.length, T];
  const column = (of: (patient: CodeSequence<number>) => readonly number[], most: number): OnnxArray => {
    const data = new BigInt64Array(patients.length * T).fill(BigInt(PAD));
    patients.forEach((patient, b) =>
      of(patient).forEach((value, t) => (data[b * T + t] = BigInt(Math.min(value, most)))),
    );
    return { dims, data };
  };
  const mask = new Float32Array(patients.length * T);
  patients.forEach(({ codes }, b) => mask.fill(1, b * T, b * T + codes.length));
  return {
    codes: column(({ codes }) => codes, Infinity),
    ranks: column(({ ranks }) => ranks, positions),
    visits: column(({ visits }) => visits, positions),
    mask: { dims, data: mask },
  };
}
