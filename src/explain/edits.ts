import type { Edit } from '../protocol/case-file';
import { UserError } from '../protocol/errors';
import type { EditTrace } from '../protocol/explanation';
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
  /** What each edit did. */
  readonly trace: readonly EditTrace[];
}

export interface SequenceRules {
  readonly maxLength: number;
  readonly longPatients: 'keep-last' | 'drop';
}

interface Traced {
  readonly name: string;
  readonly origin: number;
}

/** A patient after one edit. */
interface Edited {
  readonly patient: CodeSequence<Traced>;
  readonly trace: EditTrace;
}

/**
 * Applies edits one after another, each to what the model reads after the ones before it, by the rules that sequences
 * are made with: ranks and visits stay without gaps, a code stands once in a visit, the last `maxLength` codes are
 * read. (What a cut let go before the edits does not come back when codes are removed.)
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
  const trace = edits.map((edit, i) => {
    const edited = apply(traced, edit, i + 1);
    traced = asRead(edited.patient, rules);
    return edited.trace;
  });
  return {
    ...traced,
    codes: traced.codes.map(({ name }) => name),
    origins: traced.codes.map(({ origin }) => origin),
    trace,
  };
}

function asRead(
  patient: CodeSequence<Traced>,
  { maxLength, longPatients }: SequenceRules,
): CodeSequence<Traced> {
  if (patient.codes.length <= maxLength) return patient;
  if (longPatients === 'drop') {
    throw new UserError(`The run leaves out patients with more than ${maxLength} codes.`, {
      advice: 'Add fewer codes, or remove others first.',
    });
  }
  return keepLastCodes(patient, maxLength);
}

/** How each kind of edit is made; `number` counts edits from 1. */
const made: {
  readonly [K in Edit['kind']]: (patient: CodeSequence<Traced>, edit: EditOf<K>, number: number) => Edited;
} = {
  mask(patient, { kind, at }, number) {
    const { code, visit } = codeAt(patient, at, number);
    return {
      patient: replaceCode(patient, at, { ...code, name: maskName }),
      trace: { kind, code: code.name, origin: code.origin, from: visit, to: visit },
    };
  },
  remove(patient, { kind, at }, number) {
    const { code, visit } = codeAt(patient, at, number);
    if (patient.codes.length === 1) throw wrongEdit(number, 'the last code of a patient cannot be removed');
    return {
      patient: removeCodes(patient, new Set([at])),
      trace: { kind, code: code.name, origin: code.origin, from: visit, to: null },
    };
  },
  add(patient, { kind, code, visit, place }, number) {
    const present = codesOf(patient, visit);
    checkPlace(patient, { visit, place }, present.length, number);
    checkOnce(present, code, number);
    return {
      patient: addCode(patient, { name: code, origin: -1 }, visit, place),
      trace: { kind, code, origin: -1, from: null, to: visit },
    };
  },
  move(patient, { kind, at, visit, place }, number) {
    const { code, visit: from } = codeAt(patient, at, number);
    const others = codesOf(patient, visit).filter((other) => other !== code);
    checkPlace(patient, { visit, place }, others.length, number);
    checkOnce(others, code.name, number);
    return {
      patient: moveCode(patient, at, visit, place),
      trace: { kind, code: code.name, origin: code.origin, from, to: visit },
    };
  },
};
type EditOf<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

function apply<K extends Edit['kind']>(
  patient: CodeSequence<Traced>,
  edit: EditOf<K>,
  number: number,
): Edited {
  return made[edit.kind as K](patient, edit, number);
}

function codeAt(
  { codes, visits }: CodeSequence<Traced>,
  at: number,
  number: number,
): { readonly code: Traced; readonly visit: number } {
  const code = codes[at];
  if (code !== undefined) return { code, visit: visits[at]! };
  throw wrongEdit(number, `no code stands at ${at}; the last one stands at ${codes.length - 1}`);
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
