import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { onnxruntimeCpu } from '../../src/engine/runtimes/onnxruntime-cpu';
import { exportOnnx, type ExportTask } from '../../src/model/export-onnx';
import { finetuningEvaluation, finetuningParameters } from '../../src/model/finetuning';
import { pretrainingEvaluation, pretrainingParameters } from '../../src/model/pretraining';
import type { TokenizedPatients } from '../../src/training/batch';
import { ForwardPass } from '../../src/training/forward';
import { firstCode } from '../../src/protocol/vocabulary';
import { maskCodes } from '../../src/training/masking';
import {
  decode,
  type GoldenArray,
  goldenParameters,
  readFixture,
  u,
  type GoldenConfig,
  goldenSize,
} from './shared-numbers';

interface Patient {
  ids: number[];
  ranks: number[];
  visits: number[];
}
interface Fixture {
  config: GoldenConfig;
  scale: number;
  patients: Patient[];
  probabilitiesNoDropout: number[];
  attentionPatient: number;
  attentions: GoldenArray[];
}
const fixture = readFixture<Fixture>('finetune-gradients');
const size = goldenSize(fixture.config, 0.1);
const specsOf = { pretrain: pretrainingParameters(size), ffl: finetuningParameters(size, 'ffl') };
const parametersOf = {
  pretrain: goldenParameters(specsOf.pretrain, fixture.scale),
  ffl: goldenParameters(specsOf.ffl, fixture.scale),
};

/** A patient with `length` codes by the rule of the golden numbers. */
function patientOf(length: number, stream: number): Patient {
  const places = Array.from({ length }, (_, t) => t);
  return {
    ids: places.map((t) => firstCode + Math.floor(u(stream, t) * (size.vocabulary - firstCode))),
    ranks: places.map((t) => 1 + (t % 3)),
    visits: places.map((t) => 1 + Math.floor(t / 3)),
  };
}
const mixed = [...fixture.patients, patientOf(1, 7001), patientOf(size.maxLength, 7002)];

async function exported(task: ExportTask, attentions: boolean): Promise<ort.InferenceSession> {
  const parameters = parametersOf[task];
  const bytes = exportOnnx({ size, task, attentions, parameters, metadata: { run: 'r1' } });
  return ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
}

/** What anybody with onnxruntime would do: pad to the longest (or to T) and run. */
async function predict(
  session: ort.InferenceSession,
  patients: readonly Patient[],
  { T = Math.max(...patients.map(({ ids }) => ids.length)), padding = 0 } = {},
): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>> {
  const dims = [patients.length, T];
  const ids = (key: keyof Patient): ort.Tensor => {
    const flat = patients.flatMap((p) => Array.from({ length: T }, (_, t) => BigInt(p[key][t] ?? padding)));
    return new ort.Tensor('int64', BigInt64Array.from(flat), dims);
  };
  const mask = patients.flatMap((p) => Array.from({ length: T }, (_, t) => (t < p.ids.length ? 1 : 0)));
  const results = await session.run({
    codes: ids('ids'),
    ranks: ids('ranks'),
    visits: ids('visits'),
    mask: new ort.Tensor('float32', Float32Array.from(mask), dims),
  });
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
  );
}

function tokenized(patients: readonly Patient[]): TokenizedPatients {
  const offsets = [0];
  patients.forEach(({ ids }) => offsets.push(offsets.at(-1)! + ids.length));
  const flat = (key: keyof Patient): Int32Array => Int32Array.from(patients.flatMap((p) => p[key]));
  return { offsets, ids: flat('ids'), ranks: flat('ranks'), visits: flat('visits') };
}

