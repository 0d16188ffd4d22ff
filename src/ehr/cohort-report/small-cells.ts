import type { Count } from '../../protocol/panels/cohort';

/**
 * What may be told of numbers of patients. A number is small from 1 to `minimum` − 1. Telling a number tells every
 * difference to other numbers of patients around or within it too, so none of these may be small either.
 */
export class SmallCells {
  constructor(readonly minimum: number) {}

  isSmall(count: number): boolean {
    return count > 0 && count < this.minimum;
  }

  /** Whether a part of a known whole may be told: neither it nor the rest is small. */
  mayTell(part: number, whole: number): boolean {
    return !this.isSmall(part) && !this.isSmall(whole - part);
  }

  /** A number that stands alone. */
  count(value: number): number | 'small' {
    return this.isSmall(value) ? 'small' : value;
  }

  /**
   * Numbers that sink from step to step, each within the one before: a number is told when it differs from the next
   * told one below by nothing, or by enough. The last is told before all others.
   */
  chain(counts: readonly number[]): Count[] {
    let below: number | undefined;
    const told: Count[] = [];
    for (const count of [...counts].reverse()) {
      if (this.isSmall(count)) told.unshift('small');
      else if (below !== undefined && this.isSmall(count - below)) told.unshift('withheld');
      else {
        told.unshift(count);
        below = count;
      }
    }
    return told;
  }
}

/** A cell of a table with one axis. */
export interface Cell {
  readonly from: number;
  readonly to: number | null;
  /** What is shown, by group. */
  readonly counts: readonly number[];
  /** Who stands behind each number that a reader could know or compute. */
  readonly people: readonly People[];
}

/** Patients in a cell that a patient may share with other cells: their number is not the sum over cells. */
export interface People {
  /** So many are in some part of it. */
  readonly most: number;
  /** So many are in it and in no later cell; these are different people in every cell. */
  readonly last: number;
}

/** At least so many patients are in the cell. */
export function patientsAtLeast({ most, last }: People): number {
  return Math.max(most, last);
}

/**
 * Joins neighbouring cells until nobody stands behind a number, or enough patients do. Whoever knows all the sums
 * then knows of no small cell, as nothing is hidden inside a row of sums.
 *
 * @returns null when all of them together are too few.
 */
export function joinSmallCells(cells: readonly Cell[], rule: SmallCells): Cell[] | null {
  const isOpen = (cell: Cell): boolean => cell.people.some((people) => rule.isSmall(patientsAtLeast(people)));
  const closed: Cell[] = [];
  let open: Cell | undefined;
  for (const cell of cells) {
    open = open === undefined ? cell : join(open, cell);
    if (isOpen(open)) continue;
    closed.push(open);
    open = undefined;
  }
  while (open !== undefined && isOpen(open) && closed.length > 0) open = join(closed.pop()!, open);
  if (open === undefined) return closed;
  return isOpen(open) ? null : [...closed, open];
}

function join(one: Cell, next: Cell): Cell {
  return {
    from: one.from,
    to: next.to,
    counts: one.counts.map((count, i) => count + next.counts[i]!),
    people: one.people.map(({ most, last }, i) => ({
      most: Math.max(most, next.people[i]!.most),
      last: last + next.people[i]!.last,
    })),
  };
}
