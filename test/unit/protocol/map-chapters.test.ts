import { expect, it } from 'vitest';
import { chapterGroups, chapterOf } from '../../../src/protocol/icd-chapters';

const told = (code: string): string => {
  const { group, numeral } = chapterOf(code);
  return `${numeral ?? '-'} ${group}`;
};

it.each([
  ['001', '139', 'I infections'],
  ['140', '239', 'II neoplasms'],
  ['240', '279', 'III endocrine'],
  ['280', '289', 'IV blood'],
  ['290', '319', 'V mental'],
  ['320', '359', 'VI nervous'],
  ['360', '379', 'VI eye'],
  ['380', '389', 'VI ear'],
  ['390', '459', 'VII circulatory'],
  ['460', '519', 'VIII respiratory'],
  ['520', '579', 'IX digestive'],
  ['580', '629', 'X genitourinary'],
  ['630', '679', 'XI pregnancy'],
  ['680', '709', 'XII skin'],
  ['710', '739', 'XIII musculoskeletal'],
  ['740', '759', 'XIV congenital'],
  ['760', '779', 'XV perinatal'],
  ['780', '799', 'XVI symptoms'],
  ['800', '999', 'XVII injury'],
  ['E000', 'E999', 'E external'],
  ['V01', 'V91', 'V contacts'],
])('ICD-9 %s to %s: %s', (first, last, chapter) => {
  expect(told(`ICD9_${first}`)).toBe(chapter);
  expect(told(`ICD9_${last}`)).toBe(chapter);
  expect(told(`ICD9_${last}.9`)).toBe(chapter);
  // Without the dot the category still ends where it ends.
  expect(told(`ICD9_${last}9`)).toBe(chapter);
});

it.each([
  ['A00', 'B99', 'I infections'],
  ['C00', 'D49', 'II neoplasms'],
  ['D50', 'D89', 'III blood'],
  ['E00', 'E90', 'IV endocrine'],
  ['F00', 'F99', 'V mental'],
  ['G00', 'G99', 'VI nervous'],
  ['H00', 'H59', 'VII eye'],
  ['H60', 'H95', 'VIII ear'],
  ['I00', 'I99', 'IX circulatory'],
  ['J00', 'J99', 'X respiratory'],
  ['K00', 'K95', 'XI digestive'],
  ['L00', 'L99', 'XII skin'],
  ['M00', 'M99', 'XIII musculoskeletal'],
  ['N00', 'N99', 'XIV genitourinary'],
  ['O00', 'O9A', 'XV pregnancy'],
  ['P00', 'P96', 'XVI perinatal'],
  ['Q00', 'Q99', 'XVII congenital'],
  ['R00', 'R99', 'XVIII symptoms'],
  ['S00', 'T98', 'XIX injury'],
  ['U00', 'U99', 'XXII special'],
  ['V00', 'Y99', 'XX external'],
  ['Z00', 'Z99', 'XXI contacts'],
])('ICD-10 %s to %s: %s', (first, last, chapter) => {
  expect(told(`ICD10_${first}`)).toBe(chapter);
  expect(told(`ICD10_${last}`)).toBe(chapter);
  expect(told(`ICD10_${last}.10XA`)).toBe(chapter);
  expect(told(`ICD10_${last}10XA`)).toBe(chapter);
});

it('categories of the clinical modification that end in a letter stay in their chapter', () => {
  expect(['C4A', 'C7B.1', 'D3A', 'M1A.0', 'Z3A'].map((code) => chapterOf(`ICD10_${code}`).group)).toEqual([
    ...['neoplasms', 'neoplasms', 'neoplasms', 'musculoskeletal', 'contacts'],
  ]);
});

it('what has no category of its classification is in no chapter', () => {
  const strange = [
    '[UNK]',
    'ICD9_8.45',
    'ICD9_V92',
    'ICD9_000',
    'ICD10_D90',
    'ICD10_H96',
    'ICD10_K96',
    'ICD10_P97',
  ];
  for (const code of [...strange, 'ICD10_428.0', 'ICD9_I50', 'ICD9_', 'CPT_99213', '428.0', 'ICD10_T99']) {
    expect([code, told(code)]).toEqual([code, '- other']);
  }
});

it('one group holds the same subject of both classifications', () => {
  expect(chapterOf('ICD9_428.0').group).toBe(chapterOf('ICD10_I50.9').group);
  expect(new Set(chapterGroups).size).toBe(chapterGroups.length);
});
