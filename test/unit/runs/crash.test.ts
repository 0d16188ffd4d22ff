import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { latestCheckpoint, listCheckpoints } from '../../../src/runs/checkpoints';
import { openJournal, readJournal } from '../../../src/runs/journal';
import { runCondition } from '../../../src/runs/state';
import { childProgram, killAfter, scratchFolder } from './child-program';

const kills = 32;

/** Works like a training process: claims, resumes from the last checkpoint, appends, checkpoints, prunes; never ends. */
const worker = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { latestCheckpoint, listCheckpoints, pruneCheckpoints, writeCheckpoint } from './src/runs/checkpoints';
  import { claimRun } from './src/runs/claim';
  import { openJournal } from './src/runs/journal';
  import { currentProcess } from './src/runs/process';
  const folder = process.argv[2];
  claimRun(folder, currentProcess());
  const journal = openJournal(folder);
  let step = latestCheckpoint(folder)?.step ?? 0;
  journal.append({ kind: 'started', step, steps: 1e6, pid: process.pid });
  process.stdout.write('begun ');
  for (;;) {
    step += 1;
    const { seq } = journal.append({ kind: 'metric', step, epoch: 0, split: 'train', values: { trainLoss: 1 / step } });
    process.stdout.write(seq + ' ');
    if (step % 5 > 0) continue;
    writeCheckpoint(folder, step, (partial) => {
      for (const name of ['model', 'optimizer', 'state']) writeFileSync(partial + '/' + name, String(step).repeat(10_000));
    });
    journal.append({ kind: 'checkpoint', step, folder: String(step), best: false });
    pruneCheckpoints(folder, new Set(listCheckpoints(folder).slice(-2).map(({ name }) => name)));
  }`;

describe('a run whose process is killed with SIGKILL at any moment', () => {
  it(`is whole and resumes after each of ${kills} kills`, { timeout: 60_000 }, async () => {
    const folder = scratchFolder();
    const program = childProgram(folder, worker);
    let step = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const output = await killAfter((kill * 13) % 41, program, folder);

      const events = readJournal(folder);
      expect(events.every(({ seq }, i) => seq === i)).toBe(true);
      expect(events.filter(({ kind }) => kind === 'started').length).toBe(kill + 1);
      // What the process has said to have written is there. (Its last word may be torn itself.)
      const acknowledged = Number(output.split(' ').at(-2));
      if (Number.isInteger(acknowledged)) expect(events.at(-1)!.seq).toBeGreaterThanOrEqual(acknowledged);

      for (const checkpoint of listCheckpoints(folder)) {
        expect(readdirSync(checkpoint.folder).sort()).toEqual(['model', 'optimizer', 'state']);
        for (const name of ['model', 'optimizer', 'state']) {
          const text = readFileSync(join(checkpoint.folder, name), 'utf8');
          expect(text === String(checkpoint.step).repeat(10_000)).toBe(true);
        }
      }
      const resumed = latestCheckpoint(folder)?.step ?? 0;
      expect(resumed).toBeGreaterThanOrEqual(step);
      step = resumed;
      expect(runCondition(folder).state).toBe('interrupted');
    }
    expect(step).toBeGreaterThan(0);
    openJournal(folder).append({ kind: 'stopped', step });
    expect(runCondition(folder).state).toBe('stopped');
  });
});
