import type { Dim, Shape } from '../shape';

/** Every primitive operator with its attributes. Runtimes are tables over these names, so the compiler finds what one lacks. */
export interface Attributes {
  add: None;
  subtract: None;
  multiply: None;
  /** factor · x + offset */
  affine: { readonly factor: number; readonly offset: number };
  /** Exp(x) */
  exponential: None;
  /** Φ(x), the standard normal distribution function */
  normalCdf: None;
  sigmoid: None;
  tanh: None;
  /** 1/x */
  reciprocal: None;
  /** log(1 + eˣ), without overflow */
  softplus: None;
  /** Over the last axis. */
  softmax: None;
  sum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  /** alpha · op(a) · op(b) over the last two axes. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly alpha: number };
  /** x · wᵀ + b */
  linear: None;
  /** → (y, mean, 1/σ) */
  layerNorm: { readonly epsilon: number };
  gatherRows: None;
  /** Into a table of so many rows. */
  scatterRows: { readonly rows: Dim };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  split: { readonly axis: number; readonly sizes: readonly Dim[] };
  concat: { readonly axis: number };
  /** x, but computed only once `anchor` is there. */
  after: None;
  /** → (loss, hit, probabilities) */
  crossEntropy: None;
  /** (p − onehot(target)) · weight per row */
  crossEntropyResidual: None;
}
type None = Readonly<Record<never, never>>;

export type OperatorName = keyof Attributes;
