/**
 * Shapes with symbolic dimensions. A dimension is a number, or a product of named sizes such as `N`
 * or `B0*T0` whose value is known only when a batch arrives.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];
export type DType = 'float32' | 'int32' | 'int64';

/** Raised while a graph is built when an operator cannot take these shapes. Names the operator and the shapes: a bug in the model. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  constructor(operator: string, shapes: readonly Shape[], why: string) {
    super(`${operator}(${shapes.map(showShape).join(', ')}): ${why}`);
  }
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** Shape of an elementwise result by the rules of NumPy; undefined when the two do not broadcast. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    result.push(x === 1 ? y : x);
  }
  return result;
}

/** Number of elements as a number times sorted symbols, so that two shapes can be compared for equal size. */
export function elementCount(shape: Shape): string {
  let number = 1;
  const symbols: string[] = [];
  for (const dim of shape) {
    if (typeof dim === 'number') number *= dim;
    else symbols.push(...dim.split('*'));
  }
  return [number, ...symbols.sort()].join('*');
}

/** Sizes of the named dimensions of one batch. */
export type Sizes = Readonly<Record<string, number>>;

/** The value of a dimension for one batch. */
export function sizeOf(dim: Dim, sizes: Sizes): number {
  if (typeof dim === 'number') return dim;
  let product = 1;
  for (const name of dim.split('*')) {
    const size = sizes[name];
    if (size === undefined) throw new Error(`No size was given for the dimension ${name}.`);
    product *= size;
  }
  return product;
}

export function concreteShape(shape: Shape, sizes: Sizes): number[] {
  return shape.map((dim) => sizeOf(dim, sizes));
}

export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
