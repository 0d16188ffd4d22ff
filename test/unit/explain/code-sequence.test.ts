import { describe, expect, it } from 'vitest';
import { keepLast } from '../../../src/ehr/shortening';
import {
  addCode,
  type CodeSequence,
  keepLastCodes,
  moveCode,
  removeCodes,
  replaceCode,
  visitSums,
} from '../../../src/explain/code-sequence';
import { patientOf } from './small-model';

const patient: CodeSequence<string> = {
  codes: ['a', 'b', 'c', 'd', 'e', 'f'],
  visits: [1, 1, 2, 3, 3, 3],
  ranks: [1, 2, 1, 1, 2, 3],
};

/** What the importer would make of the rows that are left: number visits, then rank inside each. */
function recorded<C>(rows: readonly { code: C; visit: number }[]): CodeSequence<C> {
  const numbers = [...new Set(rows.map(({ visit }) => visit))].sort((a, b) => a - b);
  return {
    codes: rows.map(({ code }) => code),
    visits: rows.map(({ visit }) => numbers.indexOf(visit) + 1),
    ranks: rows.map((row, i) => rows.slice(0, i + 1).filter(({ visit }) => visit === row.visit).length),
  };
}

describe('removing codes', () => {
  it('moves later codes of the visit up and closes the gap of an emptied visit', () => {
    expect(removeCodes(patient, new Set([2, 3]))).toEqual({
      codes: ['a', 'b', 'e', 'f'],
      visits: [1, 1, 2, 2],
      ranks: [1, 2, 1, 2],
    });
  });

  it('gives what the importer would make of the remaining records, whatever is removed', () => {
    for (let seed = 0; seed < 30; seed++) {
      const whole = patientOf(8, seed);
      for (let set = 1; set < 255; set += 7) {
        const removed = new Set([...whole.codes.keys()].filter((t) => set & (1 << t)));
        const rows = whole.codes.map((code, t) => ({ code, visit: whole.visits[t]!, t }));
        expect(removeCodes(whole, removed)).toEqual(recorded(rows.filter(({ t }) => !removed.has(t))));
      }
    }
  });

  it('keeps the later start of a first visit that was cut', () => {
    const cut = { codes: ['b', 'c', 'd'], visits: [1, 1, 2], ranks: [4, 5, 1] };
    expect(removeCodes(cut, new Set([0])).ranks).toEqual([4, 1]);
  });
});

it('masking changes the code and nothing else', () => {
  expect(replaceCode(patient, 1, 'x')).toEqual({ ...patient, codes: ['a', 'x', 'c', 'd', 'e', 'f'] });
});

it('adding puts a code at a place of a visit, or into a new last one', () => {
  expect(addCode(patient, 'x', 3, 2)).toEqual({
    codes: ['a', 'b', 'c', 'd', 'x', 'e', 'f'],
    visits: [1, 1, 2, 3, 3, 3, 3],
    ranks: [1, 2, 1, 1, 2, 3, 4],
  });
  const added = addCode(patient, 'x', 4, 1);
  expect([added.codes.at(-1), added.visits.at(-1), added.ranks.at(-1)]).toEqual(['x', 4, 1]);
});

describe('moving', () => {
  it('takes a code to another visit; an emptied visit is none', () => {
    expect(moveCode(patient, 2, 1, 1)).toEqual({
      codes: ['c', 'a', 'b', 'd', 'e', 'f'],
      visits: [1, 1, 1, 2, 2, 2],
      ranks: [1, 2, 3, 1, 2, 3],
    });
  });

  it('changes the order inside a visit', () => {
    expect(moveCode(patient, 3, 3, 3).codes).toEqual(['a', 'b', 'c', 'e', 'f', 'd']);
  });

  it('there and back again changes nothing', () => {
    expect(moveCode(moveCode(patient, 4, 1, 1), 0, 3, 2)).toEqual(patient);
  });
});

it('keeping the last codes cuts as training cuts', () => {
  for (let seed = 0; seed < 20; seed++) {
    const whole = patientOf(13, seed);
    for (const maxLength of [1, 5, 12, 13, 20]) {
      const sequences = {
        ...{ patients: ['p'], offsets: Float64Array.of(0, 13), codeNames: [], longStay: new Uint8Array(1) },
        codes: Int32Array.from(whole.codes),
        visits: Int32Array.from(whole.visits),
        ranks: Int32Array.from(whole.ranks),
      };
      const { codes, visits, ranks } = keepLast(sequences, maxLength, 'keep-last');
      const expected = { codes: [...codes], visits: [...visits], ranks: [...ranks] };
      expect(keepLastCodes(whole, maxLength)).toEqual(expected);
    }
  }
});

it('sums over visits', () => {
  expect([...visitSums(patient, [1, 2, 3, 4, 5, 6])]).toEqual([3, 3, 15]);
});
