import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseFile } from '../../src/protocol/case-file';
import type { RiskExplanation } from '../../src/protocol/explanation';
import { listed, squareInk, timePick } from './explaining-steps';
import { keepNotifications, keptNotifications, tracesOf } from './traces';
import { projectFolder, startWorkbench, type Theme, themes, type Workbench } from './workbench';

/**
 * Explaining patients as a person does it: in the panel, in an editor with records, and on a patient's page. At the
 * end nothing of the patients is left but what was asked for. The steps build on one another.
 */
const root = mkdtempSync(join(tmpdir(), 'medbert-explaining-'));
const workspace = join(root, 'workspace');
/** Where a person has files with patient data saved. */
const asked = join(root, 'asked-for');
const files = { case: join(asked, 'one.json'), explanation: join(asked, 'two.json') };
const allThemes = Object.keys(themes) as Theme[];
const soon = { timeout: 30_000 };
const minutes = (count: number): { timeout: number } => ({ timeout: count * 60_000 });

let workbench: Workbench;
let pretrained = '';
const finetuned: string[] = [];
/** Patients that were looked at, and all of their codes. */
const seen = { patients: new Set<string>(), codes: new Set<string>() };
const said: string[] = [];
const timings: string[] = [];

async function medbert(...args: string[]): Promise<Record<string, unknown>> {
  const program = [join(projectFolder, 'dist', 'cli.js'), ...args, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: workspace });
  return JSON.parse(stdout) as Record<string, unknown>;
}
const settings = (...list: string[]): string[] => list.flatMap((one) => ['--set', one]);

beforeAll(async () => {
  mkdirSync(workspace);
  mkdirSync(asked);
  await medbert('sample', '--patients', '3000', '--seed', '1', '--out', 'study');
  await medbert('import', 'study', '--name', 'trial');
  const network = ['hidden=16', 'layers=2', 'heads=2', 'intermediate=16', 'maxLength=64', 'threads=1'];
  const pretraining = settings(...network, 'steps=200', 'validateEvery=50', 'learningRate=3e-3');
  const labels = 'study/labels.tsv';
  pretrained = String((await medbert('pretrain', 'trial', '--exclude', labels, ...pretraining))['run']);
  for (const seed of ['1', '2']) {
    const tuning = settings('epochs=12', 'learningRate=3e-3', 'threads=1');
    const from = ['--labels', labels, '--from', pretrained, '--seed', seed];
    finetuned.push(String((await medbert('finetune', 'trial', ...from, ...tuning))['run']));
  }
  workbench = await startWorkbench({
    workspace,
    viewport: { width: 1400, height: 900 },
    settings: { 'medbert.threads': 1, 'workbench.quickOpen.closeOnFocusLost': false },
  });
  workbench.page.context().setDefaultTimeout(15_000);
  await keepNotifications(workbench.page);
  await workbench.editor.openContainer('Med-BERT');
  await tree().row(finetuned[0]!).waitFor(soon);
}, 180_000);

afterAll(async () => {
  process.stdout.write(`${timings.join('\n')}\n`);
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});

const tree = () => workbench.editor.tree('Experiments');
const panel = (run = finetuned[0]!): Promise<FrameLocator> => workbench.editor.panel(`Patient: ${run}`);
const text = (page: FrameLocator) => (): Promise<string> => page.locator('body').innerText();
const number = async (page: FrameLocator, name: string): Promise<number> =>
  Number(await page.locator(`[${name}]`).getAttribute(name));
const chips = (page: FrameLocator) => page.locator('.timeline .chip[data-code]');

/** Picks a patient, whose id must be found nowhere at the end. */
function pick(page: FrameLocator, patient: string): Promise<number> {
  seen.patients.add(patient);
  return timePick(page, patient);
}

/** Agrees to a file with patient data, and says where it goes. */
async function agree(file: string): Promise<void> {
  const { dialog } = workbench.editor;
  await dialog.waitFor(soon);
  expect(await dialog.innerText()).toMatch(/This file will hold patient data/);
  await dialog.locator('.monaco-button', { hasText: 'Choose Where to Save…' }).click();
  await workbench.editor.chooseFile(file);
}

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const written = (file: string) => (): boolean => {
  try {
    return json(file) !== undefined;
  } catch {
    return false;
  }
};

let patient = '';
let other = '';
let risk = 0;
/** Place of the code whose removal changes the risk most. */
let strongest = 0;

