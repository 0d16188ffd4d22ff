import * as ort from 'onnxruntime-node';
import { encodeModel } from '../../src/engine/onnx/proto';
import type { ModelSize } from '../../src/model/parameters';

/** What this machine can do at best, measured in this run. */
export interface Machine {
  /** Floating-point operations per second of a large matrix product in the runtime. */
  readonly flops: number;
  /** Bytes per second that memory takes (read + write of a large copy). */
  readonly bandwidth: number;
}

/** Best of several: a floor is what the machine can do, not what it did while something else ran. */
async function best(times: number, work: () => Promise<void> | void): Promise<number> {
  let shortest = Infinity;
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await work();
    shortest = Math.min(shortest, (performance.now() - began) / 1000);
  }
  return shortest;
}

export async function measureMachine(threads: number): Promise<Machine> {
  const n = 1536;
  const matrix = (name: string) => ({ name, type: 'float32' as const, dims: [n, n] });
  const bytes = encodeModel({
    name: 'product',
    nodes: [{ opType: 'Gemm', inputs: ['a', 'b'], outputs: ['c'], attributes: {}, domain: '' }],
    initializers: [],
    inputs: [matrix('a'), matrix('b')],
    outputs: [matrix('c')],
  });
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: threads });
  const a = new ort.Tensor('float32', new Float32Array(n * n).fill(0.5), [n, n]);
  const c = new ort.Tensor('float32', new Float32Array(n * n), [n, n]);
  const product = await best(12, async () => void (await session.run({ a, b: a }, { c })));
  await session.release();
  const from = new Float32Array(2 ** 26).fill(1);
  const to = new Float32Array(2 ** 26);
  const copy = await best(8, () => to.set(from));
  return { flops: (2 * n ** 3) / product, bandwidth: (2 * from.byteLength) / copy };
}

/** Floating-point operations of the matrix products of one pretraining step without any padding: forward once, backward twice. */
export function stepFlops(size: ModelSize, lengths: readonly number[]): number {
  const { hidden: D, intermediate: F, layers: L, vocabulary: V } = size;
  const tokens = lengths.reduce((a, b) => a + b, 0);
  const squares = lengths.reduce((a, b) => a + b * b, 0);
  const perLayer = tokens * (4 * D * D + 2 * D * F) + squares * 2 * D;
  const decoder = lengths.length * D * V;
  return 2 * 3 * (L * perLayer + decoder);
}

/** Bytes that AdamW must move in a step: reads parameter, gradient and both moments, writes all but the gradient. */
export function adamwBytes(parameters: number): number {
  return 7 * 4 * parameters;
}
