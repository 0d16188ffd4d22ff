import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import {
  type AttentionMaps,
  headMean,
  headWeights,
  received,
  wholeMean,
} from '../../../src/explain/attention-maps';
import { headPatterns, patternsByChance } from '../../../src/explain/head-patterns';
import { rollout, rolloutReceived } from '../../../src/explain/rollout';

/** Rows that sum to 1, drawn by seed. */
function drawn(layers: number, heads: number, length: number): AttentionMaps {
  const random = new RandomStream(7, length);
  const weights = Float32Array.from(
    { length: layers * heads * length * length },
    () => random.uniform() ** 4,
  );
  for (let row = 0; row < weights.length; row += length) {
    const total = weights.subarray(row, row + length).reduce((a, b) => a + b);
    for (let i = 0; i < length; i++) weights[row + i]! /= total;
  }
  return { layers, heads, length, weights };
}
const maps = drawn(3, 2, 9);
const patient = {
  codes: [3, 4, 5, 3, 6, 7, 4, 8, 9],
  visits: [1, 1, 2, 2, 2, 3, 4, 4, 4],
  ranks: [1, 2, 1, 2, 3, 1, 1, 2, 3],
};
const at = (layer: number, head: number, from: number, to: number): number =>
  maps.weights[((layer * 2 + head) * 9 + from) * 9 + to]!;

describe('attention in summary', () => {
  it('finds the square of a head, the mean of a layer and of all', () => {
    expect(headWeights(maps, 2, 1)[9 * 4 + 5]).toBe(at(2, 1, 4, 5));
    expect(headMean(maps, 1)[9 * 2 + 3]).toBeCloseTo((at(1, 0, 2, 3) + at(1, 1, 2, 3)) / 2, 6);
    const all = [0, 1, 2].flatMap((layer) => [0, 1].map((head) => at(layer, head, 8, 0)));
    expect(wholeMean(maps)[9 * 8]).toBeCloseTo(all.reduce((a, b) => a + b) / 6, 6);
  });

  it('shares what codes receive out to 1', () => {
    const shares = received(wholeMean(maps), 9);
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const column = Array.from({ length: 9 }, (_, from) => wholeMean(maps)[9 * from + 4]!);
    expect(shares[4]).toBeCloseTo(column.reduce((a, b) => a + b) / 9, 7);
  });
});

describe('rollout', () => {
  it('multiplies halves of attention and identity from the first layer up', () => {
    // One number at a time, by the definition.
    const mixed = [0, 1, 2].map((layer) =>
      Array.from({ length: 9 }, (_, i) =>
        Array.from(
          { length: 9 },
          (_, j) => 0.25 * (at(layer, 0, i, j) + at(layer, 1, i, j)) + (i === j ? 0.5 : 0),
        ),
      ),
    );
    const product = rollout(maps);
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 9; j++) {
        let sum = 0;
        for (let k = 0; k < 9; k++) {
          for (let m = 0; m < 9; m++) sum += mixed[2]![i]![k]! * mixed[1]![k]![m]! * mixed[0]![m]![j]!;
        }
        expect(product[9 * i + j]).toBeCloseTo(sum, 6);
      }
    }
  });

  it('keeps rows at 1, and its column means are what codes receive', () => {
    const square = rollout(maps);
    for (let row = 0; row < 81; row += 9) {
      expect(square.subarray(row, row + 9).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    const direct = received(square, 9);
    rolloutReceived(maps).forEach((share, t) => expect(share).toBeCloseTo(direct[t]!, 6));
  });
});

describe('patterns of heads', () => {
  const related = {
    self: (i: number, j: number) => i === j,
    sameCode: (i: number, j: number) => i !== j && patient.codes[i] === patient.codes[j],
    withinVisit: (i: number, j: number) => patient.visits[i] === patient.visits[j],
    previousVisit: (i: number, j: number) => patient.visits[i]! - patient.visits[j]! === 1,
    firstRank: (_: number, j: number) => patient.ranks[j] === 1,
  };
  const names = Object.keys(related) as (keyof typeof related)[];
  const share = (name: keyof typeof related, weight: (i: number, j: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 9; j++) if (related[name](i, j)) sum += weight(i, j) / 9;
    }
    return sum;
  };

  it('are the shares of attention on pairs that are so related', () => {
    const patterns = headPatterns(maps, patient);
    expect(patterns).toHaveLength(6);
    for (const pattern of patterns) {
      const { layer, head } = pattern;
      for (const name of names) {
        expect(pattern[name]).toBeCloseTo(
          share(name, (i, j) => at(layer, head, i, j)),
          6,
        );
      }
    }
  });

  it('are held against even attention', () => {
    const chance = patternsByChance(patient);
    for (const name of names)
      expect(chance[name]).toBeCloseTo(
        share(name, () => 1 / 9),
        6,
      );
  });
});
