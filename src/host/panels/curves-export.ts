import { open, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { explainFileError } from '../../files/explain';
import { curvesCsv } from '../../runs/curves/curves-csv';
import type { ShownRun } from '../../runs/curves/shown-run';
import type { Host } from '../host';
import { askWhereToSave, pictureBytes } from './save-file';

/** Asks where, and writes every measured point of the runs: not only the drawn ones. */
export async function saveCurves(host: Host, name: string, runs: readonly ShownRun[]): Promise<void> {
  const target = await askWhereToSave(host, `${name}-curves.csv`);
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
  const target = await askWhereToSave(host, `${name}-curves.png`);
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, pictureBytes(png));
}
