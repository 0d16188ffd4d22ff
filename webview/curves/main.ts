import { html, render } from 'lit';
import type {
  CurvesAction,
  CurvesData,
  CurvesSubject,
  CurvesView,
  Measure,
} from '../../src/protocol/panels/curves';
import { Plot } from '../chart';
import { sheet } from '../chart-image';
import { Cursor, stepAlong } from '../cursor';
import { announcer, showKeys } from '../footer';
import { panel, type Showing, stateWord } from '../frame';
import { bindKeys } from '../keys';
import { menu, openMenu } from '../menu';
import { paced } from '../pace';
import { seriesColor, seriesDash } from '../palette';
import { connect, pageRoot } from '../rpc';
import { DataTable } from '../table';
import { followTheme, readTheme } from '../theme';
import type { Range } from '../ticks';
import { measures } from './measures';
import { curvesPage, curvesSkeleton } from './page';
import { curvePicture } from './pictures';
import { pointsTable } from './points-table';
import { cursorPlaces, snapped } from './readout';

/** What only the page knows. */
interface Local {
  readonly log: boolean;
  readonly showing: Showing;
  readonly pinned: boolean;
}

/** Least time between two drawings of the curves. */
const drawEvery = 500;
/** The cursor has come to rest, and a slider too. */
const restsAfter = 250;

const root = pageRoot();
const announce = announcer();
const cursor = new Cursor();
const table = new DataTable();
const plots = new Map<Measure, Plot>();
let theme = readTheme();
let received = performance.now();
let lastState: CurvesData['main']['state'] | undefined;
let seen: unknown;
/** The person changed the view: its answer is drawn at once. */
let awaited = false;

const link = connect<CurvesSubject, CurvesView, Local, CurvesData, CurvesAction>({
  initialView: {
    x: 'step',
    range: null,
    pixels: 1000,
    smoothing: 0.6,
    bands: true,
    cursor: null,
    hidden: [],
  },
  initialLocal: { log: true, showing: 'chart', pinned: false },
  draw: () => {
    if (link.state === seen) drawNow();
    else {
      seen = link.state;
      received = performance.now();
      if (awaited) drawNow();
      else drawSoon();
      awaited = false;
    }
  },
});
const drawSoon = paced(drawNow, drawEvery);

function current(): CurvesData | undefined {
  return link.state?.kind === 'ready' ? link.state.data : undefined;
}

/** Draws frame and pictures. */
function drawNow(): void {
  drawFrame();
  const data = current();
  if (data === undefined) return;
  speakEnding(data);
  if (link.local.showing === 'table') table.show(pointsTable(data));
  else {
    data.charts.forEach((chart, index) =>
      plot(chart.measure).show(
        curvePicture(data, chart, theme, { log: link.local.log, small: index > 0 }),
        theme,
      ),
    );
  }
}

/** Draws everything but the pictures: cheap, for the cursor and the clock. */
function drawFrame(): void {
  const { view, local } = link;
  const page = panel(link.state, {
    title: 'Training curves',
    icon: 'graph',
    skeleton: curvesSkeleton,
    act: (action) => link.act(action as CurvesAction),
    ready: (data) =>
      curvesPage({
        data,
        view,
        ...local,
        cursor,
        plot,
        table,
        age: performance.now() - received,
        now: new Date(),
        pickAxis: (x) => {
          // Places on one axis mean nothing on another.
          cursor.put(null, false);
          link.set({ pinned: false });
          look({ x, range: null, cursor: null });
        },
        setLog: (log) => link.set({ log }),
        smooth,
        setBands: (bands) => look({ bands }),
        pickShowing: (showing) => link.set({ showing }),
        clearRange: () => look({ range: null }),
        export: openMenu,
        act: (action) => link.act(action),
        list: {
          toggle: (run, shown) =>
            look({ hidden: shown ? view.hidden.filter((id) => id !== run) : [...view.hidden, run] }),
          remove: (run) => link.act({ do: 'removeRun', run }),
          openLog: (run) => link.act({ do: 'openLog', run }),
          add: () => link.act({ do: 'addRuns' }),
          unpin: () => pin(false),
        },
      }),
  });
  const choices = menu('Export', [
    { label: 'Pictures (PNG)', name: 'exportPng', pick: exportPng },
    {
      label: 'All measured points (CSV)',
      name: 'exportCsv',
      pick: () => link.act({ do: 'export', what: 'csv' }),
    },
  ]);
  render(html`${page}${choices}`, root);
}

function plot(measure: Measure): Plot {
  let found = plots.get(measure);
  if (found === undefined) {
    found = new Plot({
      cursor,
      // The clicks of a double click have pinned the cursor.
      onRange: (range: Range | null) => (range === null ? clear() : look({ range })),
      onClick: (x) => {
        const data = current();
        if (data === undefined) return;
        // A click pins, and a click on a pinned cursor's picture moves it there.
        cursor.put(snapped(data, x), true);
        pin(true);
      },
    });
    plots.set(measure, found);
  }
  return found;
}

