import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { explainFileError } from '../files/explain';
import { UserError } from '../protocol/errors';
import { type Evaluation, evaluation } from '../protocol/evaluation';
import type { FinetuneRun, RunState } from '../protocol/run';
import { currentFigures, type Metric } from './figures';
import { readJournal } from './journal';
import { validationPatients } from './validation-patients';
import { readRun, type RunView } from './store';

/** What every run tells, in the keys of the command-line contract. A figure that is not there yet is null. */
interface CommonSummary {
  readonly run: string;
  readonly state: RunState;
  readonly folder: string;
  readonly dataset: string;
  /** Optimizer steps done, and planned. */
  readonly step: number;
  readonly steps: number | null;
  /** Step of the checkpoint with the best validation score: the one that is measured, exported and inherited. */
  readonly bestStep: number | null;
  /** Patients trained on. */
  readonly patients: number;
  /** Mean training loss up to the best step since the validation before it; the latest while there is none. */
  readonly trainLoss: number | null;
  /** Figures of the best step on the validation patients. */
  readonly validLoss: number | null;
  readonly validationPatients: number;
  /** Medians over the run's reports. */
  readonly patientsPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  /** The error that ended a failed run. */
  readonly error?: string;
}
export interface PretrainSummary extends CommonSummary {
  readonly kind: 'pretrain';
  readonly vocabulary: number;
  readonly mlmAccuracy: number | null;
  readonly losAuroc: number | null;
  /** Figures on the pool's own test split, once the run is finished. */
  readonly test: Readonly<Record<string, number | null>> | null;
}
export interface FinetuneSummary extends CommonSummary, Partial<Evaluation> {
  readonly kind: 'finetune';
  readonly from: string;
  readonly fromStep: number | null;
  readonly seed: number;
  readonly validAuroc: number | null;
  readonly cohort: FinetuneRun['cohort'];
  readonly disjointness: FinetuneRun['disjointness'];
}
export type RunSummary = PretrainSummary | FinetuneSummary;

/** How a run stands, from its folder alone. */
export function summarizeRun(home: string, given: string): RunSummary {
  const run = readRun(home, given);
  const { manifest } = run;
  const { metrics: figures, bestStep: journalled } = currentFigures(readJournal(run.folder));
  const results = readResults(run.folder);
  // A kill between a checkpoint and its line in the journal leaves the journal behind; the results know.
  const bestStep = results?.bestStep ?? journalled;
  const best = figures.findLast(({ split, step }) => split === 'validation' && step === bestStep);
  const common = commonSummary(run, figures, best);
  if (manifest.kind === 'pretrain') {
    return {
      ...common,
      kind: 'pretrain',
      vocabulary: manifest.vocabulary,
      mlmAccuracy: best?.values['mlmAccuracy'] ?? null,
      losAuroc: best?.values['losAuroc'] ?? null,
      test: results?.test ?? null,
    };
  }
  return {
    ...common,
    kind: 'finetune',
    from: manifest.from,
    fromStep: manifest.fromStep,
    seed: manifest.config.seed,
    validAuroc: best?.values['auroc'] ?? null,
    cohort: manifest.cohort,
    disjointness: manifest.disjointness,
    ...results?.evaluation,
  };
}

function commonSummary(run: RunView, figures: readonly Metric[], best: Metric | undefined): CommonSummary {
  const { manifest, ending } = run;
  const speeds = figures.filter(({ split }) => split === 'train').map(({ values }) => values);
  const last = figures.findLast(({ split }) => split !== 'test');
  return {
    run: run.id,
    state: run.state,
    folder: run.folder,
    dataset: manifest.dataset.name,
    step: ending && 'step' in ending ? (ending.step as number) : (last?.step ?? 0),
    steps: run.steps ?? null,
    bestStep: best?.step ?? null,
    patients: manifest.split.train,
    trainLoss: best?.values['trainLoss'] ?? last?.values['loss'] ?? null,
    validLoss: best?.values['loss'] ?? null,
    validationPatients: validationPatients(manifest),
    patientsPerSecond: median(speeds, 'patientsPerSecond'),
    tokensPerSecond: median(speeds, 'tokensPerSecond'),
    ...(ending?.kind === 'failed' ? { error: ending.message } : {}),
    ...(run.problem === undefined ? {} : { error: run.problem }),
  };
}

/** A pause of the machine moves a mean, not the median. */
function median(reports: readonly Metric['values'][], key: string): number | null {
  const sorted = reports.map((values) => values[key] ?? 0).sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)]!;
}

/** `metrics.json`: written when a run is finished. */
const runResults = z.object({
  bestStep: z.int(),
  /** Pretraining: figures on its own test split. */
  test: z.record(z.string(), z.number().nullable()).optional(),
  /** Fine-tuning: metrics on the test patients. */
  evaluation: evaluation.optional(),
});
export type RunResults = z.infer<typeof runResults>;

export const resultsFile = 'metrics.json';

/**
 * Reads `metrics.json`; undefined while the run is not finished.
 * @throws UserError when it is damaged
 */
export function readResults(folder: string): RunResults | undefined {
  const file = join(folder, resultsFile);
  if (!existsSync(file)) return undefined;
  try {
    return runResults.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw explainFileError(error, file);
    throw new UserError(
      'The figures of this run are damaged.',
      {
        file,
        advice:
          'Take the file from a copy. The metrics of a fine-tuned run are also told by: medbert evaluate RUN',
      },
      { cause: error },
    );
  }
}
