import { type CodeSystem, withDot } from '../protocol/code-name';

/** What is odd about a code. `blank` and `unknown-system` are unusable, the others are kept. */
export const codeProblems = ['blank', 'unknown-system', 'unusual-shape', 'lost-leading-zero'] as const;
export type CodeProblem = (typeof codeProblems)[number];

export interface ReadCode {
  /** `ICD9_428.0`; null when the code cannot be used. */
  readonly code: string | null;
  readonly system: CodeSystem | null;
  readonly problem: CodeProblem | null;
  /** Whether white space stood inside the code, which was taken out. */
  readonly spaced: boolean;
}

/** `normalise` puts the dot where the classification has it; `keep` leaves the code as it is written. */
export type DotRule = 'normalise' | 'keep';

const icd9Shape = /^(?:\d{3}(?:\.\d{1,2})?|V\d{2}(?:\.\d{1,2})?|E\d{3}(?:\.\d)?)$/;
const icd10Shape = /^[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$/;
/** An ICD-9 category has three digits, so fewer before the dot means that zeros were cut off. */
const cutIcd9 = /^\d{1,2}(?:\.\d{1,2})?$/;

/**
 * Reads a diagnosis code of the form `SYSTEM_code`. Codes stay strings: `ICD9_00845` is `008.45`, and a
 * zero that a spreadsheet cut off is reported, never put back, because `845` has two readings. White space of any
 * kind is taken out, as it is no part of any code.
 */
export function readCode(raw: string, dots: DotRule): ReadCode {
  const compact = raw.replaceAll(/\s+/g, '');
  const [, prefix, body] = /^(?:(ICD9|ICD10)_)?(.*)$/is.exec(compact)!;
  if (body === '') return { code: null, system: null, problem: 'blank', spaced: false };
  if (prefix === undefined) return { code: null, system: null, problem: 'unknown-system', spaced: false };
  const system = prefix.toUpperCase() as CodeSystem;
  const dotted = withDot(body!.toUpperCase(), system);
  const code = dots === 'keep' ? compact : `${system}_${dotted}`;
  return { code, system, problem: oddity(dotted, system), spaced: compact !== raw.trim() };
}

function oddity(dotted: string, system: CodeSystem): CodeProblem | null {
  if (system === 'ICD10') return icd10Shape.test(dotted) ? null : 'unusual-shape';
  if (cutIcd9.test(dotted)) return 'lost-leading-zero';
  return icd9Shape.test(dotted) ? null : 'unusual-shape';
}
