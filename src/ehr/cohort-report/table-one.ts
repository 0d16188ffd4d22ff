import type {
  CohortGroup,
  Count,
  Disclosed,
  GroupDifferences,
  GroupFigures,
  Spread,
} from '../../protocol/panels/cohort';
import type { GroupTally } from './group-tally';
import type { SmallCells } from './small-cells';
import type { Moments } from './tallies';

/** The patients of a scope, by group. */
export interface Tallies {
  readonly all: GroupTally;
  /** Cases and controls, where both have enough patients. */
  readonly groups: readonly [cases: GroupTally, controls: GroupTally] | null;
  /**
   * The dataset that these patients are part of, when its figures are told too: the difference of the two is the
   * rest of the patients, or the time after the index date, and may not be small either.
   */
  readonly within: GroupTally | null;
}

/** Table 1: all patients, then cases and controls. */
export function tableOne(tallies: Tallies, rule: SmallCells): GroupFigures[] {
  const told = tellable(tallies, rule);
  const rows: [CohortGroup, GroupTally][] = [['all', tallies.all]];
  if (tallies.groups !== null) rows.push(['cases', tallies.groups[0]], ['controls', tallies.groups[1]]);
  return rows.map(([group, tally]) => figures(group, tally, told[group === 'all' ? 'all' : 'groups'], rule));
}

/** Which counts may be told of a line of the table. */
interface Tellable {
  readonly female: boolean;
  readonly sexUnknown: boolean;
  readonly prolonged: boolean;
  readonly birth: boolean;
  readonly icd10: boolean;
}

/**
 * A figure is told of both groups or of neither: of one, it would give the other away. And it is told of the groups
 * only where it is told of all, since the two add up to it.
 */
function tellable({ all, groups, within }: Tallies, rule: SmallCells): Record<'all' | 'groups', Tellable> {
  // What a reader gets who takes the cohort from its dataset.
  const rest = within === null ? [] : [restOf(within, all)];
  const every = (parts: readonly GroupTally[], isTold: (part: Sexes) => boolean): boolean =>
    [...parts.map(sexes), ...rest].every(isTold);
  const of = (parts: readonly GroupTally[], above: Tellable | undefined): Tellable => {
    const sexUnknown =
      (above?.sexUnknown ?? true) && every(parts, ({ unknown, total }) => rule.mayTell(unknown, total));
    const isMenTold = every(parts, ({ men }) => !rule.isSmall(men));
    return {
      sexUnknown,
      // The men are the rest: with women and unknown told, they are told too.
      female:
        (above?.female ?? true) &&
        every(parts, ({ women, total }) => rule.mayTell(women, total)) &&
        (isMenTold || !sexUnknown),
      prolonged:
        (above?.prolonged ?? true) &&
        parts.every((part) => rule.mayTell(part.prolonged, part.patients)) &&
        (within === null || rule.mayTell(within.prolonged - all.prolonged, within.patients - all.patients)),
      birth:
        (above?.birth ?? true) &&
        parts.every((part) => !rule.isSmall(part.age.count)) &&
        (within === null || !rule.isSmall(within.age.count - all.age.count)),
      icd10: (above?.icd10 ?? true) && mayTellSystems(parts, all, within, rule),
    };
  };
  const line = of([all], undefined);
  return { all: line, groups: groups === null ? line : of(groups, line) };
}

/** A share of rows is told when enough patients, or none, have rows of either system. */
function mayTellSystems(
  parts: readonly GroupTally[],
  all: GroupTally,
  within: GroupTally | null,
  rule: SmallCells,
): boolean {
  return ([0, 1] as const).every((system) => {
    const patients = (tally: GroupTally): number => tally.years[system].owners;
    return (
      parts.every((part) => !rule.isSmall(patients(part))) &&
      (within === null || !rule.isSmall(patients(within) - patients(all)))
    );
  });
}

interface Sexes {
  readonly women: number;
  readonly men: number;
  readonly unknown: number;
  readonly total: number;
}

function sexes({ women, men, patients }: GroupTally): Sexes {
  return { women, men, unknown: patients - women - men, total: patients };
}

function restOf(whole: GroupTally, part: GroupTally): Sexes {
  const [of, from] = [sexes(whole), sexes(part)];
  return {
    women: of.women - from.women,
    men: of.men - from.men,
    unknown: of.unknown - from.unknown,
    total: of.total - from.total,
  };
}

function figures(group: CohortGroup, tally: GroupTally, told: Tellable, rule: SmallCells): GroupFigures {
  const { patients } = tally;
  const unknown = patients - tally.women - tally.men;
  return {
    group,
    patients,
    visitsPerPatient: rounded(tally.visitsMoments)!,
    codesPerPatient: rounded(tally.codesMoments)!,
    age: told.birth ? rounded(tally.age) : 'withheld',
    female: unknown === patients && told.sexUnknown ? null : disclosed(tally.women / patients, told.female),
    sexUnknown: told.sexUnknown ? unknown : hidden(unknown, group, rule),
    prolongedStay: disclosed(tally.prolonged / patients, told.prolonged),
    icd10: tally.rows === 0 ? null : disclosed(round(tally.icd10Rows / tally.rows, 4), told.icd10),
    followUp: rounded(tally.followUp)!,
  };
}

/** Of a pair whose sum is told, nobody may learn which of the two is small. */
function hidden(count: number, group: CohortGroup, rule: SmallCells): Count {
  return group === 'all' && rule.isSmall(count) ? 'small' : 'withheld';
}

function disclosed(value: number, isTold: boolean): Disclosed<number> {
  return isTold ? value : 'withheld';
}

/** Two decimals: from all of them one could compute how many patients a mean is of. */
function rounded(moments: Moments): Spread | null {
  const spread = moments.spread();
  if (spread === null) return null;
  return { mean: round(spread.mean, 2), sd: spread.sd === null ? null : round(spread.sd, 2) };
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** Absolute standardised differences: of the means in pooled SDs, and of shares p by √(p(1 − p)). */
export function standardisedDifferences(rows: readonly GroupFigures[]): GroupDifferences | null {
  const [, cases, controls] = rows;
  if (cases === undefined || controls === undefined) return null;
  const means = (key: 'visitsPerPatient' | 'codesPerPatient' | 'age' | 'followUp'): number | null => {
    const [a, b] = [cases[key], controls[key]];
    if (a === null || b === null || a === 'withheld' || b === 'withheld') return null;
    return a.sd === null || b.sd === null ? null : standardised(a.mean - b.mean, a.sd ** 2, b.sd ** 2);
  };
  const shares = (key: 'female' | 'prolongedStay' | 'icd10'): number | null => {
    const [a, b] = [cases[key], controls[key]];
    if (typeof a !== 'number' || typeof b !== 'number') return null;
    return standardised(a - b, a * (1 - a), b * (1 - b));
  };
  return {
    visitsPerPatient: means('visitsPerPatient'),
    codesPerPatient: means('codesPerPatient'),
    age: means('age'),
    female: shares('female'),
    prolongedStay: shares('prolongedStay'),
    icd10: shares('icd10'),
    followUp: means('followUp'),
  };
}

function standardised(difference: number, variance: number, other: number): number | null {
  const spread = Math.sqrt((variance + other) / 2);
  if (spread === 0) return difference === 0 ? 0 : null;
  return round(Math.abs(difference) / spread, 3);
}
