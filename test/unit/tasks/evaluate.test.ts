import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPredictions } from '../../../src/ehr/predictions';
import { finetuneConfig } from '../../../src/protocol/config';
import type { EvaluationFacts } from '../../../src/protocol/queries';
import { runFolder } from '../../../src/runs/home';
import { evaluateRun } from '../../../src/tasks/evaluate';
import { executeRun } from '../../../src/tasks/execute';
import { createFinetuneRun, untrained } from '../../../src/tasks/finetune';
import { makeSmallStudy, type SmallStudy } from './small-study';

let study: SmallStudy;
let run: string;
let own: EvaluationFacts;
/** The test patients of the run: label and predicted risk. */
let tested: Map<string, readonly [label: number, score: number]>;
beforeAll(async () => {
  study = await makeSmallStudy(3000);
  const { home, dataset, labels } = study;
  const settings = {
    ...{ hidden: 12, layers: 1, heads: 2, intermediate: 8, maxLength: 16 },
    ...{ threads: 1, epochs: 2, learningRate: 3e-3, seed: 1 },
  };
  const made = await createFinetuneRun({
    ...{ home, dataset, labels, from: untrained, like: null, allowSeenTestPatients: false },
    config: finetuneConfig.parse(settings),
    given: new Set(Object.keys(settings)),
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  run = made.id;
  const signal = new AbortController().signal;
  await executeRun({ home, folder: made.folder, progress: () => {}, signal });
  own = await evaluateRun({ home, run, other: null });
  const { patient, label, score, split } = await readPredictions(
    join(runFolder(home, run), 'predictions.parquet'),
  );
  tested = new Map(
    patient.flatMap((id, i) => (split[i] === 'test' ? [[id, [label[i]!, score[i]!] as const]] : [])),
  );
}, 120_000);
afterAll(() => study.remove());

/** Mean of a loss over patients with the normal interval, worked out from the predictions. */
function meanWithInterval(loss: (score: number, label: number) => number): [number, number, number] {
  const losses = [...tested.values()].map(([label, score]) => loss(score, label));
  const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
  const variance = losses.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (losses.length - 1);
  const half = 1.959963984540054 * Math.sqrt(variance / losses.length);
  return [mean, mean - half, mean + half];
}

describe('an evaluation', () => {
  it('has intervals around its figures', () => {
    const { intervals, n, patients } = own;
    expect([patients, n]).toEqual(['test', tested.size]);
    const brier = meanWithInterval((score, label) => (score - label) ** 2);
    [own.brier, ...intervals.brier!].forEach((value, i) => expect(value).toBeCloseTo(brier[i]!, 9));
    const logLoss = meanWithInterval((score, label) => -Math.log(label === 1 ? score : 1 - score));
    [own.logLoss, ...intervals.logLoss!].forEach((value, i) => expect(value).toBeCloseTo(logLoss[i]!, 9));
    for (const figure of ['auprc', 'calibrationSlope', 'calibrationIntercept'] as const) {
      expect(intervals[figure]![0]).toBeLessThan(own[figure]!);
      expect(intervals[figure]![1]).toBeGreaterThan(own[figure]!);
    }
  });

  it('of the same patients as those of another labels file comes to the same', async () => {
    const { home, dataset } = study;
    const [head, ...lines] = readFileSync(study.labels, 'utf8').trimEnd().split('\n');
    const labels = join(home, 'test-labels.tsv');
    writeFileSync(
      labels,
      `${[head, ...lines.filter((line) => tested.has(line.split('\t')[0]!))].join('\n')}\n`,
    );
    const again = await evaluateRun({ home, run, other: { dataset, labels, seen: 'refuse' } });
    expect(again).toMatchObject({ patients: 'labelled', n: own.n, positives: own.positives, step: own.step });
    expect(again.auroc).toBeCloseTo(own.auroc, 6);
    for (const name of ['brier', 'logLoss', 'calibrationSlope', 'calibrationIntercept'] as const) {
      again.intervals[name]!.forEach((end, i) => expect(end).toBeCloseTo(own.intervals[name]![i]!, 5));
    }
    // Bootstrap samples follow the order of the patients.
    again.intervals.auprc!.forEach((end, i) => expect(end).toBeCloseTo(own.intervals.auprc![i]!, 1));
  }, 60_000);
});
