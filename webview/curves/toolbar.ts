import { html, nothing, type TemplateResult } from 'lit';
import type { CurveAxis, CurvesView } from '../../src/protocol/panels/curves';
import { fixed } from '../format';
import { button, chartOrTable, checkbox, segments, type Showing } from '../frame';
import { curveAxes } from './measures';

/** What the toolbar shows and changes. */
export interface ToolbarParts {
  readonly view: CurvesView;
  readonly log: boolean;
  readonly showing: Showing;
  readonly pickAxis: (axis: CurveAxis) => void;
  readonly setLog: (log: boolean) => void;
  readonly smooth: (smoothing: number) => void;
  readonly setBands: (bands: boolean) => void;
  readonly pickShowing: (showing: Showing) => void;
  readonly clearRange: () => void;
  readonly export: () => void;
}

/** Axis, log, smoothing and bands; to the right chart or table, and export. */
export function toolbar(parts: ToolbarParts): TemplateResult {
  const { view } = parts;
  return html`<div class="toolbar">
    <span class="labelled x-axis"
      ><span aria-hidden="true">x</span>${segments({
        label: 'x-axis',
        options: curveAxes,
        value: view.x,
        pick: parts.pickAxis,
      })}</span
    >
    ${checkbox({ label: 'Log y', checked: parts.log, change: parts.setLog })}
    <label class="labelled smoothing"
      >Smoothing
      <input
        type="range"
        min="0"
        max="0.99"
        step="0.01"
        .value=${String(view.smoothing)}
        .style=${`--filled: ${(view.smoothing / 0.99) * 100}%`}
        @input=${(event: Event) => parts.smooth(Number((event.target as HTMLInputElement).value))}
      /><span class="strong" aria-hidden="true">${fixed(view.smoothing, 2)}</span></label
    >
    ${checkbox({ label: 'Seed bands', checked: view.bands, change: parts.setBands })}
    ${
      view.range === null
        ? nothing
        : button({ label: 'Whole range', name: 'clearRange', title: 'Esc', click: parts.clearRange })
    }
    <span class="right"
      >${chartOrTable(parts.showing, parts.pickShowing)}
      ${button({ label: 'Export', icon: 'export', name: 'export', click: parts.export })}</span
    >
  </div>`;
}
