import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../../../src/engine/graph';
import { lowerings } from '../../../src/engine/onnx/lowerings';
import { attention } from '../../../src/engine/operators/attention';
import { layerNorm, linear, matmul } from '../../../src/engine/operators/dense';
import { add, multiply, subtract } from '../../../src/engine/operators/elementwise';
import { gatherRows, scatterRows } from '../../../src/engine/operators/embedding';
import { after, concat, reshape, split, transpose } from '../../../src/engine/operators/layout';
import { crossEntropy } from '../../../src/engine/operators/losses';
import { meanLast, sum } from '../../../src/engine/operators/reduction';
import { broadcast, elementCount, type Shape, ShapeError, showShape } from '../../../src/engine/shape';
import { runtime } from './finite-differences';

/** A shape of float32 numbers, or of whole ones. */
type InputShape = Shape | { readonly whole: Shape };
const shapeOf = (input: InputShape): Shape => ('whole' in input ? input.whole : input);

/** Inputs of these shapes in a graph of their own. */
function inputs(...shapes: readonly InputShape[]): Value[] {
  const graph = new Graph();
  return shapes.map((input, i) =>
    graph.input(`x${i}`, 'whole' in input ? 'int32' : 'float32', shapeOf(input)),
  );
}

interface Refusal {
  readonly title: string;
  /** As the message names it. */
  readonly operator: string;
  readonly shapes: readonly InputShape[];
  readonly build: (a: Value, b: Value, c: Value) => unknown;
}
const refusals: readonly Refusal[] = [
  { title: 'sizes that do not broadcast', operator: 'add', shapes: [[2, 3], [2]], build: add },
  {
    title: 'a named and a fixed size',
    operator: 'subtract',
    shapes: [
      ['N', 3],
      [4, 3],
    ],
    build: subtract,
  },
  { title: 'two names', operator: 'multiply', shapes: [['N'], ['M']], build: multiply },
  { title: 'an axis that is not there', operator: 'sum', shapes: [[2, 3]], build: (x) => sum(x, [2], false) },
  {
    title: 'an axis too far from the end',
    operator: 'sum',
    shapes: [[2, 3]],
    build: (x) => sum(x, [-3], false),
  },
  { title: 'a mean over a named size', operator: 'meanLast', shapes: [[2, 'N']], build: meanLast },
  {
    title: 'inner sizes that differ',
    operator: 'matmul',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (a, b) => matmul(a, b),
  },
  {
    title: 'a transposition too many',
    operator: 'matmul',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: (a, b) => matmul(a, b, { transposeA: true }),
  },
  {
    title: 'other leading axes',
    operator: 'matmul',
    shapes: [
      ['B', 2, 3],
      [5, 3, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  { title: 'vectors', operator: 'matmul', shapes: [[3], [3]], build: (a, b) => matmul(a, b) },
  {
    title: 'a weight that lies the other way',
    operator: 'linear',
    shapes: [['N', 3], [3, 4], [4]],
    build: linear,
  },
  { title: 'a bias of another width', operator: 'linear', shapes: [['N', 3], [4, 3], [3]], build: linear },
  { title: 'a weight of three axes', operator: 'linear', shapes: [['N', 3], [4, 3, 2], [4]], build: linear },
  {
    title: 'a narrower γ',
    operator: 'layerNorm',
    shapes: [['N', 4], [3], [4]],
    build: (x, gamma, beta) => layerNorm(x, gamma, beta),
  },
  {
    title: 'a wider β',
    operator: 'layerNorm',
    shapes: [['N', 4], [4], [5]],
    build: (x, gamma, beta) => layerNorm(x, gamma, beta),
  },
  {
    title: 'ids that are not whole numbers',
    operator: 'gatherRows',
    shapes: [[5, 2], ['N']],
    build: gatherRows,
  },
  {
    title: 'a matrix of ids',
    operator: 'gatherRows',
    shapes: [[5, 2], { whole: [2, 3] }],
    build: gatherRows,
  },
  {
    title: 'more ids than rows',
    operator: 'scatterRows',
    shapes: [{ whole: [3] }, ['N', 2]],
    build: (ids, rows) => scatterRows(ids, rows, 5),
  },
  {
    title: 'ids that are not whole numbers',
    operator: 'scatterRows',
    shapes: [['N'], ['N', 2]],
    build: (ids, rows) => scatterRows(ids, rows, 5),
  },
  {
    title: 'another number of elements',
    operator: 'reshape',
    shapes: [['N', 6]],
    build: (x) => reshape(x, ['N', 3, 3]),
  },
  { title: 'another name', operator: 'reshape', shapes: [['N', 6]], build: (x) => reshape(x, ['M', 6]) },
  { title: 'an axis twice', operator: 'transpose', shapes: [[2, 3]], build: (x) => transpose(x, [0, 0]) },
  { title: 'an axis left out', operator: 'transpose', shapes: [[2, 3]], build: (x) => transpose(x, [0]) },
  {
    title: 'pieces that do not make up the whole',
    operator: 'split',
    shapes: [[2, 6]],
    build: (x) => split(x, 1, [1, 2]),
  },
  {
    title: 'pieces of an axis that is not there',
    operator: 'split',
    shapes: [[2, 6]],
    build: (x) => split(x, 2, [1]),
  },
  {
    title: 'other widths',
    operator: 'concat',
    shapes: [
      [2, 3],
      [2, 4],
    ],
    build: (a, b) => concat([a, b], 0, 4),
  },
  {
    title: 'a length that is not the sum',
    operator: 'concat',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (a, b) => concat([a, b], 0, 5),
  },
  {
    title: 'joining on an axis that is not there',
    operator: 'concat',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (a, b) => concat([a, b], 2, 2),
  },
  { title: 'nothing to join', operator: 'concat', shapes: [], build: () => concat([], 0, 0) },
  {
    title: 'an anchor of another shape',
    operator: 'after',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    build: after,
  },
  {
    title: 'another number of targets',
    operator: 'crossEntropy',
    shapes: [['B', 5], { whole: ['N'] }],
    build: crossEntropy,
  },
  {
    title: 'a width that is no multiple of 3 · heads',
    operator: 'attention',
    shapes: [['B*T', 12]],
    build: (qkv) => attention(qkv, qkv, { batch: 'B', time: 'T', heads: 3 }),
  },
];

describe('an operator refuses shapes that do not fit, when the graph is built', () => {
  it.each(refusals)('$operator: $title', ({ operator, shapes, build }) => {
    const [a, b, c] = inputs(...shapes);
    const apply = (): unknown => build(a!, b!, c!);
    expect(apply).toThrow(ShapeError);
    expect(apply).toThrow(`${operator}(${shapes.map((shape) => showShape(shapeOf(shape))).join(', ')}): `);
  });

  it('operators that take any shape are the only ones without a test here', () => {
    const tested = new Set(refusals.map(({ operator }) => operator));
    const others = Object.keys(lowerings).filter((operator) => !tested.has(operator));
    const unary = [
      'affine',
      'exponential',
      'normalCdf',
      'reciprocal',
      'sigmoid',
      'softmax',
      'softplus',
      'tanh',
    ];
    // The residual is made by the gradient of crossEntropy alone.
    expect(others.sort()).toEqual([...unary, 'crossEntropyResidual'].sort());
  });

  it('add of tensors of two graphs', () => {
    expect(() => add(inputs([2])[0]!, inputs([2])[0]!)).toThrow('x0 belongs to another graph');
  });

  it('two tensors of one name', () => {
    const graph = new Graph();
    graph.parameter('weight', [2]);
    expect(() => graph.input('weight', 'float32', [2])).toThrow('has a tensor named weight already');
  });
});

describe('shapes with named sizes', () => {
  it('broadcast as NumPy does, names against 1 and against themselves only', () => {
    expect(broadcast(['B', 1, 'T'], [4, 1])).toEqual(['B', 4, 'T']);
    expect(broadcast([], ['N'])).toEqual(['N']);
    expect(broadcast(['B'], ['T'])).toBeUndefined();
    expect(broadcast([2], [3])).toBeUndefined();
  });

  it('count elements in whatever order sizes are multiplied', () => {
    expect(elementCount(['B*T', 3, 8])).toBe(elementCount(['T', 3, 'B', 4, 2]));
    expect(elementCount(['B', 'B'])).not.toBe(elementCount(['B', 2]));
    expect(elementCount([])).toBe(elementCount([1, 1]));
  });
});

describe('a session says what is wrong with a batch', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B*T', 2]);
  const unused = graph.input('unused', 'float32', ['M']);
  const y = sum(x, [1], false);
  sum(unused, [0], false);
  const feed = (length: number): Map<string, Float32Array> => new Map([['x', new Float32Array(length)]]);

  it('a size that was not given', async () => {
    const session = await runtime.open(graph, [y]);
    await expect(session.run(feed(12), { B: 2 })).rejects.toThrow('No size was given for the dimension T.');
    await session.close();
  });

  it('an input of another length, or none', async () => {
    const session = await runtime.open(graph, [y]);
    await expect(session.run(feed(11), { B: 2, T: 3 })).rejects.toThrow('input x wants [6, 2], got 11');
    await expect(session.run(new Map(), { B: 2, T: 3 })).rejects.toThrow('input x wants [6, 2], got nothing');
    await session.close();
  });

  it('a code that is not in the table, as an error and not as numbers', async () => {
    const graph = new Graph();
    const table = graph.parameter('table', [3, 2]);
    const rows = gatherRows(table, graph.input('ids', 'int32', ['N']));
    const session = await runtime.open(graph, [rows]);
    const run = (id: number): Promise<unknown> =>
      session.run(
        new Map<string, Float32Array | Int32Array>([
          ['table', new Float32Array(6)],
          ['ids', Int32Array.of(0, id)],
        ]),
        { N: 2 },
      );
    await expect(run(3)).rejects.toThrow();
    await expect(run(2)).resolves.toBeDefined();
    await session.close();
  });

  it('inputs that no output depends on need not be fed, and results keep their place in memory', async () => {
    const session = await runtime.open(graph, [y]);
    const target = new Float32Array(6);
    const x = Float32Array.from({ length: 12 }, (_, i) => i);
    const results = await session.run(new Map([['x', x]]), { B: 2, T: 3 }, new Map([[y.name, target]]));
    expect(results.get(y.name)).toBe(target);
    expect([...target]).toEqual([1, 5, 9, 13, 17, 21]);
    await session.close();
  });
});
