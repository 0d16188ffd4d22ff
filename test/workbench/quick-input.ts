import type { Locator, Page } from 'playwright-core';
import { wholly } from './words';

/** The box at the top of the window: the palette, lists to pick from, fields to fill in. */
export class QuickInput {
  /** The whole box. */
  readonly box: Locator;
  private readonly input: Locator;
  private readonly rows: Locator;

  constructor(private readonly page: Page) {
    this.box = page.locator('.quick-input-widget:visible');
    this.input = this.box.locator('.quick-input-box input');
    this.rows = this.box.locator('.quick-input-list .monaco-list-row');
  }

  /** Waits until the step of this title shows, such as `Pretrain (2/4)`. */
  async step(title: string | RegExp): Promise<void> {
    await this.box.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** The labels of the list, as far as they are on the screen. */
  async labels(): Promise<string[]> {
    await this.box.waitFor();
    return this.rows
      .locator('.quick-input-list-rows > .quick-input-list-row:first-child .label-name')
      .allInnerTexts();
  }

  /** Picks the entry with exactly this label. A list too long for the screen is narrowed to find it. */
  async pick(label: string): Promise<void> {
    if (!(await this.choose(label, undefined, 2000)) && !(await this.choose(label, label))) {
      throw new Error(`No entry “${label}” in the list: ${(await this.labels()).join(' | ')}`);
    }
  }

  /** Ticks entries of a list with boxes and accepts. */
  async pickAll(labels: readonly string[]): Promise<void> {
    await this.box.waitFor();
    for (const label of labels)
      await this.row(label).locator('.monaco-checkbox, input[type=checkbox]').first().click();
    await this.input.press('Enter');
  }

  /** Fills in the field and accepts. */
  async type(text: string): Promise<void> {
    await this.fill(text);
    await this.input.press('Enter');
  }

  /** Fills in the field without accepting. */
  async fill(text: string): Promise<void> {
    await this.box.waitFor();
    await this.input.fill(text);
  }

  /** What stands below the field: the hint, or what is wrong with it. */
  async message(): Promise<string> {
    return this.box.locator('.quick-input-message').innerText();
  }

  /** Accepts what is proposed. */
  async accept(): Promise<void> {
    await this.box.waitFor();
    await this.input.press('Enter');
  }

  /** Accepts what a step of a form proposes, and waits until another step shows: a key pressed too soon is lost. */
  async next(): Promise<void> {
    const title = this.page.locator('.quick-input-widget .quick-input-title');
    await this.box.waitFor();
    const before = await title.innerText();
    await this.input.press('Enter');
    for (const until = Date.now() + 30_000; Date.now() < until;) {
      if (!(await this.box.isVisible()) || (await title.innerText()) !== before) return;
      await this.page.waitForTimeout(50);
    }
    throw new Error(`The step “${before}” stays.`);
  }

  /** One step back. */
  async back(): Promise<void> {
    await this.box.locator('.quick-input-titlebar [aria-label^="Back"]').click();
  }

  async cancel(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }

  /** Picks the entry with this label, after narrowing the list by `filter`. False when there is none in time. */
  async choose(label: string, filter: string | undefined, timeout = 10_000): Promise<boolean> {
    await this.box.waitFor();
    if (filter !== undefined) await this.input.fill(filter);
    const row = this.row(label).first();
    try {
      await row.waitFor({ timeout });
    } catch {
      return false;
    }
    await row.click();
    return true;
  }

  private row(label: string): Locator {
    return this.rows.filter({ has: this.page.locator('.label-name', { hasText: wholly(label) }) });
  }
}
