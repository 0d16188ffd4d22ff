import { html, type TemplateResult } from 'lit';
import { button } from './frame';
import { goRound } from './keys';

/** One choice of a {@link menu}. */
export interface Choice {
  readonly label: string;
  readonly name: string;
  readonly pick: () => void;
}

/** A few choices in a dialog that opens with {@link openMenu} and closes with a choice or `Esc`. */
export function menu(title: string, choices: readonly Choice[]): TemplateResult {
  return html`<dialog class="menu" aria-label=${title} @keydown=${goRound}>
    <h2>${title}</h2>
    <div class="choices">
      ${choices.map(({ label, name, pick }) => button({ label, name, click: () => close(pick) }))}
    </div>
  </dialog>`;
}

/** Opens the menu of the page. */
export function openMenu(): void {
  dialog()?.showModal();
}

function close(then: () => void): void {
  dialog()?.close();
  then();
}

function dialog(): HTMLDialogElement | null {
  return document.querySelector('dialog.menu');
}
