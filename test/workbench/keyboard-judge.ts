import type { FrameLocator } from 'playwright-core';
import { expect } from 'vitest';
import type { Keyboard } from './keyboard';
import { audit, focusStop, markControls, unvisited } from './page-audit';

/** As `expect.poll`, with the patience that a busy machine asks for. */
export const eventually = <Value>(read: () => Promise<Value> | Value, { timeout = 15_000 } = {}) =>
  expect.poll(read, { timeout });

/** Puts the keyboard on the open panel. */
export async function enterPanel(keys: Keyboard, page: FrameLocator): Promise<void> {
  await keys.command('View: Focus Active Editor Group');
  await eventually(() => page.locator('body').evaluate(() => document.hasFocus())).toBe(true);
}

/** What every page owes to a person who cannot use a mouse or cannot see; tells all that is wrong at once. */
export async function judge(page: FrameLocator, name: string): Promise<void> {
  const found = await audit(page);
  expect.soft(found.small, `${name}: targets under 24 px`).toEqual([]);
  expect.soft(found.wordless, `${name}: images without a number in their label`).toEqual([]);
  expect.soft(found.headings[0], `${name}: first heading`).toBe(1);
  const steps = found.headings.map((level, index) => level - (found.headings[index - 1] ?? 0));
  expect.soft(Math.max(...steps), `${name}: headings ${found.headings.join(' ')}`).toBe(1);
  expect.soft(found.cutOff, `${name}: cut off`).toEqual([]);
  expect.soft(found.bareTables, `${name}: tables without caption or head`).toEqual([]);
  expect.soft(found.stuck, `${name}: areas that only a mouse can scroll`).toEqual([]);
  expect.soft(found.moving, `${name}: moves though motion is unwanted`).toEqual([]);
  const named = 'button|checkbox|slider|link|searchbox|textbox|gridcell|grid|region|dialog|group|table';
  const nameless = new RegExp(`^\\s*- (${named})( \\[|:|$)`);
  const lines = (await page.locator('body').ariaSnapshot()).split('\n');
  const bare = lines.filter((line) => nameless.test(line));
  expect.soft(bare, `${name}: without a name`).toEqual([]);
}

/** Tab reaches every control, each is marked while it has the keyboard, and both ends lead out of the panel. */
export async function judgeTabs(keys: Keyboard, page: FrameLocator, name: string): Promise<void> {
  await enterPanel(keys, page);
  // Backwards first: Tab then begins at the top, wherever the keyboard was before.
  expect.soft(await keys.leave('Shift+Tab'), `${name}: Shift+Tab leaves`).toBe(true);
  await enterPanel(keys, page);
  await page.locator('body').evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const controls = await markControls(page);
  const { stops, left } = await keys.tabThrough(page);
  expect.soft(controls.length, `${name}: controls`).toBeGreaterThan(6);
  expect.soft(await unvisited(page), `${name}: Tab never comes to`).toEqual([]);
  expect.soft(left, `${name}: Tab leaves`).toBe(true);
  const unmarked = stops.filter(({ ring }) => ring < 2);
  expect.soft(unmarked, `${name}: focus not marked`).toEqual([]);
  const faint = stops.filter(({ contrast }) => contrast < 3);
  expect.soft(faint, `${name}: focus too faint`).toEqual([]);
  const cut = stops.filter(({ sides }) => sides < 3);
  expect.soft(cut, `${name}: mark cut off`).toEqual([]);
  await enterPanel(keys, page);
}

/** The keys that `?` lists; so that none is listed without a test that presses it. */
export async function listedKeys(keys: Keyboard, page: FrameLocator): Promise<string[]> {
  await keys.press('?');
  const list = page.locator('dialog.keys-help[open]');
  await list.waitFor();
  const names = await list.locator('dt').allInnerTexts();
  expect((await focusStop(page))?.name).toMatch(/Close/);
  await keys.press('Tab');
  expect((await focusStop(page))?.name, 'Tab stays in the list of keys').toMatch(/Close/);
  await keys.press('Escape');
  await list.waitFor({ state: 'hidden' });
  return names.map((name) => name.replace(/\s+/g, ' ').trim());
}

/** Nothing of a page, as pictures and as tables, is cut off at its right edge. */
export async function judgeWidth(keys: Keyboard, page: FrameLocator, name: string): Promise<void> {
  await enterPanel(keys, page);
  for (const showing of ['pictures', 'tables']) {
    // Charts follow the size of their place.
    await page.owner().page().waitForTimeout(300);
    expect.soft((await audit(page)).cutOff, `${name}, ${showing}`).toEqual([]);
    await keys.press('t');
  }
}
