import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import type { NewRunEvent } from '../../../src/protocol/journal';
import { pretrainConfig, finetuneConfig } from '../../../src/protocol/config';
import { claimRun } from '../../../src/runs/claim';
import { openJournal } from '../../../src/runs/journal';
import { currentProcess } from '../../../src/runs/process';
import { type NewRun, createRun, findRun, listRuns, readRun, viewRun } from '../../../src/runs/store';
import { childProgram, deadPid, scratchFolder, startChild } from './child-program';

const pretrain: NewRun = {
  kind: 'pretrain',
  createdAt: '2026-11-22T23:59:00.000Z',
  codeVersion: '0.1.0',
  device: 'onnxruntime-cpu',
  dataset: { name: 'sample', contentHash: 'abc' },
  config: pretrainConfig.parse({ steps: 10 }),
  exclude: null,
  split: { train: 7, validation: 2, test: 1 },
  vocabulary: 50,
};
const finetune: NewRun = {
  kind: 'finetune',
  createdAt: '2026-11-23T01:00:00.000Z',
  codeVersion: '0.1.0',
  device: 'onnxruntime-cpu',
  dataset: { name: 'sample', contentHash: 'abc' },
  config: finetuneConfig.parse({ steps: 10 }),
  labels: { file: 'labels.tsv', sha256: 'def' },
  from: 'untrained',
  like: null,
  fromStep: null,
  split: { train: 7, validation: 2, test: 1 },
  vocabulary: 50,
  positions: 512,
  cohort: [{ step: 'labelled', patients: 10, positives: 4 }],
  disjointness: { testPatients: 1, encoderPatients: 0, overlap: 0, allowed: false },
};

const write = (folder: string, ...events: NewRunEvent[]): void => {
  const journal = openJournal(folder);
  for (const event of events) journal.append(event);
  journal.close();
};
const started: NewRunEvent = { kind: 'started', step: 0, steps: 10, pid: 7 };
const stopped: NewRunEvent = { kind: 'stopped', step: 4 };
const metric: NewRunEvent = { kind: 'metric', step: 3, epoch: 0, split: 'train', values: { trainLoss: 2 } };

describe('making runs', () => {
  it('names a run by kind, day and number, and freezes its manifest', () => {
    const home = scratchFolder();
    const { id, folder } = createRun(home, pretrain);
    expect(id).toBe('pretrain-20261122-1');
    expect(folder).toBe(join(home, 'runs', id));
    expect(createRun(home, pretrain).id).toBe('pretrain-20261122-2');
    expect(createRun(home, finetune).id).toBe('finetune-20261123-1');
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toEqual({
      ...pretrain,
      version: 1,
      id,
    });
    expect(readdirSync(folder)).toEqual(['run.json']);
    expect(readdirSync(join(home, 'runs')).length).toBe(3);
  });

  it('takes neither a name that a damaged run has, nor one that a file has', () => {
    const home = scratchFolder();
    createRun(home, pretrain);
    mkdirSync(join(home, 'runs', 'pretrain-20261122-9'));
    writeFileSync(join(home, 'runs', 'pretrain-20261122-10'), 'a file');
    expect(createRun(home, pretrain).id).toBe('pretrain-20261122-11');
    expect(readFileSync(join(home, 'runs', 'pretrain-20261122-10'), 'utf8')).toBe('a file');
  });

  it('gives every one of many processes an id of its own', async () => {
    const home = scratchFolder();
    const program = childProgram(
      home,
      `import { createRun } from './src/runs/store';
       for (let i = 0; i < 10; i += 1) console.log(createRun(process.argv[2], ${JSON.stringify(pretrain)}).id);`,
    );
    const outputs = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = startChild(program, home);
        let text = '';
        child.stdout!.on('data', (data: Buffer) => (text += data.toString()));
        await once(child, 'close');
        return text.trim().split('\n');
      }),
    );
    const ids = outputs.flat();
    expect(ids.length).toBe(60);
    expect(new Set(ids).size).toBe(60);
    expect(readdirSync(join(home, 'runs')).length).toBe(60);
    for (const run of listRuns(home)) expect(run).toMatchObject({ damaged: false, manifest: { id: run.id } });
  });

  it('tells of a home folder that is a file', () => {
    const home = join(scratchFolder(), 'home');
    writeFileSync(home, '');
    expect(() => createRun(home, pretrain)).toThrow(UserError);
  });
});

