import { afterAll, describe, expect, it } from 'vitest';
import { removeCodes, replaceCode } from '../../../src/explain/code-sequence';
import { ExplainedModel } from '../../../src/explain/explained-model';
import { occlude } from '../../../src/explain/occlusion';
import { batchesByLength, batchSizeFor, padded, usualBounds } from '../../../src/explain/padded-batches';
import { CancelledError } from '../../../src/protocol/errors';
import { MASK } from '../../../src/protocol/vocabulary';
import { classifier, encoder, patientOf, size } from './small-model';

const model = new ExplainedModel(size, 'ffl', classifier, 1);
afterAll(() => model.close());

describe('an explained model', () => {
  it('predicts each of many patients as if it were alone', async () => {
    const patients = Array.from({ length: 150 }, (_, i) => patientOf(1 + (i % 24), i));
    const together = await model.predict(patients);
    for (const i of [0, 1, 23, 77, 149]) {
      const [alone] = await model.predict([patients[i]!]);
      expect(together[i]).toBeCloseTo(alone!, 5);
      expect((await model.attend(patients[i]!)).logit).toBeCloseTo(alone!, 5);
    }
    // A model that gives everybody the same would pass all of this.
    expect(Math.max(...together) - Math.min(...together)).toBeGreaterThan(0.1);
  });

  it('gives attention whose rows sum to 1, for one code too', async () => {
    for (const length of [1, 24]) {
      const { attention } = await model.attend(patientOf(length, 2));
      expect(attention.weights).toHaveLength(size.layers * size.heads * length * length);
      for (let row = 0; row < attention.weights.length; row += length) {
        expect(attention.weights.subarray(row, row + length).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      }
    }
  });

  it('of a pretraining run gives attention and no prediction', async () => {
    const pretrained = new ExplainedModel(size, 'encoder', encoder, 1);
    const { logit, attention } = await pretrained.attend(patientOf(5, 2));
    expect(logit).toBeNull();
    expect(attention.weights).toHaveLength(size.layers * size.heads * 25);
    await expect(pretrained.predict([patientOf(5, 2)])).rejects.toThrow('predicts no label');
    await pretrained.close();
  });

  it('gives ranks beyond its table the last row', async () => {
    const patient = patientOf(3, 1);
    const [last, beyond] = await model.predict([
      { ...patient, ranks: [1, 2, 24] },
      { ...patient, ranks: [1, 2, 90] },
    ]);
    expect(beyond).toBe(last);
  });

  it('ends when it is cancelled', async () => {
    await expect(model.predict([patientOf(3, 1)], { signal: AbortSignal.abort() })).rejects.toThrow(
      CancelledError,
    );
  });
});

describe('occlusion', () => {
  it('equals running the model again on each edited patient', async () => {
    const patient = patientOf(11, 8);
    const { masked, removed } = await occlude(patient, model.predict);
    for (const t of patient.codes.keys()) {
      const hidden = await model.attend(replaceCode(patient, t, MASK));
      const gone = await model.attend(removeCodes(patient, new Set([t])));
      expect(masked[t]).toBeCloseTo(hidden.logit!, 5);
      expect(removed![t]).toBeCloseTo(gone.logit!, 5);
    }
  });

  it('of a patient of one code masks it but removes nothing', async () => {
    const { masked, removed } = await occlude(patientOf(1, 8), model.predict);
    expect(masked).toHaveLength(1);
    expect(removed).toBeNull();
  });
});

describe('batches', () => {
  it('hold everybody once, of like length, within their bounds', () => {
    const lengths = Array.from({ length: 500 }, (_, i) => 1 + ((i * 37) % 512));
    const bounds = usualBounds(6);
    const batches = batchesByLength(lengths, bounds);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
    for (const batch of batches) {
      const T = Math.max(...batch.map((i) => lengths[i]!));
      if (batch.length === 1) continue;
      expect(batch.length * T).toBeLessThanOrEqual(bounds.tokens);
      expect(batch.length * 6 * T * T).toBeLessThanOrEqual(bounds.attention);
    }
    expect(batchSizeFor(100_000, bounds)).toBe(1);
  });

  it('are padded with nothing', () => {
    const { codes, mask } = padded([patientOf(2, 1), patientOf(4, 1)], 24);
    expect(codes.dims).toEqual([2, 4]);
    expect([...(mask.data as Float32Array)]).toEqual([1, 1, 0, 0, 1, 1, 1, 1]);
    expect([...(codes.data as BigInt64Array).subarray(2, 4)]).toEqual([0n, 0n]);
  });
});
