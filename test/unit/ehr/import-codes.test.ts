import { describe, expect, test } from 'vitest';
import { readCode } from '../../../src/ehr/codes';

describe('a diagnosis code', () => {
  test.each([
    ['ICD9_4280', 'ICD9_428.0'],
    ['ICD9_428.0', 'ICD9_428.0'],
    ['ICD9_428.', 'ICD9_428'],
    ['ICD9_486', 'ICD9_486'],
    ['ICD9_00845', 'ICD9_008.45'],
    ['ICD9_V4581', 'ICD9_V45.81'],
    ['ICD9_E8859', 'ICD9_E885.9'],
    ['ICD9_E935', 'ICD9_E935'],
    ['ICD10_I509', 'ICD10_I50.9'],
    ['ICD10_E119', 'ICD10_E11.9'],
    ['ICD10_S72001A', 'ICD10_S72.001A'],
    [' icd10_i10 ', 'ICD10_I10'],
  ])('%s has its dot where the classification has it: %s', (raw, code) => {
    expect(readCode(raw, 'normalise')).toEqual({
      code,
      system: code.split('_')[0],
      problem: null,
      spaced: false,
    });
  });

  test.each([
    ['ICD9_  428.0', 'ICD9_428.0'],
    ['ICD9_428. 0', 'ICD9_428.0'],
    ['ICD9 _4280', 'ICD9_428.0'],
    ['ICD10_I50\u00a09\t', 'ICD10_I50.9'],
  ])('%s loses the white space inside: %s', (raw, code) => {
    expect(readCode(raw, 'normalise')).toMatchObject({ code, problem: null, spaced: true });
  });

  test('loses white space also when it keeps its spelling', () => {
    expect(readCode('ICD9_ 4280 ', 'keep')).toMatchObject({ code: 'ICD9_4280', spaced: true });
  });

  test('keeps its spelling when told so', () => {
    expect(readCode('ICD9_4280', 'keep')).toMatchObject({ code: 'ICD9_4280', system: 'ICD9', problem: null });
  });

  test.each([
    ['', 'blank'],
    ['  ', 'blank'],
    ['ICD10_', 'blank'],
    ['ICD9_ \u00a0', 'blank'],
    ['428.0', 'unknown-system'],
    ['ICD11_5A11', 'unknown-system'],
    ['SNOMED_84114007', 'unknown-system'],
  ])('"%s" cannot be used: %s', (raw, problem) => {
    expect(readCode(raw, 'normalise')).toEqual({ code: null, system: null, problem, spaced: false });
  });

  test.each([
    ['ICD9_8.45', 'ICD9_8.45', 'lost-leading-zero'],
    ['ICD9_41', 'ICD9_41', 'lost-leading-zero'],
    ['ICD9_OTHER', 'ICD9_OTH.ER', 'unusual-shape'],
    ['ICD9_428.012', 'ICD9_428.012', 'unusual-shape'],
    ['ICD10_4280', 'ICD10_428.0', 'unusual-shape'],
  ])('%s is kept as %s and reported: %s', (raw, code, problem) => {
    expect(readCode(raw, 'normalise')).toMatchObject({ code, problem });
  });
});
