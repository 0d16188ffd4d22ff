import { afterAll, describe, expect, it } from 'vitest';
import { OnnxModel } from '../../../src/engine/runtimes/onnx-model';
import { RandomStream } from '../../../src/engine/random';
import { replaceCode } from '../../../src/explain/code-sequence';
import { guessOf, MaskedCodeModel } from '../../../src/explain/masked-codes';
import { CodeSpace } from '../../../src/explain/nearest-codes';
import { padded } from '../../../src/explain/padded-batches';
import { exportOnnx } from '../../../src/model/export-onnx';
import { MASK } from '../../../src/protocol/vocabulary';
import { encoder, patientOf, runtime, size } from './small-model';

const masked = new MaskedCodeModel(runtime, size, encoder);
afterAll(() => masked.close());

function softmax(logits: Float32Array): number[] {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (z) => Math.exp(z - largest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((p) => p / total);
}

describe('guesses for masked codes', () => {
  it('are the softmax of the exported model at the hidden place', async () => {
    const bytes = exportOnnx({
      size,
      task: 'pretrain',
      attentions: false,
      parameters: encoder,
      metadata: {},
    });
    const whole = await OnnxModel.open(bytes, { threads: 1 });
    const patient = patientOf(9, 4);
    const places = [0, 3, 8];
    const guesses = await masked.guess(patient, places, 4);
    for (const [i, place] of places.entries()) {
      const inputs = padded([replaceCode(patient, place, MASK)], size.maxLength);
      const { mlmLogits } = await whole.run(inputs, ['mlmLogits']);
      const V = size.vocabulary;
      const p = softmax(mlmLogits.data.subarray(place * V, (place + 1) * V));
      const { top, probability } = guesses[i]!;
      expect(probability).toBeCloseTo(p[patient.codes[place]!]!, 5);
      const best = [...p.keys()].filter((id) => id >= 3).sort((a, b) => p[b]! - p[a]!);
      expect(top.map(({ id }) => id)).toEqual(best.slice(0, 4));
      top.forEach((guess) => expect(guess.probability).toBeCloseTo(p[guess.id]!, 5));
    }
    await whole.close();
  });

  it('leave special tokens out of the list but not out of the softmax', () => {
    const p = Float32Array.of(0.5, 0.2, 0.1, 0.05, 0.1, 0.05);
    const { top, probability, place } = guessOf(p, 5, 2);
    expect(top.map(({ id }) => id)).toEqual([4, 3]);
    expect(probability).toBeCloseTo(0.05, 7);
    expect(place).toBe(2);
  });
});

it('nearest codes are those of the largest cosine', () => {
  const random = new RandomStream(1);
  const table = Float32Array.from({ length: 40 * 5 }, () => random.normal());
  const row = (id: number): Float32Array => table.subarray(id * 5, id * 5 + 5);
  const cosine = (a: Float32Array, b: Float32Array): number => {
    const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const expected = Array.from({ length: 37 }, (_, i) => i + 3)
    .filter((id) => id !== 7)
    .map((id) => ({ id, similarity: cosine(row(7), row(id)) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, 6);
  const found = new CodeSpace(table, 5).nearest(7, 6);
  expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  found.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i]!.similarity, 6));
});
