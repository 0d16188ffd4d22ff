import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../format';

/** Finds codes by code or description, and goes from one to the next. */
export function searchBox(parts: {
  readonly sought: string;
  readonly found: number;
  /** Which of them, from 0. */
  readonly place: number;
  readonly search: (text: string) => void;
  /** 1 = the next one, −1 = the one before. */
  readonly next: (by: 1 | -1) => void;
}): TemplateResult {
  const { sought, found, place, search, next } = parts;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    next(event.shiftKey ? -1 : 1);
  };
  const status = found === 0 ? 'none' : `${count(place + 1)} of ${count(found)}`;
  return html`<span class="search">
    <input
      type="text"
      aria-label="Search by code or description"
      placeholder="Search codes"
      spellcheck="false"
      .value=${sought}
      @input=${(event: Event) => search((event.target as HTMLInputElement).value)}
      @keydown=${onKey}
    />
    <span class="note" role="status">${sought.trim() === '' ? nothing : status}</span>
  </span>`;
}
