import * as ort from 'onnxruntime-node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/engine/differentiate';
import { Graph, type Value } from '../../../src/engine/graph';
import { lower, type LoweringOptions } from '../../../src/engine/onnx/lower';
import { attention } from '../../../src/engine/operators/attention';
import { matmul } from '../../../src/engine/operators/dense';
import { add, exponential, multiply } from '../../../src/engine/operators/elementwise';
import { after, reshape, split, transpose } from '../../../src/engine/operators/layout';
import { crossEntropy } from '../../../src/engine/operators/losses';
import { softmax, sum } from '../../../src/engine/operators/reduction';
import { RandomStream } from '../../../src/engine/random';
import { concreteShape, type Sizes } from '../../../src/engine/shape';
import { runtime } from './finite-differences';

const sizes: Sizes = { B: 2, T: 5 };
const [heads, D] = [3, 12];

function normals(n: number, ...key: number[]): Float32Array {
  const stream = new RandomStream(...key);
  return Float32Array.from({ length: n }, () => stream.normal());
}

/** Attention of a few patients by primitives alone, without a gradient of its own. */
function plainAttention(qkv: Value, keyBias: Value): Value {
  const d = D / heads;
  const cut = transpose(reshape(qkv, ['B', 'T', 3, heads, d]), [2, 0, 3, 1, 4]);
  const [q, k, v] = split(cut, 0, [1, 1, 1]).map((part) => reshape(part, ['B', heads, 'T', d]));
  const scores = matmul(q!, k!, { transposeB: true, alpha: 1 / Math.sqrt(d) });
  const mixed = matmul(softmax(add(scores, keyBias)), v!);
  return reshape(transpose(mixed, [0, 2, 1, 3]), [qkv.shape[0]!, D]);
}

/** A loss on attention with its gradient; every operator that has two lowerings is in it. */
function attentionGraph(attend: (qkv: Value, keyBias: Value) => Value): { graph: Graph; outputs: Value[] } {
  const graph = new Graph();
  const weight = graph.parameter('weight', [3 * D, D]);
  const x = graph.input('x', 'float32', ['B*T', D]);
  const keyBias = graph.input('keyBias', 'float32', ['B', 1, 1, 'T']);
  const w = graph.input('w', 'float32', ['B*T', D]);
  const qkv = matmul(x, weight, { transposeB: true });
  const loss = sum(multiply(attend(qkv, keyBias), w), [0, 1], false);
  const [gradient] = differentiate(loss, [weight]);
  return { graph, outputs: [loss, gradient!.dense!] };
}
const viaOperator = (qkv: Value, keyBias: Value): Value =>
  attention(qkv, keyBias, { batch: 'B', time: 'T', heads }).context;
const feeds = new Map([
  ['weight', normals(3 * D * D, 1).map((x) => 0.5 * x)],
  ['x', normals(10 * D, 2)],
  ['keyBias', Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, -1e9, -1e9)],
  ['w', normals(10 * D, 3)],
]);

/** Runs a lowered graph with onnxruntime alone. */
async function runLowered(
  graph: Graph,
  outputs: readonly Value[],
  options: LoweringOptions,
): Promise<Float32Array[]> {
  const { bytes, shapeInputs } = lower(graph, outputs, options);
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const tensors: Record<string, ort.Tensor> = {};
  for (const { name, shape } of graph.inputs)
    tensors[name] = new ort.Tensor('float32', feeds.get(name)!, concreteShape(shape, sizes));
  for (const { name, shape } of shapeInputs) {
    const dims = BigInt64Array.from(concreteShape(shape, sizes), BigInt);
    tensors[name] = new ort.Tensor('int64', dims, [dims.length]);
  }
  const results = await session.run(tensors);
  await session.release();
  return outputs.map(({ name }) => (results[name]!.data as Float32Array).slice());
}

function expectClose(a: Float32Array, b: Float32Array, relative: number): void {
  const scale = b.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => expect(Math.abs(x - b[i]!) / scale).toBeLessThan(relative));
}

/** How many nodes of a type a model has: the type is a string field of the node (tag 4). */
function countNodes(model: Uint8Array, opType: string): number {
  const field = Buffer.concat([Buffer.from([0x22, opType.length]), Buffer.from(opType)]);
  const bytes = Buffer.from(model);
  let count = 0;
  for (let at = bytes.indexOf(field); at >= 0; at = bytes.indexOf(field, at + 1)) count++;
  return count;
}

