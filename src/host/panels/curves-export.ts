import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { explainFileError } from '../../files/explain';
import { curvesCsv } from '../../runs/curves/curves-csv';
import type { ShownRun } from '../../runs/curves/shown-run';
import type { Host } from '../host';

/** Asks where, and writes every measured point of the runs: not only the drawn ones. */
export async function saveCurves(host: Host, name: string, runs: readonly ShownRun[]): Promise<void> {
  const target = await askWhere(host, `${name}-curves.csv`, 'csv');
  if (target === undefined) return;
  for (const { series } of runs) await series.follow();
  // In pieces: a million points must neither be held as one text nor keep the window waiting.
  const path = target.fsPath;
  try {
    const file = await open(path, 'w');
    try {
      for (const piece of curvesCsv(runs)) await file.write(piece);
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw explainFileError(error, path);
  }
}

/** Asks where, and writes the picture. @param png base64 */
export async function savePicture(host: Host, name: string, png: string): Promise<void> {
  const bytes = Buffer.from(png.replace(/^data:image\/png;base64,/, ''), 'base64');
  const target = await askWhere(host, `${name}-curves.png`, 'png');
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, bytes);
}

function askWhere(host: Host, name: string, extension: string): Thenable<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(host.workspaceFolder, name)),
    filters: { [extension.toUpperCase()]: [extension] },
  });
}
