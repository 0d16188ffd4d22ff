import type { FrameLocator } from 'playwright-core';
import { expect, test } from 'vitest';
import { listed, whole } from './explaining-steps';
import type { Keyboard } from './keyboard';
import { enterPanel, eventually, judge, judgeTabs, judgeWidth, listedKeys } from './keyboard-judge';
import { markControls } from './page-audit';
import type { Workbench } from './workbench';

/** What the steps work with; known once the window stands. */
export interface ExplainingByKeyboard {
  readonly workbench: Workbench;
  readonly keys: Keyboard;
  /** A fine-tuned run. */
  readonly run: string;
}

/** Adds the tests of the patient panel and of the map: every action of them without a pointer. */
export function testExplainingByKeyboard(given: () => ExplainingByKeyboard): void {
  const patient = (): Promise<FrameLocator> => given().workbench.editor.panel(`Patient: ${given().run}`);
  const map = (): Promise<FrameLocator> => given().workbench.editor.panel(`Map: ${given().run}`);
  const name = (page: FrameLocator) => (): Promise<string> => page.locator('h1').innerText();

  test('the context menu of a run leads to its patients, and a search to one of them', async () => {
    const { keys, run } = given();
    await keys.command('Med-BERT Explorer: Focus on Experiments View');
    await keys.walkTo(run);
    await keys.menu('Explain Patient…');
    const page = await patient();
    await page.locator('.picker [data-patient]').first().waitFor({ timeout: 30_000 });
    await enterPanel(keys, page);
    await judge(page, 'patients to choose from');
    const list = await listed(page);
    const { patient: id } = list.slice(1, -1).find(({ codes }) => codes >= 8 && codes <= 25)!;
    await keys.press('/');
    await keys.type(id);
    await eventually(() => page.locator('.picker [data-patient]').count()).toBe(1);
    await keys.press('Control+a', 'Delete');
    await eventually(() => page.locator('.picker [data-patient]').count()).toBeGreaterThan(20);
    await markControls(page);
    await keys.tabTo(page, `button “${list[0]!.patient}”`);
    const focused = (): Promise<string | undefined> =>
      page.locator('body').evaluate(() => (document.activeElement as HTMLElement).dataset['patient']);
    const place = list.findIndex((entry) => entry.patient === id);
    for (let step = 0; step < place; step++) await keys.press('ArrowDown');
    await eventually(focused).toBe(id);
    await keys.press('Enter');
    await eventually(name(page)).toBe(`Patient ${id}`);
    await whole(page);
  });

  test('patient: all of the page is there for the keyboard', async () => {
    const { keys } = given();
    const page = await patient();
    await judge(page, 'patient');
    await judgeTabs(keys, page, 'patient');
    await keys.press('t');
    await page.locator('table').first().waitFor();
    await judge(page, 'patient as tables');
    await judgeTabs(keys, page, 'patient as tables');
    await keys.press('t');
    await whole(page);
  });

  test('patient: codes, heads and the matrix follow their keys', async () => {
    const { keys } = given();
    const page = await patient();
    await enterPanel(keys, page);
    expect(await listedKeys(keys, page)).toEqual([
      ...[
        '← →',
        '↑ ↓',
        '[ ]',
        '{ }',
        'R',
        '+ - 0',
        'M Del',
        'V A',
        'U',
        'O',
        'N B',
        '/',
        'T',
        'E',
        'Esc',
        '?',
      ],
    ]);
    const selected = async (): Promise<number | null> => {
      const code = page.locator('.chip.selected');
      return (await code.count()) === 0 ? null : Number(await code.getAttribute('data-code'));
    };
    const codes = await page.locator('.timeline .chip[data-code]').count();
    await keys.press('ArrowDown');
    await eventually(selected).toBe(codes - 1);
    await keys.press('ArrowUp');
    await eventually(selected).toBe(codes - 2);
    await keys.press('ArrowDown', 'ArrowLeft');
    await eventually(selected).toBeLessThan(codes - 1);
    await keys.press('ArrowRight');
    await eventually(selected).toBeGreaterThan(0);

    const square = (): Promise<string | null> =>
      page.locator('section.matrix').first().getAttribute('data-square');
    await keys.press(']');
    await eventually(square).toBe('Layer 1 · head 2');
    await keys.press('[');
    await eventually(square).toBe('Layer 1 · head 1');
    await keys.press('r');
    await eventually(square).toBe('Rollout');
    await keys.press('r', '}');
    await eventually(square).toBe('Layer 1 · head 1'); // the one layer there is
    await keys.press('{');
    await eventually(square).toBe('Layer 1 · head 1');
    const cells = (): Promise<string | null> =>
      page.locator('.square-host [data-cells]').getAttribute('data-cells');
    const all = Number(await cells());
    await keys.press('+', '+');
    await eventually(async () => Number(await cells())).toBeLessThan(all);
    await keys.press('-', '-', '-');
    await eventually(async () => Number(await cells())).toBe(all);
    await keys.press('+', '0');
    await eventually(async () => Number(await cells())).toBe(all);

    await markControls(page);
    await keys.tabTo(page, 'button “Layer 1 · head 1');
    await keys.press('ArrowRight');
    await eventually(square).toBe('Layer 1 · head 2');
    await page.locator('body').evaluate(() => (document.activeElement as HTMLElement).blur());
  });

  test('patient: edits, cases and the next patient follow their keys', async () => {
    const { keys, workbench } = given();
    const page = await patient();
    const edits = (): Promise<string[]> => page.locator('.what-if .edits li').allInnerTexts();
    await enterPanel(keys, page);
    await keys.press('ArrowUp');
    for (const [key, word] of [
      ['m', /masked/],
      ['Delete', /removed/],
    ] as const) {
      await keys.press(key);
      await eventually(edits).toEqual([expect.stringMatching(word)]);
      await page.locator('.what-if [data-after]').waitFor();
      await judge(page, `patient with a code ${word}`);
      await keys.press('u');
      await eventually(edits).toEqual([]);
    }
    const form = page.locator('.edit-form');
    for (const key of ['v', 'a']) {
      await keys.press(key);
      await form.waitFor();
      await judge(page, `patient with the form of ${key}`);
      await keys.press('Escape', 'Escape');
      await eventually(() => form.count()).toBe(0);
      await keys.press('ArrowUp');
    }
    await keys.press('o');
    await workbench.editor.quickInput.box.waitFor();
    await keys.press('Escape');
    await workbench.editor.quickInput.box.waitFor({ state: 'hidden' });
    await enterPanel(keys, page);
    await keys.press('e');
    await page.locator('dialog.menu[open]').waitFor();
    await keys.press('Escape');

    const before = await name(page)();
    await keys.press('n');
    await eventually(name(page)).not.toBe(before);
    await keys.press('b');
    await eventually(name(page)).toBe(before);
    await whole(page);
  });

  test('map: every key of the list does what it says, and a patient on it leads to the patient panel', async () => {
    const { keys, run } = given();
    await keys.command('Med-BERT Explorer: Focus on Experiments View');
    await keys.walkTo(run);
    await keys.menu('Show Embedding Map');
    const page = await map();
    await page.locator('.map .plot[data-points]').waitFor({ timeout: 60_000 });
    await judge(page, 'map of codes');
    await judgeTabs(keys, page, 'map of codes');
    expect(await listedKeys(keys, page)).toEqual([
      ...['/', '← → ↑ ↓', 'Tab', 'Enter', '+ −', 'Shift ← → ↑ ↓', '0', 'T', 'E', 'Esc', '?'],
    ]);
    const point = (): Promise<string | null> => page.locator('.card').getAttribute('data-point');
    const redraws = async (): Promise<number> =>
      Number(await page.locator('.plot').getAttribute('data-redraws'));
    await markControls(page);
    await keys.tabTo(page, 'div “UMAP map');
    await keys.press('ArrowRight');
    const first = await point();
    await keys.press('Tab');
    await eventually(() => page.locator('.card tr.on').count()).toBe(1);
    await keys.press('Enter');
    await eventually(point).not.toBe(first);
    for (const key of ['+', '-', 'Shift+ArrowLeft', '0']) {
      const drawn = await redraws();
      await keys.press(key);
      await eventually(redraws, { timeout: 5000 }).toBeGreaterThan(drawn);
    }
    await keys.press('Escape');
    await eventually(() => page.locator('.card').count()).toBe(0);
    await keys.press('/');
    await keys.type('4');
    await eventually(() => page.locator('.search [role=status]').innerText()).toMatch(/^1 of \d/);
    await keys.press('Enter');
    await eventually(() => page.locator('.search [role=status]').innerText()).toMatch(/^2 of \d/);
    await keys.press('Escape');

    await markControls(page);
    await keys.tabTo(page, 'button “Test patients');
    await keys.press('Enter');
    await page.locator('h1', { hasText: 'Map of test patients' }).waitFor({ timeout: 30_000 });
    await page.locator('.map .plot[data-points]').waitFor({ timeout: 30_000 });
    await markControls(page);
    await keys.tabTo(page, 'div “UMAP map');
    await keys.press('ArrowRight');
    await page.locator('.card [data-action=explainPatient]').waitFor();
    await judge(page, 'map of patients');
    const who = await page.locator('.card .code').innerText();
    await markControls(page);
    await keys.tabTo(page, 'vscode-button[explainPatient]');
    await keys.press('Enter');
    const { editor } = given().workbench;
    await eventually(async () => name(await editor.panel(`Patient: ${run}`))()).toBe(`Patient ${who}`);
  });

  test('patient and map at 200 %: nothing is cut off', async () => {
    const { keys, workbench } = given();
    await keys.command('View: Toggle Primary Side Bar Visibility');
    for (const [panel, open] of [
      ['patient', patient],
      ['map', map],
    ] as const) {
      await workbench.page.setViewportSize({ width: 700, height: 450 });
      if (panel === 'map') await keys.command('View: Open Previous Editor in Group');
      const page = await open();
      await judgeWidth(keys, page, `${panel} zoomed to 200 %`);
      await workbench.page.setViewportSize({ width: 1400, height: 900 });
      await page.locator(':root').evaluate((html) => html.style.setProperty('--vscode-font-size', '26px'));
      await judgeWidth(keys, page, `${panel} with letters of twice the size`);
    }
  });
}
