import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPredictions } from '../../../src/ehr/predictions';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import { runFolder } from '../../../src/runs/home';
import { executeRun } from '../../../src/tasks/execute';
import { createFinetuneRun } from '../../../src/tasks/finetune';
import { createPretrainRun } from '../../../src/tasks/pretrain';
import { makeSmallStudy, type SmallStudy } from './small-study';

/** A small study with runs to explain. */
export interface ExplainedStudy extends SmallStudy {
  readonly encoderRun: string;
  /** Two seeds of one fine-tuning configuration. */
  readonly runs: readonly [string, string];
  /** Test patients of the first with what it predicted. */
  readonly tested: readonly { readonly id: string; readonly score: number }[];
  /** A labelled patient with one code before the index date. */
  readonly single: string;
  /** Makes and trains one more seed of the configuration. */
  readonly fineTune: (seed: number) => Promise<string>;
}

export const now = (): Date => new Date('2026-01-01T00:00:00Z');
const shape = { hidden: 12, layers: 2, heads: 2, intermediate: 8, maxLength: 16 };

export async function makeExplainedStudy(): Promise<ExplainedStudy> {
  const study = await makeSmallStudy(3000);
  const { home, dataset, labels } = study;
  const single = leaveOneCode(study);
  const signal = new AbortController().signal;
  const carryOut = async ({ id, folder }: { id: string; folder: string }): Promise<string> => {
    await executeRun({ home, folder, progress: () => {}, signal });
    return id;
  };
  const pace = { threads: 1, epochs: 1, learningRate: 3e-3 };
  const config = pretrainConfig.parse({ ...shape, ...pace, minCodeCount: 2 });
  const encoderRun = await carryOut(await createPretrainRun({ home, dataset, now, exclude: labels, config }));
  const fineTune = async (seed: number): Promise<string> => {
    const config = finetuneConfig.parse({ ...pace, epochs: 2, seed });
    const given = new Set(['threads', 'epochs', 'learningRate', 'seed']);
    const request = { home, dataset, labels, from: encoderRun, like: null, config, given, now };
    return carryOut(await createFinetuneRun({ ...request, allowSeenTestPatients: false }));
  };
  const runs = [await fineTune(1), await fineTune(2)] as const;
  const { patient, score, split } = await readPredictions(
    join(runFolder(home, runs[0]), 'predictions.parquet'),
  );
  const tested = patient.flatMap((id, i) => (split[i] === 'test' ? [{ id, score: score[i]! }] : []));
  return { ...study, encoderRun, runs, tested, single, fineTune };
}

/** Moves the index date of a labelled patient to the day after a first visit with a single, common code. */
function leaveOneCode({ labels }: SmallStudy): string {
  const rows = readFileSync(join(labels, '..', 'records.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
  const records = rows.map((row) => row.split('\t'));
  const common = (code: string): boolean => records.filter((row) => row[3] === code).length > 100;
  const table = readFileSync(labels, 'utf8').split('\n');
  const place = table[0]!.split('\t').indexOf('index_date');
  for (const [i, line] of table.entries()) {
    const cells = line.split('\t');
    const own = records.filter((row) => row[0] === cells[0]);
    const first = own.map((row) => row[2]!).sort()[0];
    const visit = own.filter((row) => row[2] === first);
    if (first === undefined || visit.length !== 1 || !common(visit[0]![3]!)) continue;
    cells[place] = new Date(Date.parse(first) + 86_400_000).toISOString().slice(0, 10);
    writeFileSync(labels, [...table.slice(0, i), cells.join('\t'), ...table.slice(i + 1)].join('\n'));
    return cells[0]!;
  }
  throw new Error('The study has no patient whose first visit has one common code.');
}
