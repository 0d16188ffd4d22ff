import type {
  CohortReport,
  CohortScope,
  Count,
  Disclosed,
  HistogramFigure,
  Spread,
} from '../../protocol/panels/cohort';

/**
 * The figures of a report as one long table: `part` (dataset or cohort), `figure`, `of`, `value`. What may not be told
 * stands as `<10` or `withheld`, as on the page.
 */
export function cohortTsv(report: CohortReport): string {
  const small = (count: Count): string => (count === 'small' ? `<${report.minimumCellCount}` : String(count));
  const lines: string[][] = [['part', 'figure', 'of', 'value']];
  for (const { step, patients } of report.funnel)
    lines.push(['funnel', 'patients left', step, small(patients)]);
  for (const [part, scope] of [
    ['dataset', report.all],
    ['cohort', report.cohort],
  ] as const) {
    if (scope !== null) lines.push(...scopeLines(scope, small).map((line) => [part, ...line]));
  }
  for (const { message, rows } of report.problems) lines.push(['import', 'rows', message, small(rows)]);
  return lines.map((line) => `${line.map(cellText).join('\t')}\n`).join('');
}

function scopeLines(scope: CohortScope, small: (count: Count) => string): string[][] {
  const lines: string[][] = [];
  for (const group of scope.groups) {
    const add = (figure: string, value: string): void => void lines.push([figure, group.group, value]);
    const spread = (figure: string, value: Disclosed<Spread>): void => {
      add(`${figure}, mean`, value === null || value === 'withheld' ? told(value) : String(value.mean));
      add(`${figure}, SD`, value === null || value === 'withheld' ? told(value) : told(value.sd));
    };
    add('patients', String(group.patients));
    spread('visits per patient', group.visitsPerPatient);
    spread('codes per patient', group.codesPerPatient);
    spread('age, years', group.age);
    add('female share', told(group.female));
    add('sex unknown', small(group.sexUnknown));
    add('prolonged stay share', told(group.prolongedStay));
    add('ICD-10 share of rows', told(group.icd10));
    spread('follow-up, years', group.followUp);
  }
  const histograms: readonly (readonly [string, HistogramFigure])[] = [
    ['visits per patient', scope.visitsPerPatient],
    ['codes per visit', scope.codesPerVisit],
    ['sequence length', scope.sequenceLength],
    ['length of stay, days', scope.lengthOfStay],
    ['days between visits', scope.gaps],
  ];
  for (const [title, { bins }] of histograms) {
    for (const { from, to, count } of bins ?? []) lines.push([title, range(from, to), String(count)]);
  }
  for (const [title, years] of [
    ['ICD-9 rows', scope.years.icd9],
    ['ICD-10 rows', scope.years.icd10],
  ] as const) {
    for (const { from, to, count } of years ?? []) lines.push([title, range(from, to), String(count)]);
  }
  for (const { size, share } of scope.codes.coverage) {
    lines.push(['rows covered by the most frequent codes', String(size), String(share)]);
  }
  for (const { code, patients, cases, controls } of scope.codes.top) {
    lines.push(['patients with code', code, String(patients)]);
    if (cases !== null) lines.push(['share of cases with code', code, String(cases)]);
    if (controls !== null) lines.push(['share of controls with code', code, String(controls)]);
  }
  return lines;
}

function told(value: Disclosed<number>): string {
  return value === null ? '' : String(value);
}

function range(from: number, to: number | null): string {
  if (to === null) return `${from}+`;
  return from === to ? String(from) : `${from}-${to}`;
}

/** A cell cannot hold what separates cells; nor may a spreadsheet take it for a formula. */
function cellText(text: string): string {
  const plain = text.replaceAll(/[\t\r\n]+/g, ' ');
  return /^[=+@]/.test(plain) ? `'${plain}` : plain;
}
