import { html, svg, type TemplateResult } from 'lit';
import type { HeadPattern } from '../../src/protocol/explanation';
import { attentionChoice } from '../../src/protocol/panels/patient';
import { sectionTitle } from '../frame';
import type { Sight } from './sight';
import { lookAt } from './toolbar';
import { headFinding, readings, sharesOf } from './words';

/** Every head as five bars: how much of its attention goes where; small lines tell what chance would give. */
export function headGrid(sight: Sight): TemplateResult {
  const { attention } = sight.explanation;
  const choice = attentionChoice(sight.view.attention, attention);
  const chosen = choice.kind === 'head' ? choice : undefined;
  const rows = Array.from({ length: attention.layers }, (_, layer) =>
    attention.patterns.filter((pattern) => pattern.layer === layer).sort((a, b) => a.head - b.head),
  );
  const shown = attention.patterns.find(({ layer, head }) => layer === chosen?.layer && head === chosen.head);
  const columns = `grid-template-columns: 1.2rem repeat(${attention.heads}, minmax(24px, 3.4rem))`;
  return html`<section class="heads">
    ${sectionTitle('Heads', 'rows: layer, columns: head')}
    <div
      class="head-grid"
      role="grid"
      aria-label="Heads by layer"
      .style=${columns}
      @keydown=${(event: KeyboardEvent) => walk(event, sight)}
    >
      <span></span
      >${Array.from({ length: attention.heads }, (_, head) => html`<span class="axis">${head + 1}</span>`)}
      ${rows.map(
        (patterns, layer) =>
          html`<div role="row">
            <span class="axis" role="rowheader">${layer + 1}</span
            >${patterns.map((pattern) => cell(sight, pattern, pattern === shown))}
          </div>`,
      )}
    </div>
    <p class="key">
      ${readings.map(({ label }, index) => html`<span><b>${index + 1}</b> ${label}</span>`)}
      <span class="note">line: chance</span>
    </p>
    <p class="finding">
      ${shown === undefined ? 'Choose a head to look at it alone.' : headFinding(shown, attention.chance)}
    </p>
    <p class="note">${crossVisit(sight)}</p>
  </section>`;
}

function cell(sight: Sight, pattern: HeadPattern, isShown: boolean): TemplateResult {
  const { attention } = sight.explanation;
  const shares = sharesOf(pattern);
  const even = sharesOf(attention.chance);
  const words = headFinding(pattern, attention.chance);
  const isFirst = pattern.layer === 0 && pattern.head === 0;
  const none = attentionChoice(sight.view.attention, attention).kind !== 'head';
  return html`<button
    role="gridcell"
    class=${isShown ? 'head chosen' : 'head'}
    data-head=${`${pattern.layer}-${pattern.head}`}
    tabindex=${isShown || (none && isFirst) ? 0 : -1}
    aria-selected=${isShown}
    aria-label=${words}
    title=${words}
    @click=${() => lookAt(sight, { show: 'head', layer: pattern.layer, head: pattern.head })}
  >
    <svg viewBox="0 0 44 44" aria-hidden="true">
      ${readings.map(({ key }, index) => {
        const height = 36 * Math.min(1, shares[key]);
        const level = 40 - 36 * Math.min(1, even[key]);
        const x = 4 + index * 7.4;
        return svg`<rect x=${x} y=${40 - height} width="5.6" height=${Math.max(0.5, height)}></rect>
          <line x1=${x - 0.6} x2=${x + 6.2} y1=${level} y2=${level}></line>`;
      })}
    </svg>
  </button>`;
}

/** How much is read across visits, over all heads, against chance. */
function crossVisit({ explanation }: Sight): string {
  const { patterns, chance } = explanation.attention;
  if (patterns.length === 0) return '';
  const within = patterns.reduce((sum, one) => sum + one.withinVisit, 0) / patterns.length;
  const percent = (part: number): string => `${Math.round(100 * part)}\u00a0%`;
  return `Across visits: ${percent(1 - within)} of all attention (chance ${percent(1 - chance.withinVisit)})`;
}

function walk(event: KeyboardEvent, sight: Sight): void {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  const step = steps[event.key];
  const from = (event.target as HTMLElement).dataset['head'];
  if (step === undefined || from === undefined) return;
  const { layers, heads } = sight.explanation.attention;
  const [layer, head] = from.split('-').map(Number) as [number, number];
  const next = { layer: layer + step[0], head: head + step[1] };
  event.preventDefault();
  if (next.layer < 0 || next.layer >= layers || next.head < 0 || next.head >= heads) return;
  lookAt(sight, { show: 'head', ...next });
  document.querySelector<HTMLElement>(`[data-head="${next.layer}-${next.head}"]`)?.focus();
}
