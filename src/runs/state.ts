import type { RunEvent, UnknownEvent } from '../protocol/journal';
import type { RunState } from '../protocol/run';
import { type ClaimSight, readClaim } from './claim';
import { lastEventOf, lastEvents } from './read-journal';
import { isStarting, isWaiting, readTicket } from './ticket';

/** How a run ended. */
export type Ending = Extract<RunEvent, { kind: 'finished' | 'failed' | 'stopped' }>;

/** What a run is doing, and by which signs. */
export interface RunCondition {
  readonly state: RunState;
  /** The event that ended the run; only for `finished`, `failed` and `stopped`. */
  readonly ending: Ending | undefined;
  /** Who works, or last worked, on it. */
  readonly claim: ClaimSight | undefined;
  /** Since when it waits in the queue, as ISO 8601; only for `queued` runs that have a ticket. */
  readonly waitingSince?: string;
  /** Why its process never began to work; only for `failed` runs without an ending. */
  readonly problem?: string;
}

/** Events after an ending while its process still lives: a few warnings at most. */
const lastWords = 20;

/**
 * Derives from the folder alone what a run is doing.
 *
 * - `queued`: it waits for its turn, or its process was started and has not claimed it yet (also when it waits to be
 *   resumed); `failed` when that process is gone;
 * - else `finished`, `failed`, `stopped`: such an event stands after the last `started`;
 * - else `running`: a living process has claimed it (which also ends its waiting);
 * - else `queued`: no process ever touched it;
 * - else `interrupted`: its process is gone without a word, and the run can be resumed.
 *
 * @param now milliseconds since 1970; used only to judge processes on other machines
 * @throws UserError when the journal is damaged near its end
 */
export function runCondition(folder: string, now: () => number = Date.now): RunCondition {
  for (;;) {
    // The claim is read first: a process that ends between the two reads has written its ending by then.
    const claim = readClaim(folder, now);
    const turn = (): Turn | undefined => (claim?.alive === true ? recentTurn(folder) : lastTurn(folder));
    const condition = judgeCondition(folder, claim, turn, now);
    if (condition !== undefined) return condition;
  }
}

/**
 * {@link runCondition} for who has looked at claim and journal already, in that order.
 * @param turn the last event that tells of a beginning or an end, asked only when it decides
 * @returns undefined when the run changed while it was looked at: then claim and journal are to be read again
 */
export function judgeCondition(
  folder: string,
  claim: ClaimSight | undefined,
  turn: () => Turn | undefined,
  now: () => number,
): RunCondition | undefined {
  if (claim?.alive !== true) {
    const waiting = waitingCondition(folder, claim, now);
    if (waiting === 'look again') return undefined;
    if (waiting !== undefined) return waiting;
  }
  const last = turn();
  if (last !== undefined && last.kind !== 'started') return { state: last.kind, ending: last, claim };
  const open =
    claim?.alive === true ? 'running' : claim === undefined && last === undefined ? 'queued' : 'interrupted';
  return { state: open, ending: undefined, claim };
}

const neverBegan =
  'Its background process ended before it could begin to work. The log tells more; it can be resumed.';

function waitingCondition(
  folder: string,
  claim: ClaimSight | undefined,
  now: () => number,
): RunCondition | 'look again' | undefined {
  const ticket = readTicket(folder);
  if (ticket === undefined) return undefined;
  const failed = { state: 'failed', ending: undefined, claim } as const;
  if (ticket.problem !== undefined) return { ...failed, problem: ticket.problem };
  if (isWaiting(ticket) || isStarting(folder, ticket, now))
    return { state: 'queued', ending: undefined, claim, waitingSince: ticket.at };
  // It may have claimed the run, worked and ended since the claim was looked at; then its ticket is gone.
  const changed = readTicket(folder)?.launched?.startTime !== ticket.launched?.startTime;
  return changed ? 'look again' : { ...failed, problem: neverBegan };
}

const turningKinds = ['started', 'finished', 'failed', 'stopped'] as const;
/** An event that tells of a beginning or an end. */
export type Turn = Extract<RunEvent, { kind: (typeof turningKinds)[number] }>;

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
