import { readFileSync } from 'node:fs';
import { onnxruntimeCpu } from '../../src/engine/runtimes/onnxruntime-cpu';
import { RandomStream } from '../../src/engine/random';
import { initialParameters } from '../../src/model/parameters';
import { pretrainingParameters } from '../../src/model/pretraining';
import { pretrainConfig } from '../../src/protocol/config';
import { firstCode } from '../../src/protocol/vocabulary';
import { PretrainingTask } from '../../src/training/pretraining-task';

/**
 * Child process of the bench: full-size pretraining steps through the product's own training task.
 * `node pretrain-steps.js VOCABULARY BATCH STEPS LENGTHS_FILE [PROFILE_PREFIX]` prints one JSON line.
 */
const [vocabulary, batchSize, steps] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const lengths = readFileSync(process.argv[5]!, 'utf8').trim().split('\n').map(Number);
const profilePrefix = process.argv[6];

const patients = lengths.length;
const offsets = new Float64Array(patients + 1);
lengths.forEach((length, p) => (offsets[p + 1] = offsets[p]! + length));
const total = offsets[patients]!;
const random = new RandomStream(1);
const ids = Int32Array.from(
  { length: total },
  () => firstCode + Math.floor(random.uniform() ** 4 * (vocabulary - firstCode)),
);
const visits = new Int32Array(total);
const ranks = new Int32Array(total);
for (let p = 0; p < patients; p++) {
  for (let t = 0; t < lengths[p]!; t++) {
    visits[offsets[p]! + t] = 1 + Math.floor(t / 2);
    ranks[offsets[p]! + t] = 1 + (t % 2);
  }
}
const longStay = Uint8Array.from({ length: patients }, (_, p) => p % 2);
const everybody = Int32Array.from({ length: patients }, (_, p) => p);
const config = pretrainConfig.parse({ batchSize, clip: 0 });
const size = { ...config, vocabulary };
const specs = pretrainingParameters(size);
const task = new PretrainingTask(
  onnxruntimeCpu({
    threads: Number(process.env['BENCH_THREADS'] ?? 2),
    ...(profilePrefix === undefined ? {} : { profilePrefix }),
  }),
  size,
  config,
  { tokens: { offsets, ids, ranks, visits }, longStay, train: everybody, validation: everybody },
);
task.learner.restore({ parameters: initialParameters(specs, 1) });

async function main(): Promise<void> {
  const times = { batch: 0, learn: 0 };
  const each: number[] = [];
  const warmUp = 3;
  let seen = 0;
  for (let step = 0; step < warmUp + steps; step++) {
    const began = performance.now();
    const { batches, patients: count } = task.batches(step);
    const packed = performance.now();
    await task.learner.learn(batches, 5e-5);
    const ended = performance.now();
    if (step < warmUp) {
      Object.assign(task.learner.timings, { masks: 0, runtime: 0, optimizer: 0 });
      continue;
    }
    times.batch += packed - began;
    times.learn += ended - packed;
    each.push(ended - began);
    seen += count;
  }
  await task.close();
  each.sort((a, b) => a - b);
  const seconds = (times.batch + times.learn) / 1000;
  process.stdout.write(
    `${JSON.stringify({
      patientsPerSecond: seen / seconds,
      medianStepMs: each[Math.floor(each.length / 2)],
      meanStepMs: (seconds * 1000) / steps,
      batchMs: times.batch / steps,
      timings: task.learner.timings,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
    })}\n`,
  );
}

void main();
