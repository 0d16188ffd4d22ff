import type { Value } from '../graph';
import { type Dim, sameShape, ShapeError } from '../shape';
import { defineGradient } from '../gradient-rules';
import { multiply, subtract } from './elementwise';
import { meanLast, sum, sumTo } from './reduction';

/** alpha · op(a) · op(b) over the last two axes; the leading axes must be equal. */
export function matmul(
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false, alpha = 1 } = {},
): Value {
  const rank = a.shape.length;
  const [rows, inner] = lastTwo(a.shape, transposeA);
  const [innerB, columns] = lastTwo(b.shape, transposeB);
  const lead = a.shape.slice(0, -2);
  if (rank < 2 || !sameShape(lead, b.shape.slice(0, -2)) || inner !== innerB) {
    throw new ShapeError('matmul', [a.shape, b.shape], `inner sizes ${inner} and ${innerB} do not meet`);
  }
  const shape = [...lead, rows, columns];
  return a.graph.add('matmul', [a, b], { transposeA, transposeB, alpha }, [{ dtype: 'float32', shape }])[0]!;
}
defineGradient(
  'matmul',
  ({ inputs: [a, b], attributes: { transposeA: tA, transposeB: tB, alpha } }, [dy], wanted) => [
    !wanted[0]
      ? undefined
      : tA
        ? matmul(b!, dy!, { transposeA: tB, transposeB: true, alpha })
        : matmul(dy!, b!, { transposeB: !tB, alpha }),
    !wanted[1]
      ? undefined
      : tB
        ? matmul(dy!, a!, { transposeA: true, transposeB: tA, alpha })
        : matmul(a!, dy!, { transposeA: !tA, alpha }),
  ],
);

function lastTwo(shape: readonly Dim[], transposed: boolean): [Dim, Dim] {
  const [rows, columns] = [shape[shape.length - 2] ?? 0, shape[shape.length - 1] ?? 0];
  return transposed ? [columns, rows] : [rows, columns];
}

/** x · wᵀ + b: x [N, I], w [O, I] (rows are outputs, as PyTorch stores it), b [O] → [N, O]. */
export function linear(x: Value, weight: Value, bias: Value): Value {
  const [n, inner] = x.shape;
  const [outer, innerW] = weight.shape;
  const isMatrix = x.shape.length === 2 && weight.shape.length === 2;
  if (!isMatrix || inner !== innerW || !sameShape(bias.shape, [outer!])) {
    throw new ShapeError('linear', [x.shape, weight.shape, bias.shape], 'expected [N, I], [O, I], [O]');
  }
  return x.graph.add('linear', [x, weight, bias], {}, [{ dtype: 'float32', shape: [n!, outer!] }])[0]!;
}
defineGradient('linear', ({ inputs: [x, weight] }, [dy], wanted) => [
  wanted[0] ? matmul(dy!, weight!) : undefined,
  matmul(dy!, x!, { transposeA: true }),
  sum(dy!, [0], false),
]);

/**
 * LayerNorm over the last axis: γ ∘ (x − μ)/σ + β.
 * With x̂ = (x − μ)/σ and g = dy∘γ:  dx = (g − mean(g) − x̂ ∘ mean(g∘x̂)) / σ.
 */
export function layerNorm(x: Value, gamma: Value, beta: Value, epsilon = 1e-12): Value {
  const width = x.shape[x.shape.length - 1]!;
  if (!sameShape(gamma.shape, [width]) || !sameShape(beta.shape, [width])) {
    throw new ShapeError('layerNorm', [x.shape, gamma.shape, beta.shape], 'γ and β must be as wide as x');
  }
  const perRow = [...x.shape.slice(0, -1), 1];
  const outputs = [x.shape, perRow, perRow].map((shape) => ({ dtype: 'float32' as const, shape }));
  return x.graph.add('layerNorm', [x, gamma, beta], { epsilon }, outputs)[0]!;
}
defineGradient('layerNorm', ({ inputs: [x, gamma, beta], outputs: [, mean, inverse] }, [dy]) => {
  const normal = multiply(subtract(x!, mean!), inverse!);
  const g = multiply(dy!, gamma!);
  const along = subtract(subtract(g, meanLast(g)), multiply(normal, meanLast(multiply(g, normal))));
  return [multiply(along, inverse!), sumTo(multiply(dy!, normal), gamma!.shape), sumTo(dy!, beta!.shape)];
});
