import { describe, expect, it } from 'vitest';
import { applyGradientRule } from '../../../src/engine/gradient-rules';
import { Graph, type Node } from '../../../src/engine/graph';
import { lowerings } from '../../../src/engine/onnx/lowerings';
import { attention } from '../../../src/engine/operators/attention';
import type { OperatorName } from '../../../src/engine/operators/catalogue';
import { layerNorm, linear, matmul } from '../../../src/engine/operators/dense';
import * as elementwise from '../../../src/engine/operators/elementwise';
import { gatherRows, scatterRows } from '../../../src/engine/operators/embedding';
import { after, concat, reshape, split, transpose } from '../../../src/engine/operators/layout';
import { binaryCrossEntropy, crossEntropy } from '../../../src/engine/operators/losses';
import { meanLast, softmax, sum } from '../../../src/engine/operators/reduction';
import { differentiate } from '../../../src/engine/differentiate';
import { RandomStream } from '../../../src/engine/random';
import { compose, type Composition, drawn, expectTrueGradients } from './finite-differences';

const { add, affine, exponential, multiply, normalCdf, reciprocal, sigmoid, softplus, subtract } =
  elementwise;

/** The same with several pairs of shapes, one of each broadcast variant. */
function binaryCases(operator: typeof add): Composition[] {
  const pairs: readonly (readonly [readonly number[], readonly number[]])[] = [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[3], [2, 3]],
    [
      [2, 1],
      [1, 3],
    ],
    [
      [2, 3, 2],
      [3, 1],
    ],
    [[], [4]],
    [
      [2, 1, 1, 2],
      [2, 2, 3, 2],
    ],
  ];
  return pairs.map(([a, b]) => ({
    title: `[${a.join()}] with [${b.join()}]`,
    parameters: { a, b },
    build: (t) => [operator(t('a'), t('b'))],
  }));
}

function unaryCase(operator: (x: ReturnType<typeof add>) => ReturnType<typeof add>): Composition[] {
  return [{ title: 'of 12 numbers', parameters: { x: [3, 4] }, build: (t) => [operator(t('x'))] }];
}

function matmulCases(): Composition[] {
  const flags = [false, true];
  return [[], [2], [2, 3]].flatMap((lead) =>
    flags.flatMap((transposeA) =>
      flags.map((transposeB): Composition => ({
        title: `${lead.length + 2}-D${transposeA ? ', aᵀ' : ''}${transposeB ? ', bᵀ' : ''}`,
        parameters: {
          a: [...lead, ...(transposeA ? [4, 2] : [2, 4])],
          b: [...lead, ...(transposeB ? [3, 4] : [4, 3])],
        },
        build: (t) => [matmul(t('a'), t('b'), { transposeA, transposeB, alpha: 0.7 })],
      })),
    ),
  );
}

