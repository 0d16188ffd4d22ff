import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../files/atomic';
import { readJsonRecord } from '../files/json-record';
import { processRecord } from '../protocol/run';
import { isAlive } from './process';

/** Name of the file by which a run waits for its turn. */
export const ticketFile = 'queue.json';

/** How a run waits. The file goes as soon as a process claims the run. */
const ticketSchema = z.object({
  /** When it was queued; the oldest is started first. */
  at: z.iso.datetime(),
  /** How many runs of its device may work at the same time when this one is started. */
  limit: z.int().positive(),
  /** The process that was started for it and has not claimed it yet. */
  launched: processRecord.optional(),
  /** Why no process could be started. */
  problem: z.string().optional(),
});
export type Ticket = z.infer<typeof ticketSchema>;
/** A ticket of a run that nobody has tried to start yet. */
export type WaitingTicket = Ticket & { launched?: undefined; problem?: undefined };

/** The ticket of a run; undefined when there is none (or its file is damaged: then resuming makes a new one). */
export function readTicket(folder: string): Ticket | undefined {
  return readJsonRecord(join(folder, ticketFile), ticketSchema);
}

/** Writes or replaces the ticket of a run. */
export function writeTicket(folder: string, ticket: Ticket): void {
  writeFileAtomic(join(folder, ticketFile), `${JSON.stringify(ticket)}\n`);
}

/** Takes the ticket of a run away. */
export function removeTicket(folder: string): void {
  rmSync(join(folder, ticketFile), { force: true });
}

/** Whether a run waits for a process to be started. */
export function isWaiting(ticket: Ticket | undefined): ticket is WaitingTicket {
  return ticket !== undefined && ticket.launched === undefined && ticket.problem === undefined;
}

/** Whether a process was started for the run that still lives. Processes of other machines are judged by the ticket's age. */
export function isStarting(folder: string, ticket: Ticket | undefined, now: () => number): boolean {
  if (ticket?.launched === undefined) return false;
  const movedAt = statSync(join(folder, ticketFile), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return isAlive(ticket.launched, { movedAt, now: now() });
}
