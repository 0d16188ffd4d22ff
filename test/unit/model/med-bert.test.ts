import { describe, expect, it } from 'vitest';
import { CpuLearner } from '../../../src/engine/cpu-learner';
import { differentiate } from '../../../src/engine/differentiate';
import { Graph, type Value } from '../../../src/engine/graph';
import { defaultAdamW } from '../../../src/engine/learner';
import { binaryCrossEntropy } from '../../../src/engine/operators/losses';
import { onnxruntimeCpu } from '../../../src/engine/runtimes/onnxruntime-cpu';
import { concreteShape } from '../../../src/engine/shape';
import { finetuningParameters, finetuningProgram } from '../../../src/model/finetuning';
import { heads } from '../../../src/model/heads/heads';
import { embed, encode, encoderInputs } from '../../../src/model/med-bert';
import {
  declareParameters,
  encoderParameters,
  initialParameters,
  type ModelSize,
} from '../../../src/model/parameters';
import { poolTokens, weightedSum } from '../../../src/model/pooling';
import { packBatch } from '../../../src/training/batch';

const size: ModelSize = {
  vocabulary: 9,
  hidden: 6,
  heads: 2,
  intermediate: 4,
  layers: 2,
  maxLength: 8,
  dropout: 0,
  serialization: true,
  losReads: 'mean',
};
const runtime = onnxruntimeCpu({ threads: 1 });
const specs = finetuningParameters(size, 'ffl');
const parameters = initialParameters(specs, 4);
for (const [name, values] of parameters)
  if (!name.includes('.norm.')) values.forEach((x, i) => (values[i] = 15 * x));
const data = {
  offsets: [0, 3, 5, 10],
  ids: Int32Array.of(3, 4, 3, 8, 5, 6, 3, 7, 7, 4),
  ranks: Int32Array.of(1, 2, 1, 1, 1, 1, 2, 3, 1, 1),
  visits: Int32Array.of(1, 1, 2, 1, 2, 1, 1, 1, 2, 3),
};
const batch = packBatch(data, [0, 1, 2]);
batch.feeds.set('label', Float32Array.of(1, 0, 1)).set('weight', new Float32Array(3).fill(1 / 3));

/** The loss of fine-tuning, built from its parts, with what stands between embedding and encoding. */
function lossByParts(between: (graph: Graph, embedded: Value) => Value): { loss: Value; embedded: Value } {
  const graph = new Graph();
  const inputs = encoderInputs(graph, batch.groups);
  declareParameters(graph, encoderParameters(size));
  const embedded = between(graph, embed(graph, inputs, size));
  const encoder = encode(embedded, inputs, size, 0);
  declareParameters(graph, heads.ffl.parameters(size));
  const logit = heads.ffl.logit(encoder, () => poolTokens(encoder), 0);
  const label = graph.input('label', 'float32', ['B']);
  const loss = weightedSum(binaryCrossEntropy(logit, label), graph.input('weight', 'float32', ['B']));
  return { loss, embedded };
}

async function evaluate(outputs: readonly Value[], more: [string, Float32Array][] = []) {
  const session = await runtime.open(outputs[0]!.graph, outputs);
  const results = await session.run(new Map([...batch.feeds, ...parameters, ...more]), batch.sizes);
  await session.close();
  return outputs.map(({ name }) => results.get(name)!);
}

describe('the encoder in two parts', () => {
  it('has a gradient at the sum of embeddings, whose rows add up to the gradient of each table', async () => {
    const { loss, embedded } = lossByParts((_graph, sum) => sum);
    const [slope] = differentiate(loss, [embedded]);
    const [rows] = await evaluate([slope!.dense!]);

    const learner = new CpuLearner(
      runtime,
      specs,
      (groups) => finetuningProgram(size, 'ffl', groups),
      defaultAdamW,
      1,
    );
    learner.restore({ parameters });
    await learner.backward(batch);
    const D = size.hidden;
    for (const [table, ids] of [
      ['code', 'codes'],
      ['rank', 'ranks'],
      ['visit', 'visits'],
    ] as const) {
      const gradient = learner.gradient(`embeddings.${table}.weight`);
      const expected = new Float64Array(gradient.length);
      batch.feeds.get(ids)!.forEach((id, n) => {
        for (let d = 0; d < D; d++) expected[id * D + d]! += rows![n * D + d]!;
      });
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3);
      gradient.forEach((value, i) => expect(Math.abs(value - expected[i]!), table).toBeLessThan(1e-6));
    }
    await learner.close();
  });

  it('encodes a sum of embeddings that is fed, as attribution along a path does', async () => {
    const whole = lossByParts((_graph, sum) => sum);
    const [loss, sum] = await evaluate([whole.loss, whole.embedded]);
    const fed = lossByParts((graph, { shape }) => graph.input('embedded', 'float32', shape));
    expect(sum!.length).toBe(concreteShape(fed.embedded.shape, batch.sizes).reduce((a, b) => a * b));
    const [again] = await evaluate([fed.loss], [['embedded', sum!]]);
    expect(again).toEqual(loss);
    const [other] = await evaluate([fed.loss], [['embedded', sum!.map((x) => 0.5 * x + 0.1)]]);
    expect(other).not.toEqual(loss);
  });
});
