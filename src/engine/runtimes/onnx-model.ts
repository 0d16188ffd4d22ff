import './no-telemetry';
import * as ort from 'onnxruntime-node';
import { cpuSession } from './onnxruntime-cpu';

/** A tensor on its way into or out of an ONNX model. */
export interface OnnxArray<A = Float32Array | BigInt64Array> {
  readonly dims: readonly number[];
  readonly data: A;
}

/** A whole ONNX model, such as an exported one, opened on the CPU: it holds its own weights. */
export class OnnxModel {
  private constructor(private readonly session: ort.InferenceSession) {}

  /** @param options threads of the matrix products; 0 = onnxruntime's choice */
  static async open(bytes: Uint8Array, { threads }: { readonly threads: number }): Promise<OnnxModel> {
    return new OnnxModel(await ort.InferenceSession.create(bytes, cpuSession(threads)));
  }

  /** Runs the model and gives those of its float32 outputs that are wanted, by name. */
  async run<Name extends string>(
    inputs: Readonly<Record<string, OnnxArray>>,
    wanted: readonly Name[],
  ): Promise<Record<Name, OnnxArray<Float32Array>>> {
    const feeds = Object.entries(inputs).map(([name, { dims, data }]) => {
      const type = data instanceof Float32Array ? 'float32' : 'int64';
      return [name, new ort.Tensor(type as 'float32', data as Float32Array, dims)] as const;
    });
    const results = await this.session.run(Object.fromEntries(feeds), wanted);
    const entries = wanted.map((name) => {
      const { dims, data } = results[name]!;
      return [name, { dims, data: data as Float32Array }] as const;
    });
    return Object.fromEntries(entries) as Record<Name, OnnxArray<Float32Array>>;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
