import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openMap,
  openPatients,
  pickByCodes,
  selectWithArcs,
  showPatients,
  tearCheckpoints,
} from './explaining-steps';
import { check, type PageCheck } from './page-checks';
import { type Doing, picturedPanels, pictures } from './pictured-panels';
import { type PreparedStudy, prepareStudy } from './prepared-study';
import { wholly } from './words';
import { startWorkbench, type Theme, themes, type Workbench } from './workbench';

/**
 * Every panel and view in its states and in the four themes: a picture of each in test-results/screenshots for people,
 * and what a machine can judge of it: words, ink, contrast, nothing cut off.
 */
let workbench: Workbench;
let study: PreparedStudy;
let prepared: string;
/** The query worker while it stands still. */
let frozen: number | undefined;
const allThemes = Object.keys(themes) as Theme[];
const least = new Map<Theme, { ratio: number; where: string }>();
/** How long a window may take to show what it was asked for. */
const soon = { timeout: 20_000 };
const minutes = (count: number): { timeout: number } => ({ timeout: count * 60_000 });

const run = (id: string, ...file: string[]): string =>
  join(workbench.workspace, '.medbert', 'runs', id, ...file);
const dataset = (name: string): string => join(workbench.workspace, '.medbert', 'datasets', name);
const command = (name: string): Promise<void> => workbench.editor.command(`Med-BERT: ${name}`);

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'medbert-screens-'));
  prepared = join(home, 'prepared');
  mkdirSync(prepared);
  const settings = {
    'medbert.threads': 1,
    'medbert.notifyWhenRunEnds': 'never',
    'workbench.startupEditor': 'none',
    // A page that has just been drawn may take the focus while a list is open.
    'workbench.quickOpen.closeOnFocusLost': false,
  };
  const workspace = join(home, 'cohort-study');
  const [made, window] = await Promise.all([
    prepareStudy(prepared),
    startWorkbench({ viewport: { width: 1400, height: 900 }, settings, workspace }),
  ]);
  study = made;
  workbench = window;
}, 180_000);

afterAll(async () => {
  process.kill(study.running.pid, 'SIGKILL');
  if (frozen !== undefined) process.kill(frozen, 'SIGCONT');
  await workbench.close();
  rmSync(join(workbench.workspace, '..'), { recursive: true, force: true });
  const lines = [...least].map(([theme, { ratio, where }]) => `${theme}: least contrast ${ratio} (${where})`);
  process.stdout.write(`${lines.join('\n')}\n`);
});

/** A page that is visible, judged; `words` must stand on it. */
async function judged(
  panel: string,
  state: string,
  theme: Theme,
  title: string,
  words: RegExp,
): Promise<PageCheck> {
  const name = `${panel}-${state}`;
  const page = await workbench.editor.panel(title);
  await expect.poll(() => page.locator('body').innerText(), soon).toMatch(words);
  const seen = await check(page);
  expect.soft(seen.contrast.faint, `${name} ${theme}: hard to read`).toEqual([]);
  expect.soft(seen.cut, `${name} ${theme}: cut off`).toEqual([]);
  expect.soft(seen.isTooWide, `${name} ${theme}: wider than the window`).toBe(false);
  expect.soft(seen.contrast.texts, `${name} ${theme}: texts`).toBeGreaterThan(3);
  for (const { chart, points, pixels } of seen.inked) {
    if (points < 2 && state !== 'full') continue; // a run that ended before it could draw a line
    expect.soft(pixels, `${name} ${theme}: ink of ${chart}, ${points} points`).toBeGreaterThan(600);
  }
  const { least: ratio } = seen.contrast;
  if (ratio < (least.get(theme)?.ratio ?? Infinity)) least.set(theme, { ratio, where: name });
  return seen;
}

async function bringUp(title: string): Promise<void> {
  const name = workbench.page.locator('.label-name', { hasText: wholly(title) });
  const tab = workbench.page.locator('.editor-group-container .tab').filter({ has: name });
  await tab.scrollIntoViewIfNeeded({ timeout: 5000 });
  await tab.click({ position: { x: 14, y: 14 } });
  await workbench.page.mouse.move(700, 885); // where nothing answers to the pointer
}

