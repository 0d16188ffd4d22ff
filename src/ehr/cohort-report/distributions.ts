import type { Beyond, Bin, HistogramFigure, SplitBin, YearsFigure } from '../../protocol/panels/cohort';
import { yearOf, type GroupTally } from './group-tally';
import { joinSmallCells, patientsAtLeast, type Cell, type SmallCells } from './small-cells';
import type { ValueCounts } from './tallies';

/** The values of one quantity, over all patients of a scope and over parts of it. */
export interface Values {
  readonly all: ValueCounts;
  /** Cases and controls, in this order, where they may be told apart. */
  readonly groups: readonly [ValueCounts, ValueCounts] | null;
  /** Patients outside the cohort: what a reader gets who takes the cohort from the dataset. */
  readonly outside: ValueCounts | null;
}

export interface Shape {
  /** Smallest value of a bin, rising; the last has no upper end. */
  readonly starts: readonly number[];
  /** Values above it lie beyond the decision line. */
  readonly limit?: number;
  /** Values of zero are another matter (visits without a night): the decision is about the others. */
  readonly zeroApart?: boolean;
}

const mostBins = 30;

/** Bins of equal, round width up to what 98 % of the values do not exceed; with a limit among the values, up to it. */
export function evenBins(counts: ValueCounts, from: number, limit = Number.POSITIVE_INFINITY): Shape {
  const isReached = limit < counts.maximum;
  const end = Math.max(counts.quantile(0.98), isReached ? limit * 1.25 : 0);
  const least = (end - from + 1) / mostBins;
  const width = (isReached ? divisor(limit, least) : undefined) ?? roundWidth(least);
  const starts: number[] = [];
  for (let start = from; start <= end || starts.length < 2; start += width) starts.push(start);
  const decided = isReached ? [...new Set([...starts, limit + 1])].sort((a, b) => a - b) : starts;
  return { starts: decided, ...(Number.isFinite(limit) ? { limit } : {}) };
}

/** The smallest divisor from `least` to twice of it: bins of such a width meet the limit. */
function divisor(limit: number, least: number): number | undefined {
  for (let width = Math.max(1, Math.ceil(least)); width <= 2 * least; width++)
    if (limit % width === 0) return width;
  return undefined;
}

function roundWidth(least: number): number {
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) if (step * power >= least) return step * power;
  }
}

/** What may be shown of a distribution. */
export function disclosedHistogram(values: Values, shape: Shape, rule: SmallCells): HistogramFigure {
  const { all } = values;
  const { told, cuts } = tellableBins(values, shape, rule);
  return {
    total: all.total,
    median: told === null ? null : all.median(),
    bins: told?.map(({ from, to, counts }): Bin => ({ from, to, count: counts[0]! })) ?? null,
    split: told === null ? null : splitBins(values, told, rule),
    beyond: beyond(all, shape, cuts),
  };
}

/** Bins with enough patients each, cut where the decision lies if the parts can be told. */
function tellableBins(
  values: Values,
  shape: Shape,
  rule: SmallCells,
): { told: Cell[] | null; cuts: readonly number[] } {
  const cells = fineCells(values, shape.starts);
  const wanted = tellableCuts(values, shape, rule);
  for (const cuts of [wanted, wanted.slice(-1), []]) {
    const parts = segments(cells, cuts).map((part) => joinSmallCells(part, rule));
    if (parts.every((part) => part !== null)) return { told: parts.flat(), cuts };
  }
  return { told: null, cuts: [] };
}

/** Starts of bins at which the values may be cut in two: enough patients, or none, on either side. */
function tellableCuts(values: Values, { limit, zeroApart }: Shape, rule: SmallCells): number[] {
  const wanted = [...(zeroApart === true ? [1] : []), ...(limit === undefined ? [] : [limit + 1])];
  const isTold = (counts: ValueCounts, from: number, to: number): boolean =>
    !rule.isSmall(patientsAtLeast(counts.people(from, to)));
  return wanted.filter((cut) =>
    known(values).every(
      (counts) => isTold(counts, cut, Number.POSITIVE_INFINITY) && isTold(counts, 0, cut - 1),
    ),
  );
}

