import { codeName, isCodeSystem } from '../../protocol/code-name';

/** A diagnosis code as somebody wrote it: with or without its system, with any manner of dots. */
export interface WrittenCode {
  /** `ICD9`, `ICD10` …; null where the line does not tell. */
  readonly system: string | null;
  /** In capitals, without white space. */
  readonly body: string;
}

/** A system in front of a code, as datasets write it: `ICD9_428.0`. */
const prefixed = /^([a-z][a-z0-9]*)_(.+)$/i;
/** Codes of the MEDS form: `DIAGNOSIS//ICD//9//4280`, `ICD10CM//I509`. */
const slashed = /^(?:.*\/\/)?(ICD(?:\/\/)?-?\d+)[a-z-]*\/\/([^/]+)$/i;

/**
 * Reads a code as it stands in a record.
 * @param system what the record says of it elsewhere, in a column of its own or by its format
 * @returns null for what is blank
 */
export function readWritten(text: string, system: string | null): WrittenCode | null {
  const compact = text.replaceAll(/\s+/g, '');
  const [, ownSystem, ownBody] = prefixed.exec(compact) ?? slashed.exec(compact) ?? [];
  const body = (ownBody ?? compact).toUpperCase();
  if (body === '') return null;
  return { system: ownSystem === undefined ? system : systemName(ownSystem), body };
}

/** Whether a code of the MEDS form is a diagnosis; measurements, drugs and the rest have the same form. */
export function isDiagnosis(text: string): boolean {
  return slashed.test(text);
}

/**
 * The name by which datasets call a system: `9`, `ICD-9-CM` or `http://hl7.org/fhir/sid/icd-9-cm` are `ICD9`. Null for
 * nothing, and for words that name no system.
 */
export function systemName(text: string): string | null {
  const [, version] = /(?:^|icd[^a-z0-9]*)(9|10)(?:[^0-9]|$)/i.exec(text.trim()) ?? [];
  if (version !== undefined) return `ICD${version}`;
  if (/snomed/i.test(text)) return 'SNOMED';
  return /^[a-z][a-z0-9]*$/i.test(text.trim()) ? text.trim().toUpperCase() : null;
}

/**
 * The spelling of a code in a dataset with normalised dots, such as `ICD9_428.0`: every spelling of one code has the
 * same. Codes are strings; a leading zero that was lost stays lost, because nobody can tell which code it was.
 */
export function normalised(system: string, body: string): string {
  return isCodeSystem(system) ? codeName(system, body) : `${system}_${body}`;
}

/** A code of a dataset (`ICD9_4280`, `ICD9_428.0`) in normalised spelling. */
export function normalisedName(code: string): string {
  const { system, body } = partsOf(code);
  return system === null ? body : normalised(system, body);
}

/** The two parts of a dataset's code. */
export function partsOf(code: string): WrittenCode {
  const [, system, body] = prefixed.exec(code) ?? [];
  return { system: system?.toUpperCase() ?? null, body: (body ?? code).toUpperCase() };
}
