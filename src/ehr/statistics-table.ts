import type { Distribution } from './histogram';
import type { CohortStatistics } from './statistics';

type Key = Exclude<keyof CohortStatistics, 'minimumCellCount' | 'suppressed'>;

interface Line {
  readonly title: string;
  readonly key: Key;
  readonly show: (value: never) => string;
  /** Figure that tells how many patients the line is about, where these are not all. */
  readonly known?: 'ageKnown' | 'sexKnown';
}

const lines: readonly Line[] = [
  { title: 'Patients', key: 'patients', show: whole },
  { title: 'Visits', key: 'visits', show: whole },
  { title: 'Diagnosis rows', key: 'rows', show: whole },
  { title: 'Distinct codes', key: 'distinctCodes', show: whole },
  { title: 'Visits per patient', key: 'visitsPerPatient', show: spread },
  { title: 'Codes per patient', key: 'codesPerPatient', show: spread },
  { title: 'Codes per visit', key: 'codesPerVisit', show: spread },
  { title: 'ICD-10, of all rows', key: 'icd10Share', show: percent },
  { title: 'ICD-10, of distinct codes', key: 'icd10CodeShare', show: percent },
  { title: 'Age at last visit, years', key: 'age', show: spread, known: 'ageKnown' },
  { title: 'Male', key: 'maleShare', show: percent, known: 'sexKnown' },
  { title: 'Any stay longer than 7 days', key: 'prolongedStayShare', show: percent },
  { title: 'First year', key: 'firstYear', show: String },
  { title: 'Last year', key: 'lastYear', show: String },
];

/**
 * The statistics as a plain text table of two columns, one figure a line. Small counts show as `<10`, figures that
 * would give them away as withheld; a footnote tells why where there are any.
 */
export function renderStatistics(statistics: CohortStatistics): string {
  const width = Math.max(...lines.map(({ title }) => title.length));
  const table = lines.map((line) => `${line.title.padEnd(width)}  ${lineText(statistics, line)}\n`).join('');
  if (statistics.suppressed.length === 0) return table;
  const small = smallText(statistics);
  return `${table}\n${small} and withheld: counts of fewer than ${statistics.minimumCellCount}, and figures that would give
such a count away, are not shown, so that nobody can be recognised.\n`;
}

function lineText(statistics: CohortStatistics, { key, show, known }: Line): string {
  const value = statistics[key];
  if (value !== null) {
    return (
      show(value as never) + (known === undefined ? '' : ` (recorded for ${knownText(statistics, known)})`)
    );
  }
  if (!statistics.suppressed.includes(key)) return 'not recorded';
  return show === whole ? smallText(statistics) : `withheld (${smallText(statistics)})`;
}

function knownText(statistics: CohortStatistics, known: 'ageKnown' | 'sexKnown'): string {
  const count = statistics[known];
  // A figure that is shown rests on enough patients, so it is the others who are few.
  return count === null ? `all but ${smallText(statistics)}` : whole(count);
}

function smallText({ minimumCellCount }: CohortStatistics): string {
  return `<${minimumCellCount}`;
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
