import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { fixed } from '../format';
import { sectionTitle } from '../frame';
import { icon } from '../icons';
import type { Matrix } from './matrix';
import { fullWeight } from './matrix-pixels';
import type { Sight } from './sight';
import { choiceName } from './words';

/** The weight at which a square's colour is full; sorted for once, however often it is drawn. */
const fullWeights = new WeakMap<Float32Array, ReturnType<typeof fullWeight>>();

/** The whole square of attention with its legend and zoom. */
export function squareSection({ data, explanation, local, theme }: Sight, matrix: Matrix): TemplateResult {
  const { square, squareProblem } = data;
  if (square === null || square.length !== explanation.codes.length) {
    return html`<section class="matrix">
      ${sectionTitle('Attention')}
      ${
        squareProblem === null
          ? html`<div class="bone square" aria-hidden="true"></div>`
          : html`<p class="problem" role="alert">${icon('error')}<span>${squareProblem}</span></p>`
      }
    </section>`;
  }
  const full = fullWeights.get(square.weights) ?? fullWeight(square);
  fullWeights.set(square.weights, full);
  matrix.show({ square, codes: explanation.codes, selected: local.selected, full: full.weight, theme });
  const zoom = (factor: number, label: string, name: string): TemplateResult =>
    html`<button class="zoom" aria-label=${label} title=${label} @click=${() => matrix.zoom(factor)}>
      ${name}
    </button>`;
  return html`<section class="matrix" data-square=${choiceName(square.choice)}>
    <div class="heading">
      <h2>${choiceName(square.choice)}</h2>
      <span class="note"
        >0
        <i class="ramp-attention" aria-hidden="true"></i>
        ${full.isCapped ? '≥\u00a0' : ''}${fixed(full.weight, full.weight < 0.1 ? 3 : 2)}</span
      >
      <span class="zooms"
        >${zoom(1.5, 'Zoom in', '+')}${zoom(1 / 1.5, 'Zoom out', '−')}${zoom(0, 'Show everything', '0')}</span
      >
    </div>
    <div class="square-host" ${ref(matrix.attach)}></div>
    <p class="note">row: the code that reads · column: what it attends to · brackets: visits</p>
  </section>`;
}
