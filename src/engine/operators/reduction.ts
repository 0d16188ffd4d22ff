import type { Value } from '../graph';
import { type Dim, sameShape, type Shape, ShapeError } from '../shape';
import { defineGradient } from '../gradient-rules';
import { add, affine, multiply } from './elementwise';
import { reshape } from './layout';

/** Sum over some axes (negative ones count from the end). */
export function sum(x: Value, axes: readonly number[], keepDims: boolean): Value {
  const wanted = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
  if (wanted.some((axis) => axis < 0 || axis >= x.shape.length)) {
    throw new ShapeError('sum', [x.shape], `there is no axis ${axes.join(', ')}`);
  }
  const shape: Dim[] = [];
  x.shape.forEach((dim, axis) => {
    if (!wanted.includes(axis)) shape.push(dim);
    else if (keepDims) shape.push(1);
  });
  return x.graph.add('sum', [x], { axes: wanted, keepDims }, [{ dtype: 'float32', shape }])[0]!;
}
defineGradient('sum', ({ inputs: [x], attributes: { axes, keepDims } }, [dy]) => {
  const kept = keepDims
    ? dy!
    : reshape(
        dy!,
        x!.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
      );
  // Broadcasting by adding 0·x: a reduction is small work beside what made x.
  return [add(kept, affine(x!, 0, 0))];
});

/** Mean over the last axis, of fixed size: [.., D] → [.., 1]. */
export function meanLast(x: Value): Value {
  const size = x.shape[x.shape.length - 1];
  if (typeof size !== 'number') throw new ShapeError('meanLast', [x.shape], 'the last axis must be a number');
  return affine(sum(x, [-1], true), 1 / size, 0);
}

/** Sums the axes that broadcasting stretched, so that a gradient gets back the shape of its value. */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const leading = Array.from({ length: lead }, (_, i) => i);
  const y = lead > 0 ? sum(x, leading, false) : x;
  const stretched = shape.flatMap((dim, i) => (dim === 1 && y.shape[i] !== 1 ? [i] : []));
  return stretched.length > 0 ? sum(y, stretched, true) : y;
}

/** softmax over the last axis. dx = y ∘ (dy − Σ dy∘y). */
export function softmax(x: Value): Value {
  return x.graph.add('softmax', [x], {}, [{ dtype: 'float32', shape: x.shape }])[0]!;
}
defineGradient('softmax', ({ outputs: [y] }, [dy]) => {
  const weighted = multiply(dy!, y!);
  const total = affine(sum(weighted, [-1], true), -1, 0);
  return [add(weighted, multiply(y!, total))];
});
