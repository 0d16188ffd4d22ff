import { svg, type SVGTemplateResult, html, type TemplateResult } from 'lit';
import type { ComparedRun, Comparison, TestFigures } from '../../src/protocol/panels/compare';
import { type Marker, seriesColor, seriesDash, seriesMarker } from '../palette';
import type { Theme } from '../theme';

/** A run with the colour, dash and mark that it has everywhere on the page: those of its place among the chosen. */
export interface Series {
  readonly run: ComparedRun;
  readonly color: string;
  readonly dash: readonly number[];
  readonly marker: Marker;
  /** Figures on test patients; undefined where there are none. */
  readonly test: TestFigures | undefined;
}

export function seriesOf({ runs, tests }: Comparison, theme: Theme): Series[] {
  return runs.map((run, index) => ({
    run,
    color: seriesColor(theme.palette, index),
    dash: seriesDash(index),
    marker: seriesMarker(index),
    test: tests.find((test) => test.run === run.run),
  }));
}

/** A series that has figures on test patients. */
export type TestedSeries = Series & { readonly test: TestFigures };

export function isTested(series: Series): series is TestedSeries {
  return series.test !== undefined;
}

/** A short piece of the line with its mark: what a legend shows. */
export function swatch({ color, dash, marker }: Series): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 28 12" aria-hidden="true">
    <line x1="0" x2="28" y1="6" y2="6" stroke=${color} stroke-width="2" stroke-dasharray=${dash.join(' ')} />
    <g transform="translate(14 6)">${markShape(marker, color)}</g>
  </svg>`;
}

/** A mark around (0, 0). */
export function markShape(marker: Marker, color: string): SVGTemplateResult {
  switch (marker) {
    case 'square':
      return svg`<rect x="-3.5" y="-3.5" width="7" height="7" fill=${color} />`;
    case 'circle':
      return svg`<circle r="4" fill=${color} />`;
    case 'triangle':
      return svg`<path d="M0 -4.5 L4.5 3.5 L-4.5 3.5 Z" fill=${color} />`;
    case 'diamond':
      return svg`<path d="M0 -5 L5 0 L0 5 L-5 0 Z" fill=${color} />`;
    case 'plus':
      return svg`<path d="M0 -4.5 V4.5 M-4.5 0 H4.5" stroke=${color} stroke-width="2" />`;
  }
}
