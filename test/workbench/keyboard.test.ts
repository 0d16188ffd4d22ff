import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Keyboard } from './keyboard';
import { makeStudy, type Study } from './keyboard-study';
import { testExplainingByKeyboard } from './keyboard-explain';
import { enterPanel, eventually, judge, judgeTabs, judgeWidth, listedKeys } from './keyboard-judge';
import { audit, markControls } from './page-audit';
import { startWorkbench, type Workbench } from './workbench';

/**
 * The work of a person who has a keyboard and no mouse: from the palette through the tree to every panel, and every
 * action of every panel. No step of this file touches the pointer. The steps build on one another.
 */
const root = mkdtempSync(join(tmpdir(), 'medbert-keyboard-'));
const workspace = join(root, 'workspace');
let study: Study;
let workbench: Workbench;
let keys: Keyboard;

beforeAll(async () => {
  study = await makeStudy(workspace);
  workbench = await startWorkbench({ workspace, viewport: { width: 1400, height: 900 } });
  workbench.page.context().setDefaultTimeout(10_000);
  keys = new Keyboard(workbench.page);
});
afterAll(async () => {
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});

const panel = (title: string): Promise<FrameLocator> => workbench.editor.panel(title);
const curves = (): Promise<FrameLocator> => panel(`Training: ${study.unfinished}`);
const cohort = (labels = ' · labels'): Promise<FrameLocator> => panel(`Cohort: trial${labels}`);
const compare = (): Promise<FrameLocator> => panel('Compare 4 runs');

/** The words of an element; empty while there is none. */
const words = async (page: FrameLocator, selector: string): Promise<string> =>
  (await page.locator(selector).allInnerTexts())[0] ?? '';
const value = (page: FrameLocator, selector: string, name: string): Promise<string | null> =>
  page.locator(selector).first().getAttribute(name);
/** Which button of a group is pressed. */
const pressed = (page: FrameLocator, group: string): Promise<string> =>
  words(page, `[role=group][aria-label="${group}"] [aria-pressed=true]`);

