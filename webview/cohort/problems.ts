import { html, type TemplateResult } from 'lit';
import type { CohortReport, ProblemFigure } from '../../src/protocol/panels/cohort';
import { icon } from '../icons';
import { countText } from '../format';

/** Nothing is lost by these: they are told, not warned of. */
const harmless = new Set(['repeated-code', 'white-space-in-code', 'unknown-sex']);

/** What import found wrong with the records and what it did about it. */
export function importProblems(report: CohortReport, showRows: (problem: number) => void): TemplateResult {
  const { problems } = report;
  return html`<section class="list problems">
    <h2>Import</h2>
    ${
      problems.length === 0
        ? html`<p class="note">${icon('pass')} No problem was found in the records.</p>`
        : html`<ul>
            ${problems.map((problem, index) => problemItem(problem, report, () => showRows(index)))}
          </ul>`
    }
  </section>`;
}

function problemItem(problem: ProblemFigure, report: CohortReport, show: () => void): TemplateResult {
  const [what, ...done] = problem.message.split(/(?<=[.:]) /);
  const rows = `${countText(problem.rows, report)} ${problem.rows === 1 ? 'row' : 'rows'}`;
  return html`<li>
    ${icon(harmless.has(problem.kind) ? 'info' : 'warning')}
    <div>
      <div class="strong">${what!.replace(/[.:]$/, '')}</div>
      <div class="note">
        ${rows} of ${problem.file}${done.length === 0 ? '' : ` · ${done.join(' ')}`}
        <button class="link" @click=${show} aria-label=${`Show rows: ${what!}`}>Show rows</button>
      </div>
    </div>
  </li>`;
}
