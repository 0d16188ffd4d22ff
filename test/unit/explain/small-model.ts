import { RandomStream } from '../../../src/engine/random';
import { onnxruntimeCpu } from '../../../src/engine/runtimes/onnxruntime-cpu';
import type { CodeSequence } from '../../../src/explain/code-sequence';
import { finetuningParameters } from '../../../src/model/finetuning';
import { initialParameters, type ModelSize } from '../../../src/model/parameters';
import { pretrainingParameters } from '../../../src/model/pretraining';

export const size: ModelSize = {
  vocabulary: 30,
  hidden: 12,
  heads: 3,
  intermediate: 8,
  layers: 2,
  maxLength: 24,
  dropout: 0,
  serialization: true,
  losReads: 'mean',
};

/** Weights large enough that attention is not even and the logit is no straight line. */
function strong(specs: ReturnType<typeof finetuningParameters>): Map<string, Float32Array> {
  const parameters = initialParameters(specs, 11);
  for (const [name, values] of parameters) {
    if (!name.includes('.norm.')) values.forEach((x, i) => (values[i] = 20 * x));
  }
  return parameters;
}
export const classifier = strong(finetuningParameters(size, 'ffl'));
export const encoder = strong(pretrainingParameters(size));
export const runtime = onnxruntimeCpu({ threads: 1 });

/** A patient with `length` codes in visits of one to four, drawn by seed. */
export function patientOf(length: number, seed: number): CodeSequence<number> {
  const random = new RandomStream(seed, length);
  const codes: number[] = [];
  const visits: number[] = [];
  const ranks: number[] = [];
  for (let visit = 1; codes.length < length; visit++) {
    const width = Math.min(1 + random.below(4), length - codes.length);
    for (let rank = 1; rank <= width; rank++) {
      codes.push(3 + random.below(size.vocabulary - 3));
      visits.push(visit);
      ranks.push(rank);
    }
  }
  return { codes, visits, ranks };
}
