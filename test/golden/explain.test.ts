import { afterAll, describe, expect, it } from 'vitest';
import { onnxruntimeCpu } from '../../src/engine/runtimes/onnxruntime-cpu';
import { headWeights } from '../../src/explain/attention-maps';
import type { CodeSequence } from '../../src/explain/code-sequence';
import { ExplainedModel } from '../../src/explain/explained-model';
import { integratedGradients } from '../../src/explain/integrated-gradients';
import { occlude } from '../../src/explain/occlusion';
import { PathGradientModel } from '../../src/explain/path-gradient';
import { rollout, rolloutReceived } from '../../src/explain/rollout';
import { finetuningParameters } from '../../src/model/finetuning';
import { MASK } from '../../src/protocol/vocabulary';
import {
  decode,
  type GoldenArray,
  type GoldenConfig,
  goldenParameters,
  goldenSize,
  readFixture,
} from './shared-numbers';

interface Fixture {
  config: GoldenConfig;
  scale: number;
  patient: { ids: number[]; ranks: number[]; visits: number[] };
  logit: number;
  attentions: GoldenArray[];
  rollout: GoldenArray;
  steps: number;
  baselineLogit: number;
  attributions: number[];
  masked: number[];
  removed: number[];
}
const fixture = readFixture<Fixture>('explain');
const size = goldenSize(fixture.config, 0);
const parameters = goldenParameters(finetuningParameters(size, 'ffl'), fixture.scale);
const { ids: codes, visits, ranks } = fixture.patient;
const patient: CodeSequence<number> = { codes, visits, ranks };
const T = codes.length;
const baseline = codes.map(() => MASK);

const model = new ExplainedModel(size, 'ffl', parameters, 1);
const path = new PathGradientModel(onnxruntimeCpu({ threads: 1 }), size, 'ffl', parameters);
afterAll(() => Promise.all([model.close(), path.close()]));

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!), `element ${i}`).toBeLessThan(tolerance);
  }
}

describe('explanations of one patient, against PyTorch in float64', () => {
  it('have its logit and the attention of every layer and head', async () => {
    const { logit, attention } = await model.attend(patient);
    expect(Math.abs(logit! - fixture.logit)).toBeLessThan(1e-5);
    fixture.attentions.forEach((golden, layer) => {
      const weights = decode(golden); // [H, T, T]
      for (let head = 0; head < size.heads; head++) {
        const square = weights.subarray(head * T * T, (head + 1) * T * T);
        expectClose(headWeights(attention, layer, head), square, 1e-5);
      }
    });
  });

  it('have its rollout, and the column means of it', async () => {
    const { attention } = await model.attend(patient);
    const golden = decode(fixture.rollout);
    expectClose(rollout(attention), golden, 1e-5);
    const means = Array.from({ length: T }, (_, to) =>
      golden.reduce((sum, share, i) => sum + (i % T === to ? share / T : 0), 0),
    );
    expectClose(rolloutReceived(attention), means, 1e-5);
  });

  it('have its integrated gradients with the same baseline and quadrature', async () => {
    const options = { firstSteps: fixture.steps, mostSteps: fixture.steps };
    const result = await integratedGradients(patient, baseline, path.along, options);
    expect(Math.abs(result.logit - fixture.logit)).toBeLessThan(1e-5);
    expect(Math.abs(result.baselineLogit - fixture.baselineLogit)).toBeLessThan(1e-5);
    expectClose(result.attributions, fixture.attributions, 1e-5);
    expect(result.completenessError).toBeLessThan(1e-4);
  });

  it('come to the same attributions with the steps that they choose themselves', async () => {
    const result = await integratedGradients(patient, baseline, path.along);
    expect(result.completenessError).toBeLessThan(0.01);
    const scale = fixture.attributions.reduce((sum, a) => sum + Math.abs(a), 0);
    expectClose(result.attributions, fixture.attributions, 0.005 * scale);
  });

  it('have the logits of PyTorch on the patient with one code masked, and with one code gone', async () => {
    const { masked, removed } = await occlude(patient, model.predict);
    expectClose(masked, fixture.masked, 1e-5);
    expectClose(removed!, fixture.removed, 1e-5);
  });
});
