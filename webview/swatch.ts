import { svg, html, nothing, type TemplateResult } from 'lit';
import { type Marker, seriesDash, seriesMarker } from './palette';

/** A short piece of a line as a legend shows it, in the colour and dash of its series. */
export function swatch(look: {
  readonly series: number;
  /** Grey, because it is not drawn. */
  readonly off?: boolean;
  /** 2 by default. */
  readonly width?: number;
}): TemplateResult {
  const dash = seriesDash(look.series).join(' ');
  const color = look.off === true ? 'series-off' : `series-${(look.series % 6) + 1}`;
  return html`<svg class="swatch ${color}" width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">
    <line
      x1="1"
      y1="6"
      x2="21"
      y2="6"
      stroke="currentColor"
      stroke-width=${look.width ?? 2}
      stroke-dasharray=${dash || nothing}
    ></line>
  </svg>`;
}

const shapes: Readonly<Record<Marker, TemplateResult>> = {
  square: svg`<rect x="2" y="2" width="8" height="8"></rect>`,
  circle: svg`<circle cx="6" cy="6" r="4.5"></circle>`,
  triangle: svg`<path d="M6 1.2 11 10H1z"></path>`,
  diamond: svg`<path d="M6 .5 11.5 6 6 11.5.5 6z"></path>`,
  plus: svg`<path d="M4.75 1h2.5v3.75H11v2.5H7.25V11h-2.5V7.25H1v-2.5h3.75z"></path>`,
};

/** The marker of a series as a legend shows it. */
export function markerSwatch(series: number): TemplateResult {
  return html`<svg
    class="swatch marker series-${(series % 6) + 1}"
    width="12"
    height="12"
    viewBox="0 0 12 12"
    fill="currentColor"
    aria-hidden="true"
  >
    ${shapes[seriesMarker(series)]}
  </svg>`;
}
