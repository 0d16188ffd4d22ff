import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../../../src/engine/graph';
import { attention } from '../../../src/engine/operators/attention';
import { layerNorm, linear, matmul } from '../../../src/engine/operators/dense';
import { add, multiply, subtract } from '../../../src/engine/operators/elementwise';
import { gatherRows } from '../../../src/engine/operators/embedding';
import { after, concat, reshape, split, transpose } from '../../../src/engine/operators/layout';
import { crossEntropy } from '../../../src/engine/operators/losses';
import { meanLast, sum } from '../../../src/engine/operators/reduction';
import { broadcast, type DType, elementCount, type Shape, ShapeError } from '../../../src/engine/shape';
import { runtime } from './finite-differences';

/** Inputs of these shapes in a graph of their own. */
function inputs<const S extends readonly Shape[]>(
  ...shapes: S
): [Value, Value, Value] & { [K in keyof S]: Value } {
  const graph = new Graph();
  return shapes.map((shape, i) => graph.input(`x${i}`, 'float32', shape)) as never;
}
function typed(dtype: DType, shape: Shape, beside: Value): Value {
  return beside.graph.input('typed', dtype, shape);
}

describe('an operator refuses shapes that do not fit, when the graph is built', () => {
  const refused: [string, () => unknown, operator: string, shapes: string][] = [
    [
      'add of sizes that do not broadcast',
      () => {
        const [a, b] = inputs([2, 3], [2]);
        return add(a, b);
      },
      'add',
      '[2, 3], [2]',
    ],
    [
      'subtract of a named and a fixed size',
      () => {
        const [a, b] = inputs(['N', 3], [4, 3]);
        return subtract(a, b);
      },
      'subtract',
      '[N, 3], [4, 3]',
    ],
    [
      'multiply of two names',
      () => {
        const [a, b] = inputs(['N'], ['M']);
        return multiply(a, b);
      },
      'multiply',
      '[N], [M]',
    ],
    ['sum over an axis that is not there', () => sum(inputs([2, 3])[0], [2], false), 'sum', '[2, 3]'],
    ['sum too far from the end', () => sum(inputs([2, 3])[0], [-3], false), 'sum', '[2, 3]'],
    ['mean over a named size', () => meanLast(inputs([2, 'N'])[0]), 'meanLast', '[2, N]'],
    [
      'matmul whose inner sizes differ',
      () => {
        const [a, b] = inputs([2, 3], [2, 3]);
        return matmul(a, b);
      },
      'matmul',
      '[2, 3], [2, 3]',
    ],
    [
      'matmul that is transposed without need',
      () => {
        const [a, b] = inputs([2, 3], [3, 4]);
        return matmul(a, b, { transposeA: true });
      },
      'matmul',
      '[2, 3], [3, 4]',
    ],
    [
      'matmul of other leading axes',
      () => {
        const [a, b] = inputs(['B', 2, 3], [5, 3, 2]);
        return matmul(a, b);
      },
      'matmul',
      '[B, 2, 3], [5, 3, 2]',
    ],
    [
      'matmul of a vector',
      () => {
        const [a, b] = inputs([3], [3]);
        return matmul(a, b);
      },
      'matmul',
      '[3], [3]',
    ],
    [
      'linear with a weight that lies the other way',
      () => {
        const [x, w, b] = inputs(['N', 3], [3, 4], [4]);
        return linear(x, w, b);
      },
      'linear',
      '[N, 3], [3, 4], [4]',
    ],
    [
      'linear with a bias of another width',
      () => {
        const [x, w, b] = inputs(['N', 3], [4, 3], [3]);
        return linear(x, w, b);
      },
      'linear',
      '[N, 3], [4, 3], [3]',
    ],
    [
      'linear with a weight of three axes',
      () => {
        const [x, w, b] = inputs(['N', 3], [4, 3, 2], [4]);
        return linear(x, w, b);
      },
      'linear',
      '[N, 3], [4, 3, 2], [4]',
    ],
    [
      'layerNorm with a narrower γ',
      () => {
        const [x, g, b] = inputs(['N', 4], [3], [4]);
        return layerNorm(x, g, b);
      },
      'layerNorm',
      '[N, 4], [3], [4]',
    ],
    [
      'layerNorm with a wider β',
      () => {
        const [x, g, b] = inputs(['N', 4], [4], [5]);
        return layerNorm(x, g, b);
      },
      'layerNorm',
      '[N, 4], [4], [5]',
    ],
    [
      'gatherRows with ids that are not whole numbers',
      () => {
        const [t, ids] = inputs([5, 2], ['N']);
        return gatherRows(t, ids);
      },
      'gatherRows',
      '[5, 2], [N]',
    ],
    [
      'gatherRows with a matrix of ids',
      () => {
        const [t] = inputs([5, 2]);
        return gatherRows(t, typed('int32', [2, 3], t));
      },
      'gatherRows',
      '[5, 2], [2, 3]',
    ],
    [
      'reshape to another number of elements',
      () => reshape(inputs(['N', 6])[0], ['N', 3, 3]),
      'reshape',
      '[N, 6]',
    ],
    ['reshape to another name', () => reshape(inputs(['N', 6])[0], ['M', 6]), 'reshape', '[N, 6]'],
    ['transpose that repeats an axis', () => transpose(inputs([2, 3])[0], [0, 0]), 'transpose', '[2, 3]'],
    ['transpose that leaves one out', () => transpose(inputs([2, 3])[0], [0]), 'transpose', '[2, 3]'],
    ['split into too little', () => split(inputs([2, 6])[0], 1, [1, 2]), 'split', '[2, 6]'],
    ['split of an axis that is not there', () => split(inputs([2, 6])[0], 2, [1]), 'split', '[2, 6]'],
    [
      'concat of other widths',
      () => {
        const [a, b] = inputs([2, 3], [2, 4]);
        return concat([a, b], 0, 4);
      },
      'concat',
      '[2, 3], [2, 4]',
    ],
    [
      'concat to a length that is not the sum',
      () => {
        const [a, b] = inputs([2, 3], [2, 3]);
        return concat([a, b], 0, 5);
      },
      'concat',
      '[2, 3], [2, 3]',
    ],
    [
      'concat along an axis that is not there',
      () => {
        const [a, b] = inputs([2, 3], [2, 3]);
        return concat([a, b], 2, 2);
      },
      'concat',
      '[2, 3], [2, 3]',
    ],
    ['concat of nothing', () => concat([], 0, 0), 'concat', ''],
    [
      'after an anchor of another shape',
      () => {
        const [x, anchor] = inputs([2, 3], [3, 2]);
        return after(x, anchor);
      },
      'after',
      '[2, 3], [3, 2]',
    ],
    [
      'crossEntropy with another number of targets',
      () => {
        const [logits] = inputs(['B', 5]);
        return crossEntropy(logits, typed('int32', ['N'], logits));
      },
      'crossEntropy',
      '[B, 5], [N]',
    ],
    [
      'attention of a width that is no multiple of 3 · heads',
      () => {
        const [qkv, bias] = inputs(['B*T', 12], ['B', 1, 1, 'T']);
        return attention(qkv, bias, { batch: 'B', time: 'T', heads: 3 });
      },
      'attention',
      '[B*T, 12]',
    ],
  ];
  it.each(refused)('%s', (_title, build, operator, shapes) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(`${operator}(${shapes}): `);
  });

  it('add of tensors of two graphs', () => {
    expect(() => add(inputs([2])[0], inputs([2])[0])).toThrow('x0 belongs to another graph');
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
