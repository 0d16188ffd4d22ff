import { type AttentionMaps, headMean } from './attention-maps';

/**
 * Attention rollout (Abnar & Zuidema 2020): how much of each input code reaches each output position when attention
 * is followed through all layers, the residual connection counted as half:
 * Ã_l = ½·mean over heads(A_l) + ½·I with rows renormalised, R = Ã_L · … · Ã_1.
 *
 * @returns [T, T], from output position (row) to input code (column); rows sum to 1
 */
export function rollout(maps: AttentionMaps): Float32Array {
  const T = maps.length;
  let reached = identity(T);
  for (let layer = 0; layer < maps.layers; layer++) reached = product(mixed(maps, layer), reached, T);
  return Float32Array.from(reached);
}

/**
 * The share of each input code in the mean of all output positions, [T]: the column means of {@link rollout}, by
 * L·T² instead of L·T³ multiplications.
 */
export function rolloutReceived(maps: AttentionMaps): Float64Array {
  const T = maps.length;
  let shares = new Float64Array(T).fill(1 / T);
  for (let layer = maps.layers - 1; layer >= 0; layer--) {
    const layerMix = mixed(maps, layer);
    const next = new Float64Array(T);
    for (let from = 0; from < T; from++) {
      for (let to = 0; to < T; to++) next[to]! += shares[from]! * layerMix[from * T + to]!;
    }
    shares = next;
  }
  return shares;
}

/** Ã_l */
function mixed(maps: AttentionMaps, layer: number): Float64Array {
  const T = maps.length;
  const mean = headMean(maps, layer);
  const mix = new Float64Array(T * T);
  for (let i = 0; i < mix.length; i++) mix[i] = mean[i]! / 2;
  for (let row = 0; row < T; row++) {
    mix[row * T + row]! += 0.5;
    let total = 0;
    for (let to = 0; to < T; to++) total += mix[row * T + to]!;
    for (let to = 0; to < T; to++) mix[row * T + to]! /= total;
  }
  return mix;
}

function identity(T: number): Float64Array {
  const square = new Float64Array(T * T);
  for (let i = 0; i < T; i++) square[i * T + i] = 1;
  return square;
}

/** a · b for T × T squares. Four rows of b at a time, because reading and writing the result costs more than adding. */
function product(a: Float64Array, b: Float64Array, T: number): Float64Array {
  const result = new Float64Array(T * T);
  const whole = T - (T % 4);
  for (let i = 0; i < T; i++) {
    const row = i * T;
    for (let k = 0; k < whole; k += 4) {
      const [a0, a1, a2, a3] = [a[row + k]!, a[row + k + 1]!, a[row + k + 2]!, a[row + k + 3]!];
      const b0 = k * T;
      const [b1, b2, b3] = [b0 + T, b0 + 2 * T, b0 + 3 * T];
      for (let j = 0; j < T; j++) {
        result[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
      }
    }
    for (let k = whole; k < T; k++) {
      for (let j = 0; j < T; j++) result[row + j]! += a[row + k]! * b[k * T + j]!;
    }
  }
  return result;
}
