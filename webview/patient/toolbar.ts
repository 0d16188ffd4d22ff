import { html, nothing, type TemplateResult } from 'lit';
import type { AttentionView } from '../../src/protocol/panels/patient';
import { attentionChoice } from '../../src/protocol/panels/patient';
import { fixed, share } from '../format';
import { segments } from '../frame';
import { divergingChip } from '../palette';
import { type Colour, receivedShares, type Sight, signedFigures } from './sight';

const shows: readonly { readonly value: AttentionView['show']; readonly label: string }[] = [
  { value: 'head', label: 'Head' },
  { value: 'layer', label: 'Mean of layer' },
  { value: 'mean', label: 'Mean of all' },
  { value: 'rollout', label: 'Rollout' },
];
const colours: readonly { readonly value: Colour; readonly label: string }[] = [
  { value: 'attribution', label: 'Attribution' },
  { value: 'occlusion', label: 'Occlusion' },
  { value: 'none', label: 'None' },
];

/** By what chips are coloured, which attention is shown, and what both mean. */
export function toolbar(sight: Sight): TemplateResult {
  const { explanation, local, view, set } = sight;
  const { show } = view.attention;
  const choice = attentionChoice(view.attention, explanation.attention);
  const layer = 'layer' in choice ? choice.layer : null;
  return html`<div class="toolbar">
    ${
      explanation.kind === 'finetune'
        ? html`<span class="labelled"
            >Colour
            ${segments({ label: 'Colour', options: colours, value: local.colour, pick: (colour) => set({ colour }) })}</span
          >`
        : nothing
    }
    <span class="labelled"
      >Attention
      ${segments({ label: 'Attention', options: shows, value: show, pick: (value) => lookAt(sight, { show: value }) })}
      ${layer === null ? nothing : number('Layer', layer, explanation.attention.layers, (value) => lookAt(sight, { layer: value }))}
      ${choice.kind === 'head' ? number('Head', choice.head, explanation.attention.heads, (value) => lookAt(sight, { head: value })) : nothing}
    </span>
    ${
      local.selected === null
        ? html`<span class="labelled"
            >Edges
            ${number(undefined, local.edges, 25, (edges) => set({ edges }), 'Strongest edges that are drawn', 0)}</span
          >`
        : nothing
    }
    <span class="right">${legend(sight)}</span>
  </div>`;
}

/** Looks at another square. */
export function lookAt({ view, look }: Pick<Sight, 'view' | 'look'>, change: Partial<AttentionView>): void {
  look({ attention: { ...view.attention, ...change } });
}

function number(
  label: string | undefined,
  value: number,
  size: number,
  change: (value: number) => void,
  spoken = label,
  first = 1,
): TemplateResult {
  const options = Array.from({ length: size }, (_, index) => index);
  return html`<label
    >${label ?? nothing}
    <select
      aria-label=${spoken ?? nothing}
      @change=${(event: Event) => change(Number((event.target as HTMLSelectElement).value))}
    >
      ${options.map((option) => html`<option value=${option} ?selected=${option === value}>${option + first}</option>`)}
    </select></label
  >`;
}

/** Dots are drawn against the largest share, which near-even attention has too: it must be told. */
function mostReceived(sight: Sight): string {
  const shares = receivedShares(sight);
  return shares.length === 0 ? '' : `, up to ${share(Math.max(...shares))}`;
}

function legend(sight: Sight): TemplateResult {
  const figures = signedFigures(sight.explanation, sight.local.colour);
  const steps = [-1, -0.75, -0.55, -0.35, -0.2, 0, 0.2, 0.35, 0.55, 0.75, 1];
  return html`${
      figures === undefined
        ? nothing
        : html`<span class="legend"
            >lowers ${fixed(-figures.scale, 2)}
            <span class="ramp" aria-hidden="true"
              >${steps.map((step) => html`<i .style=${`background: ${divergingChip(step, 1, sight.theme.kind).fill}`}></i>`)}</span
            >
            raises +${fixed(figures.scale, 2)} log-odds</span
          >`
    }<span class="legend"
      ><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>attention
      received${mostReceived(sight)}</span
    >
    ${
      sight.explanation.codes.every(({ known }) => known)
        ? nothing
        : html`<span class="legend"
            ><span class="swatch-unknown" aria-hidden="true"></span>unknown to the model</span
          >`
    }`;
}
