/**
 * What a model reads of one patient, T codes by visit, then rank. `C` is how a code is told: its vocabulary id
 * where the model reads it, its name where a person does.
 */
export interface CodeSequence<C> {
  readonly codes: readonly C[];
  /** Number of the visit of each code, from 1, without gaps. */
  readonly visits: readonly number[];
  /** Rank of each code inside its visit, from 1. Only a first visit that was cut may begin later. */
  readonly ranks: readonly number[];
}

/** A visit in the making: its codes by rank. */
interface Visit<C> {
  readonly firstRank: number;
  readonly codes: C[];
}

/** Puts another code in the place of one; visit and rank stay. */
export function replaceCode<C>(patient: CodeSequence<C>, at: number, code: C): CodeSequence<C> {
  return { ...patient, codes: patient.codes.with(at, code) };
}

/**
 * Leaves codes out, as if they had never been recorded: codes behind them in the same visit move up a rank, and a
 * visit that is left without codes is none, so that later ones get its number. (The model knows no dates.)
 */
export function removeCodes<C>(patient: CodeSequence<C>, removed: ReadonlySet<number>): CodeSequence<C> {
  let at = 0;
  return joinVisits(
    visitsOf(patient).map(({ firstRank, codes }) => ({
      firstRank,
      codes: codes.filter(() => !removed.has(at++)),
    })),
  );
}

/**
 * Puts a code into a visit.
 *
 * @param visit its number; one more than there are makes a new last visit
 * @param place where among the codes of the visit, from 1; those from there on move down a rank
 */
export function addCode<C>(patient: CodeSequence<C>, code: C, visit: number, place: number): CodeSequence<C> {
  const visits = visitsOf(patient);
  visits[visit - 1] ??= { firstRank: 1, codes: [] };
  visits[visit - 1]!.codes.splice(place - 1, 0, code);
  return joinVisits(visits);
}

/**
 * Moves a code to another visit, or to another place in its own.
 *
 * @param visit number of the visit before the move; one more than there are makes a new last visit
 * @param place where among the other codes of that visit, from 1
 */
export function moveCode<C>(
  patient: CodeSequence<C>,
  at: number,
  visit: number,
  place: number,
): CodeSequence<C> {
  const visits = visitsOf(patient);
  const from = visits[patient.visits[at]! - 1]!;
  const [code] = from.codes.splice(at - patient.visits.indexOf(patient.visits[at]!), 1);
  visits[visit - 1] ??= { firstRank: 1, codes: [] };
  visits[visit - 1]!.codes.splice(place - 1, 0, code!);
  return joinVisits(visits);
}

/** Keeps the last codes as sequences are cut: visits are numbered anew, ranks stay. */
export function keepLastCodes<C>(
  { codes, visits, ranks }: CodeSequence<C>,
  maxLength: number,
): CodeSequence<C> {
  const from = Math.max(0, codes.length - maxLength);
  const before = (visits[from] ?? 1) - 1;
  return {
    codes: codes.slice(from),
    visits: visits.slice(from).map((visit) => visit - before),
    ranks: ranks.slice(from),
  };
}

/** Sums of a number per code over the codes of each visit, in the order of visits. */
export function visitSums({ visits }: CodeSequence<unknown>, values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(visits.at(-1) ?? 0);
  visits.forEach((visit, t) => (sums[visit - 1]! += values[t]!));
  return sums;
}

function visitsOf<C>({ codes, visits, ranks }: CodeSequence<C>): Visit<C>[] {
  const result: Visit<C>[] = [];
  codes.forEach((code, t) => {
    const visit = (result[visits[t]! - 1] ??= { firstRank: ranks[t]!, codes: [] });
    visit.codes.push(code);
  });
  return result;
}

function joinVisits<C>(given: readonly Visit<C>[]): CodeSequence<C> {
  const kept = given.filter(({ codes }) => codes.length > 0);
  return {
    codes: kept.flatMap(({ codes }) => codes),
    visits: kept.flatMap(({ codes }, v) => codes.map(() => v + 1)),
    ranks: kept.flatMap(({ firstRank, codes }) => codes.map((_, i) => firstRank + i)),
  };
}
