import type { RunEvent, UnknownEvent } from '../protocol/journal';
import type { RunState } from '../protocol/run';
import { type ClaimSight, readClaim } from './claim';
import { lastEventOf, lastEvents } from './read-journal';

/** How a run ended. */
export type Ending = Extract<RunEvent, { kind: 'finished' | 'failed' | 'stopped' }>;

/** What a run is doing, and by which signs. */
export interface RunCondition {
  readonly state: RunState;
  /** The event that ended the run; only for `finished`, `failed` and `stopped`. */
  readonly ending: Ending | undefined;
  /** Who works, or last worked, on it. */
  readonly claim: ClaimSight | undefined;
}

/** Events after an ending while its process still lives: a few warnings at most. */
const lastWords = 20;

/**
 * Derives from the folder alone what a run is doing.
 *
 * - `finished`, `failed`, `stopped`: such an event stands after the last `started`;
 * - else `running`: a living process has claimed it;
 * - else `queued`: no process ever touched it;
 * - else `interrupted`: its process is gone without a word, and the run can be resumed.
 *
 * @param now milliseconds since 1970; used only to judge processes on other machines
 * @throws UserError when the journal is damaged near its end
 */
export function runCondition(folder: string, now: () => number = Date.now): RunCondition {
  // The claim is read first: a process that ends between the two reads has written its ending by then.
  const claim = readClaim(folder, now);
  const turn = claim?.alive === true ? recentTurn(folder) : lastTurn(folder);
  if (turn !== undefined && turn.kind !== 'started') return { state: turn.kind, ending: turn, claim };
  const open =
    claim?.alive === true ? 'running' : claim === undefined && turn === undefined ? 'queued' : 'interrupted';
  return { state: open, ending: undefined, claim };
}

const turningKinds = ['started', 'finished', 'failed', 'stopped'] as const;
type Turn = Extract<RunEvent, { kind: (typeof turningKinds)[number] }>;

function lastTurn(folder: string): Turn | undefined {
  return lastEventOf(folder, turningKinds);
}

/** Of a running run only the end is looked at, because its `started` may be a million lines away. */
function recentTurn(folder: string): Turn | undefined {
  return lastEvents(folder, lastWords).findLast(isTurn);
}

function isTurn(event: RunEvent | UnknownEvent): event is Turn {
  return (turningKinds as readonly string[]).includes(event.kind);
}
