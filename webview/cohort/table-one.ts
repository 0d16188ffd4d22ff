import { html, nothing, type TemplateResult } from 'lit';
import type {
  CohortGroup,
  CohortReport,
  CohortScope,
  GroupDifferences,
  GroupFigures,
} from '../../src/protocol/panels/cohort';
import { count, countText, fixed, none } from '../format';
import { markerSwatch } from '../swatch';
import { shareText, spreadText } from './words';

interface Figure {
  readonly title: string;
  readonly show: (line: GroupFigures, report: CohortReport) => string;
  readonly difference?: keyof GroupDifferences;
}

/** Series of the groups: controls are the first (squares), cases the second (circles), everywhere on the page. */
export const groupSeries: Readonly<Record<Exclude<CohortGroup, 'all'>, number>> = { cases: 1, controls: 0 };
const groupNames: Readonly<Record<CohortGroup, string>> = {
  all: 'All',
  cases: 'Cases',
  controls: 'Controls',
};
const years = '\u00a0y';
/** From here on two groups are taken to differ. */
const notable = 0.1;

function figuresOf(isCohort: boolean): readonly Figure[] {
  return [
    { title: 'Patients', show: ({ patients }) => count(patients) },
    {
      title: 'Visits per patient',
      show: (line) => spreadText(line.visitsPerPatient),
      difference: 'visitsPerPatient',
    },
    {
      title: 'Codes per patient',
      show: (line) => spreadText(line.codesPerPatient),
      difference: 'codesPerPatient',
    },
    {
      title: isCohort ? 'Age at index' : 'Age at last visit',
      show: (line) => spreadText(line.age),
      difference: 'age',
    },
    { title: 'Female', show: (line) => shareText(line.female), difference: 'female' },
    { title: 'Sex unknown', show: ({ sexUnknown }, report) => countText(sexUnknown, report) },
    {
      title: 'Any stay > 7 days',
      show: (line) => shareText(line.prolongedStay),
      difference: 'prolongedStay',
    },
    { title: 'ICD-10 share', show: (line) => shareText(line.icd10), difference: 'icd10' },
    {
      title: isCohort ? 'History to index' : 'Follow-up',
      show: (line) => `${fixed(line.followUp.mean, 1)}${years}`,
      difference: 'followUp',
    },
  ];
}

/** Table 1 across: all, cases, controls, and how far the groups lie apart. */
export function tableOne(scope: CohortScope, isCohort: boolean, report: CohortReport): TemplateResult {
  const figures = figuresOf(isCohort);
  const { differences } = scope;
  return html`<div class="scroll table-one" tabindex="0" role="region" aria-label="Table 1">
    <table>
      <caption class="spoken-only">
        Table 1: the patients and their records, by group
      </caption>
      <thead>
        <tr>
          <td></td>
          ${figures.map(({ title }) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${scope.groups.map(
          (line) =>
            html`<tr>
              <th scope="row">${groupMark(line.group)}${groupNames[line.group]}</th>
              ${figures.map(({ show }) => cell(show(line, report)))}
            </tr>`,
        )}
        ${
          differences === null
            ? nothing
            : html`<tr class="differences">
                <th scope="row" title="Standardised: in standard deviations">Std. difference</th>
                ${figures.map(({ difference }) => differenceCell(difference, differences))}
              </tr>`
        }
      </tbody>
    </table>
  </div>`;
}

function groupMark(group: CohortGroup): TemplateResult | typeof nothing {
  return group === 'all' ? nothing : markerSwatch(groupSeries[group]);
}

function cell(text: string): TemplateResult {
  const isFigure = text !== none && text !== 'withheld' && !text.startsWith('<');
  return html`<td class=${isFigure ? 'strong' : 'note'}>${text}</td>`;
}

function differenceCell(
  key: keyof GroupDifferences | undefined,
  differences: GroupDifferences,
): TemplateResult {
  if (key === undefined) return html`<td></td>`;
  const value = differences[key];
  return html`<td class=${value !== null && value >= notable ? '' : 'note'}>
    ${value === null ? none : fixed(value, 2)}
  </td>`;
}
