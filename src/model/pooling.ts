import type { Value } from '../engine/graph';
import { linear, matmul } from '../engine/operators/dense';
import { reshape } from '../engine/operators/layout';
import type { Encoder } from './med-bert';

/**
 * One vector per patient from its token vectors: [N, D] → [B, D].
 * It is a product with the input `pool` [B, N], whose row b holds 1/T_b at the codes of patient b (masked mean).
 */
export function poolTokens({ graph, rows, tokens }: Encoder): Value {
  return matmul(graph.input('pool', 'float32', ['B', rows]), tokens);
}

/** One logit per patient from its pooled vector [B, D] and the dense layer `name` [1, D] → [B]. */
export function denseLogit({ parameter }: Encoder, pooled: Value, name: string): Value {
  return reshape(linear(pooled, parameter(`${name}.weight`), parameter(`${name}.bias`)), ['B']);
}

/** Σ_b weight_b · loss_b as one number; both [B]. */
export function weightedSum(loss: Value, weight: Value): Value {
  return reshape(matmul(reshape(loss, [1, 'B']), reshape(weight, ['B', 1])), []);
}
