import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { partialPath } from '../files/atomic';
import { explainFileError } from '../files/explain';
import { UserError } from '../protocol/errors';
import { readClaim } from './claim';
import type { ListedRun, RunFacts } from './run-facts';
import { currentProcess } from './process';
import { isStarting, readTicket } from './ticket';
import { inTurn } from './turn';

/** The runs that were fine-tuned from a run, or took its architecture over, in the order given. */
export function childrenOf(runs: readonly ListedRun[], id: string): RunFacts[] {
  return runs.filter((run): run is RunFacts => {
    if (run.damaged || run.id === id || run.manifest.kind !== 'finetune') return false;
    return run.manifest.from === id || run.manifest.like === id;
  });
}

/**
 * Removes a run folder with everything in it. It loses its name first, so that no list shows it half-deleted; what a
 * kill leaves is removed when the next run is made. Where the folder is a link, the link goes and its target stays.
 * Whoever asks tells the person before that {@link childrenOf} lose their parent.
 *
 * @throws UserError when a living process works on the run, or the folder cannot be removed
 */
export function deleteRun(folder: string, now: () => number = Date.now): void {
  if (!existsSync(folder)) return;
  // Named like a run that was never finished being made, because those are what the next one clears away.
  const aside = partialPath(join(dirname(folder), 'new-run'));
  try {
    inTurn(folder, currentProcess(), now, () => {
      if (readClaim(folder, now)?.alive === true || isStarting(folder, readTicket(folder), now)) {
        throw new UserError(`The run ${basename(folder)} is being worked on.`, {
          advice: 'Stop it first; then it can be deleted.',
        });
      }
      renameSync(folder, aside);
    });
    rmSync(aside, { recursive: true, force: true });
  } catch (error) {
    throw explainFileError(error, folder);
  }
}
