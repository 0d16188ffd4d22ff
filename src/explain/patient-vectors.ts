import { OnnxModel } from '../engine/runtimes/onnx-model';
import { exportOnnx } from '../model/export-onnx';
import type { ModelSize } from '../model/parameters';
import { throwIfCancelled } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import type { CodeSequence } from './code-sequence';
import { batchesByLength, padded, usualBounds } from './padded-batches';

/**
 * One vector for each patient: the mean of the last layer's outputs over the patient's codes, which is what the
 * feed-forward head reads (other heads read the outputs one by one). [N, D], in the order of the patients.
 *
 * @throws CancelledError
 */
export async function patientVectors(
  {
    size,
    parameters,
    threads,
  }: { size: ModelSize; parameters: ReadonlyMap<string, Float32Array>; threads: number },
  patients: readonly CodeSequence<number>[],
  { progress, signal }: LongWork = {},
): Promise<Float32Array> {
  const D = size.hidden;
  const bytes = exportOnnx({ size, task: 'encoder', attentions: false, parameters, metadata: {} });
  const session = await OnnxModel.open(bytes, { threads });
  const vectors = new Float32Array(patients.length * D);
  try {
    let done = 0;
    const lengths = patients.map(({ codes }) => codes.length);
    for (const batch of batchesByLength(lengths, usualBounds(size.heads))) {
      const inputs = padded(
        batch.map((i) => patients[i]!),
        size.maxLength,
      );
      const { tokens } = await session.run(inputs, ['tokens']);
      const T = tokens.dims[1]!;
      batch.forEach((i, b) => {
        const length = lengths[i]!;
        for (let t = 0; t < length; t++) {
          for (let d = 0; d < D; d++) vectors[i * D + d]! += tokens.data[(b * T + t) * D + d]! / length;
        }
      });
      done += batch.length;
      progress?.({ phase: 'reading patients', done, total: patients.length, unit: 'patients' });
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal, 'The map');
    }
  } finally {
    await session.close();
  }
  return vectors;
}
