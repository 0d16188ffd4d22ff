import type { RecordLine } from './record-line';
import type { ReadPatient } from './standing';
import { normalised } from './written-code';

/** A visit as rows of a text tell it, or as the model reads it: each code once, in the order of the import. */
export interface VisitRows {
  readonly names: readonly string[];
  /** Null where rows do not tell. */
  readonly admit: string | null;
  readonly discharge: string | null;
  /** Whether the order of the codes is known. */
  readonly isRanked: boolean;
}

/**
 * Puts all rows of a patient together into visits, as the import does, by the word that rows of a visit share.
 * @returns undefined where some row does not tell its visit, or the system of its code
 */
export function visitsOf(
  lines: readonly RecordLine[],
  read: ReadPatient,
): Map<string, VisitRows> | undefined {
  const groups = new Map<string, RecordLine[]>();
  for (const line of lines) {
    if (line.visit === undefined) return undefined;
    const group = groups.get(line.visit);
    if (group === undefined) groups.set(line.visit, [line]);
    else group.push(line);
  }
  const visits = new Map<string, VisitRows>();
  for (const [visit, group] of groups) {
    const taken = takenCodes(group, read);
    if (taken === undefined) return undefined;
    const isRanked = taken.every(({ rank }) => rank !== undefined);
    if (isRanked) taken.sort((one, two) => byRank(one.rank!, two.rank!));
    const names = [...new Set(taken.map(({ name }) => name))];
    const admit = days(group.map(({ stay }) => stay?.admit))[0] ?? null;
    const discharge = days(group.map(({ stay }) => stay?.discharge)).at(-1) ?? null;
    if (names.length > 0) visits.set(visit, { names, admit, discharge, isRanked });
  }
  return visits;
}

/** Those that are known, rising. */
function days(all: readonly (string | null | undefined)[]): string[] {
  return all.filter((day) => typeof day === 'string').sort();
}

type Taken = { readonly name: string; readonly rank: readonly string[] | undefined };

function takenCodes(lines: readonly RecordLine[], read: ReadPatient): Taken[] | undefined {
  const taken: Taken[] = [];
  for (const line of lines) {
    const standings = read.standings(line);
    for (const [index, { code, rank }] of line.codes.entries()) {
      if (code === null || standings[index]!.kind === 'left-out') continue;
      if (code.system === null) return undefined;
      taken.push({ name: normalised(code.system, code.body), rank });
    }
  }
  return taken;
}

/** The visits that the model reads. */
export function visitsRead({ glance, names }: ReadPatient): VisitRows[] {
  return glance.visits.map(({ visit, admit, discharge }) => {
    const own = names.filter((_name, at) => glance.codes[at]!.visit === visit);
    return { names: [...new Set(own)], admit, discharge, isRanked: true };
  });
}

/**
 * Whether rows are those of a visit that the model reads.
 * @param isCutShort the model reads only the last codes of the visit
 */
export function isSameVisit(rows: VisitRows, read: VisitRows, isCutShort: boolean): boolean {
  if (rows.discharge !== null && rows.discharge !== read.discharge) return false;
  if (rows.admit !== null && rows.admit !== read.admit) return false;
  const left = rows.names.length - read.names.length;
  if (left < 0 || (left > 0 && !isCutShort)) return false;
  if (rows.isRanked) return read.names.every((name, at) => rows.names[left + at] === name);
  return read.names.every((name) => rows.names.includes(name));
}

/** Numbers by value, then other text, as the import orders them. */
function byRank(one: readonly string[], two: readonly string[]): number {
  for (const [at, left] of one.entries()) {
    const right = two[at]!;
    const difference = valueOf(left) - valueOf(right);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function valueOf(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isNaN(value) ? Infinity : value;
}
