import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from './workbench';

/** Runs that a person finds in a study under way. */
export interface Study {
  readonly pretrained: string;
  /** Stopped long before its end. */
  readonly unfinished: string;
  readonly finetuned: readonly string[];
}

const network = { hidden: 16, layers: 1, heads: 2, intermediate: 16, maxLength: 32, threads: 1 };
const unfinishedSteps = 3000;

/** Makes a study in a folder with the program `medbert`: one dataset, two pretraining runs, four fine-tuning runs. */
export async function makeStudy(workspace: string): Promise<Study> {
  const home = join(workspace, '.medbert');
  const labels = join(workspace, 'study', 'labels.tsv');
  const call = async (...args: string[]): Promise<Record<string, unknown>> => {
    const program = [join(projectFolder, 'dist', 'cli.js'), ...args, '--home', home, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, program);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const run = async (...args: string[]): Promise<string> => (await call(...args))['run'] as string;
  const set = (values: Readonly<Record<string, number>>): string[] =>
    Object.entries({ ...network, ...values }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

  await call('sample', '--patients', '3000', '--seed', '1', '--out', join(workspace, 'study'));
  await call('import', join(workspace, 'study'), '--name', 'trial');
  const pretrain = ['pretrain', 'trial', '--exclude', labels];
  const pretrained = await run(
    ...pretrain,
    ...set({ steps: 200, validateEvery: 20, checkpointEvery: 50, learningRate: 3e-3 }),
  );
  const unfinished = await run(
    ...pretrain,
    ...set({ steps: unfinishedSteps, validateEvery: 40, checkpointEvery: 320 }),
    '--detach',
  );
  const journal = join(home, 'runs', unfinished, 'events.jsonl');
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    if (existsSync(journal) && readFileSync(journal, 'utf8').split('"validation"').length > 12) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await call('stop', unfinished);
  const finetuned: string[] = [];
  for (const seed of ['1', '2']) {
    for (const from of [
      ['--from', pretrained],
      ['--from', 'untrained', '--like', pretrained],
    ]) {
      const settings = ['epochs=6', 'learningRate=3e-3', 'threads=1'].flatMap((one) => ['--set', one]);
      finetuned.push(
        await run('finetune', 'trial', '--labels', labels, ...from, '--seed', seed, ...settings),
      );
    }
  }
  return { pretrained, unfinished, finetuned };
}
