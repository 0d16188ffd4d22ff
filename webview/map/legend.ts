import { html, nothing, type TemplateResult } from 'lit';
import { count, none } from '../format';
import { markerShape } from './marker-shape';
import { type Group, lookOf, mostSlots, type Slots } from './groups';
import type { Theme } from '../theme';

/** The groups, those that stand out above the grey ones. Pressing one moves it over. */
export function legend(parts: {
  readonly title: string;
  readonly groups: readonly Group[];
  readonly slots: Slots;
  readonly theme: Theme;
  readonly note: string;
  readonly toggle: (key: string) => void;
}): TemplateResult {
  const { groups, slots, theme, toggle } = parts;
  const front = slots.flatMap((key) => groups.find((group) => group.key === key) ?? []);
  const back = groups.filter(({ key }) => !slots.includes(key));
  const isFull = front.length >= mostSlots;
  const entry = (group: Group, isFront: boolean): TemplateResult => {
    const look = lookOf(group.key, slots.indexOf(group.key), theme);
    const color = isFront ? `color: ${look.color}` : 'color: var(--text-muted)';
    return html`<li>
      <button
        aria-pressed=${isFront}
        data-group=${group.key}
        ?disabled=${!isFront && isFull}
        title=${!isFront && isFull ? 'Five stand out at most: press one of them first' : ''}
        @click=${() => toggle(group.key)}
      >
        <span class="shape" .style=${color}
          >${markerShape(isFront ? look.marker : 'circle', isFront ? look.size : 0.6)}</span
        >
        <span class="name">${group.name}</span>
        <span class="number" title=${group.told === null ? 'Withheld: a group has too few patients' : nothing}
          >${group.told === null ? none : count(group.told)}</span
        >
      </button>
    </li>`;
  };
  return html`<section class="legend" aria-label=${parts.title}>
    <h2>${parts.title}</h2>
    <ul class="front">
      ${front.map((group) => entry(group, true))}
    </ul>
    <ul class="back" ?hidden=${back.length === 0}>
      ${back.map((group) => entry(group, false))}
    </ul>
    <p class="note">${parts.note}</p>
  </section>`;
}