describe('the state of a run', () => {
  const stateAfter = (prepare: (folder: string) => void): string => {
    const home = scratchFolder();
    const { id, folder } = createRun(home, pretrain);
    prepare(folder);
    return readRun(home, id).state;
  };
  const deadClaim = (folder: string): void =>
    writeFileSync(join(folder, 'process.json'), JSON.stringify({ ...currentProcess(), pid: deadPid() }));

  it('is queued until a process touches it', () => {
    expect(stateAfter(() => undefined)).toBe('queued');
  });

  it('is running while a living process has claimed it, whether it has written anything yet or not', () => {
    expect(stateAfter((folder) => claimRun(folder, currentProcess()))).toBe('running');
    expect(
      stateAfter((folder) => {
        write(folder, started, metric);
        claimRun(folder, currentProcess());
      }),
    ).toBe('running');
  });

  it('is running again after a resume, and finished as soon as the ending is written', () => {
    const again = (...more: NewRunEvent[]): string =>
      stateAfter((folder) => {
        write(folder, started, stopped, { ...started, step: 4 } as NewRunEvent, ...more);
        claimRun(folder, currentProcess());
      });
    expect(again(metric)).toBe('running');
    expect(again({ kind: 'finished', step: 10, reason: 'completed' })).toBe('finished');
  });

  it('is interrupted when its process is gone without a word', () => {
    expect(stateAfter((folder) => write(folder, started, metric))).toBe('interrupted');
    expect(stateAfter((folder) => write(folder, started, stopped, started))).toBe('interrupted');
    expect(
      stateAfter((folder) => {
        write(folder, started);
        deadClaim(folder);
      }),
    ).toBe('interrupted');
    expect(stateAfter(deadClaim), 'killed before its first event').toBe('interrupted');
  });

  it('is its ending, also when something was written after it', () => {
    const warning: NewRunEvent = { kind: 'warning', message: 'late' };
    const failed: NewRunEvent = { kind: 'failed', message: 'why', bug: false };
    expect(stateAfter((folder) => write(folder, started, stopped, warning))).toBe('stopped');
    expect(
      stateAfter((folder) => write(folder, failed)),
      'failed before it started',
    ).toBe('failed');
    expect(
      stateAfter((folder) => {
        write(folder, started, { kind: 'finished', step: 10, reason: 'early-stopping' }, metric);
        deadClaim(folder);
      }),
    ).toBe('finished');
  });
});

describe('reading runs', () => {
  it('shows a run from its folder alone, wherever it lies', () => {
    const home = scratchFolder();
    const { id, folder } = createRun(home, pretrain);
    write(folder, started, metric, { kind: 'failed', message: 'disk full', bug: false });
    const run = readRun(home, id);
    expect(run).toMatchObject({
      id,
      folder,
      state: 'failed',
      steps: 10,
      manifest: { config: { steps: 10 } },
    });
    expect(run.lastMetric?.values).toEqual({ trainLoss: 2 });
    expect(run.ending).toMatchObject({ message: 'disk full' });
    expect(run.lastEvent).toEqual(run.ending);
    expect(viewRun(folder, 'elsewhere').state).toBe('failed');
  });

  it('lists newest first and damaged ones last, each with its problem', () => {
    const home = scratchFolder();
    expect(listRuns(home)).toEqual([]);
    for (let i = 0; i < 10; i += 1) createRun(home, pretrain);
    createRun(home, finetune);
    const runs = join(home, 'runs');
    const damage: Record<string, string> = { 'a-1': '{"torn', 'a-2': '{}', 'a-3': '{"version":2}' };
    for (const [name, text] of Object.entries(damage)) {
      mkdirSync(join(runs, name));
      writeFileSync(join(runs, name, 'run.json'), text);
    }
    mkdirSync(join(runs, 'a-4'));
    writeFileSync(join(runs, 'pretrain-20261122-5', 'events.jsonl'), '{"damaged"\n');
    writeFileSync(join(runs, 'notes.txt'), 'not a run');
    mkdirSync(join(runs, '.hidden'));
    const listed = listRuns(home);
    expect(listed.slice(0, 3).map(({ id }) => id)).toEqual([
      'finetune-20261123-1',
      'pretrain-20261122-10',
      'pretrain-20261122-9',
    ]);
    const damaged = listed.slice(-5);
    expect(damaged.map(({ id }) => id).sort()).toEqual(['a-1', 'a-2', 'a-3', 'a-4', 'pretrain-20261122-5']);
    for (const run of damaged)
      expect(run).toMatchObject({ damaged: true, problem: expect.stringMatching(/json/) });
    expect(listed.filter((run) => run.damaged).length).toBe(5);
    expect(() => readRun(home, 'a-1')).toThrow(UserError);
  });

  it('follows a run folder that is a link to another disk', () => {
    const home = scratchFolder();
    const { folder } = createRun(scratchFolder(), pretrain);
    mkdirSync(join(home, 'runs'));
    symlinkSync(folder, join(home, 'runs', 'linked'));
    expect(readRun(home, 'linked').state).toBe('queued');
  });

  it('understands the beginning of an id, when it means one run', () => {
    const home = scratchFolder();
    expect(() => findRun(home, 'x')).toThrow(/There is no run “x”/);
    for (let i = 0; i < 11; i += 1) createRun(home, pretrain);
    createRun(home, finetune);
    expect(findRun(home, 'fine')).toBe('finetune-20261123-1');
    expect(findRun(home, 'pretrain-20261122-1'), 'the exact id wins over pretrain-20261122-10').toBe(
      'pretrain-20261122-1',
    );
    expect(() => findRun(home, 'pre')).toThrow(
      /may mean 11 runs: pretrain-20261122-1, pretrain-20261122-2, .*…/,
    );
    expect(() => findRun(home, 'pretrain-20261122-12')).toThrow(/no run/);
    for (const nothing of ['', '..', '../runs/finetune-20261123-1', '.']) {
      expect(() => findRun(home, nothing), nothing).toThrow(UserError);
    }
  });
});