test('from the tree to a patient of the list', minutes(2), async () => {
  const began = performance.now();
  await tree().menu(finetuned[0]!, 'Explain Patient…');
  const page = await panel();
  const list = await listed(page);
  timings.push(`menu to list of patients: ${(performance.now() - began).toFixed(0)} ms`);
  expect(await text(page)()).toMatch(/Choose a patient/);
  const long = list.filter(({ codes }) => codes >= 8 && codes <= 40).map((entry) => entry.patient);
  [patient, other] = [long[0]!, long[1]!];
  timings.push(
    `cold, from picking a patient to the drawn page: ${(await pick(page, patient)).toFixed(0)} ms`,
  );
  risk = await number(page, 'data-risk');
  const told = (await medbert('explain', finetuned[0]!, '--patient', patient)) as unknown as RiskExplanation;
  expect(risk).toBeCloseTo(told.risk, 6);
  expect(await chips(page).count()).toBe(told.codes.length);
  const effects = told.occlusion.removed!.risk.map(Math.abs);
  strongest = effects.indexOf(Math.max(...effects));
  for (const { code } of told.codes) seen.codes.add(code);
});

test('attributions, deletion test and stability come by themselves', minutes(1), async () => {
  const page = await panel();
  const plot = page.locator('.faithful .plot[data-points]');
  await plot.waitFor(soon);
  expect(Number(await plot.getAttribute('data-points'))).toBeGreaterThan(10);
  const words = (await page.locator('.faithful .info').allInnerTexts()).join('\n');
  expect(words).toMatch(/Removing \d+\scodes by attribution/);
  expect(words).toMatch(/Attributions of 2 seeds (agree|are|run) .*ρ/);
  expect(await page.locator('.answers .risk').innerText()).toMatch(/over 2\sseeds/);
  expect(await chips(page).first().getAttribute('aria-label')).toMatch(/(raises|lowers) log-odds/);
  expect(await text(page)()).toMatch(/It is not a cause/);
});

test('a chosen code has arcs to its partners, by the head that is chosen', minutes(1), async () => {
  const page = await panel();
  const square = (): Promise<string | null> =>
    page.locator('section.matrix').first().getAttribute('data-square');
  const arcs = (): Promise<(string | null)[]> =>
    page.locator('svg.arcs path').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
  await chips(page).nth(strongest).click();
  await expect.poll(() => page.locator('.chip.selected').count()).toBe(1);
  const looks = [];
  for (const head of ['0-0', '0-1', '1-0', '1-1']) {
    await page.locator(`[data-head="${head}"]`).click();
    const [layer, index] = head.split('-').map((one) => Number(one) + 1);
    await expect.poll(square).toBe(`Layer ${layer} · head ${index}`);
    const pills = await page.locator('svg.arcs text').allInnerTexts();
    const partners = await page.locator('.selected-code .partners').first().locator('li').count();
    expect(pills.length, `arcs of head ${head}`).toBe(partners);
    looks.push({ arcs: await arcs(), square: await squareInk(page) });
  }
  expect(Math.max(...looks.map((look) => look.arcs.length))).toBeGreaterThan(0);
  expect(new Set(looks.map((look) => look.square)).size, 'every head has a square of its own').toBe(4);
  const attention = page.locator('[role=group][aria-label=Attention]');
  await attention.locator('[data-value=rollout]').click();
  await expect.poll(square).toBe('Rollout');
  expect(looks.map((look) => look.square)).not.toContain(await squareInk(page));
  await attention.locator('[data-value=head]').click();
  await expect.poll(square).toBe('Layer 2 · head 2');
});

/** What the model makes of the edits on the page. */
async function outcome(page: FrameLocator): Promise<{ risk: number; after: number; edits: string[] }> {
  await page.locator('.what-if [data-after]').waitFor(soon);
  return {
    risk: await number(page, 'data-risk'),
    after: await number(page, 'data-after'),
    edits: await page.locator('.what-if .edits li').allInnerTexts(),
  };
}
let changed: Awaited<ReturnType<typeof outcome>>;

test('without the code the risk is another one, and the case is saved', minutes(1), async () => {
  const page = await panel();
  await page.locator('.what-if [data-action=remove]').click();
  changed = await outcome(page);
  expect(changed.edits).toEqual([expect.stringMatching(/removed/)]);
  expect(changed.risk).toBe(risk);
  expect(Math.abs(changed.after - risk)).toBeGreaterThan(1e-3);
  await page.locator('.what-if [data-action=saveCase]').click();
  await agree(files.case);
  await expect.poll(written(files.case), soon).toBe(true);
  const saved = json<CaseFile>(files.case);
  expect(saved.patient).toBe(patient);
  expect([saved.risk.before.risk, saved.risk.after.risk]).toEqual([risk, changed.after]);
  await expect.poll(() => page.locator('.what-if [data-action=saveCase]').innerText()).toMatch(/Saved/);
});

