import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CurveRun, CurvesData } from '../../src/protocol/panels/curves';
import { count, counted, duration } from '../format';
import { checkbox, stateIcon } from '../frame';
import { icon } from '../icons';
import { swatch } from '../swatch';
import { brief, listedFigures, seedNote } from './listed-figures';
import { placeWords } from './measures';
import { readout } from './readout';

/** What the run list asks for. */
export interface RunListHandlers {
  readonly toggle: (run: string, shown: boolean) => void;
  readonly remove: (run: string) => void;
  readonly openLog: (run: string) => void;
  readonly add: () => void;
  readonly unpin: () => void;
}

/** The run list: legend and readout of the cursor in one. */
export function runList(
  data: CurvesData,
  hidden: readonly string[],
  cursor: { readonly x: number | null; readonly pinned: boolean },
  handlers: RunListHandlers,
): TemplateResult {
  const place = cursor.x === null ? 'Latest' : `At ${placeWords(data.x, cursor.x)}`;
  const pin = html`<button class="link pinned" title="Let the cursor go (P)" @click=${handlers.unpin}>
    ${icon('pin')}pinned
  </button>`;
  return html`<section class="list runs" aria-label="Runs">
    <div class="runs-head">
      <h2>${place}</h2>
      ${cursor.pinned ? pin : nothing}
    </div>
    <ul>
      ${repeat(
        data.runs,
        ({ id }) => id,
        (run, index) =>
          runEntry(
            data,
            run,
            { shown: !hidden.includes(run.id), main: index === 0, cursor: cursor.x },
            handlers,
          ),
      )}
    </ul>
    <div class="runs-foot">
      <button class="link" data-action="addRuns" @click=${handlers.add}>${icon('add')}Add runs…</button>
      <span class="note">${count(data.runs.length)} of ${counted(data.knownRuns, 'run')}</span>
    </div>
  </section>`;
}

function runEntry(
  data: CurvesData,
  run: CurveRun,
  look: { readonly shown: boolean; readonly main: boolean; readonly cursor: number | null },
  handlers: RunListHandlers,
): TemplateResult {
  const values = readout(data, run, look.cursor);
  const remove = html`<button
    class="link remove"
    title="Take ${run.name} out of this panel"
    aria-label="Take ${run.name} out of this panel"
    @click=${() => handlers.remove(run.id)}
  >
    ${icon('close')}
  </button>`;
  return html`<li class=${look.shown ? 'run' : 'run off'} data-run=${run.id}>
    <div class="run-head">
      ${checkbox({
        label: nothing,
        spoken: `Draw ${run.name}`,
        checked: look.shown,
        change: (shown) => handlers.toggle(run.id, shown),
      })}
      ${swatch({ series: run.series, off: !look.shown })}
      <span class="run-name" title=${run.id}>${run.name}</span>
      ${look.main ? nothing : remove}
      <span class="brief">${brief(values)}</span>
      ${stateIcon(run.state)}
    </div>
    <p class="note">${runNote(data, run, handlers)}</p>
    <dl class="values" ?hidden=${!look.shown}>
      ${listedFigures(run, values).map(
        ({ label, value, range }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}${range === null ? nothing : seedRange(range)}</dd>
          </div>`,
      )}
    </dl>
  </li>`;
}

/** Breaks after the dash where the column is too narrow; the space keeps it off the next one. */
function seedRange(range: string): TemplateResult {
  return html`<br /><span class="note" title="Lowest and highest seed">${range}&nbsp;</span>`;
}

function runNote(data: CurvesData, run: CurveRun, handlers: RunListHandlers): TemplateResult {
  const seeds = run.seeds > 1 ? `${seedNote(run, data.x)} · ` : '';
  const log = html`·
    <button class="link inline" data-action="openLog" @click=${() => handlers.openLog(run.id)}>
      open log
    </button>`;
  return html`${seeds}${standing(run)} ${run.problem === null ? nothing : log}`;
}

function standing(run: CurveRun): string {
  const step = `step ${count(run.step)}`;
  switch (run.state) {
    case 'queued':
      return 'queued';
    case 'running':
      return run.steps === null ? step : `${step} of ${count(run.steps)}`;
    case 'finished':
      return `finished in ${duration(run.seconds)}`;
    case 'failed':
      return `failed at ${step}`;
    case 'stopped':
      return `stopped at ${step}`;
    case 'interrupted':
      return `failed at ${step}, process gone`;
  }
}
