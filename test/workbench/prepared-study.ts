import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { projectFolder } from './workbench';

/** A small study in every state, as pictures need it. Runs by what they are, not by their ids. */
export interface PreparedStudy {
  /** Pretraining: two seeds of one configuration, and one without serialization. */
  readonly pretrained: readonly [string, string, string];
  /** Fine-tuning: two seeds each, from the first pretraining and untrained. */
  readonly finetuned: readonly string[];
  /** Pretraining that diverged. */
  readonly failed: string;
  /** Runs that the test may spoil: pretrained ones to delete and to damage, a fine-tuned one to delete. */
  readonly doomed: { readonly deleted: string; readonly damaged: string; readonly compared: string };
  /** Pretraining whose process stands still: it is alive, and takes no processor from the test. */
  readonly running: { readonly run: string; readonly pid: number };
}

const small = [
  ...['layers=1', 'hidden=32', 'heads=2', 'intermediate=32', 'maxLength=64', 'batchSize=32', 'threads=1'],
  'learningRate=0.002',
];
const settings = (...list: readonly string[]): string[] => list.flatMap((one) => ['--set', one]);

/** Makes the datasets `study`, `earlier` and `gone` and the runs in a folder, by the command line. */
export async function prepareStudy(folder: string): Promise<PreparedStudy> {
  const medbert = async (...args: string[]): Promise<Record<string, unknown>> => {
    const cli = join(projectFolder, 'dist', 'cli.js');
    const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '--json'], { cwd: folder });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const trained = async (...args: string[]): Promise<string> => String((await medbert(...args))['run']);
  const pretrain = (...more: string[]): Promise<string> =>
    trained('pretrain', 'study', '--exclude', 'study/labels.tsv', ...settings(...small, 'epochs=2', ...more));

  await medbert('sample', '--patients', '6000', '--out', 'study');
  await medbert('import', 'study', '--name', 'study');
  const others = (async () => {
    await medbert('sample', '--patients', '300', '--out', 'little');
    for (const name of ['earlier', 'gone']) await medbert('import', 'little', '--name', name);
  })();
  const first = await pretrain('validateEvery=20');
  const finetune = (from: string, seed: string): Promise<string> =>
    trained(
      ...['finetune', 'study', '--labels', 'study/labels.tsv', '--from', from, '--seed', seed],
      ...(from === 'untrained' ? ['--like', first] : []),
      ...settings('epochs=3', 'threads=1', 'learningRate=0.002', 'batchSize=16'),
    );
  const pretraining = (async () => [
    await pretrain('validateEvery=20', 'seed=2'),
    await pretrain('validateEvery=20', 'serialization=false'),
    await pretrain('epochs=0.2'),
    await pretrain('epochs=0.2', 'seed=4'),
  ])();
  const finetuned: string[] = [];
  for (const [from, seed] of [
    [first, '1'],
    ['untrained', '1'],
    [first, '2'],
    ['untrained', '2'],
    [first, '3'],
  ] as const) {
    finetuned.push(await finetune(from, seed));
  }
  const [second, plain, deleted, damaged] = (await pretraining) as [string, string, string, string];
  await others;
  const failed = await divergence(pretrain);
  const detached = await medbert(
    ...['pretrain', 'study', '--detach', ...settings(...small, 'epochs=6', 'validateEvery=50')],
  );
  const running = { run: String(detached['run']), pid: Number(detached['pid']) };
  await standStill(join(folder, '.medbert', 'runs', running.run, 'events.jsonl'), running.pid);
  writeFileSync(join(folder, 'base.medbert.json'), runFile);
  return {
    pretrained: [first, second, plain],
    finetuned: finetuned.slice(0, 4),
    failed,
    doomed: { deleted, damaged, compared: finetuned[4]! },
    running,
  };
}

const runFile = `{
  "task": "pretrain",
  "dataset": "study",
  "settings": {
    "hidden": 64,
    "layers": 2,
    "heads": 4,
    "learningRate": 0.001,
    "epochs": 20
  }
}
`;

/** Trains at a rate at which no loss stays a number. */
async function divergence(pretrain: (...more: string[]) => Promise<string>): Promise<string> {
  try {
    return await pretrain('learningRate=1e30', 'clip=0');
  } catch (error) {
    const { stderr } = error as { stderr: string };
    const id = /pretrain-\d{8}-\d+/.exec(stderr)?.[0];
    if (id === undefined) throw error;
    return id;
  }
}

/** Lets a process get some way, and stops its clock. */
async function standStill(journal: string, pid: number): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    await sleep(100);
    if (readIfThere(journal).split('"split":"validation"').length > 6) break;
  }
  process.kill(pid, 'SIGSTOP');
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
