import { html, nothing, type TemplateResult } from 'lit';
import type { CohortReport, FunnelFigure } from '../../src/protocol/panels/cohort';
import { count, countText } from '../format';
import { sectionTitle } from '../frame';

/** Title of the funnel, as a picture and as a table. */
export function funnelTitle({ labelled }: CohortReport): string {
  return labelled === null ? 'Who is in the dataset' : 'Who is in the cohort';
}

/** The way from the records to the patients: who is left, and who a rule cost. */
export function funnelPicture(report: CohortReport): TemplateResult {
  const widest = Math.max(
    1,
    ...report.funnel.map(({ patients }) => (typeof patients === 'number' ? patients : 0)),
  );
  return html`<section class="funnel">
    ${sectionTitle(funnelTitle(report), 'patients left, and removed at each step')}
    <ol>
      ${report.funnel.map((step, i) => stepRow(step, told(report.funnel[i - 1]), widest, report))}
    </ol>
  </section>`;
}

function told(step: FunnelFigure | undefined): number | null {
  return typeof step?.patients === 'number' ? step.patients : null;
}

function stepRow(
  step: FunnelFigure,
  before: number | null,
  widest: number,
  report: CohortReport,
): TemplateResult {
  const { patients, removed, cases } = step;
  const left = told(step);
  const percent = (part: number): string => `width: ${(100 * part) / widest}%`;
  const lost = left === null || before === null ? 0 : before - left;
  return html`<li>
    <span class="rule">${capital(step.step)}</span>
    <span class="removed note">${removed === null ? nothing : removedText(step, report)}</span>
    <span class=${left === null ? 'left note' : 'left strong'}>${countText(patients, report)}</span>
    <span class="bar" aria-hidden="true">
      ${
        left === null
          ? nothing
          : cases === null
            ? html`<i class="controls" .style=${percent(left)}></i>`
            : html`<i class="cases" .style=${percent(cases)}></i
                ><i class="controls" .style=${percent(left - cases)}></i>`
      }
      ${lost === 0 ? nothing : html`<i class="lost" .style=${percent(lost)}></i>`}
    </span>
    ${cases === null ? nothing : html`<span class="spoken-only">, of them ${count(cases)} cases</span>`}
  </li>`;
}

function removedText({ removed }: FunnelFigure, report: CohortReport): string {
  if (removed === 'withheld') return '';
  return removed === 0 || removed === 'small'
    ? countText(removed, report)
    : `\u2212${countText(removed!, report)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