/** The page of a panel once it stands. Until then it would swallow keys that are meant for the window. */
async function loaded(title: string): Promise<FrameLocator> {
  const page = await workbench.editor.panel(title);
  await page.locator('#root > *').first().waitFor();
  return page;
}

/** Ticks runs in a list that may be longer than the screen, and accepts. */
async function tick(runs: readonly string[]): Promise<void> {
  const { quickInput } = workbench.editor;
  await quickInput.step(/which runs|add/i);
  for (const id of runs) {
    await quickInput.fill(id);
    const row = quickInput.box.locator('.monaco-list-row', { hasText: id }).first();
    await row.locator('.monaco-checkbox, input[type=checkbox]').first().click();
  }
  await quickInput.fill('');
  await quickInput.accept();
}

/** Opens a panel about one run, then adds others. */
async function openCurves(first: string, others: readonly string[] = []): Promise<void> {
  const { editor } = workbench;
  await command('Show Training Curves');
  await editor.quickInput.step('Training curves of which run?');
  await editor.quickInput.choose(first, first);
  const page = await loaded(`Training: ${first}`);
  if (others.length === 0) return;
  await page.getByRole('button', { name: 'Add runs…' }).click();
  await tick(others);
  await loaded(`Training: ${first} and ${others.length} more`);
}

async function openCompare(runs: readonly string[]): Promise<FrameLocator> {
  await command('Compare Runs…');
  await tick(runs);
  return loaded(`Compare ${runs.length} run${runs.length === 1 ? '' : 's'}`);
}

async function openCohort(name: string): Promise<FrameLocator> {
  await command('Show Cohort Statistics');
  await workbench.editor.quickInput.step('Statistics of which dataset?');
  await workbench.editor.quickInput.choose(name, name);
  return loaded(`Cohort: ${name}`);
}

async function chooseLabels(page: FrameLocator, file: string): Promise<void> {
  await page.locator('[data-action=chooseLabels]').first().click();
  const { quickInput } = workbench.editor;
  await quickInput.box.waitFor();
  // The dialog writes its own folder into the field when it is ready, and looks up what is typed.
  const isOpen = async (): Promise<boolean> => {
    if (!(await quickInput.box.isVisible())) return false;
    await quickInput.fill(join(workbench.workspace, file));
    await workbench.page.waitForTimeout(400);
    await workbench.page.keyboard.press('Enter');
    return quickInput.box.waitFor({ state: 'hidden', timeout: 1500 }).then(
      () => false,
      () => true,
    );
  };
  await expect.poll(isOpen, { ...soon, interval: 500 }).toBe(false);
}