test('the case is opened from another patient and comes out the same', minutes(1), async () => {
  const page = await panel();
  await page.locator('[data-action=picker]').click();
  await listed(page);
  timings.push(`warm, from picking a patient to the drawn page: ${(await pick(page, other)).toFixed(0)} ms`);
  await expect.poll(() => page.locator('.what-if [data-after]').count()).toBe(0);
  expect(await number(page, 'data-risk')).not.toBe(risk);
  await page.locator('.what-if [data-action=openCase]').click();
  await workbench.editor.chooseFile(files.case);
  await expect.poll(() => page.locator('h1').innerText(), soon).toBe(`Patient ${patient}`);
  expect(await outcome(page)).toEqual(changed);
  expect(await page.locator('.what-if').innerText()).toMatch(/Computed again from the file: the same risks/);
  const { equal } = await medbert('explain', finetuned[0]!, '--replay', files.case);
  expect(equal).toBe(true);
});

test('an export asks for consent, and without it writes nothing', minutes(1), async () => {
  const page = await panel();
  const { dialog } = workbench.editor;
  await page.locator('.faithful .plot[data-points]').waitFor(soon);
  const ask = async (): Promise<void> => {
    await page.locator('[data-action=export]').click();
    await page.locator('[data-action=exportJson]').click();
  };
  await ask();
  await dialog.waitFor(soon);
  await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await workbench.editor.quickInput.box.count()).toBe(0);
  await ask();
  await agree(files.explanation);
  await expect.poll(written(files.explanation), soon).toBe(true);
  // What is told of a wrong file goes to a notice, and the file is full of codes.
  await page.locator('.what-if [data-action=openCase]').click();
  await workbench.editor.chooseFile(files.explanation);
  await expect
    .poll(() => workbench.editor.notifications(), soon)
    .toContainEqual(expect.stringMatching(/not a case that this version can read/));
  await workbench.editor.command('Notifications: Clear All Notifications');
  const { explanation } = json<{ explanation: RiskExplanation }>(files.explanation);
  expect([explanation.patient, explanation.risk]).toEqual([patient, risk]);
  expect(explanation.attribution.completenessError).toBeLessThan(0.05);
});

const lines = () => workbench.page.locator('.editor-instance .view-line');
const lenses = (): Promise<string[]> => workbench.page.locator('.codelens-decoration').allInnerTexts();
/** Stretches of text in the editor that are shaded: a fill or, in high contrast, an edge. */
const shaded = (): Promise<number> =>
  workbench.page.locator('.editor-instance .view-overlays .cdr[class*="ced-"]').count();

/** Opens a file of the study at a line. */
async function openFile(name: string, line: number): Promise<void> {
  const { editor, page } = workbench;
  await editor.openFile(name, `study/${name}`);
  await lines().nth(1).waitFor();
  await editor.command('Go to Line/Column...');
  await editor.quickInput.type(`:${line}`);
  await expect.poll(() => page.locator('.statusbar', { hasText: `Ln ${line},` }).count(), soon).toBe(1);
}

test('records in an editor have lenses by the run that is pinned in the tree', minutes(2), async () => {
  const { editor } = workbench;
  const records = readFileSync(join(workspace, 'study', 'records.tsv'), 'utf8').split('\n');
  const line = records.findIndex((record) => record.startsWith(patient));
  await openFile('records.tsv', line + 1);
  expect(await lenses()).toEqual([]);
  await tree().menu(finetuned[0]!, 'Use for Inline Explanations');
  await editor.statusBar(finetuned[0]!).waitFor(soon);
  await expect
    .poll(lenses, { timeout: 60_000 })
    .toContainEqual(expect.stringMatching(/^Explain · risk 0?\.\d+ \(\d+(st|nd|rd|th) percentile\)/));
  // Who has no label in the run has a quiet lens: many files are full of them.
  await expect.poll(lenses).toContainEqual('Explain');
  const [, , , code] = records[line]!.split('\t');
  seen.codes.add(code!);
  const words = await editor.hover(code!, /Attribution/);
  expect(words).toMatch(/(raises|lowers) the risk|no effect/);
  expect(words).toMatch(/Attend(s to|ed by)/);
  expect(words).toMatch(/Frequency/);
  expect(words).toMatch(/describe the model, not causes/);
  await workbench.shoot('inline', 'hover');
});

test('shading goes on and off', minutes(2), async () => {
  const { editor } = workbench;
  expect(await shaded()).toBe(0);
  await editor.command('Med-BERT: Toggle Shading of Codes by Attribution');
  await expect.poll(shaded, { timeout: 60_000 }).toBeGreaterThan(1);
  for (const theme of allThemes) {
    await workbench.setTheme(theme);
    await workbench.page.mouse.move(700, 885);
    await expect.poll(shaded, { timeout: 60_000 }).toBeGreaterThan(1);
    await workbench.shoot('inline', 'records');
  }
  await workbench.setTheme('dark');
  await editor.command('Med-BERT: Toggle Shading of Codes by Attribution');
  await expect.poll(shaded, soon).toBe(0);
});

