import type { FrameLocator, Page } from 'playwright-core';
import { type FocusStop, focusStop } from './page-audit';

/** What a person does who has a keyboard and no mouse. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Runs a command of the palette, whose name is typed in. */
  async command(name: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget:visible');
    const first = box.locator('.monaco-list-row').first().locator('.label-name').first();
    for (const until = Date.now() + 20_000; ;) {
      await this.press('F1');
      await box.waitFor();
      await this.type(name);
      for (let look = 0; look < 20; look++) {
        if (((await first.textContent({ timeout: 200 }).catch(() => '')) ?? '').trim() === name) {
          await this.press('Enter');
          return;
        }
        await this.page.waitForTimeout(100);
      }
      if (Date.now() > until) throw new Error(`No command “${name}”`);
      await this.press('Escape');
    }
  }

  /** Label of the row that the keyboard is on, in whatever list or tree has it. */
  async row(): Promise<string> {
    return this.page.evaluate(() => {
      const list = document.activeElement?.closest('[role=tree], [role=listbox], .monaco-list');
      const row = list?.querySelector('.monaco-list-row.focused');
      return row?.querySelector('.label-name')?.textContent.trim() ?? '';
    });
  }

  /** Walks down a tree to a row, from the top. */
  async walkTo(label: string): Promise<void> {
    await this.press('Home');
    for (let step = 0; step < 60; step++) {
      if ((await this.row()) === label) return;
      await this.press('ArrowDown');
    }
    throw new Error(`The arrows do not lead to “${label}”, but to “${await this.row()}”.`);
  }

  /** Opens the context menu of the row that the keyboard is on, and takes an entry by its first letters. */
  async menu(entry: string): Promise<void> {
    await this.press('Shift+F10');
    const menu = this.page.locator('.monaco-menu').last();
    await menu.waitFor();
    const items = menu.locator('.action-item:not(.disabled) > .action-menu-item');
    for (let step = 0; step < 40; step++) {
      const focused = menu.locator('.action-item.focused .action-label');
      const label = (await focused.count()) === 0 ? '' : (await focused.first().innerText()).trim();
      if (label === entry) {
        await this.press('Enter');
        return;
      }
      await this.press('ArrowDown');
    }
    throw new Error(`The menu has no “${entry}”: ${(await items.allInnerTexts()).join(' | ')}`);
  }

  /** Presses `Tab` to the end of a page. Returns each stop, and whether the last press left the page. */
  async tabThrough(page: FrameLocator): Promise<{ stops: FocusStop[]; left: boolean }> {
    const stops: FocusStop[] = [];
    for (let count = 0; count < 150; count++) {
      await this.press('Tab');
      const stop = await focusStop(page);
      if (stop !== undefined) stops.push(stop);
      else if (stops.length > 0 || count > 3) return { stops, left: await this.isOutside() };
    }
    return { stops, left: false };
  }

  /** Presses a key until the keyboard has left the panel. False when it never does. */
  async leave(key: 'Tab' | 'Shift+Tab'): Promise<boolean> {
    for (let count = 0; count < 150; count++) {
      await this.press(key);
      if (await this.isOutside()) return true;
    }
    return false;
  }

  /** Whether the keyboard is on the window rather than in a panel. */
  async isOutside(): Promise<boolean> {
    return this.page.evaluate(() => document.activeElement?.localName !== 'iframe');
  }

  /** Presses `Tab` until the control whose name begins so has the keyboard. */
  async tabTo(page: FrameLocator, name: string): Promise<void> {
    for (let count = 0; count < 150; count++) {
      if ((await focusStop(page))?.name.startsWith(name)) return;
      await this.press('Tab');
    }
    throw new Error(`Tab does not lead to ${name}`);
  }

  /** In a list with boxes: ticks the entries of these labels and no others, and accepts. */
  async tickOnly(labels: readonly string[]): Promise<void> {
    const rows = this.page.locator('.quick-input-widget:visible .monaco-list-row');
    await rows.first().waitFor();
    const count = await rows.count();
    const at = (): Promise<{ label: string; ticked: boolean } | null> =>
      this.page.evaluate(() => {
        const box = document.activeElement;
        if (box === null || box.role !== 'checkbox' || box.closest('.monaco-list-row') === null) return null;
        return { label: box.ariaLabel ?? '', ticked: box.ariaChecked === 'true' };
      });
    const seen = new Set<string>();
    for (let step = 0; step < 40 && seen.size < count; step++) {
      await this.press('Tab');
      const box = await at();
      if (box !== null && box.ticked !== labels.includes(box.label)) await this.press('Space');
      if (box !== null) seen.add(box.label);
    }
    const missing = labels.filter((label) => !seen.has(label));
    if (missing.length > 0) throw new Error(`Tab does not lead to ${missing.join(', ')}`);
    // Tab after the last box would leave and close the list.
    for (let step = 0; step < 40 && !(await this.isTyping()); step++) await this.press('Shift+Tab');
    await this.press('Enter');
  }

  private async isTyping(): Promise<boolean> {
    return this.page.evaluate(() => document.activeElement?.matches('.quick-input-box input') ?? false);
  }

  /** Waits for a dialog that asks for a file, and accepts what it proposes. */
  async acceptFile(path?: string): Promise<string> {
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    await input.waitFor();
    // The folder comes first, the name of the file a moment later.
    for (let look = 0; look < 100 && /^$|\/$/.test(await input.inputValue()); look++) {
      await this.page.waitForTimeout(50);
      if (path !== undefined && look > 10) break;
    }
    if (path !== undefined) {
      await this.press('Control+a');
      await this.type(path);
    }
    const chosen = await input.inputValue();
    await this.press('Enter');
    return chosen;
  }
}