/** Cases of every operator that has a gradient. The first test fails when the catalogue has one that is not here. */
const cases: Partial<Record<OperatorName, Composition[]>> = {
  add: binaryCases(add),
  subtract: binaryCases(subtract),
  multiply: [
    ...binaryCases(multiply),
    { title: 'a value with itself', parameters: { x: [4] }, build: (t) => [multiply(t('x'), t('x'))] },
    {
      title: 'a named size broadcast over a fixed one',
      parameters: { x: [3] },
      inputs: { rows: { shape: ['N', 3], values: drawn(12, new RandomStream(3), 0.3, 1) } },
      sizes: { N: 4 },
      build: (t) => [multiply(t('rows'), t('x')), add(t('x'), t('rows')), subtract(t('rows'), t('x'))],
    },
  ],
  affine: [...unaryCase((x) => affine(x, -1.7, 0)), ...unaryCase((x) => affine(x, 0.6, 2.5))],
  exponential: unaryCase(exponential),
  normalCdf: unaryCase(normalCdf),
  sigmoid: unaryCase(sigmoid),
  tanh: unaryCase(elementwise.tanh),
  softplus: unaryCase(softplus),
  reciprocal: [{ ...unaryCase(reciprocal)[0]!, range: [0.8, 1.6] }],
  softmax: [
    { title: 'over the last of three axes', parameters: { x: [2, 2, 4] }, build: (t) => [softmax(t('x'))] },
  ],
  sum: [
    [[0], false],
    [[1], true],
    [[-1], false],
    [[0, 2], false],
    [[-1, 0], true],
    [[0, 1, 2], false],
  ].map(([axes, keepDims]): Composition => ({
    title: `axes ${String(axes)}${keepDims ? ', kept' : ''}`,
    parameters: { x: [2, 3, 4] },
    build: (t) => [sum(t('x'), axes as number[], keepDims as boolean)],
  })),
  matmul: matmulCases(),
  linear: [
    {
      title: 'x, weight and bias',
      parameters: { x: [3, 4], weight: [2, 4], bias: [2] },
      build: (t) => [linear(t('x'), t('weight'), t('bias'))],
    },
  ],
  layerNorm: [
    {
      title: 'x, γ and β of a matrix',
      parameters: { x: [3, 5], gamma: [5], beta: [5] },
      build: (t) => [layerNorm(t('x'), t('gamma'), t('beta'))],
    },
    {
      title: 'three axes, an epsilon that matters',
      parameters: { x: [2, 2, 3], gamma: [3], beta: [3] },
      build: (t) => [layerNorm(t('x'), t('gamma'), t('beta'), 0.3)],
    },
  ],
  gatherRows: [
    {
      title: 'repeated and unused ids',
      parameters: { table: [5, 3] },
      inputs: { ids: { shape: ['N'], values: Int32Array.of(4, 0, 4, 4, 2, 0) } },
      sizes: { N: 6 },
      build: (t) => [gatherRows(t('table'), t('ids'))],
    },
    {
      title: 'of a table that is itself computed (token rows that a recurrent head reads)',
      parameters: { codes: [5, 3], weight: [2, 3] },
      inputs: {
        ids: { shape: ['N'], values: Int32Array.of(3, 1, 1, 4) },
        again: { shape: ['M'], values: Int32Array.of(2, 0, 2, 2, 1) },
      },
      sizes: { N: 4, M: 5 },
      build: (t) => {
        const tokens = elementwise.tanh(gatherRows(t('codes'), t('ids')));
        return [matmul(gatherRows(tokens, t('again')), t('weight'), { transposeB: true })];
      },
    },
    {
      title: 'tables that are summed, one of them also a decoder (tied weights)',
      parameters: { codes: [4, 3], visits: [3, 3] },
      inputs: {
        ids: { shape: ['N'], values: Int32Array.of(3, 1, 1, 3, 0) },
        places: { shape: ['N'], values: Int32Array.of(1, 1, 2, 2, 2) },
      },
      sizes: { N: 5 },
      build: (t) => {
        const tokens = add(gatherRows(t('codes'), t('ids')), gatherRows(t('visits'), t('places')));
        return [matmul(elementwise.tanh(tokens), t('codes'), { transposeB: true })];
      },
    },
  ],
  scatterRows: [
    {
      title: 'repeated ids, rows that get nothing',
      parameters: { rows: [6, 3] },
      inputs: { ids: { shape: [6], values: Int32Array.of(4, 0, 4, 4, 2, 0) } },
      build: (t) => [exponential(scatterRows(t('ids'), t('rows'), 5))],
    },
    {
      title: 'named sizes, one of them a product',
      parameters: { x: [4, 2] },
      inputs: {
        rows: { shape: ['N', 4], values: drawn(12, new RandomStream(4), 0.2, 1) },
        ids: { shape: ['N'], values: Int32Array.of(5, 1, 5) },
      },
      sizes: { N: 3, B: 2, T: 3 },
      build: (t) => [softmax(scatterRows(t('ids'), matmul(t('rows'), t('x')), 'B*T'))],
    },
  ],
  reshape: [
    {
      title: 'then something that is not symmetric',
      parameters: { x: [2, 6] },
      build: (t) => [softmax(reshape(t('x'), [3, 4]))],
    },
  ],
  transpose: [
    {
      title: 'a permutation that is not its own inverse',
      parameters: { x: [2, 3, 4] },
      build: (t) => [transpose(t('x'), [2, 0, 1])],
    },
  ],
  split: [
    {
      title: 'unequal pieces',
      parameters: { x: [2, 6] },
      build: (t) => split(t('x'), 1, [1, 3, 2]).map((piece, i) => affine(piece, i + 1, 0)),
    },
    {
      title: 'rows into named sizes',
      parameters: { x: [5, 2] },
      sizes: { A: 2, B: 3 },
      build: (t) => {
        const [first, second] = split(t('x'), 0, ['A', 'B']);
        return [softmax(first!), exponential(second!)];
      },
    },
  ],
  concat: [
    {
      title: 'three values, one of them twice',
      parameters: { a: [2, 1], b: [2, 3] },
      build: (t) => [concat([t('a'), t('b'), t('a')], 1, 5)],
    },
    {
      title: 'along the rows',
      parameters: { a: [1, 2], b: [3, 2] },
      build: (t) => [softmax(concat([t('b'), t('a')], 0, 4))],
    },
  ],
  after: [
    {
      title: 'the gradient goes through x, not through its anchor',
      parameters: { x: [4], anchor: [4] },
      build: (t) => [exponential(after(t('x'), t('anchor')))],
    },
  ],
  crossEntropy: [
    {
      title: 'rows of unequal weight',
      parameters: { logits: [4, 5] },
      inputs: { targets: { shape: [4], values: Int32Array.of(0, 4, 2, 2) } },
      build: (t) => [crossEntropy(t('logits'), t('targets')).loss],
    },
    {
      title: 'a named number of rows, through a decoder',
      parameters: { weight: [5, 3], bias: [5] },
      inputs: {
        x: { shape: ['B', 3], values: drawn(9, new RandomStream(9), 0.2, 1) },
        targets: { shape: ['B'], values: Int32Array.of(1, 1, 4) },
      },
      sizes: { B: 3 },
      build: (t) => [crossEntropy(linear(t('x'), t('weight'), t('bias')), t('targets')).loss],
    },
  ],
};

