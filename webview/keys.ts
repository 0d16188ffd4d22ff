/** What a key does, by its name: `t`, `?`, `escape`, `arrowleft`, `shift+arrowleft`. */
export type KeyBindings = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const typingInto =
  'input:not([type=checkbox]):not([type=range]), textarea, select, [contenteditable], vscode-text-field';
/** What `Enter` presses. */
const ownEnter = 'button, a[href], summary, vscode-button, vscode-checkbox, [role=button]';
const ownArrows = 'input[type=range], [role=grid], [role=slider], .scroll';

/** Listens to the keys of a page. Keys but `Esc` are left alone while somebody types, and all in open dialogs. */
export function bindKeys(bindings: KeyBindings): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const name = keyName(event);
    const field = target.closest<HTMLElement>(typingInto);
    if (document.querySelector('dialog[open]') !== null) return;
    if (field !== null) {
      if (name !== 'escape') return;
      // Left, so that the next letter is a key again.
      field.blur();
    }
    // A slider, or a table that scrolls, uses arrows itself.
    if (name.includes('arrow') && target.closest(ownArrows) !== null) return;
    if (name === 'enter' && target.closest(ownEnter) !== null) return;
    const run = bindings[name];
    if (run === undefined) return;
    event.preventDefault();
    run(event);
  });
}

/**
 * For `@keydown` of a dialog: arrows and `Tab` go round its buttons, so that the keyboard does not slip out of the
 * page while the dialog lies over it. `Esc` leaves it.
 */
export function goRound(event: KeyboardEvent): void {
  const steps: Readonly<Record<string, number>> = { tab: 1, 'shift+tab': -1, arrowdown: 1, arrowup: -1 };
  const step = steps[keyName(event)];
  if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('vscode-button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}

/** Name of a key press as in {@link KeyBindings}. Shift counts only where it does not change the character. */
export function keyName(event: { readonly key: string; readonly shiftKey: boolean }): string {
  const key = event.key.toLowerCase();
  return event.shiftKey && event.key.length > 1 ? `shift+${key}` : key;
}
