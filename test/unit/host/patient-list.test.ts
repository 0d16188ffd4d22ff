import { describe, expect, it } from 'vitest';
import { outcomeOf, Roster } from '../../../src/host/panels/patient-list';
import type { PatientEntry } from '../../../src/protocol/explanation';
import { initialView, type PatientFilter } from '../../../src/protocol/panels/patient';

const entries: PatientEntry[] = [
  { patient: 'low', part: 'test', label: 0, risk: 0.1, codes: 3, known: 3 },
  { patient: 'right', part: 'test', label: 1, risk: 0.7, codes: 1, known: 1 },
  { patient: 'high', part: 'test', label: 0, risk: 0.9, codes: 8, known: 8 },
  { patient: 'missed', part: 'test', label: 1, risk: 0.3, codes: 5, known: 5 },
  { patient: 'trained', part: 'train', label: 1, risk: null, codes: 5, known: 5 },
];

describe('the patients of a run', () => {
  const list = (change: Partial<PatientFilter>, withCode?: ReadonlySet<string>): string[] =>
    new Roster(entries, 2)
      .list({ ...initialView.filter, ...change }, withCode, null)
      .entries.map((entry) => entry.patient);

  it('falls by risk, patients without one last, and is filtered', () => {
    expect(list({})).toEqual(['high', 'right', 'missed', 'low', 'trained']);
    expect(list({ outcome: 'true-positive' })).toEqual(['right']);
    expect(list({ outcome: 'false-positive' })).toEqual(['high']);
    expect(list({ outcome: 'false-negative' })).toEqual(['missed']);
    expect(list({ outcome: 'false-negative', threshold: 0.2 })).toEqual([]);
    expect(list({ outcome: 'true-negative' })).toEqual(['low']);
    expect(list({ part: 'train' })).toEqual(['trained']);
    expect(list({ search: 'IGHT' })).toEqual(['right']);
    expect(list({}, new Set(['low', 'missed']))).toEqual(['missed', 'low']);
    expect(list({ limit: 2 })).toHaveLength(2);
  });

  it('calls a risk at the threshold positive', () => {
    const entry = { patient: 'x', part: 'test', risk: 0.5, codes: 1, known: 1 } as const;
    expect(outcomeOf({ ...entry, label: 1 }, 0.5)).toBe('true-positive');
    expect(outcomeOf({ ...entry, label: 0 }, 0.5)).toBe('false-positive');
    expect(outcomeOf({ ...entry, label: null }, 0.5)).toBeNull();
  });

  it('cuts the risks into tenths of like size, the highest risks in the tenth', () => {
    const many = Array.from({ length: 95 }, (_, index): PatientEntry => ({
      ...{ patient: String(index), part: 'test', label: 0, codes: 1, known: 1, risk: index / 95 },
    }));
    const roster = new Roster(many, 2);
    const sizes = Array.from({ length: 10 }, (_, index) => {
      const found = roster.list(
        { ...initialView.filter, decile: index + 1, limit: 1000 },
        undefined,
        null,
      ).entries;
      return found.map(({ risk }) => risk!);
    });
    expect(sizes.flat()).toHaveLength(95);
    for (const risks of sizes) expect([9, 10]).toContain(risks.length);
    sizes
      .slice(1)
      .forEach((risks, index) => expect(Math.min(...risks)).toBeGreaterThan(Math.max(...sizes[index]!)));
  });

  it('cuts by the test patients, wherever somebody is from, and puts equal risks into one tenth', () => {
    const tested = Array.from({ length: 20 }, (_, index): PatientEntry => ({
      ...{ patient: `t${index}`, part: 'test', label: 0, codes: 1, known: 1 },
      risk: index < 6 ? 0.2 : index / 20,
    }));
    const other = { part: 'validation', label: 0, codes: 1, known: 1 } as const;
    const validated: PatientEntry[] = [0.01, 0.2, 0.99].map((risk, index) => ({
      ...{ ...other, patient: `v${index}`, risk },
    }));
    const roster = new Roster([...tested, ...validated], 2);
    const tenths = Array.from({ length: 10 }, (_, index) => {
      const filter = { ...initialView.filter, decile: index + 1 };
      return roster.list(filter, undefined, null).entries.map(({ patient }) => patient);
    });
    const tenthOf = (patient: string): number => 1 + tenths.findIndex((each) => each.includes(patient));
    expect(['v0', 'v2'].map(tenthOf)).toEqual([1, 10]);
    expect(new Set(['v1', 't0', 't1', 't2', 't3', 't4', 't5'].map(tenthOf)).size).toBe(1);
    expect(roster.list(initialView.filter, undefined, null)).toMatchObject({ total: 23, predicted: 23 });
  });

  it('tells the rate of cases of the test part, unless too few are of one kind', () => {
    const rate = (minimum: number): number | null =>
      new Roster(entries, minimum).list(initialView.filter, undefined, null).rate;
    expect(rate(2)).toBe(0.5);
    expect(rate(3)).toBeNull();
  });
});
