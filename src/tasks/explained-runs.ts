import { join } from 'node:path';
import type { LongWork } from '../protocol/progress';
import { datasetFolder, runFolder } from '../runs/home';
import { fileTimes, resultFiles } from '../runs/file-times';
import { readRun } from '../runs/store';
import { type ExplainedRun, openExplained } from './explain';

/** Runs whose patients, weights and sessions are kept at the same time. */
const mostOpen = 2;

interface Opened {
  readonly stamp: string;
  readonly run: Promise<ExplainedRun>;
  /** Questions that are being answered. */
  users: number;
  /** To be closed once nobody asks it any more. */
  isLetGo: boolean;
}

/**
 * Runs that explain patients, opened when they are first asked and kept while nothing that they were made from
 * changes: a new best checkpoint, an import or other labels open a run anew, with all checks.
 */
export class ExplainedRuns {
  /** The one that was asked last comes last. */
  private readonly opened = new Map<string, Opened>();

  /**
   * Asks a run.
   * @throws UserError when the run, its dataset or its labels are missing, damaged or not those it was made with; and
   * whatever the question throws
   */
  async ask<T>(
    { home, run }: { readonly home: string; readonly run: string },
    work: LongWork,
    question: (run: ExplainedRun) => T | Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([home, run]);
    // Not cancelled with the question that began it: others may wait for the same, and what was read is kept.
    const { progress } = work;
    const make = (): Promise<ExplainedRun> => openExplained(home, run, progress ? { progress } : {});
    const opened = this.open(key, stampOf(home, run), make);
    opened.users += 1;
    try {
      return await question(await opened.run);
    } finally {
      opened.users -= 1;
      if (opened.isLetGo) closeUnused(opened);
    }
  }

  private open(key: string, stamp: string, make: () => Promise<ExplainedRun>): Opened {
    const known = this.opened.get(key);
    this.opened.delete(key);
    const isFresh = known?.stamp === stamp;
    if (known !== undefined && !isFresh) letGo(known);
    const opened = isFresh ? known : { stamp, run: make(), users: 0, isLetGo: false };
    this.opened.set(key, opened);
    // What could not be opened is tried again.
    opened.run.catch(() => this.opened.get(key) === opened && this.opened.delete(key));
    for (const [other, old] of [...this.opened].slice(0, -mostOpen)) {
      this.opened.delete(other);
      letGo(old);
    }
    return opened;
  }
}

function letGo(opened: Opened): void {
  opened.isLetGo = true;
  closeUnused(opened);
}

function closeUnused({ users, run }: Opened): void {
  if (users === 0) run.then((explained) => explained.close()).catch(() => undefined);
}

/** Changes whenever a file does that the run is read from; of its other seeds `SeedRuns` keeps watch. */
function stampOf(home: string, given: string): string {
  const { id, manifest } = readRun(home, given);
  return fileTimes([
    ...resultFiles(runFolder(home, id)),
    join(datasetFolder(home, manifest.dataset.name), 'dataset.json'),
    ...(manifest.kind === 'finetune' ? [manifest.labels.file] : []),
  ]);
}
