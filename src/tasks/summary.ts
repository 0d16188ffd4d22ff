import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, UnknownEvent } from '../protocol/journal';
import type { RunState } from '../protocol/run';
import { isRunEvent, readJournal } from '../runs/journal';
import { readRun, type RunView } from '../runs/store';

/** How a run stands, in the keys of the command-line contract. */
export interface RunSummary {
  readonly run: string;
  readonly kind: 'pretrain' | 'finetune';
  readonly state: RunState;
  readonly folder: string;
  readonly dataset: string;
  /** Optimizer steps done, and planned. */
  readonly step: number;
  readonly steps: number | null;
  /** Patients trained on. */
  readonly patients: number;
  /** Latest figures: trainLoss, validLoss, mlmAccuracy, losAuroc, auroc …; null where there are none yet. */
  readonly [figure: string]: unknown;
}

/** Reads a run's folder into one flat object. */
export async function summarizeRun(home: string, given: string): Promise<RunSummary> {
  const run = readRun(home, given);
  const { manifest, folder } = run;
  const metrics = readJournal(folder).filter(isMetric);
  const train = metrics.findLast(({ split }) => split === 'train')?.values ?? {};
  const validation = metrics.findLast(({ split }) => split === 'validation')?.values ?? {};
  const common = {
    run: run.id,
    kind: manifest.kind,
    state: run.state,
    folder,
    dataset: manifest.dataset.name,
    step: lastStep(run),
    steps: run.steps ?? null,
    patients: manifest.split.train,
    trainLoss: train['loss'] ?? null,
    validLoss: validation['loss'] ?? null,
    ...medianSpeed(metrics),
  };
  const results = readMetrics(folder);
  if (manifest.kind === 'pretrain') {
    return {
      ...common,
      vocabulary: manifest.vocabulary,
      mlmAccuracy: validation['mlmAccuracy'] ?? null,
      losAuroc: validation['losAuroc'] ?? null,
      ...(results === undefined ? {} : { best: results }),
      ...ending(run),
    };
  }
  return {
    ...common,
    from: manifest.from,
    trainSize: manifest.split.train,
    seed: manifest.config.seed,
    validAuroc: validation['auroc'] ?? null,
    disjointness: manifest.disjointness,
    ...results,
    ...ending(run),
  };
}

function ending({ ending }: RunView): { error?: string } {
  return ending?.kind === 'failed' ? { error: ending.message } : {};
}

type Metric = Extract<RunEvent, { kind: 'metric' }>;

function isMetric(event: RunEvent | UnknownEvent): event is Metric {
  return isRunEvent(event) && event.kind === 'metric';
}

function lastStep({ lastMetric, ending }: RunView): number {
  return ending && 'step' in ending ? (ending.step as number) : (lastMetric?.step ?? 0);
}

/** Median over the reports of a run: a pause of the machine moves a mean, not this. */
function medianSpeed(metrics: readonly Metric[]): {
  patientsPerSecond: number | null;
  tokensPerSecond: number | null;
} {
  const speeds = metrics.filter(({ split }) => split === 'train').map(({ values }) => values);
  const median = (key: string): number | null => {
    const sorted = speeds.map((values) => values[key] ?? 0).sort((a, b) => a - b);
    return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)]!;
  };
  return { patientsPerSecond: median('patientsPerSecond'), tokensPerSecond: median('tokensPerSecond') };
}

function readMetrics(folder: string): Record<string, unknown> | undefined {
  const file = join(folder, 'metrics.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}
