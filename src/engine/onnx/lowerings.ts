import type { Node } from '../graph';
import type { OperatorName } from '../operators/catalogue';
import type { OnnxBuilder } from './builder';

/** Writes one node of the graph as ONNX nodes: `x` are the names of its inputs, `y` of its outputs. */
type Lowering<K extends OperatorName> = (
  onnx: OnnxBuilder,
  x: readonly string[],
  y: readonly string[],
  node: Node<K>,
) => void;

const plain =
  (opType: string, attributes = {}) =>
  (onnx: OnnxBuilder, x: readonly string[], y: readonly string[]): void => {
    onnx.emit(opType, x, attributes, y);
  };

/** How each operator is said in ONNX (operator set 17). Where `portable` is off, onnxruntime's fused forms are used. */
export const lowerings: { readonly [K in OperatorName]: Lowering<K> } = {
  add: plain('Add'),
  subtract: plain('Sub'),
  multiply: plain('Mul'),
  reciprocal: plain('Reciprocal'),
  exponential: plain('Exp'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  softplus: plain('Softplus'),
  softmax: plain('Softmax', { axis: -1 }),

  affine(onnx, x, y, { attributes: { factor, offset } }) {
    if (offset === 0) onnx.emit('Mul', [x[0]!, onnx.float(factor)], {}, y);
    else onnx.emit('Add', [onnx.emit('Mul', [x[0]!, onnx.float(factor)]), onnx.float(offset)], {}, y);
  },

  normalCdf(onnx, x, y) {
    const erf = onnx.emit('Erf', [onnx.emit('Mul', [x[0]!, onnx.float(Math.SQRT1_2)])]);
    onnx.emit('Add', [onnx.emit('Mul', [erf, onnx.float(0.5)]), onnx.float(0.5)], {}, y);
  },

  sum(onnx, x, y, { attributes: { axes, keepDims } }) {
    onnx.emit('ReduceSum', [x[0]!, onnx.ints(axes)], { keepdims: keepDims ? 1 : 0 }, y);
  },

  matmul(onnx, x, y, { inputs, attributes: { transposeA, transposeB, alpha } }) {
    if (inputs[0]!.shape.length === 2) {
      onnx.emit(
        'Gemm',
        x,
        { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: alpha } },
        y,
      );
    } else if (!onnx.portable) {
      const attributes = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: alpha } };
      onnx.emit('FusedMatMul', x, attributes, y, 'com.microsoft');
    } else {
      const rank = inputs[0]!.shape.length;
      const perm = [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];
      const a = transposeA ? onnx.emit('Transpose', [x[0]!], { perm }) : x[0]!;
      const b = transposeB ? onnx.emit('Transpose', [x[1]!], { perm }) : x[1]!;
      if (alpha === 1) onnx.emit('MatMul', [a, b], {}, y);
      else onnx.emit('Mul', [onnx.emit('MatMul', [a, b]), onnx.float(alpha)], {}, y);
    }
  },

  linear: plain('Gemm', { transB: 1 }),

  layerNorm(onnx, x, y, { attributes: { epsilon } }) {
    onnx.emit('LayerNormalization', x, { axis: -1, epsilon: { float: epsilon } }, y);
  },

  gatherRows: plain('Gather', { axis: 0 }),

  // A one-hot product: scattering with a reduction promises no order of its sums, on no provider.
  scatterRows(onnx, [ids, rows], y, { attributes: { rows: height } }) {
    const count = onnx.emit('Squeeze', [onnx.sizes([height])]);
    const every = onnx.emit('Range', [onnx.int(0), count, onnx.int(1)]);
    const column = onnx.emit('Unsqueeze', [every, onnx.ints([1])]); // [V, 1]
    const hits = onnx.emit('Equal', [column, onnx.emit('Cast', [ids!], { to: 7 })]); // [V, N]
    onnx.emit('Gemm', [onnx.emit('Cast', [hits], { to: 1 }), rows!], {}, y);
  },

  reshape(onnx, x, y, { inputs, attributes: { shape } }) {
    onnx.emit('Reshape', [x[0]!, onnx.shape(shape, inputs[0]!.shape)], {}, y);
  },

  transpose(onnx, x, y, { attributes: { permutation } }) {
    onnx.emit('Transpose', x, { perm: permutation }, y);
  },

  split(onnx, x, y, { attributes: { axis, sizes } }) {
    onnx.emit('Split', [x[0]!, onnx.sizes(sizes)], { axis }, y);
  },

  concat(onnx, x, y, { attributes: { axis } }) {
    onnx.emit('Concat', x, { axis }, y);
  },

  // Taking the shape from the anchor makes x wait for it without touching a number.
  after(onnx, x, y) {
    onnx.emit('Reshape', [x[0]!, onnx.emit('Shape', [x[1]!])], {}, y);
  },

  // log Σ eˣ through the largest logit: its probability is at least 1/V, so its logarithm is always finite.
  crossEntropy(onnx, [logits, targets], [loss, hit, probabilities]) {
    onnx.emit('Softmax', [logits!], { axis: -1 }, [probabilities!]);
    const largest = onnx.emit('ReduceMax', [logits!], { axes: [1], keepdims: 1 });
    const mode = onnx.emit('ReduceMax', [probabilities!], { axes: [1], keepdims: 1 });
    const column = onnx.emit('Unsqueeze', [targets!, onnx.ints([1])]);
    const chosen = onnx.emit('GatherElements', [logits!, column], { axis: 1 });
    const logSum = onnx.emit('Sub', [largest, onnx.emit('Log', [mode])]);
    onnx.emit('Squeeze', [onnx.emit('Sub', [logSum, chosen]), onnx.ints([1])], {}, [loss!]);
    const best = onnx.emit('Cast', [onnx.emit('GreaterOrEqual', [chosen, largest])], { to: 1 });
    onnx.emit('Squeeze', [best, onnx.ints([1])], {}, [hit!]);
  },

  crossEntropyResidual(onnx, [probabilities, targets, weight], y) {
    const scaled = onnx.emit('Mul', [probabilities!, weight!]);
    const column = onnx.emit('Unsqueeze', [targets!, onnx.ints([1])]);
    const chosen = onnx.emit('GatherElements', [scaled, column], { axis: 1 });
    onnx.emit('ScatterElements', [scaled, column, onnx.emit('Sub', [chosen, weight!])], { axis: 1 }, y);
  },
};