function look(change: Partial<CurvesView>): void {
  awaited = true;
  link.look(change);
  drawFrame();
}

let smoothTimer: ReturnType<typeof setTimeout> | undefined;
let smoothing: number | undefined;
function smooth(wanted: number): void {
  smoothing = wanted;
  smoothTimer ??= setTimeout(() => {
    smoothTimer = undefined;
    look({ smoothing: smoothing! });
  }, restsAfter);
}

function pin(pinned: boolean): void {
  if (cursor.x === null && pinned) cursor.put(snappedLast(), true);
  else cursor.put(pinned ? cursor.x : null, pinned);
  link.set({ pinned });
}

function snappedLast(): number | null {
  const data = current();
  return data === undefined ? null : (cursorPlaces(data).at(-1) ?? null);
}

let cursorTimer: ReturnType<typeof setTimeout> | undefined;
cursor.follow(() => {
  drawFrame();
  clearTimeout(cursorTimer);
  cursorTimer = setTimeout(() => {
    if (cursor.x !== link.view.cursor) link.look({ cursor: cursor.x });
  }, restsAfter);
});

function moveCursor(by: number): void {
  const data = current();
  const to = data && stepAlong(cursorPlaces(data), cursor.x, by);
  if (to !== undefined) cursor.put(to, cursor.pinned);
}

function clear(): void {
  cursor.put(null, false);
  link.set({ pinned: false });
  if (link.view.range !== null) look({ range: null });
}

/** Halves or doubles the range around the cursor, or at the end without one. */
function zoom(factor: number): void {
  const data = current();
  if (data === undefined) return;
  const [first, last] = data.extent;
  // What was asked for, not what is shown: a key may come before the answer to the one before it.
  const [from, to] = link.view.range ?? data.extent;
  const width = Math.min(last - first, (to - from) * factor);
  const centre = cursor.x ?? to - width / 2;
  const start = Math.min(last - width, Math.max(first, centre - width / 2));
  look({ range: width >= last - first ? null : [start, start + width] });
}

function exportPng(): void {
  const data = current();
  if (data === undefined) return;
  if (link.local.showing === 'table') link.set({ showing: 'chart' });
  // After a switch from the table the plots need one frame to find their size.
  requestAnimationFrame(() => {
    const png = sheet(
      data.main.name,
      data.charts.map(({ measure }) => ({ title: measures[measure].title, canvas: plot(measure).canvas })),
      data.runs
        .filter(({ id }) => !link.view.hidden.includes(id))
        .map(({ name, series }) => ({
          text: name,
          color: seriesColor(theme.palette, series),
          dash: seriesDash(series),
        })),
      theme,
    );
    if (png !== undefined) link.act({ do: 'export', what: 'png', png });
  });
}

/** Screen readers hear of the end of the run, and of nothing else. */
function speakEnding({ main }: CurvesData): void {
  if (lastState === 'running' && (main.state === 'finished' || main.state === 'failed')) {
    announce(`${main.name}: ${stateWord(main.state)}. ${main.problem ?? ''}`.trim());
  }
  lastState = main.state;
}

/** Lines come as minimum and maximum per pixel, so the host must know how many there are. */
function tellPixels(): void {
  const pixels = plots.get('loss')?.pixels;
  if (pixels !== undefined && pixels > 0 && Math.abs(pixels - link.view.pixels) > link.view.pixels * 0.1) {
    link.look({ pixels });
  }
}

bindKeys({
  arrowleft: () => moveCursor(-1),
  arrowright: () => moveCursor(1),
  'shift+arrowleft': () => moveCursor(-10),
  'shift+arrowright': () => moveCursor(10),
  p: () => pin(!cursor.pinned),
  '+': () => zoom(0.5),
  // The same key without Shift on most keyboards.
  '=': () => zoom(0.5),
  '-': () => zoom(2),
  l: () => link.set({ log: !link.local.log }),
  t: () => link.set({ showing: link.local.showing === 'chart' ? 'table' : 'chart' }),
  e: openMenu,
  escape: clear,
  '?': showKeys,
});
followTheme(() => {
  theme = readTheme();
  drawNow();
});
theme = readTheme();
cursor.put(link.view.cursor, link.local.pinned);

let resizeTimer: ReturnType<typeof setTimeout> | undefined;
new ResizeObserver(() => {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(tellPixels, restsAfter);
}).observe(root);
setInterval(() => {
  if (document.hidden) return;
  if (current() !== undefined) drawFrame();
  tellPixels();
}, 1000);
