import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFileError } from '../files/explain';
import type { Evaluation } from '../protocol/evaluation';
import type { FinetuneRun, RunState } from '../protocol/run';
import { currentFigures, type Metric } from './figures';
import { readJournal } from './journal';
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
  /** Mean training loss since the validation before. */
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
  const figures = currentFigures(readJournal(run.folder));
  const results = readResults(run.folder);
  const best = bestValidation(figures, results?.bestStep);
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
    trainLoss:
      figures.findLast(({ split }) => split === 'validation')?.values['trainLoss'] ??
      last?.values['loss'] ??
      null,
    validLoss: best?.values['loss'] ?? null,
    validationPatients: manifest.split.validation,
    patientsPerSecond: median(speeds, 'patientsPerSecond'),
    tokensPerSecond: median(speeds, 'tokensPerSecond'),
    ...(ending?.kind === 'failed' ? { error: ending.message } : {}),
  };
}

/** The validation of the best step; while the run goes on, the latest one. */
function bestValidation(figures: readonly Metric[], bestStep: number | undefined): Metric | undefined {
  const validations = figures.filter(({ split }) => split === 'validation');
  return validations.findLast(({ step }) => step === bestStep) ?? validations.at(-1);
}

/** A pause of the machine moves a mean, not the median. */
function median(reports: readonly Metric['values'][], key: string): number | null {
  const sorted = reports.map((values) => values[key] ?? 0).sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)]!;
}

/** `metrics.json`: written when a run is finished. */
export interface RunResults {
  readonly bestStep: number;
  /** Pretraining: figures on its own test split. */
  readonly test?: Readonly<Record<string, number | null>>;
  /** Fine-tuning: metrics on the test patients. */
  readonly evaluation?: Evaluation;
}

export const resultsFile = 'metrics.json';

function readResults(folder: string): RunResults | undefined {
  const file = join(folder, resultsFile);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunResults;
  } catch (error) {
    throw explainFileError(error, file);
  }
}
