/** What a key does, by its name: `t`, `?`, `escape`, `arrowleft`, `shift+arrowleft`. */
export type KeyBindings = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const typingInto =
  'input:not([type=checkbox]):not([type=range]), textarea, select, [contenteditable], vscode-text-field';
const ownArrows = 'input[type=range], [role=grid], [role=slider], .scroll';

/** Listens to the keys of a page. Keys are left alone while somebody types, and in open dialogs. */
export function bindKeys(bindings: KeyBindings): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(typingInto) !== null || document.querySelector('dialog[open]') !== null) return;
    const name = keyName(event);
    // A slider, or a table that scrolls, uses arrows itself.
    if (name.includes('arrow') && target.closest(ownArrows) !== null) return;
    const run = bindings[name];
    if (run === undefined) return;
    event.preventDefault();
    run(event);
  });
}

/** Name of a key press as in {@link KeyBindings}. Shift counts only where it does not change the character. */
export function keyName(event: { readonly key: string; readonly shiftKey: boolean }): string {
  const key = event.key.toLowerCase();
  return event.shiftKey && event.key.length > 1 ? `shift+${key}` : key;
}
