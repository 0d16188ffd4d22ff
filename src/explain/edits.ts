import type { Edit } from '../protocol/case-file';
import { UserError } from '../protocol/errors';
import { specialTokens, MASK } from '../protocol/vocabulary';
import {
  addCode,
  type CodeSequence,
  keepLastCodes,
  moveCode,
  removeCodes,
  replaceCode,
} from './code-sequence';

/** Name of the token that hides a code. */
export const maskName = specialTokens[MASK];

/** A patient after edits. */
export interface EditedPatient extends CodeSequence<string> {
  /** Place of each code in the patient before the edits; −1 = added. */
  readonly origins: readonly number[];
}

export interface SequenceRules {
  readonly maxLength: number;
  readonly longPatients: 'keep-last' | 'drop';
}

interface Traced {
  readonly name: string;
  readonly origin: number;
}

/**
 * Applies edits one after another, each to what the ones before it left, by the rules that sequences are made with:
 * ranks and visits stay without gaps, a code stands once in a visit, the last `maxLength` codes are read.
 *
 * @throws UserError for an edit that cannot be made
 */
export function applyEdits(
  patient: CodeSequence<string>,
  edits: readonly Edit[],
  rules: SequenceRules,
): EditedPatient {
  let traced: CodeSequence<Traced> = {
    ...patient,
    codes: patient.codes.map((name, origin) => ({ name, origin })),
  };
  edits.forEach((edit, i) => (traced = apply(traced, edit, i + 1)));
  if (traced.codes.length > rules.maxLength) {
    if (rules.longPatients === 'drop') {
      throw new UserError(`The run leaves out patients with more than ${rules.maxLength} codes.`, {
        advice: 'Add fewer codes, or remove others.',
      });
    }
    traced = keepLastCodes(traced, rules.maxLength);
  }
  return {
    ...traced,
    codes: traced.codes.map(({ name }) => name),
    origins: traced.codes.map(({ origin }) => origin),
  };
}

function apply(patient: CodeSequence<Traced>, edit: Edit, number: number): CodeSequence<Traced> {
  if (edit.kind === 'add') {
    checkPlace(patient, edit, codesOf(patient, edit.visit).length, number);
    checkOnce(codesOf(patient, edit.visit), edit.code, number);
    return addCode(patient, { name: edit.code, origin: -1 }, edit.visit, edit.place);
  }
  const code = patient.codes[edit.at];
  if (code === undefined) {
    throw wrongEdit(
      number,
      `no code stands at ${edit.at}; the last one stands at ${patient.codes.length - 1}`,
    );
  }
  if (edit.kind === 'mask') return replaceCode(patient, edit.at, { ...code, name: maskName });
  if (edit.kind === 'remove') {
    if (patient.codes.length === 1) throw wrongEdit(number, 'the last code of a patient cannot be removed');
    return removeCodes(patient, new Set([edit.at]));
  }
  const others = codesOf(patient, edit.visit).filter((other) => other !== code);
  checkPlace(patient, edit, others.length, number);
  checkOnce(others, code.name, number);
  return moveCode(patient, edit.at, edit.visit, edit.place);
}

function codesOf(patient: CodeSequence<Traced>, visit: number): Traced[] {
  return patient.codes.filter((_, t) => patient.visits[t] === visit);
}

function checkPlace(
  { visits }: CodeSequence<Traced>,
  { visit, place }: { readonly visit: number; readonly place: number },
  codes: number,
  number: number,
): void {
  const next = visits.at(-1)! + 1;
  if (visit > next) throw wrongEdit(number, `there is no visit ${visit}; a new one would be ${next}`);
  if (place > codes + 1)
    throw wrongEdit(number, `visit ${visit} has no place ${place}, only 1 to ${codes + 1}`);
}

/** The importer keeps each code once in a visit. A hidden code may be any, so it stands in nobody's way. */
function checkOnce(visit: readonly Traced[], name: string, number: number): void {
  if (name !== maskName && visit.some((other) => other.name === name)) {
    throw wrongEdit(number, 'the visit has this code already');
  }
}

function wrongEdit(number: number, why: string): UserError {
  return new UserError(`Edit ${number} cannot be made: ${why}.`, {
    advice: 'Each edit refers to the patient as the edits before it left it.',
  });
}
