import { html, nothing, render, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type {
  CompareAction,
  CompareSubject,
  CompareView,
  Comparison,
} from '../../src/protocol/panels/compare';
import { Plot } from '../chart';
import { sheet } from '../chart-image';
import { footer, type KeyHint, showKeys } from '../footer';
import { countText, fixed } from '../format';
import {
  type Act,
  bones,
  button,
  chartOrTable,
  header,
  panel,
  type Part,
  segments,
  type Showing,
} from '../frame';
import { bindKeys } from '../keys';
import { menu, openMenu } from '../menu';
import { connect, type Link, pageRoot } from '../rpc';
import type { ThemeKind } from '../palette';
import { followTheme, readTheme } from '../theme';
import { axisWords, pictureOf, type Tab, tabs } from './pictures';
import { intervalOf, runList } from './run-list';
import { isTested, type Series, seriesOf } from './series';
import { allTables, differences, keyMetrics, pretraining, seeds } from './tables';
import { neighbour, type Pair, shownPair } from './pairs';
import { focusPair, pairedDifferences } from './triangle';

/** What only the page knows. */
interface Local {
  readonly showing: Showing;
  readonly tab: Tab;
  /** The pair that the person picked; null = none. */
  readonly pair: Pair | null;
}
type CompareLink = Link<CompareSubject, CompareView, Local, Comparison, CompareAction>;

const title = 'Compare runs';
const hints: readonly KeyHint[] = [
  { keys: ['Enter'], does: 'open run' },
  { keys: ['1–3'], does: 'tab' },
  { keys: ['T'], does: 'table' },
];
const keys: readonly KeyHint[] = [
  { keys: ['1', '2', '3'], does: 'ROC, precision–recall, calibration' },
  { keys: ['←', '→', '↑', '↓'], does: 'move in the paired differences' },
  { keys: ['Enter'], does: 'training curves of the run in the row' },
  { keys: ['A'], does: 'add runs' },
];

const plot = new Plot();
const link: CompareLink = connect({
  initialView: {},
  initialLocal: { showing: 'chart', tab: 'roc', pair: null },
  draw,
});

function draw(): void {
  const act = link.act as Act;
  const skeleton = (): TemplateResult =>
    html`${bones([
      [1.4, 1.4],
      [1.4, 1.4],
      [1.4, 1.4],
      [1.4, 1.4],
      [24, 16],
    ])}`;
  render(panel(link.state, { title, skeleton, icon: 'compare', act, ready }), pageRoot());
}

function ready(data: Comparison): TemplateResult {
  const { showing, pair } = link.local;
  const series = seriesOf(data, readTheme());
  const chosen = new Set(pair === null ? [] : [pair.row, pair.column]);
  const actions = {
    open: (run: string) => link.act({ do: 'openRun', run }),
    remove: (run: string) => link.act({ do: 'removeRun', run }),
  };
  return html`${header({ name: title, context: contextOf(data), actions: headerActions(series) })}
    <div class="top">${runList(series, chosen, actions)}${differences(data, series)}</div>
    ${showing === 'table' ? html`<div class="tables">${allTables(data, series, link.local.tab)}${more(data, series)}</div>` : pictures(data, series, chosen)}
    ${exportChoices(data)}
    ${footer({ fresh: 'Figures of the best step of each run', notes: notes(data), hints, keys })}`;
}

function headerActions(series: readonly Series[]): TemplateResult {
  const { showing } = link.local;
  return html`${series.some(isTested) ? chartOrTable(showing, (value) => link.set({ showing: value })) : nothing}
  ${button({ label: 'Add runs…', icon: 'add', name: 'addRuns', click: () => link.act({ do: 'addRuns' }) })}
  ${button({ label: 'Export', icon: 'export', name: 'export', click: openMenu })}`;
}

/** Curves with their metrics to the left, pairs to the right. */
function pictures(data: Comparison, series: readonly Series[], chosen: ReadonlySet<string>): TemplateResult {
  const tested = series.filter(isTested);
  if (tested.length === 0) return html`<div class="tables">${more(data, series)}</div>`;
  const { tab } = link.local;
  const theme = readTheme();
  plot.show(pictureOf(tab, tested, chosen, theme), theme);
  return html`<div class="pictures-row">
    <section class="curves">
      <div class="toolbar">
        ${segments({ label: 'Curve', options: tabs, value: tab, pick: (value) => link.set({ tab: value }) })}
        <span class="note">${axisWords[tab].y}</span>
      </div>
      <figure class="picture"><div class="plot" ${ref(plot.attach)}></div></figure>
      ${keyMetrics(tested)}
    </section>
    <div class="beside">${pairs(data, tested.length, theme.kind)}${more(data, series)}</div>
  </div>`;
}

function pairs(data: Comparison, tested: number, kind: ThemeKind): Part {
  if (tested < 2) return nothing;
  return pairedDifferences(data, link.local.pair, kind, {
    pick: (picked) => link.set({ pair: picked }),
    open: (run) => link.act({ do: 'openRun', run }),
  });
}

function more(data: Comparison, series: readonly Series[]): TemplateResult {
  return html`${seeds(data)}${pretraining(data, series)}`;
}

function contextOf({ runs }: Comparison): string[] {
  const sets = new Set(runs.flatMap(({ dataset }) => dataset ?? []));
  return [`${runs.length} runs`, ...(sets.size > 0 ? [[...sets].join(', ')] : [])];
}

/** Whether the runs were tested alike, plainly. */
function notes(data: Comparison): string[] {
  const { tests, pairs } = data;
  if (tests.length === 0) return [];
  const alike = pairs.every(
    ({ shared, rowPatients, columnPatients }) =>
      typeof shared === 'number' && shared === rowPatients && shared === columnPatients,
  );
  if (alike) {
    const { n, positives } = tests[0]!;
    const cases = `${countText(positives, data)} of them cases`;
    return [`${countText(n, data)} test patients, ${cases}, the same for all runs`];
  }
  return ['The test sets differ: curves are each on their own, pairs on the patients that both tested'];
}

function current(): Comparison | undefined {
  return link.state?.kind === 'ready' ? link.state.data : undefined;
}

function exportChoices(data: Comparison): TemplateResult {
  const tables = {
    label: 'Tables (TSV)',
    name: 'exportTable',
    pick: () => link.act({ do: 'exportTable' }),
  };
  const heading = tabs.find(({ value }) => value === link.local.tab)!.label;
  const picture = { label: `${heading} (PNG)`, name: 'exportPng', pick: () => exportPng(data, heading) };
  return menu('Export', plot.canvas === undefined ? [tables] : [picture, tables]);
}

function exportPng(data: Comparison, heading: string): void {
  const theme = readTheme();
  const legend = seriesOf(data, theme)
    .filter(isTested)
    .map(({ run, test, color, dash }) => ({
      text: `${run.name}: AUROC ${fixed(test.auroc.value, 3)} (${intervalOf(test.auroc.ci95)})`,
      color,
      dash,
    }));
  const { x, y } = axisWords[link.local.tab];
  const plots = [{ title: `${y} by ${x.toLowerCase()}`, canvas: plot.canvas }];
  const png = sheet(heading, plots, legend, theme);
  if (png !== undefined) link.act({ do: 'exportPng', curve: link.local.tab, png });
}

/** Arrows reach the triangle from anywhere on the page. */
function walk(key: string): void {
  const data = current();
  const from = data === undefined ? undefined : shownPair(data.pairs, link.local.pair);
  if (data === undefined || from === undefined) return;
  const next =
    link.local.pair === null
      ? from
      : neighbour(
          data.tests.map(({ run }) => run),
          from,
          key,
        );
  if (next === undefined) return;
  link.set({ pair: { row: next.row, column: next.column } });
  focusPair(next);
}

followTheme(draw);
bindKeys({
  t: () => link.set({ showing: link.local.showing === 'chart' ? 'table' : 'chart' }),
  e: openMenu,
  a: () => link.act({ do: 'addRuns' }),
  '1': () => link.set({ tab: 'roc' }),
  '2': () => link.set({ tab: 'precision-recall' }),
  '3': () => link.set({ tab: 'calibration' }),
  escape: () => link.set({ pair: null }),
  arrowleft: () => walk('ArrowLeft'),
  arrowright: () => walk('ArrowRight'),
  arrowup: () => walk('ArrowUp'),
  arrowdown: () => walk('ArrowDown'),
  '?': showKeys,
});
