import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchingParameters, readLearnerState, writeLearnerState } from '../../../src/model/checkpoint';
import { encoderParameters, initialParameters, type ModelSize } from '../../../src/model/parameters';
import { pretrainingParameters, pretrainingProgram } from '../../../src/model/pretraining';
import { modelConfig } from '../../../src/protocol/config';
import { UserError } from '../../../src/protocol/errors';

const published: ModelSize = { ...modelConfig.parse({}), vocabulary: 82_603 };
const small: ModelSize = { ...published, vocabulary: 40, hidden: 12, heads: 3, intermediate: 8, layers: 2 };
const count = (specs: ReturnType<typeof encoderParameters>): number =>
  specs.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);

describe('the parameters of the model', () => {
  it('are about 17 million at the published size, 15.9 of them the code embedding', () => {
    const specs = pretrainingParameters(published);
    expect(count(specs.filter(({ name }) => name === 'embeddings.code.weight'))).toBe(82_603 * 192);
    expect(count(specs) / 1e6).toBeGreaterThan(16.9);
    expect(count(specs) / 1e6).toBeLessThan(17.5);
  });

  it('are those that the graph declares, in name and shape', () => {
    const declared = pretrainingProgram(small, 2).graph.parameters.map(({ name, shape }) => ({
      name,
      shape,
    }));
    expect(declared).toEqual(pretrainingParameters(small).map(({ name, shape }) => ({ name, shape })));
  });

  it('decay when they are weights or embeddings, not when they are biases or LayerNorm', () => {
    for (const { name, decay, shape } of pretrainingParameters(small)) {
      expect(decay, name).toBe(shape.length === 2);
    }
  });

  it('leave the serialization embedding out where the published code is followed', () => {
    const names = encoderParameters({ ...small, serialization: false }).map(({ name }) => name);
    expect(names).not.toContain('embeddings.rank.weight');
    expect(names.length).toBe(encoderParameters(small).length - 1);
  });
});

describe('initial values', () => {
  const values = initialParameters(pretrainingParameters(small), 5);

  it('are N(0, 0.02) within 2σ for weights, 0 for biases, 1 for LayerNorm', () => {
    for (const [name, array] of values) {
      if (name.endsWith('.norm.weight')) expect(array.every((x) => x === 1)).toBe(true);
      else if (name.endsWith('bias')) expect(array.every((x) => x === 0)).toBe(true);
      else expect(Math.max(...array.map(Math.abs)), name).toBeLessThanOrEqual(0.04 + 1e-9);
    }
    const codes = values.get('embeddings.visit.weight')!;
    const variance = codes.reduce((sum, x) => sum + x * x, 0) / codes.length;
    expect(Math.sqrt(variance)).toBeGreaterThan(0.0168);
    expect(Math.sqrt(variance)).toBeLessThan(0.0184); // 0.02·√0.7737 = 0.0176
  });

  it('depend on the seed alone, and no two tensors are alike', () => {
    expect(initialParameters(pretrainingParameters(small), 5)).toEqual(values);
    const other = initialParameters(pretrainingParameters(small), 6);
    expect(other.get('los.weight')).not.toEqual(values.get('los.weight'));
    const [a, b] = [values.get('embeddings.rank.weight')!, values.get('embeddings.visit.weight')!];
    expect(a.some((x, i) => x !== b[i])).toBe(true);
  });
});

describe('a checkpoint', () => {
  const specs = pretrainingParameters(small);
  const state = {
    parameters: initialParameters(specs, 1),
    firstMoments: initialParameters(specs, 2),
    secondMoments: initialParameters(specs, 3),
    step: 17,
  };

  it('gives back parameters and moments to the bit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'medbert-checkpoint-'));
    try {
      writeLearnerState(join(folder, '17'), state, specs);
      expect(readLearnerState(join(folder, '17'), 17)).toEqual(state);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('hands the encoder on to fine-tuning and leaves the pretraining heads behind', () => {
    const encoder = encoderParameters(small);
    const inherited = matchingParameters(state.parameters, encoder);
    expect([...inherited.keys()]).toEqual(encoder.map(({ name }) => name));
    for (const [name, values] of inherited) expect(values).toBe(state.parameters.get(name));
  });

  it('that lacks a tensor of the encoder is refused, by its name', () => {
    for (const missing of encoderParameters(small)) {
      const torn = new Map([...state.parameters].filter(([name]) => name !== missing.name));
      expect(() => matchingParameters(torn, encoderParameters(small))).toThrow(UserError);
      expect(() => matchingParameters(torn, encoderParameters(small))).toThrow(`has no ${missing.name},`);
    }
  });

  it('of another size is refused with advice', () => {
    const other = encoderParameters({ ...small, hidden: 24 });
    expect(() => matchingParameters(state.parameters, other)).toThrow(UserError);
    expect(() => matchingParameters(state.parameters, other)).toThrow('does not fit the model');
  });
});
