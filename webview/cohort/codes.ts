import { html, nothing, type TemplateResult } from 'lit';
import type { CodeFigure, CohortScope } from '../../src/protocol/panels/cohort';
import { count, none, share } from '../format';
import { sectionTitle } from '../frame';
import { markerSwatch } from '../swatch';
import { groupSeries } from './table-one';

/** What the person did with the list. */
export interface CodesChoice {
  readonly search: string;
  readonly all: boolean;
  readonly find: (search: string) => void;
  readonly showAll: (all: boolean) => void;
}

const fewCodes = 14;

/** The most frequent codes, each with the shares of cases and controls that have it. */
export function mostFrequentCodes(scope: CohortScope, choice: CodesChoice): TemplateResult {
  const { top, shown } = scope.codes;
  const patients = scope.groups[0]!.patients;
  const isSplit = scope.groups.length > 1;
  const found = top.filter((code) => matches(code, choice.search));
  const rows = choice.all ? found : found.slice(0, fewCodes);
  const scale = axisEnd(top, patients);
  return html`<section class="codes">
    ${sectionTitle('Most frequent codes', isSplit ? legend() : nothing)}
    <input
      type="search"
      placeholder=${`Search ${count(top.length)} codes`}
      aria-label="Search codes and descriptions"
      .value=${choice.search}
      @input=${(event: Event) => choice.find((event.target as HTMLInputElement).value)}
    />
    <div
      class=${choice.all ? 'scroll long' : 'scroll'}
      tabindex="0"
      role="region"
      aria-label="Most frequent codes"
    >
      <table>
        <caption class="spoken-only">
          Most frequent codes
        </caption>
        <thead>
          <tr>
            <th scope="col" class="left">Code</th>
            <th scope="col" class="left">Description</th>
            <th scope="col">Patients</th>
            <th scope="col" class="left dumbbell">
              0–${share(scale, 0)} of ${isSplit ? 'group' : 'patients'}
            </th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((code) => codeRow(code, patients, isSplit, scale))}
        </tbody>
      </table>
      ${rows.length === 0 ? html`<p class="note">No code of these is called so.</p>` : nothing}
    </div>
    <p class="below note">
      ${
        found.length > fewCodes
          ? html`<button class="link" @click=${() => choice.showAll(!choice.all)}>
              ${choice.all ? `First ${fewCodes}` : `All ${count(found.length)} codes`}
            </button>`
          : nothing
      }
      ${shown > top.length ? html`<span>of ${count(shown)} that are not too rare to be shown</span>` : nothing}
    </p>
  </section>`;
}

function legend(): TemplateResult {
  return html`<span class="legend">${markerSwatch(groupSeries.cases)} cases</span>
    <span class="legend">${markerSwatch(groupSeries.controls)} controls</span>`;
}

function matches({ code, description }: CodeFigure, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/);
  const text = `${code} ${description ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function axisEnd(top: readonly CodeFigure[], patients: number): number {
  const most = Math.max(
    0,
    ...top.flatMap((code) => [code.patients / patients, code.cases ?? 0, code.controls ?? 0]),
  );
  return Math.min(1, Math.ceil(most * 10) / 10 || 1);
}

function codeRow(code: CodeFigure, patients: number, isSplit: boolean, scale: number): TemplateResult {
  return html`<tr>
    <th scope="row" class="left code">${code.code}</th>
    <td class="left description" title=${code.description ?? nothing}>${code.description ?? none}</td>
    <td class="strong">${share(code.patients / patients)}</td>
    <td class="dumbbell">${isSplit ? dumbbell(code, scale) : bar(code.patients / patients / scale)}</td>
  </tr>`;
}

/** Both shares on one line; what may not be told leaves it empty. */
function dumbbell({ cases, controls }: CodeFigure, scale: number): TemplateResult {
  if (cases === null || controls === null) {
    return html`<span class="note" title="Too few patients of one group">withheld</span>`;
  }
  const place = (value: number): string => `${(100 * value) / scale}%`;
  const words = `${share(cases)} of cases, ${share(controls)} of controls`;
  return html`<svg width="100%" height="16" role="img" aria-label=${words}>
    <title>${words}</title>
    <line class="track" x1="0" x2="100%" y1="8" y2="8"></line>
    <line class="span" x1=${place(cases)} x2=${place(controls)} y1="8" y2="8"></line>
    <rect
      class="controls"
      x=${place(controls)}
      y="4.5"
      width="7"
      height="7"
      transform="translate(-3.5 0)"
    ></rect>
    <circle class="cases" cx=${place(cases)} cy="8" r="4"></circle>
  </svg>`;
}

function bar(part: number): TemplateResult {
  return html`<svg width="100%" height="16" aria-hidden="true">
    <line class="track" x1="0" x2="100%" y1="8" y2="8"></line>
    <rect class="controls" x="0" y="5" width=${`${100 * part}%`} height="6"></rect>
  </svg>`;
}
