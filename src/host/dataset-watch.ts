import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type DatasetDescription, datasetDescription } from '../protocol/dataset';
import { datasetsFolder } from '../runs/home';

/** A dataset as its folder tells it; `description` is undefined when that cannot be read. */
export interface DatasetSight {
  readonly name: string;
  readonly folder: string;
  readonly description: DatasetDescription | undefined;
}

/** The datasets of a home folder. Looks again when asked; a description is parsed anew only when its file changed. */
export class DatasetWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly seen = new Map<string, { stamp: string; sight: DatasetSight }>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly home: string) {}

  /** In alphabetical order. */
  get all(): readonly DatasetSight[] {
    return [...this.seen.values()]
      .map(({ sight }) => sight)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  find(name: string): DatasetSight | undefined {
    return this.seen.get(name)?.sight;
  }

  refresh(): void {
    const names = datasetNames(datasetsFolder(this.home));
    let isChanged = false;
    for (const name of this.seen.keys()) {
      if (!names.includes(name)) isChanged = this.seen.delete(name) || isChanged;
    }
    for (const name of names) {
      const folder = join(datasetsFolder(this.home), name);
      const stamp = stampOf(join(folder, 'dataset.json'));
      if (this.seen.get(name)?.stamp === stamp) continue;
      this.seen.set(name, { stamp, sight: { name, folder, description: readDescription(folder) } });
      isChanged = true;
    }
    if (isChanged) this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function datasetNames(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    // No home yet, or one that cannot be read: the commands that need it say so.
    return [];
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeMs} ${stat.size}`;
}

function readDescription(folder: string): DatasetDescription | undefined {
  try {
    return datasetDescription.parse(JSON.parse(readFileSync(join(folder, 'dataset.json'), 'utf8')));
  } catch {
    return undefined;
  }
}
