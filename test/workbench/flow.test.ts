import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Workbench, startWorkbench } from './workbench';

/**
 * The main job as a person does it, from an empty folder to a comparison, each step judged by what the window shows.
 * The steps build on one another: where one fails, the later ones fail too.
 */
let workbench: Workbench;
const runName = /^(pretrain|finetune)-\d{8}-\d+$/;

beforeAll(async () => {
  workbench = await startWorkbench({
    viewport: { width: 1400, height: 900 },
    settings: { 'medbert.threads': 1 },
  });
});
afterAll(async () => {
  await workbench.close();
});

const minutes = (count: number): { timeout: number } => ({ timeout: count * 60_000 });
const tree = () => workbench.editor.tree('Experiments');
const curves = (run: string): Promise<FrameLocator> => workbench.editor.panel(`Training: ${run}`);

/** How many points stand in the loss chart, as the page itself says. */
async function points(page: FrameLocator): Promise<number> {
  return Number(await page.locator('[data-chart=loss]').getAttribute('data-points'));
}

/** Runs of one kind in the tree, the newest first. */
async function runs(kind: 'pretrain' | 'finetune'): Promise<{ label: string; description: string }[]> {
  const rows = await tree().rows();
  return rows.filter(({ label }) => runName.test(label) && label.startsWith(kind));
}

const described =
  (kind: 'pretrain' | 'finetune', index = 0) =>
  async (): Promise<string> =>
    (await runs(kind))[index]?.description ?? 'not in the tree';

/** Whether the form has come to its last step. */
const isAtSummary = async (action: string): Promise<boolean> =>
  (await workbench.editor.quickInput.labels()).some((label) => label.includes(action));

let pretraining = '';
/** What a run was frozen with. */
const threadsOf = (run: string): unknown =>
  (
    JSON.parse(readFileSync(join(workbench.workspace, '.medbert', 'runs', run, 'run.json'), 'utf8')) as {
      config: { threads: unknown };
    }
  ).config.threads;

test('an empty folder offers the first two steps', async () => {
  await workbench.editor.openContainer('Med-BERT');
  const welcome = workbench.page.locator('.sidebar .welcome-view-content');
  await expect.poll(() => welcome.innerText()).toMatch(/sample study/i);
  expect(await welcome.locator('.monaco-button').allInnerTexts()).toEqual([
    expect.stringMatching(/sample study/i),
    expect.stringMatching(/import/i),
  ]);
});

test('a sample study is made and imported, and the tree shows its dataset', minutes(3), async () => {
  const { editor } = workbench;
  await workbench.page.locator('.sidebar .welcome-view-content .monaco-button').first().click();
  await editor.quickInput.step('New sample study');
  await editor.quickInput.accept();
  await editor.quickInput.pick('2,000');
  await editor.quickInput.type('1');
  await editor.quickInput.pick('Make the study');
  await expect
    .poll(() => editor.notifications(), { timeout: 90_000 })
    .toContainEqual(expect.stringMatching(/Dataset study: [\d,]+ patients/));
  expect(existsSync(join(workbench.workspace, 'study', 'records.tsv'))).toBe(true);
  await expect.poll(async () => (await tree().rows()).map(({ label }) => label)).toContain('study');
});

test('the statistics of the dataset stand in a panel', minutes(1), async () => {
  const { editor } = workbench;
  await editor.answer(/Dataset study/, 'Show Statistics');
  const page = await editor.panel('Cohort: study');
  await expect
    .poll(() => page.locator('body').innerText(), { timeout: 30_000 })
    .toMatch(/Visits per patient/);
  expect(await page.locator('body').innerText()).toMatch(/Sequence length/);
  await workbench.shoot('cohort', 'full');
});

test('pretraining starts from the palette and its curve grows while we look', minutes(3), async () => {
  const { editor } = workbench;
  await editor.command('Med-BERT: Pretrain…');
  await editor.quickInput.step('Pretrain: Dataset');
  await editor.quickInput.next();
  await editor.quickInput.pick('study/labels.tsv');
  await editor.quickInput.pick('Small');
  await editor.quickInput.step('Pretrain: Length');
  await editor.quickInput.type('4000 steps');
  await editor.quickInput.step('Pretrain: Learning rate');
  await editor.quickInput.next();
  await editor.quickInput.step('Pretrain: Seed');
  await editor.quickInput.next();
  await editor.quickInput.pick('Start pretraining');
  await expect.poll(async () => (await runs('pretrain')).length, { timeout: 60_000 }).toBe(1);
  pretraining = (await runs('pretrain'))[0]!.label;
  expect(threadsOf(pretraining)).toBe(1);
  const page = await curves(pretraining);
  await expect.poll(() => points(page), { timeout: 60_000 }).toBeGreaterThan(5);
  const before = await points(page);
  await expect.poll(() => points(page), { timeout: 30_000 }).toBeGreaterThan(before);
  await workbench.shoot('curves', 'busy');
});

