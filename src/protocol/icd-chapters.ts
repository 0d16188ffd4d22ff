/**
 * Chapters of ICD-9-CM and ICD-10(-CM), found by the number of a code's category. Both classifications tell the same
 * subjects apart, under other numerals; what ICD-9 keeps together in its sixth chapter (nervous system, eye, ear) is
 * divided here as ICD-10 divides it, so that codes of both years of a record meet in one group.
 */

/** Groups in the order of the tenth revision, with the words for a legend. */
export const chapterNames = {
  infections: 'Infections',
  neoplasms: 'Neoplasms',
  blood: 'Blood, immunity',
  endocrine: 'Endocrine, metabolic',
  mental: 'Mental',
  nervous: 'Nervous system',
  eye: 'Eye',
  ear: 'Ear',
  circulatory: 'Circulatory',
  respiratory: 'Respiratory',
  digestive: 'Digestive',
  skin: 'Skin',
  musculoskeletal: 'Musculoskeletal',
  genitourinary: 'Genitourinary',
  pregnancy: 'Pregnancy, birth',
  perinatal: 'Perinatal',
  congenital: 'Congenital',
  symptoms: 'Symptoms, signs',
  injury: 'Injury, poisoning',
  external: 'External causes',
  contacts: 'Contacts, status',
  special: 'Special purposes',
  other: 'Other',
} as const;
export type ChapterGroup = keyof typeof chapterNames;

/** The groups in their order; a map tells a chapter by its place in this list. */
export const chapterGroups = Object.keys(chapterNames) as readonly ChapterGroup[];

export interface IcdChapter {
  readonly group: ChapterGroup;
  /** Roman numeral in the code's own classification; null for what is in no chapter. */
  readonly numeral: string | null;
}

/** First and last category of a group, and the numeral of its chapter. */
type Range = readonly [first: string, last: string, numeral: string, group: ChapterGroup];

const icd9: readonly Range[] = [
  ['001', '139', 'I', 'infections'],
  ['140', '239', 'II', 'neoplasms'],
  ['240', '279', 'III', 'endocrine'],
  ['280', '289', 'IV', 'blood'],
  ['290', '319', 'V', 'mental'],
  ['320', '359', 'VI', 'nervous'],
  ['360', '379', 'VI', 'eye'],
  ['380', '389', 'VI', 'ear'],
  ['390', '459', 'VII', 'circulatory'],
  ['460', '519', 'VIII', 'respiratory'],
  ['520', '579', 'IX', 'digestive'],
  ['580', '629', 'X', 'genitourinary'],
  ['630', '679', 'XI', 'pregnancy'],
  ['680', '709', 'XII', 'skin'],
  ['710', '739', 'XIII', 'musculoskeletal'],
  ['740', '759', 'XIV', 'congenital'],
  ['760', '779', 'XV', 'perinatal'],
  ['780', '799', 'XVI', 'symptoms'],
  ['800', '999', 'XVII', 'injury'],
  ['E000', 'E999', 'E', 'external'],
  ['V01', 'V91', 'V', 'contacts'],
];

/** The WHO's edition and the clinical modification together: where one ends earlier, the other says where it ends. */
const icd10: readonly Range[] = [
  ['A00', 'B99', 'I', 'infections'],
  ['C00', 'D49', 'II', 'neoplasms'],
  ['D50', 'D89', 'III', 'blood'],
  ['E00', 'E90', 'IV', 'endocrine'],
  ['F00', 'F99', 'V', 'mental'],
  ['G00', 'G99', 'VI', 'nervous'],
  ['H00', 'H59', 'VII', 'eye'],
  ['H60', 'H95', 'VIII', 'ear'],
  ['I00', 'I99', 'IX', 'circulatory'],
  ['J00', 'J99', 'X', 'respiratory'],
  ['K00', 'K95', 'XI', 'digestive'],
  ['L00', 'L99', 'XII', 'skin'],
  ['M00', 'M99', 'XIII', 'musculoskeletal'],
  ['N00', 'N99', 'XIV', 'genitourinary'],
  ['O00', 'O9Z', 'XV', 'pregnancy'],
  ['P00', 'P96', 'XVI', 'perinatal'],
  ['Q00', 'Q99', 'XVII', 'congenital'],
  ['R00', 'R99', 'XVIII', 'symptoms'],
  ['S00', 'T98', 'XIX', 'injury'],
  ['U00', 'U99', 'XXII', 'special'],
  ['V00', 'Y99', 'XX', 'external'],
  ['Z00', 'Z99', 'XXI', 'contacts'],
];

const outside: IcdChapter = { group: 'other', numeral: null };

/**
 * The chapter of a code with its system before it: `ICD9_428.0`, `ICD10_I50.9`, with or without the dot. What is of
 * another system or has no category of its classification (a lost leading zero, a special token) is `other`.
 */
export function chapterOf(code: string): IcdChapter {
  const [, system, body] = /^(ICD9|ICD10)_(.+)$/i.exec(code) ?? [];
  if (system === undefined || body === undefined) return outside;
  const isNinth = system.toUpperCase() === 'ICD9';
  const category = (isNinth ? ninthCategory : tenthCategory)(body.toUpperCase());
  if (category === null) return outside;
  // Categories of one length and kind order as text does; a letter in the third place stands after its digits.
  const range = (isNinth ? icd9 : icd10).find(
    ([first, last]) => first.length === category.length && first <= category && category <= last,
  );
  return range === undefined ? outside : { group: range[3], numeral: range[2] };
}

function ninthCategory(body: string): string | null {
  return /^(?:\d{3}|V\d{2}|E\d{3})(?=\.|\d*$)/.exec(body)?.[0] ?? null;
}

function tenthCategory(body: string): string | null {
  return /^[A-Z]\d[0-9A-Z](?=\.|[0-9A-Z]*$)/.exec(body)?.[0] ?? null;
}
