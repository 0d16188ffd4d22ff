import { describe, expect, it } from 'vitest';
import { CpuLearner } from '../../src/engine/cpu-learner';
import { defaultAdamW, type LearnerBatch } from '../../src/engine/learner';
import { onnxruntimeCpu } from '../../src/engine/runtimes/onnxruntime-cpu';
import { concreteShape, countElements } from '../../src/engine/shape';
import { finetuningParameters, finetuningProgram } from '../../src/model/finetuning';
import type { ModelSize } from '../../src/model/parameters';
import { pretrainingParameters, pretrainingProgram } from '../../src/model/pretraining';
import { packBatch, type PackedBatch } from '../../src/training/batch';
import {
  decode,
  type GoldenArray,
  goldenMask,
  goldenParameters,
  readFixture,
  relativeError,
  type GoldenConfig,
  goldenSize,
} from './shared-numbers';

interface Fixture {
  config: GoldenConfig;
  scale: number;
  groups: number[][];
  patients: {
    ids: number[];
    ranks: number[];
    visits: number[];
    masked: number;
    target: number;
    label: number;
  }[];
  loss: number;
  lossMlm: number;
  lossLos: number;
  lossNoDropout: number;
  gradients: Record<string, GoldenArray>;
}

const modelOf = ({ config }: Fixture): ModelSize => goldenSize(config, 0.1);

/** The fixture's patients, packed as one block per group of the fixture, or padded as a single block. */
function packFixture(fixture: Fixture, padded: boolean): PackedBatch {
  const patients = fixture.patients;
  const offsets = [0];
  patients.forEach(({ ids }) => offsets.push(offsets.at(-1)! + ids.length));
  const flat = (key: 'ids' | 'ranks' | 'visits'): Int32Array =>
    Int32Array.from(patients.flatMap((p) => p[key]));
  const data = { offsets, ids: flat('ids'), ranks: flat('ranks'), visits: flat('visits') };
  const sizes = padded ? [fixture.groups.flat()] : fixture.groups;
  let next = 0;
  const groups = sizes.map((lengths) => ({ members: lengths.map(() => next++), time: Math.max(...lengths) }));
  const all = patients.map((_, i) => i);
  return packBatch(data, all, 'mean', groups);
}

function pretrainFeeds(fixture: Fixture, batch: PackedBatch): LearnerBatch {
  const { N, B } = batch.sizes as { N: number; B: number };
  const pick = new Float32Array(B * N);
  const withMask = fixture.patients.filter(({ masked }) => masked >= 0).length;
  fixture.patients.forEach(({ masked }, b) => {
    if (masked >= 0) pick[b * N + batch.rows[b]! + masked] = 1;
  });
  batch.feeds
    .set('pick', pick)
    .set(
      'targets',
      Int32Array.from(fixture.patients, ({ target }) => Math.max(target, 0)),
    )
    .set(
      'maskedWeight',
      Float32Array.from(fixture.patients, ({ masked }) => (masked >= 0 ? 1 / withMask : 0)),
    )
    .set(
      'losLabel',
      Float32Array.from(fixture.patients, ({ label }) => label),
    )
    .set('losWeight', new Float32Array(B).fill(1 / B));
  return batch;
}

function finetuneFeeds(fixture: Fixture, batch: PackedBatch): LearnerBatch {
  const B = fixture.patients.length;
  batch.feeds
    .set(
      'label',
      Float32Array.from(fixture.patients, ({ label }) => label),
    )
    .set('weight', new Float32Array(B).fill(1 / B));
  return batch;
}

/** Feeds the fixture's dropout masks in place of drawn ones. */
function feedMasks(
  batch: LearnerBatch,
  program: ReturnType<typeof pretrainingProgram>,
  groups: number,
): void {
  const feeds = batch.feeds as Map<string, Float32Array>;
  const firsts = new Map<number, number>();
  for (const { value } of program.graph.dropoutMasks) {
    const at = /encoder\.(\d+)\.(attention\.probabilities|attention\.output|feedforward)/.exec(value.name);
    const kind = { 'attention.probabilities': 1, 'attention.output': 2, feedforward: 3 };
    const k = at ? 3 * Number(at[1]) + kind[at[2] as keyof typeof kind] : 0;
    const length = countElements(concreteShape(value.shape, batch.sizes));
    const first = firsts.get(k) ?? 0;
    feeds.set(value.name, goldenMask(k, first, length));
    firsts.set(k, first + length);
  }
  expect(firsts.size).toBe(1 + 3 * 2);
  expect(program.graph.dropoutMasks.length).toBe(1 + 2 * (2 + groups));
}

function learnerFor(fixture: Fixture, task: 'pretrain' | 'finetune', dropout: number): CpuLearner {
  const size = { ...modelOf(fixture), dropout };
  const specs = task === 'pretrain' ? pretrainingParameters(size) : finetuningParameters(size, 'ffl');
  const build = (groups: number) =>
    task === 'pretrain' ? pretrainingProgram(size, groups) : finetuningProgram(size, 'ffl', groups);
  const learner = new CpuLearner(onnxruntimeCpu({ threads: 2 }), specs, build, defaultAdamW, 1);
  learner.restore({ parameters: goldenParameters(specs, fixture.scale) });
  return learner;
}

describe.each(['pretrain', 'finetune'] as const)('%s against PyTorch in float64', (task) => {
  const fixture = readFixture<Fixture>(`${task}-gradients`);
  const feed = task === 'pretrain' ? pretrainFeeds : finetuneFeeds;
  const lossOf = (monitors: ReadonlyMap<string, Float32Array>): number =>
    task === 'pretrain'
      ? monitors.get('mlmLoss')![0]! + monitors.get('losLoss')![0]!
      : monitors.get('loss')![0]!;

  it('loss and the gradient of every parameter, dropout on, three length groups', async () => {
    const learner = learnerFor(fixture, task, 0.1);
    const batch = feed(fixture, packFixture(fixture, false));
    const size = modelOf(fixture);
    feedMasks(
      batch,
      task === 'pretrain' ? pretrainingProgram(size, 3) : finetuningProgram(size, 'ffl', 3),
      3,
    );
    const monitors = await learner.backward(batch);
    expect(Math.abs(lossOf(monitors) - fixture.loss) / fixture.loss).toBeLessThan(1e-6);
    expect(Object.keys(fixture.gradients).sort()).toEqual([...learner.names].sort());
    for (const [name, golden] of Object.entries(fixture.gradients)) {
      const gradient = learner.gradient(name);
      const expected = decode(golden);
      // Adding a constant to every key changes no softmax: the true gradient of a key bias is exactly 0.
      if (name.endsWith('qkv.bias')) {
        const D = fixture.config.hidden;
        expect(Math.max(...gradient.slice(D, 2 * D).map(Math.abs)), `${name}, keys`).toBeLessThan(1e-8);
      }
      expect(relativeError(gradient, expected), name).toBeLessThan(1e-5);
    }
    await learner.close();
  });

  it('packed groups and one padded block have the same loss', async () => {
    const learner = learnerFor(fixture, task, 0);
    const losses: number[] = [];
    for (const padded of [false, true]) {
      losses.push(lossOf(await learner.backward(feed(fixture, packFixture(fixture, padded)))));
    }
    expect(Math.abs(losses[0]! - losses[1]!)).toBeLessThan(1e-6);
    expect(Math.abs(losses[0]! - fixture.lossNoDropout)).toBeLessThan(2e-6);
    await learner.close();
  });
});
