import { expect, it } from 'vitest';
import { CpuLearner } from '../../src/engine/cpu-learner';
import { defaultAdamW } from '../../src/engine/learner';
import { onnxruntimeCpu } from '../../src/engine/runtimes/onnxruntime-cpu';
import { pretrainingParameters, pretrainingProgram } from '../../src/model/pretraining';
import { packBatch, type PackedBatch } from '../../src/training/batch';
import { firstCode, MASK } from '../../src/protocol/vocabulary';
import { goldenParameters, readFixture, u, type GoldenConfig, goldenSize } from './shared-numbers';

interface Curve {
  config: GoldenConfig;
  scale: number;
  batch: number;
  optimizer: { learningRate: number; warmupSteps: number };
  inputs: { lengths: number[]; idSum: number }[];
  float32: { loss: number[] };
  float64: { loss: number[] };
}

/** Batch of step s by the rule in test/golden/README.md. */
function goldenBatch({ config, batch: B }: Curve, s: number): PackedBatch {
  const V = config.vocabulary;
  const lengths = Array.from({ length: B }, (_, b) => 3 + Math.floor(u(3000 + s, b) ** 3 * 60));
  const offsets = [0];
  lengths.forEach((length) => offsets.push(offsets.at(-1)! + length));
  const total = offsets.at(-1)!;
  const ids = Int32Array.from(
    { length: total },
    (_, i) => firstCode + Math.floor(u(4000 + s, i) ** 4 * (V - firstCode)),
  );
  const position = lengths.flatMap((length) => Array.from({ length }, (_, t) => t));
  const ranks = Int32Array.from(position, (t) => 1 + (t % 2));
  const visits = Int32Array.from(position, (t) => 1 + Math.floor(t / 2));
  const batch = packBatch(
    { offsets, ids, ranks, visits },
    Array.from({ length: B }, (_, b) => b),
  );
  const N = batch.sizes['N']!;
  const codes = batch.feeds.get('codes') as Int32Array;
  const pick = new Float32Array(B * N);
  const targets = new Int32Array(B);
  batch.patients.forEach((patient, b) => {
    const row = batch.rows[b]! + Math.floor(u(5000 + s, patient) * lengths[patient]!);
    targets[b] = codes[row]!;
    codes[row] = MASK;
    pick[b * N + row] = 1;
  });
  const share = new Float32Array(B).fill(1 / B);
  batch.feeds
    .set('pick', pick)
    .set('targets', targets)
    .set('maskedWeight', share)
    .set(
      'losLabel',
      Float32Array.from(batch.patients, (patient) => patient % 2),
    )
    .set('losWeight', share);
  return batch;
}

it('50 steps at full size follow PyTorch: same weights, batches, optimizer, no dropout', async () => {
  const curve = readFixture<Curve>('loss-curve');
  const size = goldenSize(curve.config, 0);
  const specs = pretrainingParameters(size);
  const learner = new CpuLearner(
    onnxruntimeCpu({ threads: 2 }),
    specs,
    (groups) => pretrainingProgram(size, groups),
    defaultAdamW,
    1,
  );
  learner.restore({ parameters: goldenParameters(specs, curve.scale) });
  for (let s = 0; s < curve.float64.loss.length; s++) {
    const batch = goldenBatch(curve, s);
    const rate = curve.optimizer.learningRate * Math.min(1, (s + 1) / curve.optimizer.warmupSteps);
    const { monitors } = await learner.learn([batch], rate);
    const loss = monitors[0]!.get('mlmLoss')![0]! + monitors[0]!.get('losLoss')![0]!;
    expect(Math.abs(loss - curve.float64.loss[s]!) / curve.float64.loss[s]!, `step ${s}`).toBeLessThan(1e-5);
  }
  await learner.close();
});