/** The rows of the first table of a page that has `caption`. */
async function tableRows(page: FrameLocator, caption: RegExp): Promise<string[][]> {
  const table = page.locator('table', { has: page.locator('caption', { hasText: caption }) }).first();
  await table.waitFor();
  return table.evaluate((element) =>
    [...(element as HTMLTableElement).rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
  );
}

test('the view opens from the palette, and arrows walk the tree', async () => {
  // The first call starts the extension; the tree comes into its place a moment later.
  await eventually(
    async () => {
      await keys.command('Med-BERT Explorer: Focus on Experiments View');
      await workbench.page.waitForTimeout(500);
      await keys.press('Home');
      return keys.row();
    },
    { timeout: 30_000 },
  ).toBe('workspace');
  await keys.walkTo(study.finetuned[0]!);
  await keys.walkTo(study.unfinished);
});

test('Enter on a run opens its curves, and all of the page is there for the keyboard', async () => {
  await keys.press('Enter');
  const page = await curves();
  await eventually(() => words(page, '.pill')).toMatch(/Stopped/);
  expect(await keys.isOutside(), 'the panel has the keyboard at once').toBe(false);
  await judge(page, 'curves');
  await judgeTabs(keys, page, 'curves');
});

test('curves: every key of the list does what it says', async () => {
  const page = await curves();
  expect(await listedKeys(keys, page)).toEqual(['← →', 'Shift ← →', 'P', 'L', '+ -', 'T', 'E', 'Esc', '?']);
  const place = (): Promise<string> => words(page, '.runs-head h2');
  const stepShown = async (): Promise<number> => Number(/[\d,]+/.exec(await place())?.[0].replace(',', ''));

  expect(await place()).toBe('Latest');
  await keys.press('ArrowLeft');
  await eventually(place).toMatch(/^At step \d+$/);
  const last = await stepShown();
  await keys.press('ArrowLeft');
  const before = await stepShown();
  expect(before).toBeLessThan(last);
  await keys.press('ArrowRight');
  expect(await stepShown()).toBe(last);
  await keys.press('Shift+ArrowLeft');
  const far = await stepShown();
  expect(far).toBeLessThan(before);
  await keys.press('Shift+ArrowRight');
  expect(await stepShown()).toBe(last);

  await keys.press('p');
  await eventually(() => words(page, '.pinned')).toMatch(/pinned/);
  await keys.press('p');
  await eventually(() => page.locator('.pinned').count()).toBe(0);
  expect(await place()).toBe('Latest');

  const log = (): Promise<string | null> => value(page, 'vscode-checkbox >> nth=0', 'aria-checked');
  expect(await log()).toBe('true');
  await keys.press('l');
  await eventually(log).toBe('false');
  await keys.press('l');
  await eventually(log).toBe('true');

  const whole = page.locator('[data-action=clearRange]');
  await keys.press('ArrowLeft', '+', '+');
  await whole.waitFor();
  await keys.press('-', '-');
  await whole.waitFor({ state: 'hidden' });
  await keys.press('+');
  await whole.waitFor();
  await keys.press('Escape');
  await whole.waitFor({ state: 'hidden' });
  expect(await place()).toBe('Latest');
});

test('curves: T shows the points of the journal as a table, and T brings the chart back', async () => {
  const page = await curves();
  await keys.press('t');
  const [head, ...rows] = await tableRows(page, /rows?\sof\s\d+\smeasured/);
  expect(head).toEqual([
    'Step',
    'Run',
    'Split',
    'Loss',
    'MLM accuracy',
    'LOS AUROC',
    'Learning rate',
    'Patients/s',
  ]);
  const journal = readFileSync(join(workspace, '.medbert', 'runs', study.unfinished, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { step: number; kind: string; split?: string; values?: Record<string, number> },
    );
  const validated = journal.filter(({ kind, split }) => kind === 'metric' && split === 'validation');
  expect(validated.length).toBeGreaterThan(0);
  const inTable = rows.filter(([, , split]) => split === 'validation');
  expect(inTable.map(([step, , , loss, , auroc]) => [step, loss, auroc])).toEqual(
    validated.map(({ step, values }) => [
      step.toLocaleString('en-US'),
      values!['loss']!.toFixed(2),
      values!['losAuroc']!.toFixed(3),
    ]),
  );
  await judge(page, 'curves as a table');
  await keys.press('t');
  await page.locator('[data-chart=loss]').waitFor();
  expect(await page.locator('table').count()).toBe(0);
});

test('curves: the export is reached and saved', async () => {
  const page = await curves();
  for (const [down, file] of [
    [1, `${study.unfinished}-curves.csv`],
    [0, `${study.unfinished}-curves.png`],
  ] as const) {
    await keys.press('e');
    await page.locator('dialog.menu[open]').waitFor();
    for (let step = 0; step < down; step++) await keys.press('ArrowDown');
    await keys.press('Enter');
    expect(await keys.acceptFile()).toContain(file);
    await eventually(() => existsSync(join(workspace, file))).toBe(true);
    await enterPanel(keys, page);
  }
  const [header, ...lines] = readFileSync(join(workspace, `${study.unfinished}-curves.csv`), 'utf8')
    .trim()
    .split('\n');
  expect(header).toMatch(/step/);
  expect(lines.length).toBeGreaterThan(10);
  const png = readFileSync(join(workspace, `${study.unfinished}-curves.png`));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
});

test('resumed by keyboard, the run speaks once, at its end', async () => {
  const page = await curves();
  await page.locator('body').evaluate(() => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output';
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
        if (region) spoken.push(region.textContent.trim());
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  await page.locator('[role=status]').waitFor({ state: 'attached' });
  await markControls(page);
  await keys.tabTo(page, 'vscode-button[resume]');
  await keys.press('Enter');
  await eventually(() => words(page, '.pill')).toMatch(/Running/);
  await judge(page, 'curves of a running run');
  // The editor of these tests wants no motion; without its word the sign of a run turns, unless the system says no.
  const quiet = (on: boolean): Promise<void> =>
    page
      .locator('body')
      .evaluate((body, force) => void body.classList.toggle('vscode-reduce-motion', force), on);
  await quiet(false);
  expect((await audit(page)).moving).not.toEqual([]);
  await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
  await eventually(async () => (await audit(page)).moving).toEqual([]);
  await workbench.page.emulateMedia({ reducedMotion: null });
  await quiet(true);
  await eventually(() => words(page, '.pill'), { timeout: 60_000 }).toMatch(/Finished/);
  const spoken = (): Promise<string[]> =>
    page.locator('body').evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  await eventually(async () => (await spoken()).length).toBeGreaterThan(0);
  expect(await spoken()).toEqual([expect.stringMatching(new RegExp(`^${study.unfinished}: Finished`))]);
});

test('the context menu of the dataset leads to its statistics', async () => {
  await keys.command('Med-BERT Explorer: Focus on Experiments View');
  await keys.walkTo('trial');
  await keys.menu('Show Cohort Statistics');
  const page = await cohort('');
  await eventually(() => words(page, 'h1')).toBe('trial');
  await page.locator('.plot canvas').first().waitFor();
  await judge(page, 'cohort');
  await judgeTabs(keys, page, 'cohort');
});

test('cohort: labels are chosen, and every key of the list does what it says', async () => {
  const bare = await cohort('');
  expect(await listedKeys(keys, bare)).toEqual(['C', 'S', 'L', '/', 'T', 'E', 'Esc', '?']);
  await keys.press('l');
  await keys.acceptFile(join(workspace, 'study', 'labels.tsv'));
  const page = await cohort();
  await eventually(() => pressed(page, 'Patients'), { timeout: 30_000 }).toMatch(/^Cohort labels/);
  await enterPanel(keys, page);
  for (const [key, now] of [
    ['c', /^All/],
    ['c', /^Cohort/],
    ['s', /^Split/],
    ['s', /^Cohort/],
  ] as const) {
    await keys.press(key);
    await eventually(() => pressed(page, 'Patients')).toMatch(now);
  }
  await judge(page, 'cohort with labels');
  await judgeTabs(keys, page, 'cohort with labels');

  await keys.press('/');
  const rows = page.locator('.codes tbody tr');
  const all = await rows.count();
  const code = await rows.first().locator('th').innerText();
  await keys.type(code);
  await eventually(() => rows.count()).toBeLessThan(all);
  await keys.press('t'); // typed, not obeyed
  expect(await page.locator('.plot').count()).toBeGreaterThan(0);
  await keys.press('Escape');
  await eventually(() => rows.count()).toBe(all);
  await keys.press('c'); // the field was left
  await eventually(() => pressed(page, 'Patients')).toMatch(/^All/);
  await keys.press('c');
});

test('cohort: T shows every picture as a table with its numbers', async () => {
  const page = await cohort();
  await enterPanel(keys, page);
  await page.locator('body').evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const label = (await value(page, '[data-picture=coverage] .plot', 'aria-label'))!;
  await keys.press('t');
  const [head, ...rows] = await tableRows(page, /Coverage/);
  expect(head).toEqual(['Most frequent codes', 'Share of diagnosis rows']);
  const [, size, share] = /^The ([\d,]+) most frequent codes cover ([\d.]+ %)/.exec(
    label.replace(/\u00a0/g, ' '),
  )!;
  expect(rows.map((row) => row.map((cell) => cell.replace(/\u00a0/g, ' ')))).toContainEqual([size, share]);
  await judge(page, 'cohort as tables');
  await judgeTabs(keys, page, 'cohort as tables');
  await keys.press('t');
  await page.locator('.plot').first().waitFor();
  await keys.press('e');
  expect(await keys.acceptFile()).toContain('trial-statistics.tsv');
  await eventually(() => existsSync(join(workspace, 'trial-statistics.tsv'))).toBe(true);
});

test('runs are compared from the palette', async () => {
  await keys.command('Med-BERT: Compare Runs…');
  await keys.tickOnly(study.finetuned);
  const page = await compare();
  await eventually(() => words(page, '.spelled-out'), { timeout: 30_000 }).toMatch(/DeLong p/);
  await judge(page, 'compare');
  await judgeTabs(keys, page, 'compare');
});

test('compare: every key of the list does what it says', async () => {
  const page = await compare();
  expect(await listedKeys(keys, page)).toEqual(['1 2 3', '← → ↑ ↓', 'Enter', 'A', 'T', 'E', 'Esc', '?']);
  for (const [key, tab] of [
    ['2', 'Precision–recall'],
    ['3', 'Calibration'],
    ['1', 'ROC'],
  ] as const) {
    await keys.press(key);
    await eventually(() => pressed(page, 'Curve')).toBe(tab);
    expect(await value(page, '.plot', 'aria-label')).toMatch(new RegExp(`^${tab}.*\\d`));
  }
  const cell = (): Promise<string | null> =>
    page.locator('body').evaluate(() => document.activeElement?.getAttribute('data-pair') ?? null);
  const order = page.locator('.run-list tbody tr');
  const ids = await order.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['run']!));
  const names = await page.locator('.triangle tbody th').allInnerTexts();
  const [first, second, third, fourth] = ids;
  await keys.press('ArrowDown');
  await eventually(cell).not.toBeNull();
  await keys.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowLeft');
  await eventually(cell).toBe(`${second} ${first}`);
  await keys.press('ArrowDown', 'ArrowDown', 'ArrowRight');
  await eventually(cell).toBe(`${fourth} ${second}`);
  await keys.press('ArrowRight');
  await eventually(cell).toBe(`${fourth} ${third}`);
  await keys.press('ArrowUp', 'ArrowLeft');
  await eventually(cell).toBe(`${third} ${first}`);
  await eventually(() => words(page, '.spelled-out h3')).toBe(`${names[2]} − ${names[0]}`);
  await keys.press('Escape');
  await keys.press('ArrowLeft');
  await eventually(cell).not.toBeNull();
  const run = (await cell())!.split(' ')[0]!;
  await keys.press('Enter');
  await eventually(async () => words(await panel(`Training: ${run}`), 'h1')).toBe(run);
});

test('compare: T shows the figures of the runs as tables, and the export is saved', async () => {
  await keys.command('View: Open Previous Editor in Group');
  const page = await compare();
  await enterPanel(keys, page);
  await keys.press('t');
  const ids = await page
    .locator('.run-list tbody tr')
    .evaluateAll((list) => list.map((row) => (row as HTMLElement).dataset['run']!));
  const [head, ...rows] = await tableRows(page, /Metrics on the test patients with/);
  expect(head!.slice(0, 4)).toEqual(['Run', 'Patients', 'Cases', 'AUROC']);
  for (const run of study.finetuned) {
    const path = join(workspace, '.medbert', 'runs', run, 'metrics.json');
    const { evaluation } = JSON.parse(readFileSync(path, 'utf8')) as { evaluation: { auroc: number } };
    expect(rows[ids.indexOf(run)]?.[3]).toMatch(new RegExp(`^${evaluation.auroc.toFixed(3)} \\(`));
  }
  await judge(page, 'compare as tables');
  await judgeTabs(keys, page, 'compare as tables');
  await keys.press('t', 'e');
  await page.locator('dialog.menu[open]').waitFor();
  await keys.press('ArrowDown', 'Enter');
  const saved = await keys.acceptFile();
  await eventually(() => existsSync(saved.startsWith('/') ? saved : join(workspace, saved))).toBe(true);
});

test('at 200 % nothing is cut off', async () => {
  const { page: window } = workbench;
  await keys.command('View: Toggle Primary Side Bar Visibility');
  for (const [name, open] of [
    ['compare', compare],
    ['curves', curves],
    ['cohort', () => cohort()],
  ] as const) {
    // A window of half the size, with pixels of twice the size, is what zoom makes of it.
    await window.setViewportSize({ width: 700, height: 450 });
    if (name === 'curves') await keys.command('View: Open First Editor in Group');
    if (name === 'cohort') await keys.command('View: Open Next Editor in Group');
    const page = await open();
    await judgeWidth(keys, page, `${name} zoomed to 200 %`);
    await window.setViewportSize({ width: 1400, height: 900 });
    await page.locator(':root').evaluate((html) => html.style.setProperty('--vscode-font-size', '26px'));
    await judgeWidth(keys, page, `${name} with letters of twice the size`);
  }
});

// The side bar, which the last test has hidden, comes back with the tree.
testExplainingByKeyboard(() => ({ workbench, keys, run: study.finetuned[0]! }));
