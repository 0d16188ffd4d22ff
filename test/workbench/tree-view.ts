import type { Locator, Page } from 'playwright-core';
import { wholly } from './words';

/** A tree of the side bar. Rows are addressed by their label; only rows on the screen exist. */
export class TreeView {
  /** The list itself. */
  readonly list: Locator;

  constructor(
    private readonly page: Page,
    name: string,
  ) {
    this.list = page.locator(`.sidebar [role="tree"][aria-label="${name}"]`);
  }

  /** The row whose label is `label`. */
  row(label: string): Locator {
    const name = this.page.locator('.label-name', { hasText: wholly(label) });
    return this.list.locator('.monaco-list-row').filter({ has: name });
  }

  /** Label and description of all rows on the screen, from top to bottom. */
  async rows(): Promise<{ label: string; description: string; level: number }[]> {
    const rows = await this.list.locator('.monaco-list-row').all();
    const read = rows.map(async (row) => ({
      label: await row.locator('.label-name').innerText(),
      description: (await row.locator('.label-description').allInnerTexts()).join(' '),
      level: Number(await row.getAttribute('aria-level')),
    }));
    return Promise.all(read);
  }

  /** What stands beside the label: state, step, figures. */
  async description(label: string): Promise<string> {
    return (await this.row(label).locator('.label-description').allInnerTexts()).join(' ');
  }

  /** Opens the row's children, if they are not open. */
  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click();
  }

  /** Presses a button at the right end of the row. */
  async action(label: string, title: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${title}"]`).click();
  }

  /** Chooses an entry of the row's context menu. */
  async menu(label: string, entry: string): Promise<void> {
    const choice = this.page.locator('.monaco-menu .action-item', {
      has: this.page.locator('.action-label', { hasText: wholly(entry) }),
    });
    const focused = this.page.locator('.monaco-menu .action-item.focused', { hasText: entry });
    // An editor that has just been opened takes the focus, which closes the menu; and a menu that has just been opened
    // does not notice the pointer before it moves once more.
    const isReady = async (tries: number): Promise<boolean> => {
      if (!(await choice.isVisible())) await this.row(label).click({ button: 'right' });
      return choice.hover({ timeout: 1000, position: { x: 12 + (tries % 4), y: 8 } }).then(
        () => focused.isVisible(),
        () => false,
      );
    };
    const until = Date.now() + 20_000;
    for (let tries = 0; !(await isReady(tries)); tries++) {
      if (Date.now() > until) throw new Error(`No entry “${entry}” in the menu of “${label}”.`);
      await this.page.waitForTimeout(50);
    }
    // A menu that has just been opened takes no click for a moment, but it takes keys.
    await this.page.keyboard.press('Enter');
    await choice.waitFor({ state: 'hidden' });
  }
}
