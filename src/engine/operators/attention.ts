import { type Value, withGradient } from '../graph';
import { type Dim, ShapeError } from '../shape';
import { add, multiply, subtract } from './elementwise';
import { after, concat, reshape, split, transpose } from './layout';
import { matmul } from './dense';
import { softmax, sum } from './reduction';

/** How a block of equally long patients is cut into heads. */
export interface AttentionShape {
  readonly batch: Dim;
  readonly time: Dim;
  readonly heads: number;
}

export interface Attention {
  /** Weighted values of all heads side by side, [B·T, D]. */
  readonly context: Value;
  /** softmax(q·kᵀ/√d + bias) before dropout, [1, B, H, T, T]. */
  readonly probabilities: Value;
}

/**
 * Multi-head self-attention of one length group (Vaswani et al. 2017, §3.2):
 *   P = softmax(Q·Kᵀ/√d + bias),  O = (P∘M)·V.
 *
 * @param qkv [B·T, 3D]: queries, keys and values side by side, each H heads of width d
 * @param keyBias [B, 1, 1, T]: 0 at real codes, very negative at padding
 * @param dropout mask M [B, H, T, T], already divided by the keep probability; undefined = no dropout
 *
 * The backward pass is written by hand for two reasons. Σ dP∘P per row equals δ = Σ dO∘O (Dao et al. 2022),
 * which is d numbers a row instead of T. And P is computed again from Q and K rather than kept, so that the
 * memory of a step does not grow with L·H·T²; `after` holds that recomputation back until dO is there.
 */
export function attention(
  qkv: Value,
  keyBias: Value,
  { batch: B, time: T, heads: H }: AttentionShape,
  dropout?: Value,
): Attention {
  const width = qkv.shape[1];
  if (qkv.shape.length !== 2 || typeof width !== 'number' || width % (3 * H) !== 0) {
    throw new ShapeError('attention', [qkv.shape], `expected [B·T, 3D] with D a multiple of ${H} heads`);
  }
  const D = width / 3;
  const d = D / H;
  const alpha = 1 / Math.sqrt(d);

  // [B·T, 3D] → three of [1, B, H, T, d]; the leading 1 is what is left of the split axis and saves reshapes.
  const heads = (x: Value): readonly Value[] =>
    split(transpose(reshape(x, [B, T, 3, H, d]), [2, 0, 3, 1, 4]), 0, [1, 1, 1]);
  const scores = (q: Value, k: Value): Value =>
    softmax(add(matmul(q, k, { transposeB: true, alpha }), keyBias));
  const masked = (p: Value): Value => (dropout ? multiply(p, dropout) : p);

  const [q, k, v] = heads(qkv) as [Value, Value, Value];
  const probabilities = scores(q, k); // [1, B, H, T, T]
  const output = matmul(masked(probabilities), v); // [1, B, H, T, d]
  const context = reshape(transpose(output, [0, 1, 3, 2, 4]), [qkv.shape[0]!, D]);

  return {
    probabilities,
    context: withGradient(context, [qkv], (dContext) => {
      const dO = transpose(reshape(dContext, [1, B, T, H, d]), [0, 1, 3, 2, 4]);
      const P = scores(after(q, dO), k);
      const delta = sum(multiply(dO, output), [-1], true);
      const dPM = matmul(dO, v, { transposeB: true });
      const dS = multiply(P, subtract(masked(dPM), delta));
      const dQ = matmul(dS, k, { alpha });
      const dK = matmul(dS, q, { transposeA: true, alpha });
      const dV = matmul(masked(P), dO, { transposeA: true });
      const joined = transpose(concat([dQ, dK, dV], 0, 3), [1, 3, 0, 2, 4]);
      return [reshape(joined, qkv.shape)];
    }),
  };
}