/** The values whose numbers a reader knows or could compute. */
function known({ all, outside }: Values): ValueCounts[] {
  return outside === null ? [all] : [all, outside];
}

function fineCells(values: Values, starts: readonly number[]): Cell[] {
  return starts.map((from, i) => {
    const next = starts[i + 1];
    const end = next === undefined ? Number.POSITIVE_INFINITY : next - 1;
    return {
      from,
      to: next === undefined ? null : end,
      counts: [values.all.between(from, end)],
      people: known(values).map((counts) => counts.people(from, end)),
    };
  });
}

/** Cells between the cuts. */
function segments(cells: readonly Cell[], cuts: readonly number[]): Cell[][] {
  const parts: Cell[][] = [[]];
  for (const cell of cells) {
    if (cuts.includes(cell.from) && parts.at(-1)!.length > 0) parts.push([]);
    parts.at(-1)!.push(cell);
  }
  return parts;
}

/** Joins told bins until cases and controls may both be told in each. */
function splitBins({ groups }: Values, told: readonly Cell[], rule: SmallCells): SplitBin[] | null {
  if (groups === null) return null;
  const cells = told.map(({ from, to }): Cell => {
    const end = to ?? Number.POSITIVE_INFINITY;
    return {
      from,
      to,
      counts: groups.map((counts) => counts.between(from, end)),
      people: groups.map((counts) => counts.people(from, end)),
    };
  });
  const joined = joinSmallCells(cells, rule);
  return (
    joined?.map(({ from, to, counts }) => ({ from, to, cases: counts[0]!, controls: counts[1]! })) ?? null
  );
}

function beyond(all: ValueCounts, { limit, zeroApart }: Shape, cuts: readonly number[]): Beyond | null {
  if (limit === undefined) return null;
  const of = zeroApart === true && cuts.includes(1) ? 'nonzero' : 'all';
  const least = of === 'nonzero' ? 1 : 0;
  const whole = all.between(least, Number.POSITIVE_INFINITY);
  const isTold = cuts.includes(limit + 1) && whole > 0;
  return {
    limit,
    share: isTold ? all.between(limit + 1, Number.POSITIVE_INFINITY) / whole : null,
    of,
    zero: of === 'nonzero' && all.total > 0 ? all.between(0, 0) / all.total : null,
    median: all.median(least),
  };
}

/**
 * Diagnosis rows by year; years that too few patients have are joined with their neighbours. Of the two systems both
 * are told or neither: the number of all rows is known, so that one gives the rows of the other away.
 */
export function disclosedYears(tally: GroupTally, outside: GroupTally | null, rule: SmallCells): YearsFigure {
  const [first, last] = yearRange(tally);
  const series = (system: 0 | 1): Bin[] | null => {
    const known = outside === null ? [tally] : [tally, outside];
    const cells: Cell[] = [];
    for (let year = first; year <= last; year++) {
      cells.push({
        from: yearOf(year),
        to: yearOf(year),
        counts: [tally.years[system].between(year, year)],
        people: known.map(({ years }) => years[system].people(year, year)),
      });
    }
    const joined = joinSmallCells(cells, rule);
    return joined?.map(({ from, to, counts }) => ({ from, to, count: counts[0]! })) ?? null;
  };
  const [icd9, icd10] = [series(0), series(1)];
  return icd9 === null || icd10 === null ? { icd9: null, icd10: null } : { icd9, icd10 };
}

function yearRange({ years }: GroupTally): [first: number, last: number] {
  const firsts = years
    .map(({ counts }) => counts.findIndex((count) => count > 0))
    .filter((year) => year >= 0);
  return [Math.min(...firsts), Math.max(...years.map(({ maximum }) => maximum))];
}
