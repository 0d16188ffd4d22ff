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

/** One arrow of attention: code `from` takes `weight` of what it reads from code `to`. */
export interface AttentionEdge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/**
 * The strongest edges between different codes, heaviest first.
 *
 * @param of only edges that begin or end at this code; undefined = all
 */
export function strongestEdges(
  square: ArrayLike<number>,
  length: number,
  count: number,
  of?: number,
): AttentionEdge[] {
  const edges: AttentionEdge[] = [];
  for (let from = 0; from < length; from++) {
    for (let to = 0; to < length; to++) {
      if (from === to || (of !== undefined && from !== of && to !== of)) continue;
      const weight = square[from * length + to]!;
      // A short sorted list: most edges are too light to enter it.
      if (edges.length === count && weight <= (edges.at(-1)?.weight ?? Infinity)) continue;
      const place = edges.findLastIndex((edge) => edge.weight >= weight) + 1;
      edges.splice(place, 0, { from, to, weight });
      if (edges.length > count) edges.pop();
    }
  }
  return edges;
}
