import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { onnxruntimeCpu } from '../../../src/engine/runtimes/onnxruntime-cpu';
import { finetuningEvaluation, finetuningParameters } from '../../../src/model/finetuning';
import { initialParameters } from '../../../src/model/parameters';
import { pretrainingEvaluation, pretrainingParameters } from '../../../src/model/pretraining';
import { ForwardPass } from '../../../src/training/forward';
import { maskCodes } from '../../../src/training/masking';
import { lengthsOf, patientsOf, smallModel } from './patients';

const lengths = [1, 512, 7, 2, 1, 64, 300, 3, 9, 9, ...lengthsOf(40, 90)];
const data = patientsOf(lengths, 2, 0.05);
const everyone = Int32Array.from(lengths.keys());
const runtime = onnxruntimeCpu({ threads: 1 });
/** Initial weights, enlarged so that attention and both tasks say different things of different patients. */
const weightsOf = (specs: ReturnType<typeof finetuningParameters>): ((name: string) => Float32Array) => {
  const drawn = initialParameters(specs, 3);
  for (const [name, values] of drawn)
    if (!name.includes('.norm.')) values.forEach((x, i) => (values[i] = 12 * x));
  return (name) => drawn.get(name)!;
};
const logits = new ForwardPass(
  runtime,
  (groups) => finetuningEvaluation(smallModel, 'ffl', groups),
  weightsOf(finetuningParameters(smallModel, 'ffl')),
);
const logitsOf = async (chosen: Int32Array): Promise<Float64Array> =>
  (await logits.run(data, chosen, 'mean'))['logit']!;

it('a patient’s prediction is the same alone and in any company, lengths 1 and 512 included', async () => {
  const together = await logitsOf(everyone);
  // Nearly all differ (patients with one code may have the same one).
  expect(new Set(together).size).toBeGreaterThan(0.9 * lengths.length);
  for (const patient of everyone) {
    const [alone] = await logitsOf(Int32Array.of(patient));
    expect(Math.abs(alone! - together[patient]!), `length ${lengths[patient]!}`).toBeLessThan(1e-5);
  }
});

it('results stand in the order of those asked for, also when some are asked for twice', async () => {
  const together = await logitsOf(everyone);
  const shuffled = new RandomStream(6).shuffle(everyone.slice()).subarray(0, 20);
  (await logitsOf(shuffled)).forEach((logit, i) =>
    expect(Math.abs(logit - together[shuffled[i]!]!)).toBeLessThan(1e-5),
  );
  const repeated = Int32Array.of(5, 2, 5, 5, 1);
  (await logitsOf(repeated)).forEach((logit, i) =>
    expect(Math.abs(logit - together[repeated[i]!]!), `place ${i}`).toBeLessThan(1e-5),
  );
});

it('both pretraining tasks say the same of a patient alone and in company', async () => {
  const pass = new ForwardPass(
    runtime,
    (groups) => pretrainingEvaluation(smallModel, groups),
    weightsOf(pretrainingParameters(smallModel)),
  );
  const run = (chosen: Int32Array): Promise<Record<string, Float64Array>> =>
    pass.run(data, chosen, 'mean', (batch) => {
      maskCodes(batch, { seed: 1, epoch: 0, vocabulary: smallModel.vocabulary });
    });
  const together = await run(everyone);
  expect(Object.keys(together).sort()).toEqual(['hit', 'losLogit', 'maskedCode']);
  for (const patient of everyone.subarray(0, 12)) {
    const alone = await run(Int32Array.of(patient));
    for (const name of ['maskedCode', 'losLogit', 'hit'] as const)
      expect(Math.abs(alone[name]![0]! - together[name]![patient]!), name).toBeLessThan(1e-5);
  }
  await pass.close();
});

it('asks for each parameter once a run, also for one that has to come from a device', async () => {
  const drawn = weightsOf(finetuningParameters(smallModel, 'ffl'));
  const asked: string[] = [];
  const pass = new ForwardPass(
    runtime,
    (groups) => finetuningEvaluation(smallModel, 'ffl', groups),
    (name) => {
      asked.push(name);
      return Promise.resolve(drawn(name));
    },
  );
  const { logit } = await pass.run(data, everyone, 'mean');
  expect(logit).toEqual(await logitsOf(everyone));
  const names = finetuningParameters(smallModel, 'ffl').map(({ name }) => name);
  expect(asked.sort()).toEqual(names.sort());
  await pass.run(data, everyone, 'mean');
  expect(asked.length).toBe(2 * names.length);
  await pass.close();
});
