import type { Value } from '../graph';
import { broadcast, ShapeError } from '../shape';
import { defineGradient } from '../gradient-rules';
import type { OperatorName } from './catalogue';
import { sumTo } from './reduction';

type Binary = 'add' | 'subtract' | 'multiply';
type Unary = 'reciprocal' | 'exponential' | 'normalCdf' | 'sigmoid' | 'tanh' | 'softplus';

function binary(operator: Binary, a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape);
  if (!shape) throw new ShapeError(operator, [a.shape, b.shape], 'these do not broadcast');
  return a.graph.add(operator, [a, b], {}, [{ dtype: 'float32', shape }])[0]!;
}
function unary(operator: Unary & OperatorName, x: Value): Value {
  return x.graph.add(operator, [x], {}, [{ dtype: 'float32', shape: x.shape }])[0]!;
}

/** a + b, broadcast. */
export const add = (a: Value, b: Value): Value => binary('add', a, b);
defineGradient('add', ({ inputs: [a, b] }, [dy]) => [sumTo(dy!, a!.shape), sumTo(dy!, b!.shape)]);

/** a − b, broadcast. */
export const subtract = (a: Value, b: Value): Value => binary('subtract', a, b);
defineGradient('subtract', ({ inputs: [a, b] }, [dy]) => [
  sumTo(dy!, a!.shape),
  sumTo(affine(dy!, -1, 0), b!.shape),
]);

/** a ∘ b, broadcast. */
export const multiply = (a: Value, b: Value): Value => binary('multiply', a, b);
defineGradient('multiply', ({ inputs: [a, b] }, [dy], wanted) => [
  wanted[0] ? sumTo(multiply(dy!, b!), a!.shape) : undefined,
  wanted[1] ? sumTo(multiply(dy!, a!), b!.shape) : undefined,
]);

/** factor · x + offset, for constants. */
export function affine(x: Value, factor: number, offset: number): Value {
  return x.graph.add('affine', [x], { factor, offset }, [{ dtype: 'float32', shape: x.shape }])[0]!;
}
defineGradient('affine', ({ attributes: { factor } }, [dy]) => [affine(dy!, factor, 0)]);

/** 1/x; its derivative is −1/x². */
export const reciprocal = (x: Value): Value => unary('reciprocal', x);
defineGradient('reciprocal', ({ outputs: [y] }, [dy]) => [multiply(dy!, affine(multiply(y!, y!), -1, 0))]);

/** eˣ */
export const exponential = (x: Value): Value => unary('exponential', x);
defineGradient('exponential', ({ outputs: [y] }, [dy]) => [multiply(dy!, y!)]);

/** Φ(x) = ½(1 + erf(x/√2)); Φ′(x) = e^(−x²/2) / √2π. */
export const normalCdf = (x: Value): Value => unary('normalCdf', x);
defineGradient('normalCdf', ({ inputs: [x] }, [dy]) => {
  const density = exponential(affine(multiply(x!, x!), -0.5, 0));
  return [multiply(affine(dy!, 1 / Math.sqrt(2 * Math.PI), 0), density)];
});

/** GELU(x) = x·Φ(x), the exact one with erf. */
export const gelu = (x: Value): Value => multiply(x, normalCdf(x));

export const sigmoid = (x: Value): Value => unary('sigmoid', x);
defineGradient('sigmoid', ({ outputs: [y] }, [dy]) => [multiply(dy!, multiply(y!, affine(y!, -1, 1)))]);

export const tanh = (x: Value): Value => unary('tanh', x);
defineGradient('tanh', ({ outputs: [y] }, [dy]) => [multiply(dy!, affine(multiply(y!, y!), -1, 1))]);

/** log(1 + eˣ); its derivative is the sigmoid. */
export const softplus = (x: Value): Value => unary('softplus', x);
defineGradient('softplus', ({ inputs: [x] }, [dy]) => [multiply(dy!, sigmoid(x!))]);
