import type { CohortReport, CohortScope, Disclosed, Spread } from '../../src/protocol/panels/cohort';
import { count, fixed, none, share } from '../format';

/** What the pictures show: the dataset, the cohort, or cases beside controls. */
export type Scope = 'all' | 'cohort' | 'split';

/** The scopes that a report has figures for. */
export function scopesOf({ all, cohort }: CohortReport): Scope[] {
  const told: Scope[] = all === null ? [] : ['all'];
  if (cohort === null) return told;
  return cohort.groups.length > 1 ? [...told, 'cohort', 'split'] : [...told, 'cohort'];
}

/** The wanted scope if the report has it; else the cohort, else the dataset; undefined when there is none. */
export function shownScope(
  report: CohortReport,
  wanted: Scope,
): { readonly name: Scope; readonly figures: CohortScope } | undefined {
  const told = scopesOf(report);
  const name = [wanted, 'cohort' as const, 'all' as const].find((scope) => told.includes(scope));
  if (name === undefined) return undefined;
  return { name, figures: (name === 'all' ? report.all : report.cohort)! };
}

/** A share, `withheld`, or `–` where the records say nothing. */
export function shareText(value: Disclosed<number>): string {
  return value === null ? none : value === 'withheld' ? value : share(value);
}

/** Mean and standard deviation: `17.2 ± 14.1`. */
export function spreadText(value: Disclosed<Spread>, unit = ''): string {
  if (value === null) return none;
  if (value === 'withheld') return value;
  const sd = value.sd === null ? '' : ` ± ${fixed(value.sd, 1)}`;
  return `${fixed(value.mean, 1)}${sd}${unit}`;
}

/** `5–8`, `37+`, `3`. */
export function rangeText({ from, to }: { readonly from: number; readonly to: number | null }): string {
  if (to === null) return `${from}+`;
  return from === to ? String(from) : `${from}–${to}`;
}

/** A median as people write it: whole, or with its half. */
export function medianText(value: number | null): string {
  return value === null ? none : Number.isInteger(value) ? count(value) : fixed(value, 1);
}
