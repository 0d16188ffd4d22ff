import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DatasetWatch } from '../../../src/host/dataset-watch';
import { RunWatch } from '../../../src/host/run-watch';
import type { Settings } from '../../../src/host/settings';
import { pretrainConfig } from '../../../src/protocol/config';
import { openJournal } from '../../../src/runs/journal';
import { createRun } from '../../../src/runs/store';
import { StudyFolder } from '../study-folder';

const settings: Settings = {
  ...{ home: '', simultaneousRuns: 1, threads: 1, minimumCellCount: 10, smoothing: 0.6, pollSeconds: 1 },
  notifyWhenRunEnds: 'always',
  inlineExplanations: { records: true, patientDocument: true, shading: false },
};

describe('looking at the runs again and again', function () {
  this.timeout(30_000);
  let study: StudyFolder;
  let told: string[];
  let looks: number;
  let watch: RunWatch;

  beforeEach(() => {
    study = new StudyFolder();
    told = [];
    looks = 0;
    watch = new RunWatch(
      study.home,
      settings,
      () => void (looks += 1),
      (error) => told.push(String(error)),
    );
  });
  afterEach(() => {
    watch.dispose();
    study.remove();
  });

  const made = (): string =>
    createRun(study.home, {
      ...{ kind: 'pretrain', codeVersion: '0.1.0', device: 'onnxruntime-cpu', exclude: null, vocabulary: 9 },
      createdAt: new Date(Date.now() - 60_000).toISOString(),
      dataset: { name: 'study', contentHash: 'sha256:0' },
      split: { train: 7, validation: 1, test: 2 },
      config: pretrainConfig.parse({ steps: 100 }),
    }).folder;

  /** A run with a journal of some length, ended a while ago. */
  function ended(lines: number): string {
    const folder = made();
    const journal = openJournal(folder, { now: () => Date.now() - 60_000 });
    journal.append({ kind: 'started', step: 0, steps: lines, pid: 1 });
    for (let step = 1; step <= lines; step += 1) {
      journal.append({ kind: 'metric', split: 'train', step, epoch: 0, values: { loss: 1 / step } });
    }
    journal.append({ kind: 'finished', step: lines, reason: 'completed' });
    journal.close();
    const long = new Date(Date.now() - 30_000);
    for (const name of [...fs.readdirSync(folder), '.']) fs.utimesSync(join(folder, name), long, long);
    return folder;
  }

  it('opens no file of a run that has ended', async () => {
    const folders = [ended(500), ended(3)];
    await watch.refresh();
    assert.deepEqual(
      watch.readable.map(({ state }) => state),
      ['finished', 'finished'],
    );
    const reads = counting(folders);
    try {
      for (let look = 0; look < 20; look += 1) await watch.refresh();
      assert.deepEqual(reads.opened(), []);
    } finally {
      reads.stop();
    }
  });

  it('reads of a growing journal only what is new', async () => {
    const folder = made();
    const journal = openJournal(folder);
    journal.append({ kind: 'started', step: 0, steps: 1e6, pid: 1 });
    for (let step = 1; step <= 5000; step += 1) {
      journal.append({ kind: 'metric', split: 'train', step, epoch: 0, values: { loss: 1 / step } });
    }
    await watch.refresh();
    const size = fs.statSync(join(folder, 'events.jsonl')).size;
    const reads = counting([folder]);
    try {
      for (let step = 5001; step <= 5010; step += 1) {
        journal.append({ kind: 'metric', split: 'train', step, epoch: 0, values: { loss: 1 / step } });
        await watch.refresh();
      }
      assert.equal(watch.readable[0]!.step, 5010);
      assert.ok(reads.bytes() < size / 10, `${reads.bytes()} of ${size} bytes`);
    } finally {
      reads.stop();
      journal.close();
    }
  });

  it('looks once for all who ask while a look is under way', async () => {
    for (let run = 0; run < 30; run += 1) ended(30);
    const first = watch.refresh();
    const rest = Array.from({ length: 20 }, () => watch.refresh());
    await Promise.all([first, ...rest]);
    assert.equal(looks, 2);
    await watch.refresh();
    assert.equal(looks, 3);
  });

  it('tells of a trouble once, not at every look, and again when it comes back', async () => {
    fs.mkdirSync(study.home);
    fs.writeFileSync(join(study.home, 'runs'), 'not a folder');
    for (let look = 0; look < 5; look += 1) await watch.refresh();
    assert.equal(told.length, 1, told.join('\n'));
    fs.rmSync(join(study.home, 'runs'));
    await watch.refresh();
    assert.equal(looks, 1);
    fs.writeFileSync(join(study.home, 'runs'), 'not a folder');
    await watch.refresh();
    assert.equal(told.length, 2);
  });

  it('follows from a home folder that is not there, over one that is, to one that is gone', async () => {
    await watch.refresh();
    assert.deepEqual(watch.readable, []);
    ended(3);
    await watch.refresh();
    assert.equal(watch.readable.length, 1);
    fs.rmSync(study.home, { recursive: true });
    await watch.refresh();
    assert.deepEqual(watch.readable, []);
    ended(3);
    await watch.refresh();
    assert.equal(watch.readable.length, 1);
    assert.deepEqual(told, []);
  });

  it('goes on hinting after the folder of runs was deleted and made again', async () => {
    ended(3);
    const slow = new RunWatch(
      study.home,
      { ...settings, pollSeconds: 1 },
      () => undefined,
      (error) => assert.fail(String(error)),
    );
    void slow.follow();
    try {
      await sleep(300);
      fs.rmSync(study.home, { recursive: true });
      await until(() => slow.readable.length === 0);
      ended(3);
      await until(() => slow.readable.length === 1);
      // The second watcher sees the new folder: far sooner than the next five looks of a quiet window.
      ended(3);
      await until(() => slow.readable.length === 2, 1500);
    } finally {
      slow.dispose();
    }
  });

  const damages: readonly [string, string][] = [
    ['run.json', '{"version": 1'],
    ['run.json', '\u0000'.repeat(300)],
    ['events.jsonl', '\u0000\u0001 no json\n{"seq":'],
    ['events.jsonl', '[]\nnull\n7\n{"kind":"finished"}\n'],
    ['events.jsonl', '{"seq":0,"time":"yesterday","kind":"started","step":0,"steps":"many"}\n'],
    ['queue.json', '{"at": 7}'],
    ['queue.json', 'null'],
    ['process.json', '{"pid": "none"}'],
    ['process.json', '[]'],
    ['metrics.json', '{"bestStep": "three"}'],
    ['metrics.json', ''],
  ];
  for (const [name, content] of damages) {
    it(`survives a damaged ${name} (${JSON.stringify(content.slice(0, 12))}) while it looks`, async () => {
      const [damaged, whole] = [ended(40), ended(40)];
      await watch.refresh();
      fs.writeFileSync(join(damaged, name), content);
      await watch.refresh();
      await watch.refresh();
      assert.deepEqual(told, []);
      assert.equal(watch.catalogue.runs.length, 2);
      assert.equal(watch.facts(whole.split('/').at(-1)!)?.state, 'finished');
    });
  }

  it('keeps runs whose folders have odd names, as they are called', async () => {
    const odd = ['run <b>|*`$(zap)`', 'ärger 100 %', "it's; rm -rf ~", '(copy) of pretrain', '..hidden'];
    for (const name of odd) {
      const folder = ended(3);
      fs.cpSync(folder, join(folder, '..', name), { recursive: true });
      fs.rmSync(folder, { recursive: true });
    }
    await watch.refresh();
    const seen = watch.catalogue.runs.map(({ id }) => id);
    assert.deepEqual(seen.sort(), odd.filter((name) => !name.startsWith('.')).sort());
    assert.deepEqual(told, []);
  });
});

