import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import type { NewRunEvent } from '../../../src/protocol/journal';
import {
  isRunEvent,
  lastEventOf,
  lastEvents,
  openJournal,
  readJournal,
  tailJournal,
} from '../../../src/runs/journal';
import { canMount, childProgram, onOwnDisk, scratchFolder } from './child-program';

const now = (): number => Date.UTC(2026, 10, 22, 12, 0, 0);
const started: NewRunEvent = { kind: 'started', step: 0, steps: 10, pid: 7 };
const warning = (message: string): NewRunEvent => ({ kind: 'warning', message });
const metric = (step: number, trainLoss: number): NewRunEvent => ({
  kind: 'metric',
  step,
  epoch: 0,
  split: 'train',
  values: { trainLoss },
});
const path = (folder: string): string => join(folder, 'events.jsonl');
const journalOf = (...events: NewRunEvent[]): string => {
  const folder = scratchFolder();
  const journal = openJournal(folder, { now });
  for (const event of events) journal.append(event);
  journal.close();
  return folder;
};

describe('writing a journal', () => {
  it('adds seq and time, one line per event, and reads back what it returned', () => {
    const folder = scratchFolder();
    const journal = openJournal(folder, { now });
    const written = [journal.append(started), journal.append(warning('Zeile\nzwei · µ 🫀'))];
    expect(written[1]).toEqual({
      seq: 1,
      time: '2026-11-22T12:00:00.000Z',
      kind: 'warning',
      message: 'Zeile\nzwei · µ 🫀',
    });
    expect(readFileSync(path(folder), 'utf8').split('\n').length).toBe(3);
    expect(readJournal(folder)).toEqual(written);
  });

  it('goes on with seq after it was closed', () => {
    const folder = journalOf(started, warning('a'));
    const journal = openJournal(folder, { now });
    expect(journal.append(warning('b')).seq).toBe(2);
    journal.close();
    journal.close();
    expect(() => journal.append(warning('c'))).toThrow('closed');
    expect(readJournal(folder).map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });

  it.each([1, 2, 17, 60])('cuts off a last line torn %i bytes before its end', (bytes) => {
    const folder = journalOf(started, warning('first'), warning('torn'));
    truncateSync(path(folder), readFileSync(path(folder)).length - bytes);
    expect(readJournal(folder).length).toBe(2);
    const journal = openJournal(folder, { now });
    expect(journal.append(warning('next'))).toMatchObject({ seq: 2 });
    expect(readJournal(folder)).toMatchObject([
      { kind: 'started' },
      { message: 'first' },
      { message: 'next' },
    ]);
  });

  it('cuts off the zeros that a loss of power leaves at the end of a file, and a first line that is torn', () => {
    const folder = journalOf(started);
    appendFileSync(path(folder), Buffer.alloc(200_000));
    openJournal(folder, { now }).append(warning('next'));
    expect(readJournal(folder).map(({ seq }) => seq)).toEqual([0, 1]);
    const other = scratchFolder();
    writeFileSync(path(other), '{"seq":0,"ti');
    expect(openJournal(other, { now }).append(started).seq).toBe(0);
    expect(readJournal(other).length).toBe(1);
  });

  it('writes figures that are not finite as null, as JSON knows no others', () => {
    const folder = journalOf(metric(1, Number.NaN));
    expect(readJournal(folder)).toMatchObject([{ values: { trainLoss: null } }]);
  });

  it('refuses as a bug what no reader could read, and writes nothing', () => {
    const folder = scratchFolder();
    const journal = openJournal(folder, { now });
    expect(() => journal.append({ kind: 'progress', phase: 'x', done: Number.NaN })).toThrow();
    expect(journal.append(started).seq).toBe(0);
    expect(readJournal(folder).length).toBe(1);
  });

  it('tells of a folder that is missing or is a file', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => openJournal(join(folder, 'no'))).toThrow(UserError);
    expect(() => openJournal(join(folder, 'file'))).toThrow(UserError);
  });

  it.skipIf(!canMount)(
    'is whole after the disk was full, and goes on (needs the right to mount a tmpfs)',
    () => {
      const folder = scratchFolder();
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      const program = childProgram(
        folder,
        `import { rmSync, writeFileSync } from 'node:fs';
       import { openJournal, readJournal } from './src/runs/journal';
       const disk = process.argv[2];
       const journal = openJournal(disk);
       writeFileSync(disk + '/ballast', 'x'.repeat(40_000));
       let appended = 0, told = '';
       try { for (;;) { journal.append({ kind: 'warning', message: 'x'.repeat(700) }); appended += 1; } }
       catch (error) { told = error.name + ': ' + error.message; }
       const whole = readJournal(disk).length === appended;
       rmSync(disk + '/ballast');
       const { seq } = journal.append({ kind: 'stopped', step: 1 });
       const seqs = readJournal(disk).map((event) => event.seq);
       const gapless = seqs.every((seq, i) => seq === i);
       console.log(JSON.stringify({ told, whole, next: seq === appended, count: seqs.length === appended + 1, gapless }));`,
      );
      expect(JSON.parse(onOwnDisk(disk, 'size=64k', program))).toEqual({
        told: 'UserError: The disk is full.',
        whole: true,
        next: true,
        count: true,
        gapless: true,
      });
    },
  );
});

