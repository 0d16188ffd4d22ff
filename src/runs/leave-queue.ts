import { explainFileError } from '../files/explain';
import { latestCheckpoint } from './checkpoints';
import { type Claim, claimInTurn } from './claim';
import { openJournal } from './journal';
import { currentProcess } from './process';
import { isWaiting, readTicket } from './ticket';
import { inTurn } from './turn';

/**
 * Takes a waiting run out of the queue and journals that it was stopped; it can be resumed. False when it does not
 * wait, or its process has been started already: then it is to be stopped like a running one.
 *
 * @throws UserError when the folder cannot be written, or a living process has claimed the run meanwhile
 */
export function leaveQueue(folder: string, now: () => number = Date.now): boolean {
  if (!isWaiting(readTicket(folder))) return false;
  // Who launches does so in the run's turn: either it is launched already, or it never will be.
  const claim = claimWaiting(folder, now);
  if (claim === undefined) return false;
  try {
    const journal = openJournal(folder, { now });
    try {
      journal.append({ kind: 'stopped', step: latestCheckpoint(folder)?.step ?? 0 });
    } finally {
      journal.close();
    }
  } finally {
    claim.release();
  }
  return true;
}

function claimWaiting(folder: string, now: () => number): Claim | undefined {
  const record = currentProcess();
  try {
    return inTurn(folder, record, now, () =>
      isWaiting(readTicket(folder)) ? claimInTurn(folder, record, now) : undefined,
    );
  } catch (error) {
    throw explainFileError(error, folder);
  }
}