describe('looking at the datasets', () => {
  it('survives descriptions that are damaged, gone, or folders', () => {
    const study = new StudyFolder();
    const watch = new DatasetWatch(study.home);
    try {
      study.write('.medbert/datasets/broken/dataset.json', '{"version": 1');
      study.write('.medbert/datasets/folder/dataset.json/what', '');
      fs.mkdirSync(join(study.home, 'datasets', 'empty'));
      study.write('.medbert/datasets/a-file', '');
      watch.refresh();
      assert.deepEqual(
        watch.all.map(({ name, description }) => [name, description]),
        [
          ['broken', undefined],
          ['empty', undefined],
          ['folder', undefined],
        ],
      );
      fs.rmSync(study.home, { recursive: true });
      watch.refresh();
      assert.deepEqual(watch.all, []);
    } finally {
      watch.dispose();
      study.remove();
    }
  });
});

/** Counts what is opened and read beneath some folders. */
function counting(folders: readonly string[]): {
  opened(): readonly string[];
  bytes(): number;
  stop(): void;
} {
  const { openSync, readSync, readFileSync } = fs;
  const opened: string[] = [];
  const files = new Set<number>();
  let bytes = 0;
  const isOurs = (path: unknown): path is string =>
    typeof path === 'string' && folders.some((folder) => path.startsWith(folder));
  fs.openSync = (...args: Parameters<typeof openSync>) => {
    const file = openSync(...args);
    if (isOurs(args[0])) {
      opened.push(args[0]);
      files.add(file);
    }
    return file;
  };
  const read = readSync as (...args: unknown[]) => number;
  fs.readSync = ((...args: unknown[]) => {
    const got = read(...args);
    if (files.has(args[0] as number)) bytes += got;
    return got;
  }) as typeof readSync;
  fs.readFileSync = ((...args: Parameters<typeof readFileSync>) => {
    const content = readFileSync(...args);
    if (isOurs(args[0])) {
      opened.push(args[0]);
      bytes += content.length;
    }
    return content;
  }) as typeof readFileSync;
  return {
    opened: () => opened,
    bytes: () => bytes,
    stop: () => Object.assign(fs, { openSync, readSync, readFileSync }),
  };
}

async function until(holds: () => boolean, patience = 10_000): Promise<void> {
  const end = Date.now() + patience;
  while (!holds()) {
    assert.ok(Date.now() < end, 'waited too long');
    await sleep(20);
  }
}
