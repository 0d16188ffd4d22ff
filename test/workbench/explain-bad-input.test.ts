import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tearCheckpoints } from './explaining-steps';
import { check } from './page-checks';
import { projectFolder, startWorkbench, type Workbench } from './workbench';

/**
 * What the patient panel shows where there is nothing to explain, or nothing that belongs together: always words and
 * a way on, and the explanation once the damage is repaired.
 */
const root = mkdtempSync(join(tmpdir(), 'medbert-bad-input-'));
const workspace = join(root, 'workspace');
const labels = join(workspace, 'study', 'labels.tsv');
const soon = { timeout: 20_000 };
const minutes = (count: number): { timeout: number } => ({ timeout: count * 60_000 });
/** Added to the records: of the codes of one the vocabulary has a single one, of the other's none. */
const strange = { one: 'ONE', none: 'NONE', nobody: 'NOBODY' };

let workbench: Workbench;
let pretrained = '';
let run = '';

async function medbert(...args: string[]): Promise<Record<string, unknown>> {
  const program = [join(projectFolder, 'dist', 'cli.js'), ...args, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: workspace });
  return JSON.parse(stdout) as Record<string, unknown>;
}
const settings = (...list: string[]): string[] => list.flatMap((one) => ['--set', one]);
const inRun = (...file: string[]): string => join(workspace, '.medbert', 'runs', run, ...file);

beforeAll(async () => {
  mkdirSync(workspace);
  await medbert('sample', '--patients', '800', '--seed', '1', '--out', 'study');
  addStrangers();
  await medbert('import', 'study', '--name', 'trial');
  const network = ['hidden=8', 'layers=1', 'heads=2', 'intermediate=8', 'maxLength=32', 'threads=1'];
  const pretraining = settings(...network, 'steps=30', 'validateEvery=10', 'learningRate=3e-3');
  pretrained = String((await medbert('pretrain', 'trial', '--exclude', labels, ...pretraining))['run']);
  const tuning = settings('epochs=2', 'threads=1');
  run = String(
    (await medbert('finetune', 'trial', '--labels', labels, '--from', pretrained, ...tuning))['run'],
  );
  workbench = await startWorkbench({
    workspace,
    viewport: { width: 1400, height: 900 },
    settings: { 'medbert.threads': 1 },
  });
  workbench.page.context().setDefaultTimeout(15_000);
  await workbench.editor.openContainer('Med-BERT');
  await tree().row(run).waitFor(soon);
}, 120_000);

afterAll(async () => {
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});

/** Labelled patients with codes that no patient of the pretraining has, but for the first code of the first one. */
function addStrangers(): void {
  const records = join(workspace, 'study', 'records.tsv');
  const codes = readFileSync(records, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[3]!);
  const times = new Map<string, number>();
  for (const code of codes) times.set(code, (times.get(code) ?? 0) + 1);
  const common = [...times].sort((a, b) => b[1] - a[1])[0]![0];
  for (const [who, own] of [
    [strange.one, [common, 'ICD10_U80.1', 'ICD10_U80.2']],
    [strange.none, ['ICD10_U81.1', 'ICD10_U81.2', 'ICD10_U81.3']],
  ] as const) {
    const rows = own.map((code, i) => `${who}\t2015-03-0${i + 1}\t2015-03-0${i + 1}\t${code}\t1\t1\t0\n`);
    appendFileSync(records, rows.join(''));
    appendFileSync(labels, `${who}\t0\t2016-01-01\n`);
  }
}

const tree = () => workbench.editor.tree('Experiments');
const panel = (): Promise<FrameLocator> => workbench.editor.panel(`Patient: ${run}`);
const text = (page: FrameLocator) => (): Promise<string> => page.locator('body').innerText();
const chips = (page: FrameLocator) => page.locator('.timeline .chip[data-code]');

/** Finds a patient in the list of the panel, and picks them. */
async function pick(page: FrameLocator, patient: string): Promise<void> {
  const search = page.locator('.picker input[name=search]');
  await page.locator('.picker input[name=search], [data-action=picker]').first().waitFor(soon);
  if (!(await search.isVisible())) await page.locator('[data-action=picker]').click();
  await search.fill(patient);
  const row = page.locator(`.picker [data-patient="${patient}"]`);
  await row.waitFor(soon);
  await row.click();
  await expect.poll(() => page.locator('h1').innerText(), soon).toBe(`Patient ${patient}`);
}

/** A page that says what is wrong and leads on: heading, words, buttons; readable, and nothing cut off. */
async function refused(page: FrameLocator, says: RegExp): Promise<void> {
  await expect
    .poll(() => page.locator('.blank h2').allInnerTexts(), soon)
    .toEqual(['The patient could not be explained']);
  const blank = page.locator('.blank');
  const words = await blank.locator('p').innerText();
  expect(words).toMatch(says);
  for (const who of Object.values(strange)) expect(words).not.toContain(who);
  expect(await blank.locator('vscode-button').allInnerTexts()).toEqual(['Recompute', 'Choose Patient…']);
  const { contrast, cut, isTooWide } = await check(page);
  expect.soft(contrast.faint, `${says}: hard to read`).toEqual([]);
  expect.soft(cut, `${says}: cut off`).toEqual([]);
  expect.soft(isTooWide, `${says}: wider than the window`).toBe(false);
}

/** The whole explanation stands on the page. */
async function explained(page: FrameLocator): Promise<void> {
  await chips(page).first().waitFor(soon);
  await page.locator('.faithful .info').first().waitFor(soon);
  expect(await page.locator('.blank').count()).toBe(0);
}

