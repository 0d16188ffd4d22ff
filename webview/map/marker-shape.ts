import { html, svg, type TemplateResult } from 'lit';
import type { Marker } from '../palette';

const shapes: Readonly<Record<Marker, TemplateResult>> = {
  square: svg`<rect x="-4" y="-4" width="8" height="8"></rect>`,
  circle: svg`<circle r="4.5"></circle>`,
  triangle: svg`<path d="M0 -5 5 4H-5z"></path>`,
  diamond: svg`<path d="M0 -5.5 5.5 0 0 5.5-5.5 0z"></path>`,
  plus: svg`<path d="M-1.4 -5h2.8v3.6H5v2.8H1.4V5h-2.8V1.4H-5v-2.8h3.6z"></path>`,
};

/** A mark of the map in the colour of the text. @param size 1 = usual */
export function markerShape(marker: Marker, size: number): TemplateResult {
  return html`<svg width="14" height="14" viewBox="-7 -7 14 14" fill="currentColor" aria-hidden="true">
    <g transform=${`scale(${size})`}>${shapes[marker]}</g>
  </svg>`;
}
