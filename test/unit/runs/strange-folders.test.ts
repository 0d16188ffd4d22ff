import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RunCatalogue } from '../../../src/runs/catalogue';
import { readClaim } from '../../../src/runs/claim';
import { runsFolder } from '../../../src/runs/home';
import { enqueue, startQueued } from '../../../src/runs/queue';
import { listRuns } from '../../../src/runs/store';
import { scratchFolder } from './child-program';
import { makeRun, pretrainRun, started, stopped } from './run-folders';

/** What a folder among the runs may come to on a shared disk, and what of it must not reach the other runs. */
const strange: Readonly<Record<string, (folder: string) => void>> = {
  'a journal that is a link to itself': (folder) => {
    rmSync(join(folder, 'events.jsonl'));
    symlinkSync('events.jsonl', join(folder, 'events.jsonl'));
  },
  'a description that is a link to itself': (folder) => {
    rmSync(join(folder, 'run.json'));
    symlinkSync('run.json', join(folder, 'run.json'));
  },
  'a journal of 3 GB without a line': (folder) => {
    closeSync(openSync(join(folder, 'events.jsonl'), 'w'));
    truncateSync(join(folder, 'events.jsonl'), 3 * 2 ** 30);
  },
  'a description of 1 GB': (folder) => truncateSync(join(folder, 'run.json'), 2 ** 30),
};

it.each(Object.keys(strange))('%s is one damaged row, soon, and the other runs stay', async (name) => {
  const home = scratchFolder();
  const odd = makeRun(home, pretrainRun, [started(), stopped(1)]);
  const other = makeRun(home, pretrainRun, [started(), stopped(1)]);
  symlinkSync('loop', join(runsFolder(home), 'loop'));
  strange[name]!(odd.folder);
  const catalogue = new RunCatalogue(home);
  const before = process.memoryUsage().rss;
  await catalogue.refresh();
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  expect(catalogue.get(odd.id)).toMatchObject({ damaged: true });
  expect(catalogue.get(other.id)).toMatchObject({ damaged: false, state: 'stopped' });
  expect(listRuns(home).map(({ damaged }) => damaged)).toEqual([false, true]);
});

it.each(['process.json', 'queue.json'])('%s that is a folder does not hold up the queue', (file) => {
  const home = scratchFolder();
  const odd = makeRun(home);
  const waiting = makeRun(home);
  mkdirSync(join(odd.folder, file));
  enqueue(waiting.folder);
  const script = join(home, 'no-such-program.js');
  writeFileSync(script, '');
  expect(startQueued({ home, script, env: process.env }).map(({ id }) => id)).toEqual([waiting.id]);
});

it('a process of another machine does not live because a clock was ahead', () => {
  const { folder } = makeRun(scratchFolder(), pretrainRun, [started()]);
  writeFileSync(
    join(folder, 'process.json'),
    JSON.stringify({ pid: 1, startTime: '1', host: `not-${hostname()}` }),
  );
  expect(readClaim(folder)?.alive).toBe(true);
  const tomorrow = Date.now() / 1000 + 86_400;
  utimesSync(join(folder, 'process.json'), tomorrow, tomorrow);
  expect(readClaim(folder)?.alive).toBe(false);
});
