import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import { isRunEvent, readJournal } from '../../../src/runs/journal';
import { listCheckpoints } from '../../../src/runs/checkpoints';
import { readRun } from '../../../src/runs/store';
import { executeRun } from '../../../src/tasks/execute';
import { createFinetuneRun, untrained } from '../../../src/tasks/finetune';
import { createPretrainRun } from '../../../src/tasks/pretrain';
import { makeSmallStudy, type SmallStudy } from './small-study';

const kills = 50;
const steps = 240;
const now = (): Date => new Date('2026-01-01T00:00:00Z');
const tiny = { hidden: 12, layers: 2, heads: 2, intermediate: 8, maxLength: 64, threads: 1 };
const training = { ...tiny, steps, batchSize: 48, validateEvery: 20, checkpointEvery: 3, learningRate: 1e-3 };

let study: SmallStudy;
beforeAll(async () => {
  study = await makeSmallStudy(900);
}, 60_000);
afterAll(() => study.remove());

/** Starts the background process of a run; it is this test's own child and the only thing that it ends. */
function startWorker(folder: string): ReturnType<typeof spawn> {
  const child = spawn(process.execPath, ['dist/worker.js', folder, study.home], { stdio: 'ignore' });
  return child;
}

/** Steps that the journal tells of. */
function journalled(folder: string): { starts: number; step: number } {
  const events = existsSync(join(folder, 'events.jsonl')) ? readJournal(folder).filter(isRunEvent) : [];
  const reached = events.map((event) => ('step' in event ? (event.step as number) : 0));
  return { starts: events.filter(({ kind }) => kind === 'started').length, step: Math.max(0, ...reached) };
}

/** Kills the run's process at random moments (while loading, training, validating, writing) until it was killed often enough, then lets it finish. */
async function killManyTimes(folder: string): Promise<number> {
  const random = new RandomStream(99);
  let killed = 0;
  while (killed < kills) {
    const before = journalled(folder).starts;
    const child = startWorker(folder);
    const exited = once(child, 'exit');
    // One time in six in the middle of loading; else some moment after training has started.
    if (random.uniform() < 1 / 6) await sleep(random.uniform() * 400);
    else {
      while (journalled(folder).starts === before && child.exitCode === null) await sleep(5);
      await sleep(random.uniform() ** 2 * 250);
    }
    if (child.exitCode !== null) break;
    process.kill(child.pid!, 'SIGKILL');
    await exited;
    killed++;
  }
  const child = startWorker(folder);
  await once(child, 'exit');
  return killed;
}

function finalBytes(folder: string): Map<string, Buffer> {
  const last = listCheckpoints(folder).at(-1)!;
  expect(last.step).toBe(steps);
  return new Map(readdirSync(last.folder).map((name) => [name, readFileSync(join(last.folder, name))]));
}

const create = {
  pretrain: () =>
    createPretrainRun({
      home: study.home,
      dataset: study.dataset,
      config: pretrainConfig.parse(training),
      exclude: study.labels,
      now,
    }),
  finetune: () =>
    createFinetuneRun({
      home: study.home,
      dataset: study.dataset,
      labels: study.labels,
      from: untrained,
      like: null,
      config: finetuneConfig.parse({ ...training, batchSize: 16, patience: 0 }),
      given: new Set(),
      allowSeenTestPatients: false,
      now,
    }),
};

describe.each(['pretrain', 'finetune'] as const)('%s, killed at random moments', (kind) => {
  it(`ends byte-equal to an uninterrupted run after ${kills} kills`, { timeout: 240_000 }, async () => {
    const { folder } = await create[kind]();
    const interrupted = `${folder}-killed`;
    cpSync(folder, interrupted, { recursive: true });
    await executeRun({ home: study.home, folder, progress: () => {}, signal: new AbortController().signal });

    const killed = await killManyTimes(interrupted);
    expect(killed).toBe(kills);
    expect(readRun(study.home, interrupted.split('/').at(-1)!).state).toBe('finished');
    const [expected, found] = [finalBytes(folder), finalBytes(interrupted)];
    expect([...found.keys()].sort()).toEqual(['model.safetensors', 'optimizer.safetensors', 'state.json']);
    for (const [name, bytes] of expected) expect(found.get(name)!.equals(bytes), name).toBe(true);
    expect(JSON.parse(readFileSync(join(interrupted, 'metrics.json'), 'utf8'))).toEqual(
      JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')),
    );
    expect(readdirSync(interrupted).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