describe('reading a journal', () => {
  const stamp = '"time":"2026-11-22T12:00:00.000Z"';

  it('is empty for a run that has written nothing', () => {
    const folder = scratchFolder();
    expect(readJournal(folder)).toEqual([]);
    expect(tailJournal(folder, 0)).toEqual({ events: [], offset: 0 });
    expect(lastEvents(folder, 3)).toEqual([]);
    expect(lastEventOf(folder, ['metric'])).toBeUndefined();
    writeFileSync(path(folder), '');
    expect(readJournal(folder)).toEqual([]);
  });

  it('keeps unknown kinds with all their fields', () => {
    const folder = journalOf(started);
    appendFileSync(path(folder), `{"seq":1,${stamp},"kind":"weather","sky":"blue"}\n`);
    const [known, unknown] = readJournal(folder);
    expect(isRunEvent(known!)).toBe(true);
    expect(isRunEvent(unknown!)).toBe(false);
    expect(unknown).toEqual({ seq: 1, time: '2026-11-22T12:00:00.000Z', kind: 'weather', sky: 'blue' });
    expect(openJournal(folder, { now }).append(warning('on')).seq).toBe(2);
  });

  it.each([
    ['no JSON', '{"seq":1,"secret-code'],
    ['no event', '["secret-code"]'],
    ['an empty line', ''],
    ['a known kind without its fields', `{"seq":1,${stamp},"kind":"metric","note":"secret-code"}`],
  ])('names file and row of a damaged line (%s), never its content', (_, line) => {
    const folder = journalOf(started);
    appendFileSync(path(folder), `${line}\n{"seq":2,${stamp},"kind":"warning","message":"after"}\n`);
    const attempts = [() => readJournal(folder), () => lastEvents(folder, 2)];
    for (const attempt of attempts) {
      let error: unknown;
      try {
        attempt();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).details).toMatchObject({ file: path(folder), row: 2 });
      expect((error as UserError).explain()).not.toContain('secret');
    }
    expect(lastEvents(folder, 1)).toMatchObject([{ message: 'after' }]);
  });

  it('reads only what is new, and leaves a line that is still being written for next time', () => {
    const folder = journalOf(started, warning('für 🫀'));
    const first = tailJournal(folder, 0);
    expect(first.events.length).toBe(2);
    expect(tailJournal(folder, first.offset)).toEqual({ events: [], offset: first.offset });

    const line = Buffer.from(`{"seq":2,${stamp},"kind":"warning","message":"é🫀"}\n`);
    for (const byte of line.subarray(0, -1)) {
      appendFileSync(path(folder), Uint8Array.of(byte));
      expect(tailJournal(folder, first.offset)).toEqual({ events: [], offset: first.offset });
    }
    appendFileSync(path(folder), '\n');
    const second = tailJournal(folder, first.offset);
    expect(second.events).toMatchObject([{ seq: 2, message: 'é🫀' }]);
    expect(second.offset).toBe(readFileSync(path(folder)).length);
  });

  it('starts over when the journal became another, shorter one', () => {
    const folder = journalOf(started);
    expect(tailJournal(folder, 100_000).events).toMatchObject([{ kind: 'started' }]);
  });

  it('finds the same events from the end as from the beginning, whatever the lengths of the lines', () => {
    const folder = scratchFolder();
    const journal = openJournal(folder, { now });
    // Lines of up to 3 MB cross every block border.
    const lengths = [10, 65_400, 65_536, 3, 3_000_000, 1, 200_000, 65_536 * 2, 1 << 20, 5];
    for (const [i, length] of lengths.entries()) {
      journal.append(i === 3 ? metric(i, 0.5) : warning('µ'.repeat(length)));
    }
    appendFileSync(path(folder), 'torn'.repeat(100_000));
    const all = readJournal(folder);
    expect(all.map(({ seq }) => seq)).toEqual(lengths.map((_, i) => i));
    for (const n of [0, 1, 2, 5, 9, 10, 99])
      expect(lastEvents(folder, n)).toEqual(n === 0 ? [] : all.slice(-n));
    expect(lastEventOf(folder, ['metric', 'finished'])).toEqual(all[3]);
    const middle = tailJournal(folder, 0);
    expect(middle.events).toEqual(all);
  });

  it('is not misled by the name of a kind inside another event', () => {
    const folder = journalOf(started, { kind: 'progress', phase: 'finished', done: 1 }, warning('"failed"'));
    expect(lastEventOf(folder, ['started', 'finished', 'failed', 'stopped'])).toMatchObject({
      kind: 'started',
    });
  });

  it('looks at the end of a million lines without reading them all', () => {
    const folder = scratchFolder();
    const block = Array.from({ length: 10_000 }, (_, i) =>
      JSON.stringify({ seq: i, time: new Date(now()).toISOString(), ...metric(i, 4.25) }),
    ).join('\n');
    for (let i = 0; i < 100; i += 1) appendFileSync(path(folder), `${block}\n`);
    const begin = performance.now();
    expect(lastEvents(folder, 20).length).toBe(20);
    expect(lastEventOf(folder, ['metric'])).toMatchObject({ step: 9_999 });
    expect(performance.now() - begin).toBeLessThan(200);
    const search = performance.now();
    expect(lastEventOf(folder, ['started', 'finished', 'failed', 'stopped'])).toBeUndefined();
    expect(performance.now() - search, 'a search through all of it, ms').toBeLessThan(5000);
  });
});
