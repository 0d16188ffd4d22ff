/** Attention of one patient: of every layer and head a square of weights whose rows (from a code) sum to 1. */
export interface AttentionMaps {
  readonly layers: number;
  readonly heads: number;
  /** T, codes of the patient. */
  readonly length: number;
  /** [L, H, T, T] */
  readonly weights: Float32Array;
}

/** The weights of one head, [T, T]: a view. */
export function headWeights(
  { heads, length, weights }: AttentionMaps,
  layer: number,
  head: number,
): Float32Array {
  const square = length * length;
  const start = (layer * heads + head) * square;
  return weights.subarray(start, start + square);
}

/** Mean over the heads of a layer, [T, T]. */
export function headMean(maps: AttentionMaps, layer: number): Float32Array {
  return meanOfHeads(maps, layer * maps.heads, (layer + 1) * maps.heads);
}

/** Mean over all layers and heads, [T, T]. */
export function wholeMean(maps: AttentionMaps): Float32Array {
  return meanOfHeads(maps, 0, maps.layers * maps.heads);
}

/** Mean of the squares from one to before another, counted through all layers. */
function meanOfHeads({ length, weights }: AttentionMaps, first: number, end: number): Float32Array {
  const square = length * length;
  const sum = new Float64Array(square);
  for (let head = first; head < end; head++) {
    const start = head * square;
    for (let i = 0; i < square; i++) sum[i]! += weights[start + i]!;
  }
  const mean = new Float32Array(square);
  for (let i = 0; i < square; i++) mean[i] = sum[i]! / (end - first);
  return mean;
}

/** How much attention each code receives: the mean of its column, so that the shares of all codes sum to 1. */
export function received(square: ArrayLike<number>, length: number): Float64Array {
  const shares = new Float64Array(length);
  for (let from = 0; from < length; from++) {
    for (let to = 0; to < length; to++) shares[to]! += square[from * length + to]! / length;
  }
  return shares;
}

/** Every weight by layer, head, reading and read code, `[L][H][T][T]`, for files that people read. */
export function nestedWeights({ layers, heads, length, weights }: AttentionMaps): number[][][][] {
  const list = <T>(size: number, of: () => T): T[] => Array.from({ length: size }, of);
  let next = 0;
  // Seven digits are all that a 32-bit number has.
  const weight = (): number => Number(weights[next++]!.toPrecision(7));
  return list(layers, () => list(heads, () => list(length, () => list(length, weight))));
}
