import { html, nothing, render, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { ExplanationSoFar } from '../../src/protocol/explanation';
import {
  attentionChoice,
  initialView,
  type PatientAction,
  type PatientData,
  type PatientFilter,
  type PatientSubject,
  type PatientView,
} from '../../src/protocol/panels/patient';
import { Plot } from '../chart';
import { sheet } from '../chart-image';
import { footer, showKeys } from '../footer';
import { count } from '../format';
import { type Act, chartOrTable, panel } from '../frame';
import { bindKeys } from '../keys';
import { menu, openMenu } from '../menu';
import { palettes } from '../palette';
import { connect, type Link, pageRoot } from '../rpc';
import { followTheme, readTheme, type Theme, themeKind } from '../theme';
import { deletionLegend, methodLine } from './faithful';
import { headGrid } from './heads';
import { notes, patientHeader } from './header';
import { Held } from './held';
import { hints, keys } from './hints';
import { sheetLegend, timelineCanvas } from './image';
import { columnsLayout, rowsLayout, type TimelineLayout } from './layout';
import { Matrix } from './matrix';
import { picker } from './picker';
import { proof } from './proof';
import { selectedCode } from './selected';
import { attributedRisk, type Local, type Sight, wholeRisk } from './sight';
import { squareSection } from './square';
import { pendingLine, problemBanner, skeleton, waiting } from './stages';
import { Tables } from './tables';
import { timeAxis } from './time-axis';
import { timeline, timelineInputs } from './timeline';
import { lookAt, toolbar } from './toolbar';
import { nextCode, type WalkKey } from './walk';
import { addEdit, placeNow } from './what-if';
import { choiceName } from './words';

type PatientLink = Link<PatientSubject, PatientView, Local, PatientData, PatientAction>;

const deletionPlot = new Plot();
const tables = new Tables();
const matrix = new Matrix((code) => select(code));
let width = 0;
let timelineHost: HTMLElement | undefined;
/** Remembered, because asking makes the browser lay out the page. */
let scrolledTo = 0;
let layout: TimelineLayout | undefined;
/** What the page was about at the last drawing: another patient begins without a selection. */
let drawnPatient: string | null | undefined;
/** What snapshots repeat, so that what is the same stays the same object and is not drawn anew. */
const same = new Held();
/** Read once until it changes: reading it asks the browser for a layout. */
let theme: Theme | undefined;

const link: PatientLink = connect({
  initialView,
  initialLocal: {
    ...{ showing: 'chart', colour: 'attribution', selected: null, edges: 6, picking: false, form: null },
  },
  draw,
});

function draw(): void {
  const began = performance.now();
  const state = same.of(link.state);
  const data = state?.kind === 'ready' ? state.data : undefined;
  if (data !== undefined && data.patient !== drawnPatient) {
    drawnPatient = data.patient;
    // Draws again: the selection was another patient's.
    link.set({ selected: null, form: null, picking: data.patient === null });
    return;
  }
  const root = pageRoot();
  width = root.clientWidth;
  const [zero, one] = palettes[themeKind(document.body.classList)].attentionRamp;
  document.body.style.setProperty('--attention-zero', zero);
  document.body.style.setProperty('--attention-one', one);
  const act = link.act as Act;
  render(panel(state, { title: 'Patient', skeleton, icon: 'person', act, ready }), root);
  if (data !== undefined) drawAxis();
  root.dataset['drawn'] = (performance.now() - began).toFixed(1);
}

function ready(data: PatientData): TemplateResult {
  const { stage } = data;
  const { local, view } = link;
  const act = link.act as Act;
  const shown = stage.kind === 'shown' ? stage.explanation : undefined;
  const sight = shown === undefined ? undefined : sightOf(data, shown);
  return html`${patientHeader({
    ...{ data, view, picking: local.picking },
    pick: togglePicker,
    step,
    actions: shown === undefined ? nothing : chartOrTable(local.showing, (showing) => link.set({ showing })),
  })}
  ${stage.kind === 'shown' && stage.pending !== null ? pendingLine(stage.pending, act) : nothing}
  ${local.picking || data.patient === null ? picker(data, view.filter, { filter, pick, again: () => link.act({ do: 'recompute' }) }) : nothing}
  ${stage.kind === 'shown' ? notes(stage.explanation, view.filter.threshold) : nothing}
  ${stage.kind === 'shown' && stage.problem !== null ? problemBanner(stage.problem, act) : nothing}
  ${sight === undefined ? waiting(data, act) : pictures(sight)}
  ${
    sight === undefined
      ? nothing
      : html`${menu('Export · holds patient data', [
          { label: 'Pictures (PNG)', name: 'exportPng', pick: () => exportPng(sight) },
          { label: 'Everything (JSON)', name: 'exportJson', pick: () => link.act({ do: 'exportJson' }) },
        ])}`
  }
  ${footer({ fresh: freshness(shown), hints: shown === undefined ? [] : hints, keys })}`;
}

function sightOf(data: PatientData, explanation: ExplanationSoFar): Sight {
  theme ??= readTheme();
  const unit = theme.fontSize / 13;
  const margin = width <= 69.2 * theme.fontSize ? 1.2 : 1.54;
  const { selected } = link.local;
  // Computed anew, the patient may have fewer codes.
  const isThere = selected !== null && selected < explanation.codes.length;
  return {
    ...{ data, explanation, theme, unit, view: link.view, act: link.act },
    local: isThere ? link.local : { ...link.local, selected: null },
    width: Math.max(260, Math.floor(width - 2 * margin * theme.fontSize)),
    set: (change) => link.set(change),
    select,
    look,
  };
}

function pictures(sight: Sight): TemplateResult {
  const { explanation, local } = sight;
  if (local.showing === 'table') {
    layout = undefined;
    return html`${toolbar(sight)}${tables.draw(sight)}`;
  }
  const visits = explanation.codes.map(({ visit }) => visit - 1);
  const isNarrow = width < 900 * sight.unit;
  layout = isNarrow
    ? rowsLayout(visits, sight.width, sight.unit)
    : columnsLayout(visits, sight.width, sight.unit);
  const places = layout;
  const handlers = {
    attach: attachTimeline,
    scrolled: () => {
      scrolledTo = timelineHost?.scrollLeft ?? 0;
      draw();
    },
    keydown: (event: KeyboardEvent) => {
      const key = event.key.replace('Arrow', '').toLowerCase();
      if (!event.key.startsWith('Arrow') || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      walk(key as WalkKey);
    },
  };
  return html`${toolbar(sight)}
    <div class="axis-host" ?hidden=${isNarrow}></div>
    ${guard(timelineInputs(sight, scrolledTo), () => timeline(sight, places, scrolledTo, handlers))}
    <div class="bottom">
      ${selectedCode(sight)} ${headGrid(sight)} ${squareSection(sight, matrix)}
      <div class="proof">${proof(sight, deletionPlot)}</div>
    </div>`;
}

function attachTimeline(element: Element | undefined): void {
  if (element !== timelineHost) scrolledTo = 0;
  timelineHost = element as HTMLElement | undefined;
}

function freshness(explanation: ExplanationSoFar | undefined): string {
  const attributed = explanation === undefined ? undefined : attributedRisk(explanation);
  if (attributed !== undefined) return methodLine(attributed);
  return explanation === undefined ? '' : `checkpoint ${count(explanation.step)}`;
}

/** The axis stays while columns scroll beneath it, so it is drawn alone. */
function drawAxis(): void {
  const host = document.querySelector<HTMLElement>('.axis-host');
  const state = same.of(link.state);
  if (host === null || layout === undefined || state?.kind !== 'ready' || state.data.stage.kind !== 'shown')
    return;
  const isShown = layout.kind === 'columns';
  const sight = sightOf(state.data, state.data.stage.explanation);
  const window = { left: scrolledTo, width: sight.width };
  render(isShown ? timeAxis(sight, layout, window) : nothing, host);
}

function current(): Sight | undefined {
  const state = same.of(link.state);
  if (state?.kind !== 'ready' || state.data.stage.kind !== 'shown') return undefined;
  return sightOf(state.data, state.data.stage.explanation);
}

function look(change: Partial<PatientView>): void {
  link.look(change);
  draw();
}

function filter(change: Partial<PatientFilter>): void {
  const isOther = Object.keys(change).some((key) => key !== 'limit');
  const limit = isOther ? { limit: initialView.filter.limit } : {};
  look({ filter: { ...link.view.filter, ...limit, ...change } });
}

function pick(patient: string): void {
  link.act({ do: 'pick', patient });
  link.set({ picking: false });
}

function step(by: 1 | -1): void {
  link.act({ do: 'step', by });
}

function togglePicker(picking = !link.local.picking): void {
  link.set({ picking });
  if (picking) document.querySelector<HTMLInputElement>('.picker input[name=search]')?.focus();
}

/** Selects a code, brings it into sight, and moves the focus to it where the timeline has it. */
function select(selected: number | null): void {
  const place = selected === null ? undefined : layout?.chips[selected];
  if (place !== undefined && timelineHost !== undefined && layout?.kind === 'columns') {
    const room = timelineHost.clientWidth;
    // Its neighbours too, between which arcs begin and end. Before drawing: what is far off is not on the page.
    const reach = Math.min(150, (room - place.width) / 2);
    const left = Math.max(place.left + place.width + reach - room, Math.min(scrolledTo, place.left - reach));
    if (left !== scrolledTo) timelineHost.scrollLeft = left;
    scrolledTo = timelineHost.scrollLeft;
  }
  link.set({ selected, form: null });
  const chip = timelineHost?.querySelector<HTMLElement>(`[data-code="${selected}"]`);
  if (timelineHost?.contains(document.activeElement) === true || document.activeElement === document.body) {
    chip?.focus({ preventScroll: true });
  }
  chip?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function walk(key: WalkKey): void {
  const sight = current();
  if (sight !== undefined) select(nextCode(sight.explanation.codes, link.local.selected, key));
}

function changeHead(by: number, what: 'head' | 'layer'): void {
  const sight = current();
  if (sight === undefined) return;
  const { attention } = sight.explanation;
  const choice = attentionChoice({ ...sight.view.attention, show: 'head' }, attention);
  if (choice.kind !== 'head') return;
  const size = what === 'head' ? attention.heads : attention.layers;
  const next = (choice[what] + by + size) % size;
  const show = what === 'layer' && sight.view.attention.show === 'layer' ? 'layer' : 'head';
  lookAt(sight, { layer: choice.layer, head: choice.head, show, [what]: next });
}

function edit(kind: 'mask' | 'remove'): void {
  const sight = current();
  const at = sight?.explanation.kind === 'finetune' ? placeNow(sight) : undefined;
  if (sight !== undefined && at !== undefined && (sight.data.whatIf?.problem ?? null) === null)
    addEdit(sight, { kind, at });
}

function openForm(form: 'add' | 'move'): void {
  const sight = current();
  if (sight?.explanation.kind !== 'finetune' || (form === 'move' && placeNow(sight) === undefined)) return;
  link.set({ form, showing: 'chart' });
  document.querySelector<HTMLElement>('.edit-form input, .edit-form select')?.focus();
}

function undo(): void {
  const edits = current()?.data.whatIf?.edits;
  if (edits !== undefined) link.act({ do: 'edit', edits: edits.slice(0, -1) });
}

function exportPng(sight: Sight): void {
  if (layout === undefined) {
    link.set({ showing: 'chart' });
    requestAnimationFrame(() => {
      const shown = current();
      if (shown !== undefined && layout !== undefined) exportPng(shown);
    });
    return;
  }
  const { explanation, data, theme } = sight;
  const square = data.square === null ? 'Attention' : choiceName(data.square.choice);
  const plots = [
    { title: `Codes by visit · ${square}`, canvas: timelineCanvas(sight, layout) },
    { title: square, canvas: matrix.canvas },
    { title: 'Deletion test: risk by codes removed', canvas: deletionPlot.canvas },
  ];
  const curves = wholeRisk(explanation)?.deletion ? deletionLegend(theme) : [];
  const legend = [...curves, ...sheetLegend(sight)];
  const png = sheet(`Patient ${data.patient ?? ''}`, plots, legend, theme);
  if (png !== undefined) link.act({ do: 'exportPng', png });
}

/** Rollout and what was looked at before. */
let beforeRollout: PatientView['attention']['show'] = 'mean';
function toggleRollout(): void {
  const { show } = link.view.attention;
  if (show !== 'rollout') beforeRollout = show;
  look({ attention: { ...link.view.attention, show: show === 'rollout' ? beforeRollout : 'rollout' } });
}

followTheme(() => {
  theme = undefined;
  draw();
});
new ResizeObserver(() => {
  if (pageRoot().clientWidth !== width) draw();
}).observe(pageRoot());
bindKeys({
  t: () => link.set({ showing: link.local.showing === 'chart' ? 'table' : 'chart' }),
  e: openMenu,
  arrowleft: () => walk('left'),
  arrowright: () => walk('right'),
  arrowup: () => walk('up'),
  arrowdown: () => walk('down'),
  '[': () => changeHead(-1, 'head'),
  ']': () => changeHead(1, 'head'),
  '{': () => changeHead(-1, 'layer'),
  '}': () => changeHead(1, 'layer'),
  r: toggleRollout,
  '+': () => matrix.zoom(1.5),
  '-': () => matrix.zoom(1 / 1.5),
  '0': () => matrix.zoom(0),
  delete: () => edit('remove'),
  m: () => edit('mask'),
  v: () => openForm('move'),
  a: () => openForm('add'),
  u: undo,
  o: () => link.act({ do: 'openCase' }),
  n: () => step(1),
  b: () => step(-1),
  '/': () => togglePicker(true),
  escape: () =>
    link.local.picking && link.state?.kind === 'ready' && link.state.data.patient !== null
      ? togglePicker(false)
      : select(null),
  '?': showKeys,
});
