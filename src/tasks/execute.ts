import { CancelledError, UserError } from '../protocol/errors';
import type { Progress } from '../protocol/progress';
import type { NewRunEvent } from '../protocol/journal';
import { latestCheckpoint } from '../runs/checkpoints';
import { claimRun } from '../runs/claim';
import { openJournal } from '../runs/journal';
import { currentProcess } from '../runs/process';
import { readManifest } from '../runs/store';
import { clearStop } from '../runs/stop';
import { finetune } from './finetune';
import { pretrain } from './pretrain';
import { codeVersion } from './version';
import type { RunContext, RunEnd, RunResult } from './run-context';

export interface ExecuteOptions {
  readonly home: string;
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Does the work of a run in this process: claims it, trains from its last checkpoint, and journals how it
 * ended. The same for a new run, a resumed one, the terminal and a background process.
 *
 * @throws whatever ended it, after journalling `failed`
 */
export async function executeRun({ home, folder, progress, signal }: ExecuteOptions): Promise<RunEnd> {
  const claim = claimRun(folder, currentProcess());
  try {
    const journal = openJournal(folder);
    try {
      const manifest = readManifest(folder);
      if (manifest.codeVersion !== codeVersion) {
        const message = `The run was made by version ${manifest.codeVersion} and goes on with ${codeVersion}: its last digits may differ.`;
        journal.append({ kind: 'warning', message });
      }
      const { end, step } = await work({ home, folder, manifest, journal, progress, signal });
      journal.append(end === 'stopped' ? { kind: 'stopped', step } : { kind: 'finished', step, reason: end });
      return end;
    } catch (error) {
      try {
        journal.append(endingOf(error, folder));
      } catch {
        // A full disk may be what ended the run: the first error is the one to tell.
      }
      throw error;
    } finally {
      journal.close();
      clearStop(folder);
    }
  } finally {
    claim.release();
  }
}

function work(context: RunContext): Promise<RunResult> {
  const { manifest } = context;
  switch (manifest.kind) {
    case 'pretrain':
      return pretrain({ ...context, manifest });
    case 'finetune':
      return finetune({ ...context, manifest });
  }
}

function endingOf(error: unknown, folder: string): NewRunEvent {
  if (error instanceof CancelledError) return { kind: 'stopped', step: latestCheckpoint(folder)?.step ?? 0 };
  if (error instanceof UserError) return { kind: 'failed', message: error.explain(), bug: false };
  // The text of an unexpected error could hold anything, also from records: it stays out of the journal.
  return { kind: 'failed', message: 'This is a bug in Med-BERT Explorer.', bug: true };
}
