import { html, nothing, type TemplateResult } from 'lit';
import type { Part } from './frame';
import { button } from './frame';
import { goRound } from './keys';

/** A key, or a pair of keys, and what it does. */
export interface KeyHint {
  readonly keys: readonly string[];
  readonly does: string;
}

const everywhere: readonly KeyHint[] = [
  { keys: ['T'], does: 'chart or table' },
  { keys: ['E'], does: 'export' },
  { keys: ['Esc'], does: 'clear the selection' },
  { keys: ['?'], does: 'these keys' },
];

/** Bottom of a panel: freshness and notes to the left, keys to the right; and the list of all keys behind `?`. */
export function footer(parts: {
  /** How fresh the figures are; `live` puts a green dot before it. */
  readonly fresh: Part;
  readonly live?: boolean;
  readonly notes?: readonly Part[];
  /** The keys worth a place in the footer. */
  readonly hints: readonly KeyHint[];
  /** Every key of this panel beside those of all panels (`T`, `E`, `Esc`, `?`). */
  readonly keys: readonly KeyHint[];
}): TemplateResult {
  return html`<footer class="footer">
      <span class=${parts.live === true ? 'live' : ''}>${parts.fresh}</span>
      ${(parts.notes ?? []).map((note) => html`<span>${note}</span>`)}
      <span class="keys">
        ${parts.hints.map(({ keys, does }) => html`<span>${keyCaps(keys)} ${does}</span>`)}
        <button class="link" @click=${showKeys}><kbd>?</kbd> keys</button>
      </span>
    </footer>
    <dialog class="keys-help" aria-labelledby="keys-title" @keydown=${goRound}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        ${[...parts.keys, ...everywhere].map(
          ({ keys, does }) =>
            html`<dt>${keyCaps(keys)}</dt>
              <dd>${does}</dd>`,
        )}
      </dl>
      ${button({ label: 'Close', click: closeKeys, primary: true })}
    </dialog>`;
}

/** Opens the list of keys: bind it to `?`. */
export function showKeys(): void {
  dialog()?.showModal();
}

function closeKeys(): void {
  dialog()?.close();
}

function dialog(): HTMLDialogElement | null {
  return document.querySelector('dialog.keys-help');
}

function keyCaps(keys: readonly string[]): TemplateResult[] {
  return keys.map((key, index) => html`${index === 0 ? nothing : ' '}<kbd>${key}</kbd>`);
}

/**
 * A voice for screen readers; only the end of a run is worth it. Made when the page begins: readers often miss the
 * words of a region that has just come.
 */
export function announcer(): (text: string) => void {
  const region = document.createElement('div');
  region.id = 'announcements';
  region.className = 'spoken-only';
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  document.body.append(region);
  return (text) => {
    region.textContent = text;
  };
}
