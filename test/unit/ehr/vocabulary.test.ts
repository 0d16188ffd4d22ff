import { describe, expect, it } from 'vitest';
import type { PatientSequences } from '../../../src/ehr/sequences';
import { Vocabulary } from '../../../src/ehr/vocabulary';
import { UserError } from '../../../src/protocol/errors';

/** Sequences with these codes by patient; visits and ranks do not matter here. */
function sequencesOf(patients: readonly (readonly string[])[]): PatientSequences {
  const codeNames = [...new Set(patients.flat())].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const codes = Int32Array.from(patients.flat(), (code) => codeNames.indexOf(code));
  const offsets = [0];
  for (const list of patients) offsets.push(offsets.at(-1)! + list.length);
  return {
    patients: patients.map((_, i) => `p${i}`),
    offsets: Float64Array.from(offsets),
    codes,
    visits: codes.map(() => 1),
    ranks: codes.map(() => 1),
    longStay: new Uint8Array(patients.length),
    codeNames,
  };
}

const sequences = sequencesOf([
  ['B', 'C', 'a', 'D'],
  ['D', 'C', 'D'],
  ['B', 'Z', 'Z', 'Z', 'Z'],
]);

describe('Vocabulary', () => {
  it('numbers codes by falling frequency, equally frequent ones by name in binary order', () => {
    const vocabulary = Vocabulary.fromSequences(sequences, 'all', 1);
    expect(vocabulary.names).toEqual(['[PAD]', '[UNK]', '[MASK]', 'Z', 'D', 'B', 'C', 'a']);
    expect(vocabulary.counts).toEqual([0, 0, 0, 4, 3, 2, 2, 1]);
    expect(vocabulary.size).toBe(8);
  });

  it('knows only the codes of the given patients', () => {
    const vocabulary = Vocabulary.fromSequences(sequences, Int32Array.of(1, 0), 1);
    expect(vocabulary.names.slice(3)).toEqual(['D', 'C', 'B', 'a']);
    expect(vocabulary.id('Z')).toBe(1);
    expect([...vocabulary.idsOf(sequences.codeNames)]).toEqual([5, 4, 3, 1, 6]);
  });

  it('counts codes below the least count as unknown', () => {
    const vocabulary = Vocabulary.fromSequences(sequences, 'all', 3);
    expect(vocabulary.names.slice(3)).toEqual(['Z', 'D']);
    expect(vocabulary.counts[1]).toBe(5);
    expect(vocabulary.id('B')).toBe(1);
    expect(() => Vocabulary.fromSequences(sequences, 'all', 5)).toThrow(UserError);
  });

  it('takes no code of the records for a special one', () => {
    const vocabulary = Vocabulary.fromSequences(sequencesOf([['X']]), 'all', 1);
    expect(vocabulary.id('[PAD]')).toBe(1);
    expect(vocabulary.id('[MASK]')).toBe(1);
  });

  it('comes back from its table unchanged, with the same hash', () => {
    const vocabulary = Vocabulary.fromSequences(sequences, 'all', 2);
    const again = Vocabulary.parse(vocabulary.toTsv(), 'vocabulary.tsv');
    expect(again).toEqual(vocabulary);
    expect(again.hash()).toBe(vocabulary.hash());
    expect(vocabulary.toTsv().split('\n').slice(0, 5)).toEqual([
      'id\tcode\tcount',
      '0\t[PAD]\t0',
      '1\t[UNK]\t1',
      '2\t[MASK]\t0',
      '3\tZ\t4',
    ]);
  });

  it('has another hash when a count differs', () => {
    const all = Vocabulary.fromSequences(sequencesOf([['X', 'Y']]), 'all', 1);
    expect(all.hash()).not.toBe(Vocabulary.fromSequences(sequencesOf([['X', 'X', 'Y']]), 'all', 1).hash());
  });

  const specials = '0\t[PAD]\t0\n1\t[UNK]\t0\n2\t[MASK]\t0\n';
  it.each([
    ['an empty file', '', 1],
    ['another header', 'code\tid\n', 1],
    ['missing special rows', 'id\tcode\tcount\n0\t[PAD]\t0\n', 2],
    ['special rows in another order', 'id\tcode\tcount\n0\t[UNK]\t0\n', 2],
    ['a gap in the ids', `id\tcode\tcount\n${specials}4\tX\t1\n`, 5],
    ['a missing column', `id\tcode\tcount\n${specials}3\tX\n`, 5],
    ['a count that is none', `id\tcode\tcount\n${specials}3\tX\t-1\n`, 5],
    ['a blank code', `id\tcode\tcount\n${specials}3\t\t1\n`, 5],
    ['a code that stands there twice', `id\tcode\tcount\n${specials}3\tX\t1\n4\tX\t1\n`, undefined],
  ])('refuses %s', (_, tsv, row) => {
    const parse = (): unknown => Vocabulary.parse(tsv, 'vocabulary.tsv');
    expect(parse).toThrow(UserError);
    try {
      parse();
    } catch (error) {
      expect((error as UserError).details.row).toBe(row);
      expect((error as UserError).details.file).toBe('vocabulary.tsv');
      expect((error as UserError).explain()).not.toMatch(/\bX\b/);
    }
  });
});