test('a patient has a page, with outline and folding by visit', minutes(2), async () => {
  const { editor, page } = workbench;
  await tree().menu(finetuned[0]!, 'Open Patient…');
  await editor.quickInput.step(/Which patient/);
  // Chosen without typing: what is typed into fields of the editor's own, a browser keeps in its session file.
  await editor.quickInput.pick(patient);
  await editor.tab('Patient 1').waitFor();
  const shown = async (): Promise<string> =>
    (await lines().allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  await expect.poll(shown, soon).toContain(`Patient ${patient}`);
  await expect.poll(shown).toMatch(/Visit 1 · \d{4}-\d\d-\d\d/);
  await expect.poll(lenses, soon).toContainEqual(expect.stringMatching(/Explain · risk/));
  const { explanation } = json<{ explanation: RiskExplanation }>(files.explanation);
  expect(await editor.hover(explanation.codes[0]!.code, /Attribution/)).toMatch(/visit 1, priority 1/);

  const before = await lines().count();
  await editor.command('Fold All');
  await expect.poll(() => lines().count()).toBeLessThan(before);
  expect(await page.locator('.editor-instance .codicon-folding-collapsed').count()).toBeGreaterThan(0);
  await editor.command('Unfold All');
  await expect.poll(() => lines().count()).toBe(before);

  await editor.command('Go to Symbol in Editor...');
  await expect.poll(() => editor.quickInput.labels()).toContainEqual(expect.stringMatching(/Visit 1 · /));
  await editor.quickInput.cancel();
  await editor.command('Explorer: Focus on Outline View');
  const outline = page.locator('.outline-pane .monaco-list-row');
  await expect.poll(() => outline.first().innerText(), soon).toMatch(/Visit 1/);
  for (const theme of allThemes) {
    await workbench.setTheme(theme);
    await workbench.shoot('patient-page', 'outline');
  }
  await workbench.setTheme('dark');
  await editor.openContainer('Med-BERT');
});

test('a pretraining run guesses what it would read instead', minutes(2), async () => {
  await tree().menu(pretrained, 'Explain Patient…');
  const page = await panel(pretrained);
  const [entry] = (await listed(page)).filter(({ codes }) => codes >= 8);
  await pick(page, entry!.patient);
  await expect.poll(text(page), soon).toMatch(/Masked codes guessed first/);
  expect(await text(page)()).toMatch(/Expected least/);
  await chips(page).first().click();
  await expect
    .poll(() => page.locator('.guesses').innerText())
    .toMatch(/Masked, it would read[^]*Nearest codes/);
  expect(await page.locator('.guesses .partners').first().locator('li').count()).toBeGreaterThan(2);
  expect(await page.locator('.what-if').count()).toBe(0);
});

test('nothing of the patients is left in notices, settings, state and files', minutes(2), async () => {
  const { editor, page } = workbench;
  const titles = await page.locator('.editor-group-container .tab .label-name').allInnerTexts();
  said.push(...(await keptNotifications(page)));
  await editor.reload();
  await tree().row(finetuned[0]!).waitFor(soon);
  await keepNotifications(page);
  await editor.tab(`Patient: ${finetuned[0]}`).click();
  expect(await listed(await panel())).not.toEqual([]);
  await editor.tab('Patient 1').click();
  await expect.poll(() => lines().first().innerText(), soon).toMatch(/closed/);
  said.push(...(await keptNotifications(page)), ...titles, await page.title());
  // This server lacks the native part that writes the logs of extensions, so what they hold is tested without it.
  said.push(...workbench.record.consoleMessages);

  const words = [...seen.patients, ...seen.codes];
  expect(words.length).toBeGreaterThan(10);
  expect(words.filter((word) => said.some((one) => one.includes(word)))).toEqual([]);
  // The run that is pinned is kept: where it is found, a patient would have been too.
  await expect.poll(async () => (await tracesOf([finetuned[0]!], workbench)).length).toBeGreaterThan(1);
  expect(await tracesOf(words, workbench)).toEqual([]);
});

test('nothing broke the rules of the pages, and nothing left the machine', () => {
  expect(workbench.record.policyViolations).toEqual([]);
  expect(workbench.record.pageErrors).toEqual([]);
  expect(workbench.record.strayRequests).toEqual([]);
  expect(workbench.connections()).toEqual([]);
});