test('the running job stands in the tree and the status bar', async () => {
  await expect.poll(described('pretrain')).toMatch(/^\d+ % · loss \d\.\d\d · /);
  await expect.poll(() => workbench.editor.statusBar(pretraining).innerText()).toMatch(/\d+ %/);
});

test('after a reload in mid-run the tree finds the run and the curve goes on', minutes(2), async () => {
  await workbench.editor.reload();
  await expect.poll(described('pretrain'), { timeout: 30_000 }).toMatch(/^\d+ % · /);
  const page = await curves(pretraining);
  await expect.poll(() => points(page), { timeout: 30_000 }).toBeGreaterThan(5);
  const before = await points(page);
  await expect.poll(() => points(page), { timeout: 30_000 }).toBeGreaterThan(before);
});

test('a run is stopped with a last checkpoint, and resumed to its end', minutes(4), async () => {
  const { editor } = workbench;
  await tree().action(pretraining, 'Stop');
  await expect.poll(described('pretrain'), { timeout: 30_000 }).toMatch(/^stopped at \d+ %/);
  const page = await curves(pretraining);
  await expect.poll(() => page.locator('.pill').first().innerText()).toMatch(/Stopped/);
  const stopped = await points(page);
  await tree().action(pretraining, 'Resume');
  await expect.poll(described('pretrain'), { timeout: 30_000 }).toMatch(/^\d+ % · /);
  await expect.poll(() => points(page), { timeout: 30_000 }).toBeGreaterThan(stopped);
  await expect.poll(described('pretrain'), { timeout: 180_000 }).toMatch(/0\.\d\d LOS AUROC/);
  await expect.poll(() => page.locator('.pill').first().innerText()).toMatch(/Finished/);
  await expect.poll(() => editor.notifications()).toContainEqual(expect.stringContaining(pretraining));
});

test('fine-tuning ends with its AUROC in the tree', minutes(4), async () => {
  const { editor } = workbench;
  for (const [index, encoder] of [pretraining, 'Untrained'].entries()) {
    await editor.command('Med-BERT: Fine-Tune…');
    await editor.quickInput.step('Fine-tune: Dataset');
    await editor.quickInput.next();
    await editor.quickInput.step('Fine-tune: Labels');
    await editor.quickInput.pick('study/labels.tsv');
    await editor.quickInput.step('Fine-tune: Encoder');
    await editor.quickInput.pick(encoder);
    // An untrained encoder has one step more: what it is built like.
    await editor.quickInput.step(/Fine-tune: (Built like|Training patients)/);
    for (let step = 0; step < 8 && !(await isAtSummary('Start fine-tuning')); step++) {
      await editor.quickInput.next();
    }
    await editor.quickInput.pick('Start fine-tuning');
    await expect.poll(async () => (await runs('finetune')).length, { timeout: 60_000 }).toBe(index + 1);
  }
  await expect
    .poll(described('finetune', 0), { timeout: 120_000 })
    .toMatch(/^0\.\d{3} \(0\.\d\d–[01]\.\d\d\) test AUROC/);
  await expect
    .poll(described('finetune', 1), { timeout: 120_000 })
    .toMatch(/^0\.\d{3} \(0\.\d\d–[01]\.\d\d\) test AUROC/);
});

test('two runs are compared with curves and a paired test', minutes(1), async () => {
  const { editor } = workbench;
  const both = (await runs('finetune')).map(({ label }) => label);
  await editor.command('Med-BERT: Compare Runs…');
  await editor.quickInput.pickAll(both);
  const page = await editor.panel('Compare 2 runs');
  const text = () => page.locator('body').innerText();
  await expect.poll(text, { timeout: 30_000 }).toMatch(/DeLong p/);
  for (const name of ['Med-BERT', 'untrained']) expect(await text()).toContain(name);
  await workbench.shoot('compare', 'full');
});

test('nothing broke the rules of the pages, and nothing left the machine', () => {
  expect(workbench.record.policyViolations).toEqual([]);
  expect(workbench.record.pageErrors).toEqual([]);
  expect(workbench.record.strayRequests).toEqual([]);
  expect(workbench.connections()).toEqual([]);
});
