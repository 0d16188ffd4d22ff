import type { Learner } from '../../../src/engine/learner';
import { RandomStream } from '../../../src/engine/random';
import { onnxruntimeCpu } from '../../../src/engine/runtimes/onnxruntime-cpu';
import { initialParameters, type ModelSize } from '../../../src/model/parameters';
import { pretrainingParameters } from '../../../src/model/pretraining';
import { type PretrainConfig, pretrainConfig } from '../../../src/protocol/config';
import type { TokenizedPatients } from '../../../src/training/batch';
import { firstCode, UNK } from '../../../src/protocol/vocabulary';
import { PretrainingTask } from '../../../src/training/pretraining-task';

/** A model that is small enough to train within a test. */
export const smallModel: ModelSize = {
  vocabulary: 40,
  hidden: 12,
  heads: 3,
  intermediate: 8,
  layers: 2,
  maxLength: 512,
  dropout: 0.1,
  serialization: true,
  losReads: 'mean',
};

/** Patients of these lengths with codes drawn from the vocabulary; a share of them is unknown. */
export function patientsOf(lengths: readonly number[], seed = 1, unknown = 0): TokenizedPatients {
  const random = new RandomStream(seed, 99);
  const offsets = [0];
  for (const length of lengths) offsets.push(offsets.at(-1)! + length);
  const total = offsets.at(-1)!;
  const places = lengths.flatMap((length) => Array.from({ length }, (_, t) => t));
  return {
    offsets,
    ids: Int32Array.from({ length: total }, () =>
      random.uniform() < unknown ? UNK : firstCode + random.below(smallModel.vocabulary - firstCode),
    ),
    ranks: Int32Array.from(places, (t) => 1 + (t % 3)),
    visits: Int32Array.from(places, (t) => 1 + Math.floor(t / 3)),
  };
}

/** `count` lengths from 1 to `longest`, most of them short. */
export function lengthsOf(count: number, longest: number, seed = 1): number[] {
  const random = new RandomStream(seed, 98);
  return Array.from({ length: count }, () => 1 + Math.floor(random.uniform() ** 3 * longest));
}

/** A pretraining task on 70 drawn patients, with weights that are large enough for everything to matter. */
export function pretrainingTask(
  change: Partial<PretrainConfig>,
  threads = 1,
  tokens = patientsOf(lengthsOf(70, 30), 1, 0.1),
): PretrainingTask {
  const config = pretrainConfig.parse({ batchSize: 8, epochs: 3, learningRate: 1e-3, ...change });
  const model = { ...smallModel, dropout: change.dropout ?? smallModel.dropout };
  const every = Int32Array.from({ length: 70 }, (_, i) => i);
  const task = new PretrainingTask(onnxruntimeCpu({ threads }), model, config, {
    tokens,
    longStay: Uint8Array.from(every, (i) => (i % 3 === 0 ? 1 : 0)),
    train: every.subarray(0, 60),
    validation: every.subarray(60),
  });
  const specs = pretrainingParameters(model);
  task.learner.restore({ parameters: initialParameters(specs, config.seed) });
  return task;
}

/** All numbers of a learner's state in one array, copied. */
export async function bytesOf(learner: Learner): Promise<Buffer> {
  const { parameters, firstMoments, secondMoments } = await learner.state();
  const arrays = [parameters, firstMoments, secondMoments].flatMap((part) => [...part.values()]);
  return Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
}
