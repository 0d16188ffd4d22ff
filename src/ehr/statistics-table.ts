import type { Distribution } from './histogram';
import type { CohortStatistics } from './statistics';

type Key = Exclude<keyof CohortStatistics, 'minimumCellCount' | 'suppressed'>;

const lines: readonly (readonly [title: string, key: Key, show: (value: never) => string])[] = [
  ['Patients', 'patients', whole],
  ['Visits', 'visits', whole],
  ['Diagnosis rows', 'rows', whole],
  ['Distinct codes', 'distinctCodes', whole],
  ['Visits per patient', 'visitsPerPatient', spread],
  ['Codes per patient', 'codesPerPatient', spread],
  ['Codes per visit', 'codesPerVisit', spread],
  ['ICD-10, of all rows', 'icd10Share', percent],
  ['ICD-10, of distinct codes', 'icd10CodeShare', percent],
  ['Age at last visit, years', 'age', spread],
  ['Male', 'maleShare', percent],
  ['Any stay longer than 7 days', 'prolongedStayShare', percent],
  ['First year', 'firstYear', String],
  ['Last year', 'lastYear', String],
];

/** The statistics as a plain text table of two columns, one figure a line. Small counts show as `<10`, figures that
 * would give them away as withheld. */
export function renderStatistics(statistics: CohortStatistics): string {
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines
    .map(([title, key, show]) => `${title.padEnd(width)}  ${valueText(statistics, key, show)}\n`)
    .join('');
}

function valueText(statistics: CohortStatistics, key: Key, show: (value: never) => string): string {
  const value = statistics[key];
  if (value !== null) return show(value as never);
  if (!statistics.suppressed.includes(key)) return 'not recorded';
  const small = `<${statistics.minimumCellCount}`;
  return show === whole ? small : `withheld (${small})`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function spread({ mean, median, sd }: Distribution): string {
  return `mean ${mean.toFixed(1)}, median ${median.toFixed(1)}${sd === null ? '' : `, SD ${sd.toFixed(1)}`}`;
}
