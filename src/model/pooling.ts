import type { Value } from '../engine/graph';
import { linear, matmul } from '../engine/operators/dense';
import { reshape } from '../engine/operators/layout';
import type { Encoder } from './med-bert';

/**
 * One logit per patient from the mean of its token vectors: [N, D] → [B].
 * The mean is a product with the input `pool` [B, N], whose row b holds 1/T_b at the codes of patient b.
 * @param head name of the dense layer [1, D]
 */
export function pooledLogit(encoder: Encoder, head: string): Value {
  const pool = encoder.graph.input('pool', 'float32', ['B', 'N']);
  const pooled = matmul(pool, encoder.tokens); // [B, D]
  const logit = linear(pooled, encoder.parameter(`${head}.weight`), encoder.parameter(`${head}.bias`));
  return reshape(logit, ['B']);
}

/** Σ_b weight_b · loss_b as one number; both [B]. */
export function weightedSum(loss: Value, weight: Value): Value {
  return reshape(matmul(reshape(loss, [1, 'B']), reshape(weight, ['B', 1])), []);
}
