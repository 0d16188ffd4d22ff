import { html, type TemplateResult } from 'lit';
import type { CohortReport, CohortScope } from '../../src/protocol/panels/cohort';
import { count, countText, none, share } from '../format';
import { funnelTitle } from './funnel';
import { distributions } from './histograms';
import { rangeText } from './words';

/** Every picture of the page as a table of its own. */
export function allTables(report: CohortReport, scope: CohortScope, split: boolean): TemplateResult[] {
  return [
    table(
      funnelTitle(report),
      ['Step', 'Removed', 'Patients left', 'Cases'],
      report.funnel.map(({ step, removed, patients, cases }) => [
        step,
        removed === null ? none : countText(removed, report),
        countText(patients, report),
        cases === null ? none : count(cases),
      ]),
    ),
    ...distributions.map(({ key, title, unit }) => histogramTable(scope, key, title, unit, split)),
    table(
      'Code frequency',
      ['Rank', 'Patients'],
      scope.codes.frequency.map(({ rank, patients }) => [count(rank), count(patients)]),
    ),
    table(
      'Coverage by vocabulary size',
      ['Most frequent codes', 'Share of diagnosis rows'],
      scope.codes.coverage.map(({ size, share: part }) => [count(size), share(part)]),
    ),
    ...yearTables(scope),
  ];
}

function histogramTable(
  scope: CohortScope,
  key: (typeof distributions)[number]['key'],
  title: string,
  unit: string,
  split: boolean,
): TemplateResult {
  const { bins, split: groups } = scope[key];
  const heading = `${title} (${unit})`;
  if (split && groups !== null) {
    const rows = groups.map((bin) => [rangeText(bin), count(bin.cases), count(bin.controls)]);
    return table(heading, ['Value', 'Cases', 'Controls'], rows);
  }
  const of = key === 'visitsPerPatient' || key === 'sequenceLength' ? 'Patients' : 'Visits';
  return table(
    heading,
    ['Value', of],
    (bins ?? []).map((bin) => [rangeText(bin), count(bin.count)]),
  );
}

function yearTables({ years }: CohortScope): TemplateResult[] {
  return (['icd9', 'icd10'] as const).map((system) =>
    table(
      `${system === 'icd9' ? 'ICD-9' : 'ICD-10'} diagnoses by year`,
      ['Year', 'Diagnosis rows'],
      (years[system] ?? []).map((bin) => [rangeText(bin), count(bin.count)]),
    ),
  );
}

function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${title}>
    <table class="data">
      <caption>
        ${title}${rows.length === 0 ? ': withheld, too few patients' : ''}
      </caption>
      <thead>
        <tr>
          ${columns.map((column, i) => html`<th scope="col" class=${i === 0 ? 'left' : ''}>${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...more]) =>
            html`<tr>
              <th scope="row" class="left">${first}</th>
              ${more.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
