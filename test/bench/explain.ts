/**
 * Latency of explanations at the paper's size (hidden 192, 6 layers, 6 heads), cold (a fresh process' first question,
 * sessions included) and warm (median of some). Random weights: time does not depend on them.
 *
 *   npx esbuild test/bench/explain.ts --bundle --platform=node --format=cjs --outfile=dist/bench-explain.js \
 *     --external:onnxruntime-node --external:@duckdb/node-api && node dist/bench-explain.js [threads] [vocabulary] [length …]
 */
import { RandomStream } from '../../src/engine/random';
import { onnxruntimeCpu } from '../../src/engine/runtimes/onnxruntime-cpu';
import { received, wholeMean } from '../../src/explain/attention-maps';
import type { CodeSequence } from '../../src/explain/code-sequence';
import { deletionTest } from '../../src/explain/deletion';
import { ExplainedModel } from '../../src/explain/explained-model';
import { headPatterns } from '../../src/explain/head-patterns';
import { integratedGradients } from '../../src/explain/integrated-gradients';
import { occlude } from '../../src/explain/occlusion';
import { PathGradientModel } from '../../src/explain/path-gradient';
import { rollout, rolloutReceived } from '../../src/explain/rollout';
import { fallingOrder } from '../../src/explain/spearman';
import { finetuningParameters } from '../../src/model/finetuning';
import { initialParameters } from '../../src/model/parameters';
import { modelConfig } from '../../src/protocol/config';
import { MASK } from '../../src/protocol/vocabulary';

const threads = Number(process.argv[2] ?? 0);
const size = { ...modelConfig.parse({}), vocabulary: Number(process.argv[3] ?? 10_000) };
const parameters = initialParameters(finetuningParameters(size, 'ffl'), 1);

function patientOf(length: number): CodeSequence<number> {
  const random = new RandomStream(5, length);
  return {
    codes: Array.from({ length }, () => 3 + random.below(size.vocabulary - 3)),
    visits: Array.from({ length }, (_, t) => 1 + Math.floor(t / 4)),
    ranks: Array.from({ length }, (_, t) => 1 + (t % 4)),
  };
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function warm(times: number, work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await timed(work));
  return all.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}

async function measure(length: number): Promise<Record<string, string>> {
  const patient = patientOf(length);
  const baseline = patient.codes.map(() => MASK);
  const model = new ExplainedModel(size, 'ffl', parameters, threads);
  const path = new PathGradientModel(onnxruntimeCpu({ threads }), size, 'ffl', parameters);
  const cold = await timed(() => model.attend(patient));
  const attend = await warm(length > 200 ? 5 : 21, () => model.attend(patient));
  const { attention, logit } = await model.attend(patient);
  const summary = await warm(3, () => {
    const mean = wholeMean(attention);
    headPatterns(attention, patient);
    return [received(mean, length), rolloutReceived(attention)];
  });
  const rolled = await timed(() => rollout(attention));
  const coldGradients = await timed(() => integratedGradients(patient, baseline, path.along));
  const gradients = await timed(() => integratedGradients(patient, baseline, path.along));
  await model.predict([patient]);
  const occluded = await timed(() => occlude(patient, model.predict));
  const order = fallingOrder(received(wholeMean(attention), length));
  const options = { largest: 10, randomOrders: 100, seed: 1 };
  const deleted = await timed(() => deletionTest(patient, logit!, { order }, model.predict, options));
  await model.close();
  await path.close();
  const entries = { cold, attend, summary, rolled, coldGradients, gradients, occluded, deleted };
  return Object.fromEntries(Object.entries(entries).map(([key, ms]) => [key, ms.toFixed(1)]));
}

async function main(): Promise<void> {
  const rows: unknown[] = [];
  const given = process.argv.slice(4).map(Number);
  for (const length of given.length > 0 ? given : [16, 64, 256, 512])
    rows.push({ codes: length, ...(await measure(length)) });
  const memory = `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`;
  process.stdout.write(
    `${JSON.stringify({ threads, vocabulary: size.vocabulary, ms: rows, peak: memory }, null, 1)}\n`,
  );
}
void main();
