import type { DatasetDescription } from '../../../src/protocol/dataset';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import type { FinetuneRun, PretrainRun, RunState } from '../../../src/protocol/run';
import type { RunFacts } from '../../../src/runs/run-facts';
import type { Words } from '../../../src/host/experiments/wording';

/** The editor's own filling-in of arguments, in English. */
export const english: Words = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
};

/** 22 November 2026, noon UTC. */
export const noon = Date.UTC(2026, 10, 22, 12);
export const minutes = 60_000;

const base = {
  version: 1,
  createdAt: '2026-11-22T10:00:00.000Z',
  codeVersion: '0.1.0',
  device: 'onnxruntime-cpu',
  dataset: { name: 'claims', contentHash: 'sha256:0123456789abcdef' },
  split: { train: 700, validation: 100, test: 200 },
  vocabulary: 50,
} as const;

export function pretraining(id: string, change: Partial<PretrainRun> = {}, config: object = {}): PretrainRun {
  return {
    ...base,
    id,
    kind: 'pretrain',
    exclude: null,
    ...change,
    config: pretrainConfig.parse({ steps: 90_000, ...config }),
  };
}

export function finetuning(id: string, change: Partial<FinetuneRun> = {}, config: object = {}): FinetuneRun {
  return {
    ...base,
    id,
    kind: 'finetune',
    labels: { file: '/study/labels.tsv', sha256: 'def' },
    from: 'untrained',
    like: null,
    fromStep: null,
    positions: 512,
    cohort: [],
    disjointness: { testPatients: 1, encoderPatients: 0, overlap: 0, allowed: false },
    ...change,
    config: finetuneConfig.parse(config),
  };
}

/** A run of which nothing is known but what is told here. */
export function facts(
  manifest: PretrainRun | FinetuneRun,
  state: RunState,
  known: Partial<RunFacts> = {},
): RunFacts {
  return {
    damaged: false,
    id: manifest.id,
    folder: `/home/runs/${manifest.id}`,
    manifest,
    state,
    endingMessage: null,
    step: 0,
    steps: null,
    epoch: null,
    startedAt: null,
    endedAt: null,
    lastEventAt: null,
    waitingSince: state === 'queued' ? noon : null,
    resumedFrom: null,
    trainLoss: null,
    bestStep: null,
    validLoss: null,
    validAuroc: null,
    mlmAccuracy: null,
    losAuroc: null,
    testAuroc: null,
    testAurocCi95: null,
    testPatients: null,
    patientsPerSecond: null,
    tokensPerSecond: null,
    etaSeconds: null,
    expectedEnd: null,
    checkpoints: [],
    error: null,
    bug: false,
    pid: null,
    ...known,
  };
}

export function dataset(name: string, patients = 48_210): { name: string; description: DatasetDescription } {
  const counts = { patients, visits: 400_000, rows: 900_000, codes: 8000 };
  return {
    name,
    description: {
      version: 1,
      name,
      format: 'medbert',
      source: '/data/records.tsv',
      importedAt: '2026-11-22T09:00:00.000Z',
      contentHash: 'sha256:0123456789abcdef',
      counts: { source: { ...counts, patients: patients + 5 }, kept: counts },
      rules: { minCodes: 3, earliestDate: '1990-01-01', latestDate: '2026-01-01' },
      attrition: [],
      problems: [{ kind: 'unreadable-date', message: 'm', file: 'records.tsv', count: 1234, rows: [2] }],
    },
  };
}
