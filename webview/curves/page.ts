import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { CurvesData, MainRun, Measure } from '../../src/protocol/panels/curves';
import type { Plot } from '../chart';
import { type KeyHint, footer } from '../footer';
import { count, counted, duration } from '../format';
import { banner, bones, button, figures, header, sectionTitle, type Showing, statePill } from '../frame';
import { swatch } from '../swatch';
import type { DataTable } from '../table';
import { keyFigures } from './key-figures';
import { measures } from './measures';
import { runList, type RunListHandlers } from './run-list';
import { toolbar, type ToolbarParts } from './toolbar';

/** Everything that the page is drawn from. */
export interface PageParts extends ToolbarParts {
  readonly data: CurvesData;
  readonly showing: Showing;
  readonly cursor: { readonly x: number | null; readonly pinned: boolean };
  /** Milliseconds since these data came. */
  readonly age: number;
  readonly now: Date;
  readonly plot: (measure: Measure) => Plot;
  readonly table: DataTable;
  readonly list: RunListHandlers;
  readonly act: (action: { readonly do: 'stop' | 'resume' | 'openLog' | 'reveal' }) => void;
}

/** Keys of this panel beside those of all panels. */
const keys: readonly KeyHint[] = [
  { keys: ['←', '→'], does: 'move the cursor' },
  { keys: ['Shift', '←', '→'], does: 'move it ten places' },
  { keys: ['P'], does: 'pin the cursor, or let it go' },
  { keys: ['L'], does: 'logarithmic y-axis' },
  { keys: ['+', '-'], does: 'half or twice the range, around the cursor' },
];

/** Shapes of the layout while nothing is known yet. */
export function curvesSkeleton(): TemplateResult {
  return html`${bones([[3.2, 3.2, 3.2, 3.2, 3.2, 3.2, 3.2], [1.8], [28.6], [10.9, 10.9, 10.9, 10.9]])}`;
}

/** The page of a run that is known. */
export function curvesPage(parts: PageParts): TemplateResult {
  const { data, view } = parts;
  const { main } = data;
  return html`${header({
      name: main.name,
      pill: statePill(main.state, main.state === 'running' && main.stopping ? 'Stopping' : undefined),
      context: main.context,
      actions: actions(parts),
      progress: main.share ?? 0,
    })}
    ${problemBanner(parts)} ${figures(keyFigures(data, view, parts.now))} ${toolbar(parts)}
    <div class="curves">
      ${parts.showing === 'chart' ? pictures(parts) : pointsOf(parts)}
      ${runList(data, view.hidden, parts.cursor, parts.list)}
    </div>
    ${footer({
      fresh: freshness(parts),
      live: main.state === 'running',
      notes: [
        `${counted(data.points, 'point')}${data.decimated ? ', drawn as min–max per pixel' : ''}`,
        ...(data.locked === null ? [] : [data.locked]),
      ],
      hints: [
        { keys: ['←', '→'], does: 'move cursor' },
        { keys: ['P'], does: 'pin' },
        { keys: ['L'], does: 'log y' },
        { keys: ['T'], does: 'table' },
      ],
      keys,
    })}`;
}

function actions({ data, act }: PageParts): TemplateResult {
  const { main, locked } = data;
  const closed = locked === null ? {} : { disabled: true, title: locked };
  const working = main.state === 'running' || main.state === 'queued';
  const stop = button({
    label: main.stopping
      ? 'Stopping…'
      : main.state === 'queued'
        ? 'Take out of the queue'
        : 'Stop after checkpoint',
    icon: 'stop',
    name: 'stop',
    click: () => act({ do: 'stop' }),
    ...(main.stopping ? { disabled: true } : {}),
    ...closed,
  });
  const resume = button({
    label: 'Resume',
    icon: 'play',
    name: 'resume',
    click: () => act({ do: 'resume' }),
    ...closed,
  });
  return html`${working ? stop : main.state === 'finished' ? nothing : resume}
  ${button({ label: 'Log', icon: 'log', name: 'openLog', click: () => act({ do: 'openLog' }) })}
  ${button({
    label: 'Reveal run folder',
    icon: 'folder',
    iconOnly: true,
    name: 'reveal',
    click: () => act({ do: 'reveal' }),
  })}`;
}

/** What ended a run that did not finish, what survived, and what to do. */
function problemBanner({ data, act }: PageParts): TemplateResult | typeof nothing {
  const { main, locked } = data;
  if (main.problem === null) return nothing;
  const resume = main.state === 'running' || locked !== null ? [] : [{ label: 'Resume', do: 'resume' }];
  return banner({
    kind: main.state === 'failed' ? 'error' : 'warning',
    text: `${main.problem} ${survived(main)}`,
    steps: [...resume, { label: 'Open log', do: 'openLog' }],
    act: (action) => act(action as { do: 'resume' | 'openLog' }),
  });
}

function survived({ checkpoint }: MainRun): string {
  return checkpoint === null
    ? 'No checkpoint was written yet; it begins anew.'
    : `Checkpoint ${count(checkpoint)} is intact.`;
}

function pictures(parts: PageParts): TemplateResult {
  const [large, ...small] = parts.data.charts;
  const empty = parts.data.points === 0;
  return html`<div class="pictures">
    ${
      large === undefined
        ? nothing
        : html`<figure class="picture large">
            <div class="heading">
              <h2>${measures[large.measure].title}</h2>
              <span class="note legend">${legend(parts.data)}</span>
            </div>
            <div class="plot" data-chart=${large.measure} ${ref(parts.plot(large.measure).attach)}></div>
            ${empty ? html`<p class="waiting note">${waitingText(parts.data.main)}</p>` : nothing}
          </figure>`
    }
    <div class="small-ones">
      ${small.map(
        ({ measure }) =>
          html`<figure class="picture">
            ${sectionTitle(measures[measure].title, measures[measure].note)}
            <div class="plot" data-chart=${measure} ${ref(parts.plot(measure).attach)}></div>
          </figure>`,
      )}
    </div>
  </div>`;
}

function legend(data: CurvesData): TemplateResult {
  const seeds = data.runs.some((run) => run.seeds > 1);
  const banded = data.charts.some(({ lines }) => lines.some(({ band }) => band !== null));
  const saved = data.marks.some(({ kind }) => kind === 'checkpoint');
  return html`<span
      >${swatch({ series: 0, off: true, width: 3 })} validation${seeds ? ', mean over seeds' : ''}</span
    >
    <span>${swatch({ series: 0, off: true, width: 1 })} train</span>
    ${banded ? html`<span><span class="band-swatch"></span> min–max of seeds</span>` : nothing}
    ${saved ? html`<span>▴ checkpoint</span>` : nothing}`;
}

function waitingText(main: MainRun): string {
  switch (main.state) {
    case 'queued':
      return 'Waiting for its turn. The curve begins with the first report.';
    case 'running':
      return 'Just started. The curve begins with the first report.';
    case 'finished':
    case 'failed':
    case 'stopped':
    case 'interrupted':
      return 'The run ended before its first report.';
  }
}

function pointsOf(parts: PageParts): TemplateResult {
  return html`<div
    class="scroll points"
    tabindex="0"
    role="region"
    aria-label="Points of the curves"
    ${ref(parts.table.attach)}
  ></div>`;
}

function freshness({ data, age }: PageParts): string {
  if (data.secondsSinceEvent === null) return 'No event yet';
  const ago = duration(data.secondsSinceEvent + age / 1000);
  return data.main.state === 'running' ? `Live · last event ${ago} ago` : `Last event ${ago} ago`;
}
