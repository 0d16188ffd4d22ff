import type { FrameLocator, Locator, Page } from 'playwright-core';
import { QuickInput } from './quick-input';
import { TreeView } from './tree-view';

/** What a person does in a VS Code window, by the words that stand on the screen. */
export class Editor {
  readonly quickInput: QuickInput;

  constructor(readonly page: Page) {
    this.quickInput = new QuickInput(page);
  }

  /**
   * Runs a command through the palette; `name` as the palette shows it, such as `Med-BERT: Compare runs…`.
   * The palette lists what exists when it opens, so right after the start of a window it may take a second look.
   */
  async command(name: string): Promise<void> {
    const until = Date.now() + 20_000;
    for (;;) {
      await this.page.keyboard.press('F1');
      if (await this.quickInput.choose(name, `>${name}`, 3000)) return;
      const labels = await this.quickInput.labels();
      if (Date.now() > until) throw new Error(`No command “${name}”; the palette has: ${labels.join(' | ')}`);
      await this.quickInput.cancel();
    }
  }

  /** Opens a container of the activity bar by its name. */
  async openContainer(name: string): Promise<void> {
    const item = this.page.locator('.activitybar .action-item', {
      has: this.page.locator(`[aria-label^="${name}"]`),
    });
    await item.waitFor();
    const open = await item.evaluate((element) => element.classList.contains('checked'));
    if (!open) await item.click();
  }

  /** A tree view by its name. */
  tree(name: string): TreeView {
    return new TreeView(this.page, name);
  }

  /** The tab of an editor or panel. */
  tab(title: string): Locator {
    return this.page.locator('.editor-group-container .tab', { hasText: title });
  }

  /**
   * Opens a file of the folder by name, and waits until it is the one that is edited: its tab may be there already,
   * behind another, and a click on a list that is being drawn anew is lost.
   */
  async openFile(name: string, filter = name): Promise<void> {
    const active = this.page.locator('.editor-group-container .tab.active', { hasText: name });
    for (const until = Date.now() + 30_000; Date.now() < until;) {
      await this.page.keyboard.press('Control+P');
      if (await this.quickInput.choose(name, filter, 3000)) {
        try {
          await active.waitFor({ timeout: 5000 });
          return;
        } catch {
          // Once more.
        }
      } else await this.quickInput.cancel();
    }
    throw new Error(`The file “${name}” does not open.`);
  }

  /**
   * The page inside the visible panel of this title. Ask again after a reload.
   * @throws Error when none appears in time
   */
  async panel(title: string, timeout = 15_000): Promise<FrameLocator> {
    const webviews = this.page.locator('iframe.webview.ready');
    const until = Date.now() + timeout;
    for (;;) {
      const seen: string[] = [];
      for (const webview of await webviews.all()) {
        const shown = await titleOf(webview);
        if (shown === title) {
          const name = await webview.getAttribute('name');
          return this.page.frameLocator(`iframe.webview[name="${name}"]`).frameLocator('iframe#active-frame');
        }
        if (shown !== undefined) seen.push(shown);
      }
      if (Date.now() > until) {
        throw new Error(`No panel “${title}” is visible; there are: ${seen.join(', ') || 'none'}.`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** The notifications on the screen, in words. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  /** Waits for the notification that holds `text` and presses its button. */
  async answer(text: string | RegExp, button: string): Promise<void> {
    const toast = this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
    await toast.locator('.monaco-button', { hasText: button }).click();
  }

  /** The item of the status bar that holds `text`. */
  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar .statusbar-item', { hasText: text });
  }

  /** The question in the middle of the window. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Answers the dialog of files with a path. */
  async chooseFile(path: string): Promise<void> {
    const { box } = this.quickInput;
    await box.waitFor();
    // It writes its own folder into the field when it is ready, and looks up what is typed.
    for (let tries = 0; tries < 20 && (await box.isVisible()); tries++) {
      await this.quickInput.fill(path);
      await this.page.waitForTimeout(400);
      await this.page.keyboard.press('Enter');
      await box.waitFor({ state: 'hidden', timeout: 1500 }).catch(() => undefined);
    }
  }

  /** Points at a word in the text until what hovers over it holds `wanted`; all of what it then says. */
  async hover(word: string, wanted: RegExp, timeout = 60_000): Promise<string> {
    const shown = this.page.locator('.monaco-hover:visible', { hasText: wanted });
    const line = this.page.locator('.view-line', { hasText: word }).first();
    for (const until = Date.now() + timeout; ;) {
      const place = await line.evaluate(placeOf, word);
      if (place !== undefined) {
        await this.page.mouse.move(place.x - 3, place.y);
        await this.page.mouse.move(place.x, place.y);
      }
      try {
        return await shown.first().innerText({ timeout: 5000 });
      } catch (error) {
        if (Date.now() > until) throw error;
      }
      await this.page.mouse.move(place?.x ?? 700, (place?.y ?? 400) + 200);
    }
  }

  /** Reloads the window as a person would, and waits until it stands again. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  /** Waits until the window can be used. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor();
    await this.page.locator('.statusbar .statusbar-item').first().waitFor();
  }
}

/** The title of the page in a webview; undefined when the webview is hidden or not yet filled. */
async function titleOf(webview: Locator): Promise<string | undefined> {
  try {
    if (!(await webview.isVisible())) return undefined;
    const inner = webview.contentFrame().locator('iframe#active-frame');
    return (await inner.getAttribute('title', { timeout: 500 })) ?? undefined;
  } catch {
    return undefined; // replaced meanwhile
  }
}

/** The middle of a word on the screen. Runs inside the page. */
function placeOf(line: Element, word: string): { x: number; y: number } | undefined {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const at = node.textContent!.indexOf(word);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + word.length);
    const { left, top, width, height } = range.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  }
  return undefined;
}