test(
  'a patient with one known code is explained, and the page says how far that goes',
  minutes(1),
  async () => {
    await tree().menu(run, 'Explain Patient…');
    const page = await panel();
    await pick(page, strange.one);
    await explained(page);
    expect(await text(page)()).toMatch(/Only one code is known/);
    expect(await chips(page).count()).toBe(3);
    expect(await page.locator('[data-risk]').innerText()).toMatch(/^0\.\d\d$/);
  },
);

test('a patient without any known code is refused, and another can be chosen', minutes(1), async () => {
  const page = await panel();
  await pick(page, strange.none);
  await refused(page, /none of the patient’s codes/);
  await page.locator('.blank [data-action=recompute]').click();
  await refused(page, /none of the patient’s codes/);
  await page.locator('.blank [data-action=choosePatient]').click();
  await expect.poll(() => page.locator('h1').innerText()).toBe('Choose a patient');
  await pick(page, strange.one);
  await explained(page);
});

test('of somebody who is not in the dataset the panel says so', minutes(1), async () => {
  const { editor, page: window } = workbench;
  const head = readFileSync(join(workspace, 'study', 'records.tsv'), 'utf8').split('\n')[0]!;
  const row = `${strange.nobody}\t2015-03-01\t2015-03-01\tICD9_428.0\t1\t1\t0`;
  writeFileSync(join(workspace, 'stranger.tsv'), `${head}\n${row}\n`);
  await tree().menu(run, 'Use for Inline Explanations');
  await editor.openFile('stranger.tsv');
  const lens = window.locator('.codelens-decoration a', { hasText: /^Explain$/ });
  await lens.waitFor({ timeout: 60_000 });
  await lens.click();
  const page = await panel();
  await expect.poll(() => page.locator('h1').innerText(), soon).toBe(`Patient ${strange.nobody}`);
  await refused(page, /holds no such patient/);
  await page.locator('.blank [data-action=choosePatient]').click();
  await page.locator('.picker [data-patient]').first().waitFor(soon);
  await editor.command('View: Close All Editors');
});

/** Does damage, and gives what repairs it. */
type Damage = () => () => void;

/** Keeps a file or folder, to be put back. */
function kept(path: string): () => void {
  const copy = join(root, 'kept');
  rmSync(copy, { recursive: true, force: true });
  cpSync(path, copy, { recursive: true, preserveTimestamps: true });
  return () => {
    rmSync(path, { recursive: true, force: true });
    cpSync(copy, path, { recursive: true, preserveTimestamps: true });
  };
}

const damages: readonly (readonly [what: string, damage: Damage, says: RegExp])[] = [
  [
    'a dataset that is gone',
    () => {
      const folder = join(workspace, '.medbert', 'datasets', 'trial');
      renameSync(folder, join(root, 'trial'));
      return () => renameSync(join(root, 'trial'), folder);
    },
    /no dataset/,
  ],
  [
    'a vocabulary in another order',
    () => {
      const file = inRun('vocabulary.tsv');
      const repair = kept(file);
      const [head, pad, unknown, mask, ...codes] = readFileSync(file, 'utf8').trimEnd().split('\n');
      const names = codes.map((line) => line.split('\t').slice(1).join('\t')).reverse();
      const renumbered = names.map((rest, i) => `${i + 3}\t${rest}`);
      writeFileSync(file, `${[head, pad, unknown, mask, ...renumbered].join('\n')}\n`);
      return repair;
    },
    /not the one that the run was made with/,
  ],
  [
    'a torn checkpoint',
    () => {
      const folder = inRun('checkpoints');
      const repair = kept(folder);
      tearCheckpoints(folder);
      return repair;
    },
    /not a whole safetensors file/,
  ],
  [
    'labels that changed since the run',
    () => {
      const repair = kept(labels);
      writeFileSync(labels, readFileSync(labels, 'utf8').replace('\t1\t', '\t0\t'));
      return repair;
    },
    /labels file has changed/,
  ],
];

describe.each(damages)('%s', (_what, damage, says) => {
  test('is told of, and once it is repaired Recompute explains', minutes(1), async () => {
    await tree().menu(run, 'Explain Patient…');
    const page = await panel();
    await page.locator('.picker [data-patient]').first().waitFor(soon);
    await pick(page, strange.one);
    await explained(page);
    await page.locator('[data-action=picker]').click();
    await page.locator('.picker input[name=search]').fill('');
    await expect.poll(() => page.locator('.picker [data-patient]').count()).toBeGreaterThan(3);
    const repair = damage();
    try {
      await page.locator('.picker [data-patient]').nth(2).click();
      await refused(page, says);
      await page.locator('.blank [data-action=recompute]').click();
      await refused(page, says);
      // Now there is no list to choose from either, but the reason and a way on.
      await page.locator('.blank [data-action=choosePatient]').click();
      await expect
        .poll(() => page.locator('.picker .problem').allInnerTexts(), soon)
        .toEqual([expect.stringMatching(says)]);
    } finally {
      repair();
    }
    await page.locator('.picker .problem [data-action=recompute]').click();
    await page.locator('.picker [data-patient]').first().waitFor(soon);
    expect(await page.locator('.problem').count()).toBe(0);
    await pick(page, strange.one);
    await explained(page);
    await workbench.editor.command('View: Close All Editors');
  });
});

test('nothing broke the rules of the pages, and no name of a patient stands in a notice', async () => {
  expect(workbench.record.policyViolations).toEqual([]);
  expect(workbench.record.pageErrors).toEqual([]);
  expect(await workbench.editor.notifications()).toEqual([]);
});