/** Opens the run configuration as a person does. A page that is just being loaded swallows the keys. */
async function openRunFile(): Promise<void> {
  const { editor, page } = workbench;
  const isAsked = async (): Promise<boolean> => {
    await page.keyboard.press('Control+p');
    return editor.quickInput.box.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(isAsked, soon).toBe(true);
  await editor.quickInput.choose('base.medbert.json', 'base.medbert.json');
}

/** The process that computes what panels ask for. */
function queryProcess(): number {
  const found = workbench
    .processes()
    .filter(({ command: words }) => words.some((word) => word.endsWith('query.js')));
  expect(found).toHaveLength(1);
  return found[0]!.pid;
}

describe('an empty folder', () => {
  test.each(allThemes)('%s', minutes(1), async (theme) => {
    const { editor, page } = workbench;
    if (theme === 'dark') await editor.openContainer('Med-BERT');
    else await workbench.setTheme(theme);
    const welcome = page.locator('.sidebar .welcome-view-content');
    await expect.poll(() => welcome.innerText(), soon).toMatch(/There is no dataset/);
    await workbench.shoot('tree', 'empty');

    await command('New Sample Study…');
    await editor.quickInput.step('New sample study');
    await page.mouse.move(700, 880);
    await workbench.shoot('form', 'first-step');
    await editor.quickInput.accept();
    await editor.quickInput.step(/2\/4/);
    await editor.quickInput.pick('2,000');
    await editor.quickInput.step(/3\/4/);
    await editor.quickInput.type('1');
    await editor.quickInput.step(/4\/4/);
    await expect
      .poll(() => editor.quickInput.labels())
      .toContainEqual(expect.stringMatching(/Make the study/));
    await page.mouse.move(700, 880);
    await workbench.shoot('form', 'summary');
    await editor.quickInput.cancel();
  });

  test('the walkthrough', minutes(1), async () => {
    const { editor, page } = workbench;
    await editor.command('Welcome: Open Walkthrough...');
    await editor.quickInput.choose('Your First Study with Med-BERT', 'Med-BERT');
    const steps = page.locator('.getting-started-step');
    await expect.poll(() => steps.count(), soon).toBeGreaterThanOrEqual(5);
    for (const theme of allThemes.toReversed()) {
      await workbench.setTheme(theme);
      await workbench.shoot('walkthrough', 'first-step');
    }
    await editor.command('View: Close All Editors');
  });
});

describe('a study', () => {
  test('appears in the tree when it appears in the folder', minutes(1), async () => {
    const { editor, workspace } = workbench;
    for (const entry of readdirSync(prepared)) renameSync(join(prepared, entry), join(workspace, entry));
    // Runs name their labels file by its place, and it is now in another.
    rmdirSync(prepared);
    symlinkSync(workspace, prepared);
    await command('Refresh');
    const tree = editor.tree('Experiments');
    await expect.poll(async () => (await tree.rows()).length, soon).toBeGreaterThan(8);
    const rows = await tree.rows();
    const described = (label: string): string => rows.find((row) => row.label === label)?.description ?? '';
    expect(described(study.running.run)).toMatch(/^\d+ % · .*\d\.\d\d/);
    expect(described(study.failed)).toMatch(/diverged|failed/i);
    await expect.poll(() => editor.statusBar(study.running.run).innerText(), soon).toMatch(/\d+ %/);
  });

  test('maps are drawn of codes and of patients', minutes(2), async () => {
    await openMap(workbench.editor, study.pretrained[0]);
    await showPatients(await openMap(workbench.editor, study.finetuned[0]!));
  });

  test('panels open in all their states', minutes(4), async () => {
    const { editor } = workbench;
    const { pretrained, finetuned, failed, doomed, running } = study;
    await openCurves(running.run);
    await openCurves(failed);
    await openCurves(pretrained[0], [pretrained[1], pretrained[2], failed]);
    await openCurves(doomed.deleted);
    await openCurves(doomed.damaged);
    await openCompare(finetuned);
    const stale = await openCompare([...finetuned.slice(0, 2), doomed.compared]);
    await expect.poll(() => stale.locator('body').innerText(), soon).toMatch(/DeLong/);
    const lone = await openCompare([finetuned[0]!]);
    await expect.poll(() => lone.locator('body').innerText(), soon).toMatch(/Choose two or more/);
    writeFileSync(join(workbench.workspace, 'wrong.tsv'), 'patient_id\tlabel\nP1\tmaybe\n');
    await chooseLabels(await openCohort('study'), 'wrong.tsv');
    await loaded('Cohort: study · wrong');
    await chooseLabels(await openCohort('study'), 'study/labels.tsv');
    await loaded('Cohort: study · labels');
    const gone = await openCohort('gone');
    await expect.poll(() => gone.locator('body').innerText(), soon).toMatch(/Visits per patient/);
    const earlier = await openCohort('earlier');
    await expect.poll(() => earlier.locator('body').innerText(), soon).toMatch(/Visits per patient/);

    rmSync(dataset('earlier'), { recursive: true });
    await expect.poll(() => earlier.locator('body').innerText(), soon).toMatch(/can no longer be read/);
    rmSync(dataset('gone'), { recursive: true });
    await bringUp('Cohort: gone');
    const goneAgain = await editor.panel('Cohort: gone');
    await goneAgain.locator('[data-action=recompute]').click();
    await expect.poll(() => goneAgain.locator('body').innerText(), soon).toMatch(/There is no dataset gone/);
    rmSync(run(doomed.deleted), { recursive: true });
    rmSync(run(doomed.compared), { recursive: true });
    appendFileSync(run(doomed.damaged, 'events.jsonl'), '{"seq":not json}\n');

    // One question is never answered, since the process dies; the next ones wait, since it stands still.
    process.kill((frozen = queryProcess()), 'SIGSTOP');
    const broken = await openCompare([pretrained[0], pretrained[1], failed, running.run, finetuned[0]!]);
    await expect.poll(() => broken.locator('body').innerText(), soon).toMatch(/Reading runs/);
    process.kill(frozen, 'SIGKILL');
    await expect.poll(() => broken.locator('body').innerText(), soon).toMatch(/could not be compared/);
    await bringUp(`Compare ${finetuned.length} runs`);
    const full = await editor.panel(`Compare ${finetuned.length} runs`);
    await full.locator('[data-action=addRuns]').click();
    await editor.quickInput.step(/which runs/);
    await editor.quickInput.accept();
    await expect.poll(() => queryProcess(), soon).not.toBe(frozen);
    await expect.poll(() => full.locator('body').innerText(), soon).toMatch(/DeLong/);
    process.kill((frozen = queryProcess()), 'SIGSTOP');
    await command('Show Cohort Statistics'); // of the only dataset that is left
    await loaded('Cohort: study');
    await openCompare(finetuned.slice(0, 2));
    await editor.command('Notifications: Clear All Notifications');
  });

  test('patients are explained, changed, chosen, and refused', minutes(3), async () => {
    const { editor } = workbench;
    const { pretrained, finetuned } = study;
    const some = (codes: number): boolean => codes >= 12 && codes <= 30;
    await pickByCodes(await openPatients(editor, finetuned[0]!), some);
    await pickByCodes(await openPatients(editor, pretrained[0]), some);
    await openPatients(editor, finetuned[1]!);
    const changed = await openPatients(editor, finetuned[2]!);
    await pickByCodes(changed, some);
    await selectWithArcs(changed);
    await changed.locator('.what-if [data-action=remove]').click();
    await changed.locator('.what-if [data-after]').waitFor(soon);
    const torn = await openPatients(editor, pretrained[2]);
    await pickByCodes(torn, some);
    tearCheckpoints(run(pretrained[2], 'checkpoints'));
    await torn.locator('[data-action=next]').click();
    await expect.poll(() => torn.locator('body').innerText(), soon).toMatch(/could not be explained/);
  });

  test('the run configuration has its lens', minutes(1), async () => {
    await openRunFile();
    await expect
      .poll(() => workbench.page.locator('.codelens-decoration').allInnerTexts(), soon)
      .toContainEqual(expect.stringMatching(/Pretrain with this configuration/));
  });
});

describe('the panels in all themes', () => {
  test.each(allThemes)('%s', minutes(3), async (theme) => {
    await workbench.setTheme(theme);
    await openRunFile();
    await workbench.shoot('run-file', 'lens');
    for (const [name, state, title, words, then] of picturedPanels(study)) {
      await bringUp(title);
      await then?.(await workbench.editor.panel(title));
      const { inked } = await judged(name, state, theme, title, words);
      if (state === 'full') expect.soft(inked, `${name} ${theme}`).toHaveLength(pictures[name]!);
      await workbench.shoot(name, state);
    }
    await showTablesAndNarrow(theme);
  });

  /** The full panels as tables, and in a window of 700 pixels. */
  async function showTablesAndNarrow(theme: Theme): Promise<void> {
    const { editor, page } = workbench;
    const full = picturedPanels(study).filter(([, state]) => state === 'full');
    const inEach = async (state: string, show: Doing): Promise<void> => {
      for (const [name, , title, words, then] of full) {
        await bringUp(title);
        const panel = await editor.panel(title);
        await show(panel);
        if (state === 'narrow') await then?.(panel);
        await judged(name, state, theme, title, state === 'table' ? /\d/ : words);
        await workbench.shoot(name, state);
      }
    };
    const press = (value: string) => (panel: FrameLocator) =>
      panel.locator(`button[data-value=${value}]`).first().click();
    await inEach('table', press('table'));
    await editor.command('View: Toggle Primary Side Bar Visibility');
    await page.setViewportSize({ width: 700, height: 900 });
    await inEach('narrow', press('chart'));
    await page.setViewportSize({ width: 1400, height: 900 });
    await editor.command('View: Toggle Primary Side Bar Visibility');
  }
});

test('no page broke its policy, and nothing left the machine', () => {
  expect(workbench.record.policyViolations).toEqual([]);
  expect(workbench.record.pageErrors).toEqual([]);
  expect(workbench.record.strayRequests).toEqual([]);
});