/** The trainer's own forward pass over the same patients. */
async function forward(
  task: ExportTask,
  patients: readonly Patient[],
  prepare?: Parameters<ForwardPass['run']>[3],
): Promise<Record<string, Float64Array>> {
  const build = (groups: number) =>
    task === 'pretrain' ? pretrainingEvaluation(size, groups) : finetuningEvaluation(size, task, groups);
  const pass = new ForwardPass(onnxruntimeCpu({ threads: 1 }), build, (name) =>
    parametersOf[task].get(name)!,
  );
  const result = await pass.run(tokenized(patients), Int32Array.from(patients.keys()), 'mean', prepare);
  await pass.close();
  return result;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
function expectClose(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number, what: string): void {
  expect(a.length, what).toBe(b.length);
  for (let i = 0; i < b.length; i++) expect(Math.abs(a[i]! - b[i]!), `${what} ${i}`).toBeLessThan(tolerance);
}

describe.each([false, true])('an exported classifier, attentions: %s', (attentions) => {
  it('predicts what the trainer predicts, for padded patients of mixed lengths', async () => {
    const session = await exported('ffl', attentions);
    const { risk, logit } = await predict(session, mixed);
    const own = (await forward('ffl', mixed))['logit']!;
    expect(risk!.dims).toEqual([mixed.length]);
    expectClose(logit!.data, own, 1e-5, 'logit');
    expectClose(risk!.data, own.map(sigmoid), 1e-5, 'risk');
    await session.release();
  });

  it('predicts what PyTorch predicts', async () => {
    const session = await exported('ffl', attentions);
    const { risk } = await predict(session, fixture.patients);
    expectClose(risk!.data, fixture.probabilitiesNoDropout, 1e-6, 'risk');
    await session.release();
  });

  it.each([1, size.maxLength])('predicts for one patient of %d codes', async (length) => {
    const session = await exported('ffl', attentions);
    const patient = patientOf(length, 7100);
    const { logit, tokens } = await predict(session, [patient]);
    expectClose(logit!.data, (await forward('ffl', [patient]))['logit']!, 1e-5, 'logit');
    expect(tokens!.dims).toEqual([1, length, size.hidden]);
    await session.release();
  });

  it('predicts the same whatever stands in the padding, and however much of it', async () => {
    const session = await exported('ffl', attentions);
    const alone = await Promise.all(mixed.map((p) => predict(session, [p])));
    for (const padding of [0, 1, 5]) {
      const { risk } = await predict(session, mixed, { T: size.maxLength + 3, padding });
      alone.forEach((own, b) =>
        expect(Math.abs(risk!.data[b]! - own['risk']!.data[0]!), `patient ${b}`).toBeLessThan(1e-6),
      );
    }
    await session.release();
  });

  it(`${attentions ? 'gives' : 'does not give'} the attentions`, async () => {
    const session = await exported('ffl', attentions);
    expect(session.outputNames.includes('attentions')).toBe(attentions);
    await session.release();
  });
});

describe('exported attentions', () => {
  const { layers: L, heads: H } = size;

  it('are PyTorch’s, alone and in a padded batch, with nothing on padding', async () => {
    const session = await exported('ffl', true);
    const patient = fixture.patients[fixture.attentionPatient]!;
    const length = patient.ids.length;
    const golden = fixture.attentions.map(decode);
    for (const [batch, b] of [
      [[patient], 0],
      [mixed, fixture.attentionPatient],
    ] as const) {
      const { dims, data } = (await predict(session, batch))['attentions']!;
      const T = dims[4]!;
      expect(dims).toEqual([L, batch.length, H, T, T]);
      for (let l = 0; l < L; l++) {
        for (let h = 0; h < H; h++) {
          for (let from = 0; from < length; from++) {
            const at = (((l * batch.length + b) * H + h) * T + from) * T;
            const row = data.subarray(at, at + T);
            const expected = golden[l]!.subarray((h * length + from) * length).subarray(0, length);
            expectClose(row.subarray(0, length), expected, 1e-5, `layer ${l} head ${h} code ${from} →`);
            expect(row.subarray(length).every((p) => p === 0)).toBe(true);
          }
        }
      }
    }
    await session.release();
  });
});

describe.each([false, true])(
  'an exported encoder with its pretraining tasks, attentions: %s',
  (attentions) => {
    it('gives the loss and the prolonged-stay probability that the trainer gives', async () => {
      const session = await exported('pretrain', attentions);
      const hidden = mixed.map((patient) => ({ ...patient, ids: [...patient.ids] }));
      const places: { place: number; target: number }[] = [];
      const own = await forward('pretrain', mixed, (batch) => {
        maskCodes(batch, { seed: 3, epoch: 0, vocabulary: size.vocabulary });
        const [N, pick, codes] = [batch.sizes['N']!, batch.feeds.get('pick')!, batch.feeds.get('codes')!];
        batch.patients.forEach((patient, b) => {
          const row = pick.subarray(b * N, (b + 1) * N).indexOf(1);
          const place = row - batch.rows[b]!;
          places[patient] = { place, target: batch.feeds.get('targets')![b]! };
          hidden[patient]!.ids[place] = codes[row]!;
        });
      });
      const { mlmLogits, longStay, tokens } = await predict(session, hidden);
      const [, T, V] = mlmLogits!.dims as [number, number, number];
      expect([T, V]).toEqual([size.maxLength, size.vocabulary]);
      expect(tokens!.dims).toEqual([mixed.length, T, size.hidden]);
      // Cross-entropy of the hidden code, in float64 from the logits.
      const losses = places.map(({ place, target }, b) => {
        const at = (b * T + place) * V;
        const logits = Float64Array.from(mlmLogits!.data.subarray(at, at + V));
        const largest = Math.max(...logits);
        const total = logits.reduce((sum, z) => sum + Math.exp(z - largest), 0);
        return largest + Math.log(total) - logits[target]!;
      });
      expectClose(losses, own['maskedCode']!, 1e-5, 'loss of the hidden code');
      expectClose(longStay!.data, own['losLogit']!.map(sigmoid), 1e-5, 'prolonged stay');
      await session.release();
    });
  },
);

it('an exported model is the same bytes each time, of standard operators alone, and says what it is', () => {
  const options = { size, task: 'ffl', attentions: true, parameters: parametersOf.ffl } as const;
  const bytes = exportOnnx({ ...options, metadata: { run: 'r1' } });
  expect(Buffer.compare(bytes, exportOnnx({ ...options, metadata: { run: 'r1' } }))).toBe(0);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).not.toContain('com.microsoft');
  expect(text).toContain('r1');
  expect(text).toContain('not a medical device');
});

it('a checkpoint that lacks a tensor cannot be exported', () => {
  const parameters = new Map(parametersOf.ffl);
  parameters.delete('ffl.bias');
  expect(() => exportOnnx({ size, task: 'ffl', attentions: false, parameters, metadata: {} })).toThrow(
    'The checkpoint has no ffl.bias.',
  );
});
