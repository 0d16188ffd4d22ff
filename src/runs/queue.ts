import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { explainFileError } from '../files/explain';
import { UserError } from '../protocol/errors';
import type { ProcessRecord } from '../protocol/run';
import { claimFile, readClaim } from './claim';
import { runsFolder } from './home';
import { currentProcess } from './process';
import { spawnWorker, type WorkerStart } from './spawn';
import { runCondition } from './state';
import { clearStop } from './stop';
import { readManifest, runIds } from './store';
import { type Ticket, isStarting, isWaiting, readTicket, ticketFile, writeTicket } from './ticket';
import { NoTurnError, inTurn } from './turn';
import { byNumber } from './run-order';

/**
 * Lets a run wait for its turn: a new one, or one that is to be resumed. A request to stop it is taken back. One that
 * waits already, or whose process is just starting, keeps its place. Whoever calls this calls {@link startQueued} next.
 *
 * @param options.limit how many runs of its device may work at the same time when it is started (itself counted)
 * @throws UserError when the run is finished or running, or the folder cannot be written
 */
export function enqueue(
  folder: string,
  { limit = 1, now = Date.now }: { readonly limit?: number; readonly now?: () => number } = {},
): void {
  try {
    inTurn(folder, currentProcess(), now, () => {
      const { state } = runCondition(folder, now);
      if (state === 'finished' || state === 'running') {
        throw new UserError(`The run ${basename(folder)} is ${state}; there is nothing to start.`);
      }
      const ticket = readTicket(folder);
      if (isWaiting(ticket) || isStarting(folder, ticket, now)) return;
      clearStop(folder);
      writeTicket(folder, { at: new Date(now()).toISOString(), limit });
    });
  } catch (error) {
    throw explainFileError(error, folder);
  }
}

/** How waiting runs are started: as {@link WorkerStart} says. The worker is told its run folder and the home folder. */
export interface QueueStart extends Pick<WorkerStart, 'script' | 'env' | 'execPath'> {
  readonly home: string;
  /** Runs of one device that may work at the same time; by default each ticket says it. */
  readonly limit?: number;
  /** How long to wait while another process starts runs; who gets no turn in that time starts nothing. */
  readonly patienceMs?: number;
  readonly now?: () => number;
}

/** A run whose turn had come. */
export interface TakenTurn {
  readonly id: string;
  readonly folder: string;
  /** The process that was started for it. */
  readonly process?: ProcessRecord;
  /** Why none could be started; the run shows as failed, and can be resumed. */
  readonly problem?: string;
}

/**
 * Starts the runs that have waited longest, as long as fewer than the limit work on their device. Any number of
 * processes may call this at any moment. Without waiting runs it costs one look at each run folder.
 *
 * Runs count as working while a living process of this machine has claimed them, or was started for them.
 *
 * @returns what was started, and what could not be
 * @throws UserError when the home folder cannot be written
 */
export function startQueued(start: QueueStart): readonly TakenTurn[] {
  const { home, now = Date.now } = start;
  if (!holding(home, ticketFile).some((folder) => isWaiting(ticketOf(folder)))) return [];
  try {
    return inTurn(home, currentProcess(), now, () => startInTurn(start, now), start.patienceMs);
  } catch (error) {
    if (error instanceof NoTurnError && start.patienceMs !== undefined) return [];
    throw explainFileError(error, home);
  }
}

function startInTurn(start: QueueStart, now: () => number): TakenTurn[] {
  const busy = busyDevices(start.home, now);
  const taken: TakenTurn[] = [];
  const closed = new Set<string>();
  for (const folder of waitingFolders(start.home)) {
    const device = deviceOf(folder);
    const limit = start.limit ?? ticketOf(folder)?.limit ?? 1;
    // Nobody overtakes: a later run that would accept more company waits behind an earlier one that does not.
    if (closed.has(device) || (busy.get(device) ?? 0) >= limit) {
      closed.add(device);
      continue;
    }
    const turn = launch(start, folder, now);
    if (turn === undefined) continue;
    taken.push(turn);
    if (turn.process !== undefined) busy.set(device, (busy.get(device) ?? 0) + 1);
  }
  return taken;
}

/** Starts one waiting run. Its worker cannot claim it before the ticket tells of the process, because that needs the same turn. */
function launch({ home, ...start }: QueueStart, folder: string, now: () => number): TakenTurn | undefined {
  const run = { id: basename(folder), folder };
  const attempt = (): TakenTurn | undefined => {
    const ticket = readTicket(folder);
    if (!isWaiting(ticket) || readClaim(folder, now)?.alive === true) return undefined;
    try {
      readManifest(folder);
      const process = spawnWorker({ ...start, folder, extraArguments: [home] });
      writeTicket(folder, { ...ticket, launched: process });
      return { ...run, process };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const problem = error.explain();
      writeTicket(folder, { ...ticket, problem });
      return { ...run, problem };
    }
  };
  try {
    return inTurn(folder, currentProcess(), now, attempt, start.patienceMs);
  } catch (error) {
    // Somebody is at this run just now: it waits for the next call.
    if (error instanceof NoTurnError && start.patienceMs !== undefined) return undefined;
    throw error;
  }
}

/** How many runs work on each device of this machine. */
function busyDevices(home: string, now: () => number): Map<string, number> {
  // Tickets first: a worker writes its claim before it takes its ticket away, so that it is seen by one look or both.
  const starting = holding(home, ticketFile).filter((folder) => {
    const ticket = ticketOf(folder);
    return ticket?.launched?.host === hostname() && isStarting(folder, ticket, now);
  });
  const claimed = holding(home, claimFile).filter((folder) => {
    const claim = orNothing(() => readClaim(folder, now));
    return claim?.alive === true && claim.record.host === hostname();
  });
  const busy = new Map<string, number>();
  for (const folder of new Set([...claimed, ...starting])) {
    const device = deviceOf(folder);
    busy.set(device, (busy.get(device) ?? 0) + 1);
  }
  return busy;
}

/** Folders of the waiting runs, the one that has waited longest first. */
function waitingFolders(home: string): string[] {
  return holding(home, ticketFile)
    .map((folder) => ({ folder, ticket: ticketOf(folder) }))
    .filter(({ ticket }) => isWaiting(ticket))
    .map(({ folder, ticket }) => ({ folder, at: ticket!.at }))
    .sort((a, b) => a.at.localeCompare(b.at) || byNumber(a.folder, b.folder))
    .map(({ folder }) => folder);
}

/** The ticket of a run among others: one that cannot be read stands for none, and holds up nobody. */
function ticketOf(folder: string): Ticket | undefined {
  return orNothing(() => readTicket(folder));
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

function holding(home: string, file: string): string[] {
  const runs = runsFolder(home);
  return runIds(home)
    .map((id) => join(runs, id))
    .filter((folder) => existsSync(join(folder, file)));
}

/** A run whose description is damaged has a device of its own: it holds up nobody, and its launch tells the problem. */
function deviceOf(folder: string): string {
  return orNothing(() => readManifest(folder))?.device ?? folder;
}
