import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../ehr/dataset';
import { importRecords } from '../ehr/import';
import { checkLabels } from '../ehr/label-funnel';
import { readLabels } from '../ehr/labels';
import { generateSample } from '../ehr/sample/generate';
import { meanSd, pairedDifference } from '../metrics/paired';
import { finetuneConfig, pretrainConfig } from '../protocol/config';
import { CancelledError } from '../protocol/errors';
import type { LongWork, Progress } from '../protocol/progress';
import { type FinetuneSummary, type RunSummary, summarizeRun } from '../runs/summary';
import { executeRun } from './execute';
import { createFinetuneRun, untrained } from './finetune';
import { loadLabelled, splitLabelled } from './labelled-corpus';
import { createPretrainRun } from './pretrain';
import type { CreatedRun } from './run-context';

/** The demo's study: small enough for minutes on two cores, large enough that pretraining shows. */
export const demoStudy = {
  patients: 60_000,
  seed: 1,
  trainSizes: [300, 1000],
  seeds: [1, 2, 3],
  /** Med-BERT at half its width and a third of its depth; everything else as in the paper, but a higher rate. */
  pretrain: {
    hidden: 96,
    layers: 2,
    maxLength: 128,
    epochs: 20,
    batchSize: 64,
    learningRate: 1e-3,
    minCodeCount: 2,
  },
  finetune: { epochs: 30, patience: 10, batchSize: 32, learningRate: 3e-4 },
} as const;

export interface DemoRequest extends LongWork {
  readonly home: string;
  /** A person's own records and labels; null = a generated study. */
  readonly own: { readonly source: string; readonly labels: string } | null;
  /** Patients to generate. */
  readonly patients: number;
  readonly now: () => Date;
}

/** One row of the result: the same patients, splits and sizes with and without pretraining. */
export interface DemoRow {
  readonly trainSize: number;
  /** AUROC on the test patients of each seed. */
  readonly untrained: readonly number[];
  readonly pretrained: readonly number[];
  readonly meanUntrained: number;
  readonly sdUntrained: number;
  readonly meanPretrained: number;
  readonly sdPretrained: number;
  readonly gain: number;
  /** 95 % t interval of the mean paired gain over seeds. */
  readonly gainCi95: readonly [number, number];
}

export interface DemoResult {
  readonly records: string;
  readonly labels: string;
  readonly dataset: string;
  readonly pretrainRun: string;
  /** Patients of the pretraining pool that were trained on. */
  readonly pool: number;
  /** Labelled patients on whom both arms choose their best step, and test patients with label 1 among them, by seed alike. */
  readonly validationPatients: number;
  readonly testPatients: number;
  readonly testPositives: number;
  readonly rows: readonly DemoRow[];
  readonly home: string;
}

/** The whole way from records to a prediction: does pretraining help at few labels? */
export async function demo(request: DemoRequest): Promise<DemoResult> {
  const { home, now, signal = new AbortController().signal, progress = () => undefined } = request;
  const records = request.own?.source ?? join(home, `demo-records-${request.patients}`);
  const labels = request.own?.labels ?? join(records, 'labels.tsv');
  if (!request.own && !existsSync(records)) {
    const { patients } = request;
    await generateSample({ out: records, patients, seed: demoStudy.seed, signal, progress });
  }
  const dataset = request.own ? 'demo-own' : 'demo';
  await importRecords({
    source: records,
    name: dataset,
    home,
    format: 'auto',
    overwrite: true,
    now,
    signal,
    progress,
  });
  // A mistake in the labels is told now, not after minutes of pretraining.
  const opened = openDataset(home, dataset);
  const read = await readLabels(labels);
  const { funnel } = await checkLabels(read, opened);
  const trainSizes = sizesFor(funnel.at(-1)!.patients);
  const cut = { maxLength: demoStudy.pretrain.maxLength, longPatients: 'keep-last' as const };
  const labelled = await loadLabelled(opened, read, cut, { signal });
  for (const seed of demoStudy.seeds) splitLabelled(labelled, { seed, trainSize: trainSizes.at(-1)! });

  const total = 1 + trainSizes.length * demoStudy.seeds.length * 2;
  let started = 0;
  const work = { home, dataset, now, signal, progress };
  /** Makes a run and carries it out, its progress under a title and a count of runs. */
  const carryOut = async (title: string, create: () => Promise<CreatedRun>): Promise<RunSummary> => {
    const prefix = `run ${++started} of ${total} · ${title}`;
    progress({ phase: prefix, done: 0 });
    const { id, folder } = await create();
    const titled: Progress = (report) => progress({ ...report, phase: `${prefix} · ${report.phase}` });
    const end = await executeRun({ home, folder, signal, progress: titled });
    if (end === 'stopped') throw new CancelledError(`The demo (${id} has a checkpoint; see medbert runs)`);
    return summarizeRun(home, id);
  };

  const pretrained = await carryOut('pretraining', () =>
    createPretrainRun({ ...work, config: pretrainConfig.parse(demoStudy.pretrain), exclude: labels }),
  );
  const fineTune = async (from: string, trainSize: number, seed: number): Promise<FinetuneSummary> => {
    const settings = { ...demoStudy.finetune, trainSize, seed };
    const like = from === untrained ? pretrained.run : null;
    const arm = from === untrained ? untrained : 'pretrained';
    const summary = await carryOut(`${trainSize} labelled patients, seed ${seed}, ${arm}`, () =>
      createFinetuneRun({
        ...work,
        labels,
        from,
        like,
        config: finetuneConfig.parse(settings),
        given: new Set(Object.keys(settings)),
        allowSeenTestPatients: false,
      }),
    );
    return summary as FinetuneSummary;
  };
  const rows: DemoRow[] = [];
  let last: FinetuneSummary | undefined;
  for (const trainSize of trainSizes) {
    const without: number[] = [];
    const withPretraining: number[] = [];
    for (const seed of demoStudy.seeds) {
      without.push((await fineTune(untrained, trainSize, seed)).auroc!);
      last = await fineTune(pretrained.run, trainSize, seed);
      withPretraining.push(last.auroc!);
    }
    rows.push(compare(trainSize, without, withPretraining));
  }
  return {
    records,
    labels,
    dataset,
    pretrainRun: pretrained.run,
    pool: pretrained.patients,
    validationPatients: last!.validationPatients,
    testPatients: last!.n!,
    testPositives: last!.positives!,
    rows,
    home,
  };
}

/** The demo's sizes as far as the training split of so many labelled patients reaches; a small cohort gives one row. */
function sizesFor(labelled: number): readonly number[] {
  const available = Math.floor(0.7 * labelled);
  const fitting = demoStudy.trainSizes.filter((size) => size <= available);
  return fitting.length > 0 ? fitting : [available];
}

function compare(trainSize: number, without: readonly number[], withPretraining: readonly number[]): DemoRow {
  const [u, p] = [meanSd(without), meanSd(withPretraining)];
  const gain = pairedDifference(withPretraining, without);
  return {
    trainSize,
    untrained: without,
    pretrained: withPretraining,
    meanUntrained: u.mean,
    sdUntrained: u.sd!,
    meanPretrained: p.mean,
    sdPretrained: p.sd!,
    gain: gain.mean,
    gainCi95: gain.ci95!,
  };
}
