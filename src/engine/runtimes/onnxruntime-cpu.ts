import './no-telemetry';
import * as ort from 'onnxruntime-node';
import type { Graph, Value } from '../graph';
import { lower, type OnnxProgram } from '../onnx/lower';
import { concreteShape, countElements, type Sizes } from '../shape';
import { emptySequence, resultsArriveInPlace, runInPlace } from './in-place-results';
import type { Feeds, Runtime, Session, Targets } from './runtime';

export interface CpuOptions {
  /** Threads of the matrix products; 0 = onnxruntime's choice (one per physical core). */
  readonly threads: number;
  /** Writes onnxruntime's own trace beside this prefix (bench only). */
  readonly profilePrefix?: string;
}

/** How every session on the CPU is opened. */
export function cpuSession(threads: number): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Every batch has other shapes: remembered memory patterns would pile up and never be met again.
    enableMemPattern: false,
    // Its own lines on stderr may quote values of a feed; what matters is in the error that it throws.
    logSeverityLevel: 4,
  };
}

/** onnxruntime's CPU provider, from the npm package alone. */
export function onnxruntimeCpu({ threads, profilePrefix }: CpuOptions): Runtime {
  return {
    name: 'onnxruntime-cpu',
    async open(graph, outputs) {
      const inPlace = await resultsArriveInPlace();
      const program = lower(graph, outputs, inPlace ? { emptySequence } : {});
      const session = await ort.InferenceSession.create(program.bytes, {
        ...cpuSession(threads),
        ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
      });
      return new CpuSession(session, graph, program, outputs, inPlace);
    },
  };
}

class CpuSession implements Session {
  private readonly inputs: readonly Value[];

  constructor(
    private readonly session: ort.InferenceSession,
    graph: Graph,
    private readonly program: OnnxProgram,
    private readonly outputs: readonly Value[],
    private readonly inPlace: boolean,
  ) {
    const expected = new Set(session.inputNames);
    this.inputs = graph.inputs.filter((input) => expected.has(input.name));
  }

  async run(
    feeds: Feeds,
    sizes: Sizes,
    targets: Targets = new Map(),
  ): Promise<ReadonlyMap<string, Float32Array>> {
    const inputs: Record<string, ort.Tensor> = {};
    for (const { name, dtype, shape } of this.inputs) {
      const data = feeds.get(name);
      const dims = concreteShape(shape, sizes);
      if (data?.length !== countElements(dims)) {
        throw new Error(
          `The graph's input ${name} wants [${dims.join(', ')}], got ${data?.length ?? 'nothing'}.`,
        );
      }
      inputs[name] = new ort.Tensor(dtype as 'float32', data as Float32Array, dims);
    }
    for (const { name, shape } of this.program.shapeInputs) {
      inputs[name] = new ort.Tensor('int64', BigInt64Array.from(concreteShape(shape, sizes), BigInt), [
        shape.length,
      ]);
    }
    const results = new Map<string, Float32Array>();
    const fetches: Record<string, ort.Tensor> = {};
    for (const { name, shape } of this.outputs) {
      const dims = concreteShape(shape, sizes);
      const target = targets.get(name) ?? new Float32Array(countElements(dims));
      results.set(name, target);
      fetches[name] = new ort.Tensor('float32', target, dims);
    }
    if (this.inPlace) await runInPlace(this.session, inputs, fetches);
    else await this.session.run(inputs, fetches);
    return results;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
