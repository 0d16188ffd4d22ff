import { open } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../host';

type Where = Pick<Host, 'workspaceFolder' | 'home'>;

const neverIn = '**/{node_modules,.git,.medbert,.venv}/**';
/** More candidates than this are no list to choose from. */
const most = 200;
/** Files whose first lines are read at the same time. */
const atOnce = 16;

/**
 * Labels files of the workspace: tab-separated text whose first line names the three columns, and parquet files that
 * are called labels. No more than the first line is read. Those near `near` come first.
 */
export async function findLabels(
  where: Where,
  near: string | undefined,
  token: vscode.CancellationToken,
): Promise<string[]> {
  const [texts, parquet] = await Promise.all([
    find(where, '**/*.{tsv,txt,tab}', token),
    find(where, '**/*label*.parquet', token),
  ]);
  const found = [...parquet];
  for (let i = 0; i < texts.length && !token.isCancellationRequested; i += atOnce) {
    const some = texts.slice(i, i + atOnce);
    const good = await Promise.all(some.map(async (file) => isLabelsHeader(await firstLine(file))));
    found.push(...some.filter((_, index) => good[index]));
  }
  const distance = (file: string): number =>
    near === undefined ? 0 : relative(near, dirname(file)).split(sep).length;
  return found.sort((a, b) => distance(a) - distance(b) || a.localeCompare(b, 'en', { numeric: true }));
}

/** Whether a first line is that of a labels file. */
export function isLabelsHeader(line: string): boolean {
  const columns = line
    .replace(/^\ufeff/, '')
    .split('\t')
    .map((name) => name.trim());
  return ['patient_id', 'label', 'index_date'].every((name) => columns.includes(name));
}

/** Files and folders of the workspace that look like records, by what the formats are called by. */
export async function findRecords(where: Where, token: vscode.CancellationToken): Promise<string[]> {
  const [own, mimic, claims] = await Promise.all([
    find(where, '**/records.{tsv,tsv.gz}', token),
    find(where, '**/diagnoses_icd.{csv,csv.gz}', token),
    find(where, '**/*Inpatient_Claims*.{csv,csv.gz}', token),
  ]);
  const tables = mimic.map((file) => dirname(file).replace(/[\\/]hosp$/, ''));
  return [...new Set([...own, ...claims].map((file) => dirname(file)).concat(tables))].sort();
}

/** A path as it is shown and typed: relative to the workspace folder where it lies inside. */
export function shownPath({ workspaceFolder }: Pick<Host, 'workspaceFolder'>, path: string): string {
  const inside = relative(workspaceFolder, path);
  return inside !== '' && !inside.startsWith('..') && !/^[a-z]:/i.test(inside) ? inside : path;
}

async function find(
  { workspaceFolder, home }: Where,
  glob: string,
  token: vscode.CancellationToken,
): Promise<string[]> {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(workspaceFolder), glob);
  const found = await vscode.workspace.findFiles(pattern, neverIn, most, token);
  // A home folder may have any name; nothing of it is input.
  return found.map(({ fsPath }) => fsPath).filter((file) => !file.startsWith(home + sep));
}

const longestHeader = 4096;

async function firstLine(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
      return buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)[0]!;
    } finally {
      await handle.close();
    }
  } catch {
    return ''; // gone meanwhile, or not ours to read: then it is not offered
  }
}