/** Operators made of other operators. */
const composites: Record<string, Composition[]> = {
  gelu: unaryCase(elementwise.gelu),
  meanLast: [
    { title: 'of three axes', parameters: { x: [2, 2, 3] }, build: (t) => [exponential(meanLast(t('x')))] },
  ],
  binaryCrossEntropy: [
    {
      title: 'logits and labels',
      parameters: { z: [6] },
      range: [0.1, 3],
      inputs: { y: { shape: [6], values: Float32Array.of(0, 1, 1, 0, 1, 0) } },
      build: (t) => [binaryCrossEntropy(t('z'), t('y'))],
    },
  ],
  attention: [false, true].flatMap((padded) =>
    [false, true].map((dropped) => attentionCase(padded, dropped)),
  ),
};

function attentionCase(padded: boolean, dropped: boolean): Composition {
  const [B, T, heads, D] = [2, 3, 2, 4] as const;
  const keyBias = new Float32Array(B * T);
  if (padded) keyBias[T - 1] = -1e9;
  const random = new RandomStream(77);
  const mask = Float32Array.from({ length: B * heads * T * T }, () => (random.uniform() < 0.4 ? 0 : 1 / 0.6));
  return {
    title: `${padded ? 'a padded key' : 'no padding'}, ${dropped ? 'dropout' : 'no dropout'}`,
    parameters: { qkv: [B * T, 3 * D] },
    inputs: {
      keyBias: { shape: [B, 1, 1, T], values: keyBias },
      ...(dropped ? { mask: { shape: [B, heads, T, T], values: mask } } : {}),
    },
    build: (t) => {
      const shape = { batch: B, time: T, heads };
      return [attention(t('qkv'), t('keyBias'), shape, dropped ? t('mask') : undefined).context];
    },
  };
}

