import { html, nothing, type TemplateResult } from 'lit';
import type { PatientData } from '../../src/protocol/panels/patient';
import type { Step } from '../../src/protocol/panels/panel';
import { type Act, bones, type Part, progressLine, stepButtons } from '../frame';
import { icon } from '../icons';

/** The true layout in grey. */
export function skeleton(): TemplateResult {
  return html`${bones([[4, 4, 4, 4], [1.8], [3], [14, 14, 14, 14, 14, 14, 14, 14, 14], [20, 20, 20, 20]])}`;
}

/** What is being computed beside what is shown already. */
export function pendingLine(
  { phase, share }: { readonly phase: string; readonly share: number | null },
  act: Act,
): TemplateResult {
  return html`${progressLine(share, phase)} ${working(phase, act)}`;
}

function working(phase: string, act: Act): TemplateResult {
  return html`<p class="working">
    <span class="phase" role="status">${phase.charAt(0).toUpperCase() + phase.slice(1)}</span>
    <button class="link" data-action="cancel" @click=${() => act({ do: 'cancel' })}>Cancel</button>
  </p>`;
}

/** Why a part is missing, and what to do. */
export function problemBanner(
  { text, steps }: { readonly text: string; readonly steps: readonly Step[] },
  act: Act,
): TemplateResult {
  return html`<div class="banner error" role="alert">
    ${icon('error')}<span class="text">${text}</span>${stepButtons(steps, act)}
  </div>`;
}

/** What stands there while there is nothing to draw yet, or nothing can be. */
export function waiting({ stage, patient }: PatientData, act: Act): Part {
  switch (stage.kind) {
    case 'choosing':
      if (patient === null) return nothing;
      return blank(
        'person',
        'No explanation yet',
        'Compute it.',
        [{ label: 'Recompute', do: 'recompute' }],
        act,
      );
    case 'reading':
      return html`<div class="skeleton" aria-hidden="true">${skeleton()}</div>
        ${working(stage.phase, act)}`;
    case 'failed':
      return blank('error', stage.title, stage.text, stage.steps, act);
    case 'shown':
      return nothing;
  }
}

function blank(
  sign: 'error' | 'person',
  title: string,
  text: string,
  steps: readonly Step[],
  act: Act,
): TemplateResult {
  return html`<section class="blank" role=${sign === 'error' ? 'alert' : 'note'}>
    ${icon(sign)}
    <h2>${title}</h2>
    <p>${text}</p>
    <div class="actions">${stepButtons(steps, act)}</div>
  </section>`;
}