/** The model as onnxruntime runs it after its own rewriting. */
async function optimized(
  { graph, outputs }: { graph: Graph; outputs: readonly Value[] },
  options: LoweringOptions = {},
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'medbert-lowering-'));
  try {
    const file = join(folder, 'optimized.onnx');
    const session = await ort.InferenceSession.create(lower(graph, outputs, options).bytes, {
      optimizedModelFilePath: file,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    await session.release();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('lowering to ONNX', () => {
  it.each([
    ['portable', { portable: true }],
    ['standalone', { standalone: true }],
    ['portable and standalone', { portable: true, standalone: true }],
  ])('%s gives the same numbers as the fused one', async (_title, options) => {
    const { graph, outputs } = attentionGraph(viaOperator);
    const fused = await runLowered(graph, outputs, {});
    const other = await runLowered(graph, outputs, options);
    other.forEach((values, i) => expectClose(values, fused[i]!, 1e-6));
  });

  it('portable uses standard operators alone, standalone wants no sizes', () => {
    const { graph, outputs } = attentionGraph(viaOperator);
    expect(countNodes(lower(graph, outputs).bytes, 'FusedMatMul')).toBeGreaterThan(0);
    const portable = lower(graph, outputs, { portable: true, standalone: true });
    expect(countNodes(portable.bytes, 'FusedMatMul')).toBe(0);
    expect(Buffer.from(portable.bytes).includes('com.microsoft')).toBe(false);
    expect(portable.shapeInputs).toEqual([]);
    expect(lower(graph, outputs).shapeInputs.length).toBeGreaterThan(0);
  });

  it('leaves out nodes that no output needs, and inputs that only those read', async () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', 'float32', ['B']), graph.input('y', 'float32', ['B'])];
    const kept = exponential(x);
    softmax(multiply(kept, y));
    const { bytes } = lower(graph, [kept]);
    expect(['Exp', 'Mul', 'Softmax'].map((opType) => countNodes(bytes, opType))).toEqual([1, 0, 0]);
    const session = await ort.InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(['x']);
    await session.release();
  });

  it('gives the same bytes for the same graph', () => {
    const bytes = [0, 1].map(() => {
      const { graph, outputs } = attentionGraph(viaOperator);
      return Buffer.from(lower(graph, outputs).bytes);
    });
    expect(Buffer.compare(bytes[0]!, bytes[1]!)).toBe(0);
  });
});

describe('the gradient of attention', () => {
  it('by hand equals that of its primitives', async () => {
    const byHand = attentionGraph(viaOperator);
    const byRules = attentionGraph(plainAttention);
    const a = await runLowered(byHand.graph, byHand.outputs, {});
    const b = await runLowered(byRules.graph, byRules.outputs, {});
    a.forEach((values, i) => expectClose(values, b[i]!, 2e-6));
  });

  it.each([false, true])(
    'computes the probabilities again, also after onnxruntime has optimized (portable: %s)',
    async (portable) => {
      // Two: one forward, one behind it. The gradient by rules keeps the first, which costs memory.
      const byHand = await optimized(attentionGraph(viaOperator), { portable });
      expect(countNodes(byHand, 'Softmax')).toBe(2);
      const byRules = await optimized(attentionGraph(plainAttention), { portable });
      expect(countNodes(byRules, 'Softmax')).toBe(1);
    },
  );

  it('would be merged with the first computation without `after`', async () => {
    const twice = (again: (x: Value, anchor: Value) => Value): { graph: Graph; outputs: Value[] } => {
      const graph = new Graph();
      const x = graph.input('x', 'float32', ['B', 4]);
      const first = softmax(x);
      return { graph, outputs: [multiply(exponential(first), softmax(again(x, first)))] };
    };
    expect(countNodes(await optimized(twice(after)), 'Softmax')).toBe(2);
    expect(countNodes(await optimized(twice((x) => x)), 'Softmax')).toBe(1);
  });
});

describe('crossEntropy', () => {
  it('stays finite and right for logits of ±10⁴', async () => {
    const graph = new Graph();
    const logits = graph.parameter('logits', [4, 3]);
    const targets = graph.input('targets', 'int32', [4]);
    const { loss, hit } = crossEntropy(logits, targets);
    const [gradient] = differentiate(sum(loss, [0], false), [logits]);
    const outputs = [loss, hit, gradient!.dense!];
    const session = await runtime.open(graph, outputs);
    const results = await session.run(
      new Map<string, Float32Array | Int32Array>([
        ['logits', Float32Array.of(1e4, -1e4, 0, 1e4, -1e4, 0, 1e4, 1e4, 1e4, -1e4, -1e4, -1e4)],
        ['targets', Int32Array.of(0, 1, 2, 0)],
      ]),
      {},
    );
    const [losses, hits, slopes] = outputs.map(({ name }) => [...results.get(name)!]);
    const log3 = Math.log(3);
    losses!.forEach((value, i) => expect(Math.abs(value - [0, 2e4, log3, log3][i]!)).toBeLessThan(1e-3));
    expect(hits).toEqual([1, 0, 1, 1]);
    const third = 1 / 3;
    const expected = [0, 0, 0, 1, -1, 0, third, third, third - 1, third - 1, third, third];
    slopes!.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6));
    await session.close();
  });
});
