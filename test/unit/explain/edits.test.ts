import { describe, expect, it } from 'vitest';
import { applyEdits, maskName } from '../../../src/explain/edits';
import { type Edit } from '../../../src/protocol/case-file';
import { UserError } from '../../../src/protocol/errors';

const patient = { codes: ['a', 'b', 'c'], visits: [1, 1, 2], ranks: [1, 2, 1] };
const rules = { maxLength: 4, longPatients: 'keep-last' } as const;

describe('edits', () => {
  it('follow one another and remember where each code came from', () => {
    const edited = applyEdits(
      patient,
      [
        { kind: 'add', code: 'x', visit: 1, place: 1 },
        { kind: 'remove', at: 2 },
        { kind: 'mask', at: 1 },
      ],
      rules,
    );
    expect(edited).toMatchObject({
      codes: ['x', maskName, 'c'],
      visits: [1, 1, 2],
      ranks: [1, 2, 1],
      origins: [-1, 0, 2],
    });
  });

  it('beyond the longest sequence let the first codes go, as sequences are cut', () => {
    const add = (code: string): Edit => ({ kind: 'add', code, visit: 2, place: 1 });
    const edited = applyEdits(patient, [add('x'), add('y'), add('z')], rules);
    expect(edited).toMatchObject({
      codes: ['z', 'y', 'x', 'c'],
      visits: [1, 1, 1, 1],
      ranks: [1, 2, 3, 4],
      origins: [-1, -1, -1, 2],
    });
  });

  it('refer to what the model reads after a cut, not to what was cut', () => {
    const full = { codes: ['a', 'b', 'c', 'd'], visits: [1, 1, 2, 2], ranks: [1, 2, 1, 2] };
    const added: Edit = { kind: 'add', code: 'x', visit: 2, place: 1 };
    const shown = applyEdits(full, [added], rules);
    expect(shown.codes).toEqual(['b', 'x', 'c', 'd']);
    const at = shown.codes.indexOf('c');
    const { codes, origins } = applyEdits(full, [added, { kind: 'remove', at }], rules);
    expect([codes, origins]).toEqual([
      ['b', 'x', 'd'],
      [1, -1, 3],
    ]);
  });

  it('of a run that drops long patients are refused there', () => {
    const add = (code: string): Edit => ({ kind: 'add', code, visit: 2, place: 1 });
    expect(() => applyEdits(patient, [add('x'), add('y')], { maxLength: 4, longPatients: 'drop' })).toThrow(
      UserError,
    );
  });

  it.each<[string, Edit[], string]>([
    ['a code that is not there', [{ kind: 'mask', at: 3 }], 'Edit 1'],
    ['a visit beyond a new one', [{ kind: 'add', code: 'x', visit: 4, place: 1 }], 'no visit 4'],
    ['a place beyond the end', [{ kind: 'add', code: 'x', visit: 1, place: 4 }], 'only 1 to 3'],
    ['a place beyond the others', [{ kind: 'move', at: 0, visit: 1, place: 3 }], 'only 1 to 2'],
    ['a code twice in a visit', [{ kind: 'add', code: 'a', visit: 1, place: 1 }], 'already'],
    [
      'moving to where it stands already',
      [
        { kind: 'add', code: 'a', visit: 2, place: 1 },
        { kind: 'move', at: 0, visit: 2, place: 1 },
      ],
      'Edit 2',
    ],
    [
      'removing everything',
      [
        { kind: 'remove', at: 0 },
        { kind: 'remove', at: 0 },
        { kind: 'remove', at: 0 },
      ],
      'Edit 3',
    ],
  ])('refuse %s', (_what, edits, says) => {
    expect(() => applyEdits(patient, edits, rules)).toThrow(says);
    expect(() => applyEdits(patient, edits, rules)).toThrow(UserError);
  });
});
