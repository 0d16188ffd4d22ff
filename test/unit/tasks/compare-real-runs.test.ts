import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { Comparison } from '../../../src/protocol/panels/compare';
import { runFolder } from '../../../src/runs/home';
import { createRun } from '../../../src/runs/store';
import { comparisonTsv } from '../../../src/host/panels/compare-tsv';
import { executeRun } from '../../../src/tasks/execute';
import { createFinetuneRun, untrained } from '../../../src/tasks/finetune';
import { compareRuns } from './compare-runs';
import { makeSmallStudy, type SmallStudy } from './small-study';

const folder = mkdtempSync(join(tmpdir(), 'medbert-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const home = (name: string): string => join(folder, name);

describe('real runs', { timeout: 120_000 }, () => {
  let study: SmallStudy;
  let comparison: Comparison;
  let runs: string[];
  beforeAll(async () => {
    study = await makeSmallStudy(3000);
    const first = await finetuned(study, 1);
    const second = await finetuned(study, 2);
    const copy = `${first}-copy`;
    cpSync(runFolder(study.home, first), runFolder(study.home, copy), { recursive: true });
    const queued = queuedPretraining(study);
    runs = [first, second, copy, queued, 'finetune-of-old'];
    comparison = await compareRuns({ home: study.home, runs });
  }, 120_000);
  afterAll(() => study.remove());

  it('figures are those of metrics.json, and lie in their intervals', () => {
    expect(comparison.tests.map(({ run }) => run)).toEqual(runs.slice(0, 3));
    for (const test of comparison.tests) {
      const file = join(runFolder(study.home, test.run), 'metrics.json');
      const { evaluation } = JSON.parse(readFileSync(file, 'utf8')) as {
        evaluation: Record<string, unknown>;
      };
      expect(test.n).toBe(evaluation['n']);
      expect(test.positives).toBe(evaluation['positives']);
      expect(test.auroc).toEqual({ value: evaluation['auroc'], ci95: evaluation['aurocCi95'] });
      expect(test.auprc.value).toBe(evaluation['auprc']);
      expect(test.brier.value).toBe(evaluation['brier']);
      expect(test.logLoss.value).toBe(evaluation['logLoss']);
      expect(test.ece).toBe(evaluation['ece']);
      expect(test.calibrationSlope!.value).toBe(evaluation['calibrationSlope']);
      for (const figure of [test.auprc, test.brier, test.logLoss, test.calibrationSlope!]) {
        expect(figure.ci95![0]).toBeLessThanOrEqual(figure.value);
        expect(figure.ci95![1]).toBeGreaterThanOrEqual(figure.value);
      }
    }
  });

  it('the areas under the drawn curves are AUROC and AUPRC', () => {
    for (const { roc, precisionRecall, auroc, auprc } of comparison.tests) {
      expect(Math.abs(area(roc) - auroc.value)).toBeLessThan(1e-3);
      expect(Math.abs(area(precisionRecall) - auprc.value)).toBeLessThan(1e-3);
      expect(roc.x.length).toBeLessThanOrEqual(400);
      expect(precisionRecall.x.length).toBeLessThanOrEqual(400);
    }
  });

  it('calibration groups hold every test patient once', () => {
    for (const { calibration, n, positives } of comparison.tests) {
      expect(calibration.reduce((sum, group) => sum + group.n, 0)).toBe(n);
      const found = calibration.reduce((sum, group) => sum + group.n * group.observed, 0);
      expect(found).toBeCloseTo(positives as number, 9);
    }
  });

  it('a run and its copy do not differ', () => {
    const pair = comparison.pairs.find(({ row, column }) => row === runs[2] && column === runs[0])!;
    expect(pair.result).toEqual({ difference: 0, ci95: [0, 0], p: 1, holmP: 1 });
    expect(pair.shared).toBe(comparison.tests[0]!.n);
  });

  it('what has no figures is listed with the reason', () => {
    const [finished, , , queued, missing] = comparison.runs;
    expect(finished).toMatchObject({
      state: 'finished',
      problem: null,
      head: 'ffl',
      seed: 1,
      from: untrained,
    });
    expect(queued).toMatchObject({ state: 'queued', kind: 'pretrain', problem: 'The run is queued.' });
    expect(missing).toMatchObject({ run: 'finetune-of-old', state: 'unreadable', kind: null });
    expect(missing!.problem).toContain('There is no run');
    expect(comparison.pretraining).toEqual([]);
    const seed = comparison.differences.find(({ key }) => key === 'seed');
    expect(seed!.values).toEqual([1, 2, 1, 1, null]);
  });

  it('is plain JSON', () => expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison));

  it('as text: a row of figures at full precision for each run, then a row for each pair', () => {
    const [ofRuns, ofPairs] = comparisonTsv(comparison)
      .split('\n\n')
      .map((table) => table.replace(/\n$/, '').split('\n'))
      .map((lines) => lines.map((line) => line.split('\t')));
    expect(ofRuns).toHaveLength(1 + runs.length);
    expect(ofPairs).toHaveLength(1 + comparison.pairs.length);
    const widths = [
      ...ofRuns!.map((row) => [row.length, ofRuns![0]!.length]),
      ...ofPairs!.map((row) => [row.length, ofPairs![0]!.length]),
    ];
    widths.forEach(([width, head]) => expect(width).toBe(head));
    const column = (name: string): number => ofRuns![0]!.indexOf(name);
    expect(ofRuns![1]![column('run')]).toBe(runs[0]);
    expect(Number(ofRuns![1]![column('auroc')])).toBe(comparison.tests[0]!.auroc.value);
    expect(Number(ofRuns![1]![column('aurocHigh')])).toBe(comparison.tests[0]!.auroc.ci95![1]);
    expect(ofRuns![5]![column('auroc')]).toBe('');
  });

  it('a run whose predictions are gone fails alone', async () => {
    rmSync(join(runFolder(study.home, runs[2]!), 'predictions.parquet'));
    const { runs: listed, tests } = await compareRuns({ home: study.home, runs });
    expect(listed[2]!.problem).toContain('missing');
    expect(tests.map(({ run }) => run)).toEqual(runs.slice(0, 2));
  });

  it('the same comparison twice gives the same bytes', async () => {
    const again = await compareRuns({ home: study.home, runs: runs.slice(0, 2) });
    expect(again.tests).toEqual(comparison.tests.slice(0, 2));
  });

  it('refuses too few and too many, and stops when told', async () => {
    await expect(compareRuns({ home: study.home, runs: [] })).rejects.toThrow(UserError);
    const many = Array.from({ length: 13 }, (_, i) => `run-${i}`);
    await expect(compareRuns({ home: study.home, runs: many })).rejects.toThrow(/at most 12/);
    const signal = AbortSignal.abort();
    await expect(compareRuns({ home: study.home, runs, signal })).rejects.toThrow(CancelledError);
  });
});

describe('pretraining runs', () => {
  it('show the figures of their best step', async () => {
    const at = home('pretraining');
    const run = createRun(at, {
      kind: 'pretrain',
      createdAt: '2026-01-01T00:00:00.000Z',
      codeVersion: '0',
      device: 'onnxruntime-cpu',
      dataset: { name: 'd', contentHash: 'sha256:aa' },
      config: pretrainConfig.parse({}),
      exclude: null,
      split: { train: 70, validation: 20, test: 10 },
      vocabulary: 10,
    });
    const time = '2026-01-01T00:00:00.000Z';
    const validation = (seq: number, step: number, loss: number): object => ({
      ...{ seq, time, kind: 'metric', step, epoch: step, split: 'validation' },
      values: { loss, trainLoss: loss - 1, mlmAccuracy: step / 10, losAuroc: 0.7 },
    });
    const events = [
      { seq: 0, time, kind: 'started', step: 0, steps: 2, pid: 1 },
      validation(1, 1, 4),
      validation(2, 2, 5),
      { seq: 3, time, kind: 'finished', step: 2, reason: 'completed' },
    ];
    writeFileSync(
      join(run.folder, 'events.jsonl'),
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
    writeFileSync(join(run.folder, 'metrics.json'), JSON.stringify({ bestStep: 1 }));
    const { pretraining, tests, pairs, runs } = await compareRuns({ home: at, runs: [run.id, run.id] });
    expect(runs).toHaveLength(1);
    expect(pretraining).toEqual([
      {
        run: run.id,
        trainLoss: 3,
        validLoss: 4,
        mlmAccuracy: 0.1,
        losAuroc: 0.7,
        validationPatients: 20,
      },
    ]);
    expect([tests, pairs]).toEqual([[], []]);
  });
});

function area({ x, y }: { readonly x: readonly number[]; readonly y: readonly number[] }): number {
  return x.slice(1).reduce((sum, right, k) => sum + ((right - x[k]!) * (y[k]! + y[k + 1]!)) / 2, 0);
}

async function finetuned({ home: at, dataset, labels }: SmallStudy, seed: number): Promise<string> {
  const settings = {
    ...{ hidden: 12, layers: 1, heads: 2, intermediate: 8, maxLength: 16 },
    ...{ threads: 1, epochs: 3, learningRate: 3e-3, seed },
  };
  const { id, folder: run } = await createFinetuneRun({
    ...{ home: at, dataset, labels, from: untrained, like: null, allowSeenTestPatients: false },
    config: finetuneConfig.parse(settings),
    given: new Set(Object.keys(settings)),
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  await executeRun({ home: at, folder: run, progress: () => {}, signal: new AbortController().signal });
  return id;
}

function queuedPretraining({ home: at }: SmallStudy): string {
  return createRun(at, {
    kind: 'pretrain',
    createdAt: '2026-01-01T00:00:00.000Z',
    codeVersion: '0',
    device: 'onnxruntime-cpu',
    dataset: { name: 'study', contentHash: 'sha256:aa' },
    config: pretrainConfig.parse({}),
    exclude: null,
    split: { train: 70, validation: 20, test: 10 },
    vocabulary: 10,
  }).id;
}