function hasGradient(operator: OperatorName): boolean {
  try {
    applyGradientRule({ operator, inputs: [], outputs: [], attributes: {} } as Node, [], []);
  } catch (error) {
    return !(error as Error).message.includes('has no gradient');
  }
  return true;
}

describe('the gradient of every operator equals finite differences', () => {
  const all = Object.keys(lowerings) as OperatorName[];

  it('there is a test for every operator that has a gradient, and it uses the operator', () => {
    expect(all.filter((operator) => !hasGradient(operator))).toEqual(['crossEntropyResidual']);
    expect(Object.keys(cases).sort()).toEqual(all.filter(hasGradient).sort());
    for (const [operator, compositions] of Object.entries(cases)) {
      for (const composition of compositions) {
        const used = compose(composition).graph.nodes.map((node) => node.operator as string);
        expect(used, composition.title).toContain(operator);
      }
    }
  });

  for (const [operator, compositions] of Object.entries({ ...cases, ...composites })) {
    it.each(compositions)(`${operator}: $title`, expectTrueGradients);
  }
});

describe('differentiate', () => {
  it('adds nothing for a parameter that the loss does not depend on', () => {
    const graph = new Graph();
    const [x, y] = [graph.parameter('x', [2]), graph.parameter('y', [2])];
    const [dx, dy] = differentiate(sum(exponential(x), [0], false), [x, y]);
    expect(dx!.dense?.shape).toEqual([2]);
    expect(dy).toEqual({ parameter: y, dense: undefined, rows: [] });
  });

  it('keeps the rows of a trained table apart, and sums those of a computed one', () => {
    const graph = new Graph();
    const [table, ids] = [graph.parameter('table', [5, 2]), graph.input('ids', 'int32', ['N'])];
    const rows = gatherRows(table, ids);
    const [byRows] = differentiate(sum(gatherRows(rows, ids), [0, 1], false), [table]);
    expect(byRows!.dense).toBeUndefined();
    expect(byRows!.rows.map(({ values }) => values.shape)).toEqual([['N', 2]]);
    expect(graph.nodes.filter(({ operator }) => operator === 'scatterRows').length).toBe(1);
  });

  it('goes with respect to any value, not to parameters alone', () => {
    const graph = new Graph();
    const [table, ids] = [graph.parameter('table', [5, 2]), graph.input('ids', 'int32', ['N'])];
    const embedded = gatherRows(table, ids);
    const [slope] = differentiate(sum(exponential(embedded), [0, 1], false), [embedded]);
    expect(slope!.dense!.shape).toEqual(['N', 2]);
    expect(slope!.rows).toEqual([]);
  });

  it('refuses a loss that is not one number', () => {
    const graph = new Graph();
    const x = graph.parameter('x', [2]);
    expect(() => differentiate(x, [x])).toThrow('differentiate([2]): a loss is one number, []');
  });

  it('refuses to differentiate what has no gradient, by name', () => {
    const graph = new Graph();
    const logits = graph.parameter('logits', [1, 2]);
    const targets = graph.input('targets', 'int32', [1]);
    const { loss } = crossEntropy(logits, targets);
    const [once] = differentiate(sum(loss, [0], false), [logits]);
    const slope = sum(once!.dense!, [0, 1], false);
    expect(() => differentiate(slope, [logits])).toThrow('crossEntropyResidual has no gradient');
  });

  it('refuses a split of which a piece leads nowhere', () => {
    const graph = new Graph();
    const x = graph.parameter('x', [4]);
    const [first] = split(x, 0, [1, 3]);
    expect(() => differentiate(sum(first!, [0], false), [x])).toThrow('split: every piece needs a gradient.');
  });
});
