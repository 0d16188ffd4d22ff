import { html, nothing, render, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type {
  CohortAction,
  CohortData,
  CohortReport,
  CohortScope,
  CohortSubject,
  CohortView,
} from '../../src/protocol/panels/cohort';
import { Plot } from '../chart';
import { footer, type KeyHint, showKeys } from '../footer';
import { count, share, smallText } from '../format';
import {
  type Act,
  bones,
  button,
  chartOrTable,
  header,
  panel,
  type Part,
  sectionTitle,
  segments,
  type Showing,
} from '../frame';
import { bindKeys } from '../keys';
import type { Picture } from '../picture';
import { connect, type Link, pageRoot } from '../rpc';
import { followTheme, readTheme, type Theme } from '../theme';
import { coveragePicture, frequencyPicture, yearsNote, yearsPicture } from './code-pictures';
import { mostFrequentCodes } from './codes';
import { funnelPicture } from './funnel';
import { type Distribution, distributions, histogramPicture } from './histograms';
import { importProblems } from './problems';
import { tableOne } from './table-one';
import { allTables } from './tables';
import { type Scope, scopesOf, shownScope } from './words';

/** What only the page knows. */
interface Local {
  readonly showing: Showing;
  readonly scope: Scope;
  readonly search: string;
  readonly allCodes: boolean;
}
type CohortLink = Link<CohortSubject, CohortView, Local, CohortData, CohortAction>;

const hints: readonly KeyHint[] = [
  { keys: ['C'], does: 'cohort or all' },
  { keys: ['T'], does: 'table' },
];
const keys: readonly KeyHint[] = [
  { keys: ['C'], does: 'cohort or all patients' },
  { keys: ['S'], does: 'cases beside controls' },
  { keys: ['L'], does: 'choose a labels file' },
  { keys: ['/'], does: 'search codes' },
];

const plots = new Map<string, Plot>();
const link: CohortLink = connect({
  initialView: {},
  initialLocal: { showing: 'chart', scope: 'cohort', search: '', allCodes: false },
  draw,
});

function draw(): void {
  const title = link.subject?.dataset ?? 'Cohort statistics';
  const act = link.act as Act;
  render(panel(link.state, { title, skeleton, icon: 'database', act, ready }), pageRoot());
}

/** The true layout in grey. */
function skeleton(): TemplateResult {
  const grid = html`<div class="grid">${bones([[11]])}${bones([[11]])}${bones([[11]])}${bones([[11]])}</div>`;
  return html`${bones([[9]])}
    <div class="top">${bones([[23.2]])}${grid}</div>
    <div class="bottom">${bones([[23.2]])}${grid}</div>`;
}

function ready(data: CohortData): TemplateResult {
  const { report } = data;
  const shown = shownScope(report, link.local.scope);
  return html`${header({
    name: report.dataset,
    pill: scopeSwitch(data, shown?.name),
    context: shown === undefined ? [] : contextOf(shown.figures, shown.name),
    actions: headerActions(data),
  })}
  ${shown === undefined ? tooFew(report) : figures(report, shown.figures, shown.name)}
  ${importProblems(report, (problem) => link.act({ do: 'showRows', problem }))}
  ${footer({ fresh: computedText(report), notes: notesOf(report), hints, keys })}`;
}

function figures(report: CohortReport, scope: CohortScope, name: Scope): TemplateResult {
  const split = name === 'split';
  const table = tableOne(scope, name !== 'all', report);
  if (link.local.showing === 'table') {
    return html`${table}
      <div class="tables">${allTables(report, scope, split)}${codes(scope)}</div>`;
  }
  const theme = readTheme();
  const histogram = (shown: Distribution): TemplateResult =>
    picture(
      shown.key,
      shown.title,
      shown.note(scope[shown.key]),
      histogramPicture(shown, scope, { split, isCohort: name !== 'all' }, theme),
      theme,
    );
  const [visits, perVisit, lengths, stays, gaps] = distributions as readonly [
    Distribution,
    Distribution,
    Distribution,
    Distribution,
    Distribution,
  ];
  return html`${table}
    <div class="top">
      ${funnelPicture(report)}
      <div class="grid">${[visits, perVisit, lengths, stays].map(histogram)}</div>
    </div>
    <div class="bottom">
      ${codes(scope)}
      <div class="grid">
        ${picture('frequency', 'Code frequency', notDrawn(scope), frequencyPicture(scope.codes, theme), theme)}
        ${picture('years', 'ICD-9 and ICD-10', yearsNote(scope.years), yearsPicture(scope.years, theme), theme)}
        ${picture('coverage', 'Coverage', 'of diagnosis rows', coveragePicture(scope.codes, theme), theme)}
        ${histogram(gaps)}
      </div>
    </div>`;
}

/** A picture with its title; where nothing may be drawn the place says why. */
function picture(
  key: string,
  title: string,
  note: Part,
  drawn: Picture | undefined,
  theme: Theme,
): TemplateResult {
  const plot = plots.get(key) ?? new Plot();
  plots.set(key, plot);
  if (drawn !== undefined) plot.show(drawn, theme);
  return html`<figure class="picture" data-picture=${key}>
    ${sectionTitle(title, drawn === undefined ? nothing : note)}
    ${
      drawn === undefined
        ? html`<p class="withheld note">Withheld: too few patients</p>`
        : html`<div class="plot" ${ref(plot.attach)}></div>`
    }
  </figure>`;
}

function codes(scope: CohortScope): TemplateResult {
  return mostFrequentCodes(scope, {
    search: link.local.search,
    all: link.local.allCodes,
    find: (search) => link.set({ search }),
    showAll: (allCodes) => link.set({ allCodes }),
  });
}

function notDrawn({ codes: { distinct, shown } }: CohortScope): string {
  const hidden = distinct - shown;
  return hidden === 0 ? 'patients, log–log' : `patients, log–log; ${count(hidden)} rarer codes withheld`;
}

function scopeSwitch(
  { report, labelsName }: CohortData,
  shown: Scope | undefined,
): TemplateResult | typeof nothing {
  const names: Readonly<Record<Scope, string>> = {
    all: 'All patients',
    cohort: `Cohort ${labelsName ?? ''}`.trim(),
    split: 'Split',
  };
  const options = scopesOf(report).map((value) => ({ value, label: names[value] }));
  if (options.length < 2 || shown === undefined) return nothing;
  return segments({ label: 'Patients', options, value: shown, pick: (scope) => link.set({ scope }) });
}

function headerActions({ labelsName }: CohortData): TemplateResult {
  const without =
    labelsName === null
      ? nothing
      : button({ label: 'Without labels', click: () => link.act({ do: 'clearLabels' }) });
  return html`${chartOrTable(link.local.showing, (showing) => link.set({ showing }))}
  ${button({ label: 'Labels…', icon: 'edit', name: 'chooseLabels', click: () => link.act({ do: 'chooseLabels' }) })}
  ${without}
  ${button({ label: 'Export', icon: 'export', name: 'export', click: () => link.act({ do: 'export' }) })}`;
}

function contextOf({ groups }: CohortScope, name: Scope): string[] {
  const [all, cases] = groups;
  const patients = `${count(all!.patients)} patients`;
  if (name === 'all' || cases === undefined) return [patients];
  return [patients, `${count(cases.patients)} cases (${share(cases.patients / all!.patients)})`];
}

function tooFew(report: CohortReport): TemplateResult {
  return html`<section class="blank" role="note">
    <h2>Too few patients</h2>
    <p>
      Figures of fewer than ${report.minimumCellCount} patients are not shown, so that nobody can be
      recognised (setting medbert.minimumCellCount).
    </p>
  </section>`;
}

function computedText({ computedAt, rows }: CohortReport): string {
  const at = new Date(computedAt);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `Computed ${day} ${two(at.getHours())}:${two(at.getMinutes())} from ${count(rows)} rows`;
}

function notesOf(report: CohortReport): string[] {
  const { minimumCellCount, all, cohort } = report;
  const notes: string[] = [];
  if (minimumCellCount > 1) {
    notes.push(
      `Counts under ${minimumCellCount} are shown as ${smallText(report)}, cells joined or withheld; medbert.minimumCellCount`,
    );
  }
  if (all === null && cohort !== null)
    notes.push('All patients: withheld, the cohort leaves out too few of them');
  if (cohort !== null && cohort.groups.length === 1)
    notes.push('Cases and controls: withheld, one group is too small');
  return notes;
}

/** From the dataset to the cohort and back, where both can be shown. */
function toggleScope(wanted: 'cohort' | 'split'): void {
  if (link.state?.kind !== 'ready') return;
  const { report } = link.state.data;
  const shown = shownScope(report, link.local.scope)?.name;
  const next: Scope = shown !== wanted ? wanted : wanted === 'split' ? 'cohort' : 'all';
  if (scopesOf(report).includes(next)) link.set({ scope: next });
}

followTheme(draw);
bindKeys({
  t: () => link.set({ showing: link.local.showing === 'chart' ? 'table' : 'chart' }),
  c: () => toggleScope('cohort'),
  s: () => toggleScope('split'),
  l: () => link.act({ do: 'chooseLabels' }),
  e: () => link.act({ do: 'export' }),
  '/': () => document.querySelector<HTMLInputElement>('.codes input')?.focus(),
  escape: () => link.set({ search: '', allCodes: false }),
  '?': showKeys,
});
