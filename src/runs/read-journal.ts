import { statSync } from 'node:fs';
import { UserError } from '../protocol/errors';
import { type RunEvent, type UnknownEvent, runEvent } from '../protocol/journal';
import { blocksBackward, blocksForward, journalPath, linesOf, rowAt } from './lines';

const knownKinds: ReadonlySet<string> = new Set(
  runEvent.options.map((option): string => option.shape.kind.value),
);

/** Whether this version knows the kind of an event, and so the meaning of its fields. */
export function isRunEvent(event: RunEvent | UnknownEvent): event is RunEvent {
  return knownKinds.has(event.kind);
}

/**
 * Reads the whole journal of a run folder, in order. Unknown kinds are kept, a torn last line is left out;
 * a run that has written nothing yet has no events.
 *
 * @throws UserError naming file and row when a line is damaged
 */
export function readJournal(folder: string): (RunEvent | UnknownEvent)[] {
  return tailJournal(folder, 0).events;
}

/**
 * Reads what was written to the journal since byte `offset`, and the offset to go on from next time.
 * A last line that is still being written waits for next time. A journal that became shorter than
 * `offset` is another journal and is read from its beginning.
 *
 * @throws UserError naming file and row when a line is damaged
 */
export function tailJournal(
  folder: string,
  offset: number,
): { events: (RunEvent | UnknownEvent)[]; offset: number } {
  const path = journalPath(folder);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const events: (RunEvent | UnknownEvent)[] = [];
  let next = size < offset ? 0 : offset;
  if (size === next) return { events, offset: next };
  for (const block of blocksForward(path, next)) {
    for (const { text, end } of linesOf(block)) {
      events.push(parseLine(text) ?? damagedLine(path, end));
      next = end;
    }
  }
  return { events, offset: next };
}

/**
 * The last `n` events of a run folder, in order, read from the end of the journal.
 * @throws UserError naming file and row when one of these lines is damaged
 */
export function lastEvents(folder: string, n: number): (RunEvent | UnknownEvent)[] {
  const path = journalPath(folder);
  const events: (RunEvent | UnknownEvent)[] = [];
  for (const block of n > 0 ? blocksBackward(path) : []) {
    for (const { text, end } of [...linesOf(block)].reverse()) {
      events.push(parseLine(text) ?? damagedLine(path, end));
      if (events.length === n) return events.reverse();
    }
  }
  return events.reverse();
}

/**
 * The last event of one of `kinds`, found from the end without parsing the lines between.
 * @throws UserError naming file and row when a line that looks like it is damaged
 */
export function lastEventOf<K extends RunEvent['kind']>(
  folder: string,
  kinds: readonly K[],
): Extract<RunEvent, { kind: K }> | undefined {
  const path = journalPath(folder);
  const words = kinds.map((kind) => Buffer.from(`"${kind}"`));
  for (const { bytes, offset } of blocksBackward(path)) {
    for (let stop = bytes.length; stop > 0;) {
      const before = bytes.subarray(0, stop);
      const at = Math.max(...words.map((word) => before.lastIndexOf(word)));
      if (at < 0) break;
      const start = before.lastIndexOf('\n', at) + 1;
      const end = bytes.indexOf('\n', at) + 1;
      const event = parseLine(bytes.toString('utf8', start, end)) ?? damagedLine(path, offset + end);
      if (isOneOf(event, kinds)) return event;
      stop = start;
    }
  }
  return undefined;
}

/**
 * The first `started` event, which tells how many steps are planned; looked for at the beginning only.
 * Nothing is thrown for damaged lines.
 */
export function firstStart(folder: string): Extract<RunEvent, { kind: 'started' }> | undefined {
  for (const block of blocksForward(journalPath(folder))) {
    for (const { text } of linesOf(block)) {
      const event = text.includes('"started"') ? parseLine(text) : undefined;
      if (event !== undefined && isOneOf(event, ['started'])) return event;
    }
    return undefined;
  }
  return undefined;
}

/** Reads one line; undefined when it is damaged. */
export function parseLine(text: string): RunEvent | UnknownEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const known = runEvent.safeParse(value);
  if (known.success) return known.data;
  return isUnknownEvent(value) ? value : undefined;
}

function isUnknownEvent(value: unknown): value is UnknownEvent {
  if (typeof value !== 'object' || value === null) return false;
  if (!('seq' in value) || !('time' in value) || !('kind' in value)) return false;
  if (typeof value.seq !== 'number' || typeof value.time !== 'string') return false;
  return typeof value.kind === 'string' && !knownKinds.has(value.kind);
}

function isOneOf<K extends RunEvent['kind']>(
  event: RunEvent | UnknownEvent,
  kinds: readonly K[],
): event is Extract<RunEvent, { kind: K }> {
  return (kinds as readonly string[]).includes(event.kind);
}

/**
 * Tells of a damaged line that ends at byte `end`. Its content stays out of the message: it may be anything.
 * @throws UserError always
 */
export function damagedLine(path: string, end: number): never {
  throw new UserError('This line of the journal is damaged.', {
    file: path,
    row: rowAt(path, end),
    advice: 'Remove that line, or restore the file from a copy. The checkpoints of the run are not affected.',
  });
}
