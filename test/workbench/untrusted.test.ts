import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Workbench, projectFolder, startWorkbench } from './workbench';

/** A workspace without trust: everything can be looked at, nothing is started or written. */
let workspace: string;
let workbench: Workbench;

const home = (): string => join(workspace, '.medbert');
let finished = '';
const waiting = 'pretrain-20260101-7';
const stopped = 'pretrain-20260101-6';

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'medbert-untrusted-'));
  medbert('sample', '--patients', '500', '--out', join(workspace, 'records'));
  medbert('import', join(workspace, 'records'), '--name', 'study');
  const small = [
    'steps=40',
    'layers=1',
    'hidden=16',
    'heads=2',
    'intermediate=16',
    'batchSize=8',
    'threads=1',
  ];
  finished = medbert('pretrain', 'study', ...small.flatMap((setting) => ['--set', setting]))['run'] as string;
  // As windows leave them that are closed before the turn of a run has come, or whose run they stopped.
  const at = '2026-01-01T00:00:00.000Z';
  writeFileSync(join(freshCopy(waiting), 'queue.json'), JSON.stringify({ at, limit: 1 }));
  const journal = [
    { kind: 'started', step: 0, steps: 40, pid: 1 },
    { kind: 'stopped', step: 0 },
  ];
  const lines = journal.map((event, seq) => JSON.stringify({ seq, time: at, ...event }));
  writeFileSync(join(freshCopy(stopped), 'events.jsonl'), `${lines.join('\n')}\n`);
  const configuration = { task: 'pretrain', dataset: 'study', settings: { steps: 40 } };
  writeFileSync(join(workspace, 'small.medbert.json'), JSON.stringify(configuration));
  workbench = await startWorkbench({ workspace, trust: false });
  await workbench.editor.openContainer('Med-BERT');
});
afterAll(async () => {
  await workbench.close();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

function medbert(...args: string[]): Record<string, unknown> {
  const cli = join(projectFolder, 'dist', 'cli.js');
  const output = execFileSync(process.execPath, [cli, ...args, '--json', '--home', home()], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  return JSON.parse(output) as Record<string, unknown>;
}

/** A run with the configuration of the finished one, before its first step. */
function freshCopy(id: string): string {
  const [from, to] = [finished, id].map((name) => join(home(), 'runs', name)) as [string, string];
  cpSync(from, to, { recursive: true });
  for (const name of ['events.jsonl', 'checkpoints', 'metrics.json', 'predictions.parquet'])
    rmSync(join(to, name), { recursive: true, force: true });
  const manifest = JSON.parse(readFileSync(join(to, 'run.json'), 'utf8')) as object;
  writeFileSync(join(to, 'run.json'), JSON.stringify({ ...manifest, id }));
  return to;
}

/** Everything in the home folder: path, size and time of change. */
function contents(): string[] {
  const names = readdirSync(home(), { recursive: true, encoding: 'utf8' }).sort();
  return ['.', ...names].map((name) => {
    const { size, mtimeMs } = statSync(join(home(), name));
    return `${name} ${size} ${mtimeMs}`;
  });
}

/** Processes that the extension may have started. */
const ours = (): string[] =>
  workbench
    .processes()
    .map(({ command }) => command.join(' '))
    .filter((command) => /(worker|query|cli)\.js/.test(command));

const tree = () => workbench.editor.tree('Experiments');
const says = (run: string) => (): Promise<string> => tree().description(run);

/** The editor of trust lies over the window. */
async function closeModalEditor(): Promise<void> {
  const { page } = workbench.editor;
  const modal = page.locator('.monaco-modal-editor-block');
  const close = modal.locator('.action-label.codicon-close, [aria-label^="Close"]');
  const closed = async (): Promise<number> => {
    await page.keyboard.press('Escape');
    if ((await close.count()) > 0)
      await close
        .last()
        .click({ timeout: 1000 })
        .catch(() => undefined);
    return modal.count();
  };
  await expect.poll(closed, { timeout: 15_000, interval: 500 }).toBe(0);
}

/** Whether the palette has a command. */
async function isOffered(name: string): Promise<boolean> {
  const { page, quickInput } = workbench.editor;
  await page.keyboard.press('F1');
  await quickInput.fill(`>${name}`);
  await page.waitForTimeout(400);
  const labels = await quickInput.labels();
  await quickInput.cancel();
  return labels.includes(name);
}

let before: string[];

test('the tree shows what there is', async () => {
  before = contents();
  await expect.poll(says(finished), { timeout: 30_000 }).toMatch(/^\d+\.\d\d valid loss/);
  await expect.poll(says(waiting)).toBe('queued');
  await expect.poll(says(stopped)).toMatch(/^stopped/);
});

test('the palette offers what looks, and nothing that starts or writes', { timeout: 180_000 }, async () => {
  for (const name of ['Show Cohort Statistics', 'Show Training Curves', 'Compare Runs…', 'Open Log']) {
    expect(await isOffered(`Med-BERT: ${name}`), name).toBe(true);
  }
  const starting = ['New Sample Study…', 'Import Records…', 'Pretrain…', 'Fine-Tune…', 'Diagnose'];
  const changing = ['Evaluate on Another Dataset…', 'Stop', 'Resume', 'Export Model…', 'Delete Run…'];
  for (const name of [...starting, ...changing])
    expect(await isOffered(`Med-BERT: ${name}`), name).toBe(false);
});

test('buttons of the tree that would start something are off', async () => {
  const row = tree().row(stopped);
  await row.hover();
  const resume = row.locator('.actions .action-label[aria-label^="Resume"]');
  expect((await resume.count()) === 0 || (await resume.getAttribute('aria-disabled')) === 'true').toBe(true);
});

test('curves can be looked at, and say why nothing can be done to them', async () => {
  const { editor } = workbench;
  await tree().action(stopped, 'Show Training Curves');
  const page = await editor.panel(`Training: ${stopped}`);
  await expect.poll(() => page.locator('body').innerText()).toMatch(/without trust/);
  const buttons = page.locator('button, vscode-button').filter({ hasText: /Resume/ });
  for (const button of await buttons.all())
    expect(await button.evaluate((element) => (element as HTMLButtonElement).disabled)).toBe(true);
});

test('the cohort panel says that it may not count', async () => {
  const { editor } = workbench;
  await tree().action('study', 'Show Cohort Statistics');
  const page = await editor.panel('Cohort: study');
  await expect.poll(() => page.locator('body').innerText()).toMatch(/not trusted|without trust/);
});

test('a run configuration can be read, and says why it cannot be run', async () => {
  const { editor } = workbench;
  await editor.openFile('small.medbert.json');
  const lens = editor.page.locator('.codelens-decoration');
  await expect.poll(() => lens.allInnerTexts()).toContainEqual(expect.stringMatching(/not trusted/));
});

test('meanwhile no process was started and nothing written, though a run waits for its turn', async () => {
  await workbench.page.waitForTimeout(3000);
  expect(ours()).toEqual([]);
  expect(contents()).toEqual(before);
  expect(await says(waiting)()).toBe('queued');
});

test('with trust the waiting run starts by itself, and the rest works', { timeout: 120_000 }, async () => {
  const { editor } = workbench;
  await editor.command('Workspaces: Manage Workspace Trust');
  await editor.page
    .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ })
    .first()
    .click();
  await closeModalEditor();
  await expect.poll(says(waiting), { timeout: 60_000 }).toMatch(/^\d+\.\d\d valid loss/);
  await tree().action(stopped, 'Resume');
  await expect.poll(says(stopped), { timeout: 60_000 }).toMatch(/^\d+\.\d\d valid loss/);
  await editor.tab('Cohort: study').click();
  const page = await editor.panel('Cohort: study');
  // What was refused without trust is made by itself.
  await expect
    .poll(() => page.locator('body').innerText(), { timeout: 30_000 })
    .toMatch(/Visits per patient/);
});
