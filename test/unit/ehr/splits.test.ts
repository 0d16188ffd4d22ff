import { describe, expect, it } from 'vitest';
import { nestedSubset, splitPatients, splitStratified } from '../../../src/ehr/splits';
import { UserError } from '../../../src/protocol/errors';

const seventyTenTwenty = { train: 0.7, validation: 0.1, test: 0.2 };
const ids = (n: number): string[] => Array.from({ length: n }, (_, i) => `patient-${i}`);
/** Part of each patient by id. */
function placeOf(patients: readonly string[], seed: number): Map<string, string> {
  const split = splitPatients(patients, seventyTenTwenty, seed);
  return new Map(
    Object.entries(split).flatMap(([part, members]: [string, Int32Array]) =>
      Array.from(members, (i): [string, string] => [patients[i]!, part]),
    ),
  );
}

describe('splitPatients', () => {
  it('puts every patient into exactly one part, in the given shares', () => {
    const { train, validation, test } = splitPatients(ids(1000), seventyTenTwenty, 1);
    expect([train.length, validation.length, test.length]).toEqual([700, 100, 200]);
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual([...ids(1000).keys()]);
  });

  it('gives the same for the same seed and another split for another seed', () => {
    expect(splitPatients(ids(200), seventyTenTwenty, 7)).toEqual(
      splitPatients(ids(200), seventyTenTwenty, 7),
    );
    expect(placeOf(ids(200), 7)).not.toEqual(placeOf(ids(200), 8));
  });

  it('is fixed for all time: a known seed gives known places', () => {
    // SHA-256 of "1:patient-0" … "1:patient-9", sorted by the hex digest (coreutils sha256sum | sort).
    expect([...splitPatients(ids(10), { train: 1, validation: 0, test: 0 }, 1).train]).toEqual([
      0, 5, 8, 1, 4, 7, 2, 6, 9, 3,
    ]);
  });

  it('does not depend on the order of the patients', () => {
    const shuffled = ids(500).sort((a, b) => Number(a.at(-1)) - Number(b.at(-1)));
    expect(new Map([...placeOf(shuffled, 3)].sort())).toEqual(new Map([...placeOf(ids(500), 3)].sort()));
  });

  it('lets one patient more move at most one other across each border', () => {
    for (let n = 10; n < 60; n++) {
      const before = placeOf(ids(n), 5);
      const after = placeOf(ids(n + 1), 5);
      const moved = [...before].filter(([patient, part]) => after.get(patient) !== part);
      expect(moved.length).toBeLessThanOrEqual(2);
    }
  });

  it('splits at random: each part has its share of any pattern in the ids', () => {
    const { train } = splitPatients(ids(10_000), seventyTenTwenty, 2);
    const even = train.filter((i) => i % 2 === 0).length / train.length;
    expect(Math.abs(even - 0.5)).toBeLessThan(0.02);
  });

  it('leaves no part with a share empty, and a part without one empty', () => {
    for (let n = 3; n < 12; n++) {
      const { train, validation, test } = splitPatients(ids(n), seventyTenTwenty, 1);
      expect(Math.min(train.length, validation.length, test.length)).toBeGreaterThan(0);
    }
    const { validation, test } = splitPatients(ids(9), { train: 0.8, validation: 0, test: 0.2 }, 1);
    expect([validation.length, test.length]).toEqual([0, 2]);
  });

  it('refuses fewer patients than parts, and shares that do not add up', () => {
    expect(() => splitPatients(ids(2), seventyTenTwenty, 1)).toThrow(UserError);
    expect(() => splitPatients(ids(9), { train: 0.7, validation: 0.1, test: 0.1 }, 1)).toThrow(RangeError);
    expect(() => splitPatients(ids(9), { train: 1.2, validation: -0.2, test: 0 }, 1)).toThrow(RangeError);
  });
});

describe('splitStratified', () => {
  const labels = ids(1000).map((_, i): 0 | 1 => (i % 10 === 0 ? 1 : 0));

  it('gives each part the same share of positives', () => {
    const split = splitStratified(ids(1000), labels, seventyTenTwenty, 1);
    const positives = Object.values(split).map(
      (part: Int32Array) => part.filter((i) => labels[i] === 1).length,
    );
    expect(positives).toEqual([70, 10, 20]);
    expect(Object.values(split).map((part: Int32Array) => part.length)).toEqual([700, 100, 200]);
  });

  it('mixes the classes inside a part', () => {
    const { train } = splitStratified(ids(1000), labels, seventyTenTwenty, 1);
    const firstHalf = train.slice(0, 350).filter((i) => labels[i] === 1).length;
    expect(firstHalf).toBeGreaterThan(20);
    expect(firstHalf).toBeLessThan(50);
  });

  it('gives every part both classes even when one has three patients', () => {
    const rare = ids(1000).map((_, i): 0 | 1 => (i < 3 ? 1 : 0));
    const split = splitStratified(ids(1000), rare, seventyTenTwenty, 1);
    for (const part of Object.values(split) as Int32Array[]) {
      expect(part.filter((i) => rare[i] === 1).length).toBe(1);
    }
  });

  it('refuses a class that cannot reach every part, without telling who it is', () => {
    const tooRare = ids(1000).map((_, i): 0 | 1 => (i < 2 ? 1 : 0));
    expect(() => splitStratified(ids(1000), tooRare, seventyTenTwenty, 1)).toThrow(
      /^There are 2 patients with label 1/,
    );
    const oneClass = ids(20).map((): 0 | 1 => 0);
    expect(() => splitStratified(ids(20), oneClass, seventyTenTwenty, 1)).toThrow(UserError);
  });
});

describe('nestedSubset', () => {
  const labels = ids(1000).map((_, i): 0 | 1 => (i % 5 === 0 ? 1 : 0));
  const { train } = splitStratified(ids(1000), labels, seventyTenTwenty, 4);

  it('grows by adding patients only', () => {
    const largest = nestedSubset(train, labels, train.length);
    for (const size of [2, 3, 10, 100, 333, 699]) {
      expect(nestedSubset(train, labels, size)).toEqual(largest.slice(0, size));
    }
    expect([...largest].sort((a, b) => a - b)).toEqual([...train].sort((a, b) => a - b));
  });

  it('keeps the proportion of the classes, rounded', () => {
    for (const size of [10, 100, 300, 500]) {
      const positives = nestedSubset(train, labels, size).filter((i) => labels[i] === 1).length;
      expect(positives).toBe(size / 5);
    }
  });

  it('holds both classes at every size from 2, however rare one is', () => {
    for (const rare of [0, 1]) {
      const skewed = labels.map((_, i) => (i === train[650] ? rare : 1 - rare));
      for (const size of [2, 3, 50, 700]) {
        const subset = nestedSubset(train, skewed, size);
        expect(new Set(subset).size).toBe(size);
        expect(subset.filter((i) => skewed[i] === rare).length).toBe(1);
      }
    }
  });

  it('refuses more patients than there are, and sizes or labels with one class', () => {
    expect(() => nestedSubset(train, labels, 701)).toThrow(/700 labelled training patients/);
    expect(() => nestedSubset(train, labels, 1)).toThrow(/both classes/);
    expect(() => nestedSubset(train, new Uint8Array(1000), 100)).toThrow(/both classes/);
  });
});
