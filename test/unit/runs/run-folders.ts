import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import type { NewRunEvent } from '../../../src/protocol/journal';
import { openJournal } from '../../../src/runs/journal';
import { createRun, type NewRun } from '../../../src/runs/store';

const common = {
  createdAt: '2026-11-20T10:00:00.000Z',
  codeVersion: '0.1.0',
  device: 'onnxruntime-cpu',
  dataset: { name: 'sample', contentHash: 'abc' },
  split: { train: 70, validation: 20, test: 10 },
  vocabulary: 50,
} as const;

/** A pretraining run before it has a name. */
export const pretrainRun: NewRun = {
  ...common,
  kind: 'pretrain',
  config: pretrainConfig.parse({ steps: 1000 }),
  exclude: null,
};
/** A fine-tuning run before it has a name. */
export const finetuneRun: NewRun = {
  ...common,
  kind: 'finetune',
  config: finetuneConfig.parse({ steps: 1000 }),
  labels: { file: 'labels.tsv', sha256: 'def' },
  from: 'untrained',
  like: null,
  fromStep: null,
  positions: 512,
  cohort: [{ step: 'labelled', patients: 10, positives: 4 }],
  disjointness: { testPatients: 1, encoderPatients: 0, overlap: 0, allowed: false },
};

/** Makes a run with these events. */
export function makeRun(
  home: string,
  run: NewRun = pretrainRun,
  events: readonly NewRunEvent[] = [],
): { id: string; folder: string } {
  const made = createRun(home, run);
  if (events.length > 0) writeEvents(made.folder, events);
  return made;
}

/** Appends events, a second apart; the first is written at `from` (milliseconds since 1970). */
export function writeEvents(
  folder: string,
  events: readonly NewRunEvent[],
  from = Date.UTC(2026, 10, 20, 10),
): void {
  let time = from;
  const journal = openJournal(folder, { now: () => time });
  for (const event of events) {
    journal.append(event);
    time += 1000;
  }
  journal.close();
}

export const started = (step = 0, steps = 1000): NewRunEvent => ({ kind: 'started', step, steps, pid: 7 });
export const trained = (step: number, values: Record<string, number | null> = {}): NewRunEvent => ({
  kind: 'metric',
  step,
  epoch: step / 100,
  split: 'train',
  values: { loss: 5 - step / 1000, patientsPerSecond: 100, ...values },
});
export const validated = (step: number, values: Record<string, number | null> = {}): NewRunEvent => ({
  kind: 'metric',
  step,
  epoch: step / 100,
  split: 'validation',
  values: { loss: 5.5 - step / 1000, losAuroc: 0.6, mlmAccuracy: 0.2, ...values },
});
export const checkpointed = (step: number, best = true): NewRunEvent => ({
  kind: 'checkpoint',
  step,
  folder: String(step).padStart(9, '0'),
  best,
});
export const stopped = (step: number): NewRunEvent => ({ kind: 'stopped', step });
export const finished = (step: number): NewRunEvent => ({ kind: 'finished', step, reason: 'completed' });
