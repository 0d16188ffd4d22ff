import type { Value } from '../graph';
import { type Dim, elementCount, sameShape, type Shape, ShapeError, showShape } from '../shape';
import { defineGradient } from '../gradient-rules';

/** The same elements in row-major order under another shape of equal size. */
export function reshape(x: Value, shape: Shape): Value {
  if (elementCount(x.shape) !== elementCount(shape)) {
    throw new ShapeError('reshape', [x.shape], `${showShape(shape)} holds another number of elements`);
  }
  return x.graph.add('reshape', [x], { shape }, [{ dtype: x.dtype, shape }])[0]!;
}
defineGradient('reshape', ({ inputs: [x] }, [dy]) => [reshape(dy!, x!.shape)]);

/** Axis i of the result is axis `permutation[i]` of x. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  const sorted = [...permutation].sort((a, b) => a - b);
  if (sorted.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
    throw new ShapeError('transpose', [x.shape], `${permutation.join(', ')} is no permutation of its axes`);
  }
  const shape = permutation.map((axis) => x.shape[axis]!);
  return x.graph.add('transpose', [x], { permutation }, [{ dtype: x.dtype, shape }])[0]!;
}
defineGradient('transpose', ({ attributes: { permutation } }, [dy]) => {
  const inverse: number[] = [];
  permutation.forEach((axis, i) => (inverse[axis] = i));
  return [transpose(dy!, inverse)];
});

/** Cuts x along an axis into pieces of the given sizes. */
export function split(x: Value, axis: number, sizes: readonly Dim[]): readonly Value[] {
  const whole = x.shape[axis];
  const numbers = sizes.filter((size): size is number => typeof size === 'number');
  const total = numbers.reduce((a, b) => a + b, 0);
  if (
    whole === undefined ||
    (typeof whole === 'number' && numbers.length === sizes.length && total !== whole)
  ) {
    throw new ShapeError('split', [x.shape], `pieces of ${sizes.join(' + ')} do not make up axis ${axis}`);
  }
  const outputs = sizes.map((size) => ({
    dtype: x.dtype,
    shape: x.shape.map((dim, i) => (i === axis ? size : dim)),
  }));
  return x.graph.add('split', [x], { axis, sizes }, outputs);
}
defineGradient('split', ({ inputs: [x], attributes: { axis } }, dPieces) => {
  if (dPieces.some((piece) => piece === undefined)) throw new Error('split: every piece needs a gradient.');
  return [concat(dPieces as Value[], axis, x!.shape[axis]!)];
});

/** Joins values along an axis; `size` names the length of the result on that axis. */
export function concat(values: readonly Value[], axis: number, size: Dim): Value {
  const [first] = values;
  const fits = values.every(
    (value) =>
      value.shape.length === first!.shape.length &&
      value.shape.every((dim, i) => i === axis || dim === first!.shape[i]),
  );
  const shapes = values.map((value) => value.shape);
  if (!first || !fits) throw new ShapeError('concat', shapes, `they differ beside axis ${axis}`);
  const lengths = shapes.map((shape) => shape[axis]);
  const known = [size, ...lengths].every((length) => typeof length === 'number');
  if (lengths.includes(undefined) || (known && (lengths as number[]).reduce((a, b) => a + b) !== size)) {
    throw new ShapeError('concat', shapes, `they do not make up ${size} on axis ${axis}`);
  }
  const shape = first.shape.map((dim, i) => (i === axis ? size : dim));
  return first.graph.add('concat', values, { axis }, [{ dtype: first.dtype, shape }])[0]!;
}
defineGradient('concat', ({ inputs, attributes: { axis } }, [dy]) =>
  split(
    dy!,
    axis,
    inputs.map((input) => input.shape[axis]!),
  ),
);

/**
 * x, but there only once `anchor` (of the same shape) is: keeps a recomputation from being moved to the front
 * or merged with the first one. Costs nothing.
 */
export function after(x: Value, anchor: Value): Value {
  if (!sameShape(x.shape, anchor.shape)) {
    throw new ShapeError('after', [x.shape, anchor.shape], 'the anchor must have the same shape');
  }
  return x.graph.add('after', [x, anchor], {}, [{ dtype: 'float32', shape: x.shape }])[0]!;
}
defineGradient('after', (_node, [dy]) => [dy!, undefined]);
