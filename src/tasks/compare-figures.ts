import { join } from 'node:path';
import { RandomStream } from '../engine/random';
import type { SmallCells } from '../ehr/cohort-report/small-cells';
import { readPredictions } from '../ehr/predictions';
import { auprcInterval } from '../metrics/auprc-interval';
import { clip } from '../metrics/calibration';
import { evaluate } from '../metrics/evaluate';
import { precisionRecallCurve } from '../metrics/precision-recall';
import { riskGroups } from '../metrics/risk-groups';
import { rocCurve } from '../metrics/roc';
import { lossInterval, recalibrationIntervals } from '../metrics/standard-errors';
import { thinPolyline } from '../metrics/thinning';
import { wilsonInterval } from '../metrics/wilson';
import type { Count } from '../protocol/panels/cohort';
import type {
  Curve,
  Estimate,
  OperatingPoint,
  PretrainingFigures,
  TestFigures,
} from '../protocol/panels/compare';
import type { FinetuneRun } from '../protocol/run';
import type { RunSummary } from '../runs/summary';

/** A finished fine-tuning run with what it predicted for its test patients. */
export interface Tested {
  readonly run: string;
  readonly manifest: FinetuneRun;
  readonly patients: readonly string[];
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
}

/** @throws UserError when the predictions are missing or damaged */
export async function readTested(run: string, folder: string, manifest: FinetuneRun): Promise<Tested> {
  const { split, patient, label, score } = await readPredictions(join(folder, 'predictions.parquet'));
  const test = Uint32Array.from(split.keys()).filter((i) => split[i] === 'test');
  return {
    run,
    manifest,
    patients: Array.from(test, (i) => patient[i]!),
    labels: Uint8Array.from(test, (i) => label[i]!),
    scores: Float64Array.from(test, (i) => score[i]!),
  };
}

/** How far a drawn curve may lie from the true one; less than half a pixel of the picture. */
export const curveTolerance = 1e-3;

/** The threshold at which a probability is taken for a yes when nobody says otherwise. */
const usualThreshold = 0.5;

/**
 * Every figure and curve of one run. The same run gives the same bootstrap interval every time.
 *
 * @throws UserError for labels of one class only, or scores that are no probabilities
 */
export function testFigures({ run, labels, scores }: Tested, rule: SmallCells): TestFigures {
  const metrics = evaluate(labels, scores);
  const { calibrationSlope: slope, calibrationIntercept: intercept } = metrics;
  const random = new RandomStream(auprcSeed);
  const { low, high } = auprcInterval(labels, scores, { random: () => random.uniform() });
  const line =
    slope === null || intercept === null ? null : recalibrationIntervals({ slope, intercept }, scores);
  return {
    run,
    ...tellableCounts(metrics, rule),
    auroc: { value: metrics.auroc, ci95: metrics.aurocCi95 },
    auprc: { value: metrics.auprc, ci95: [low, high] },
    brier: { value: metrics.brier, ci95: lossInterval(scores.map((p, i) => (p - labels[i]!) ** 2)) },
    logLoss: { value: metrics.logLoss, ci95: lossInterval(scores.map((p, i) => surprise(p, labels[i]!))) },
    ece: metrics.ece,
    calibrationSlope: estimate(slope, line?.slope),
    calibrationIntercept: estimate(intercept, line?.intercept),
    roc: rocLine(labels, scores),
    precisionRecall: precisionRecallLine(labels, scores),
    calibration: riskGroups(labels, scores, rule.minimum),
    operatingPoint: operatingPoint(labels, scores, usualThreshold),
  };
}

const auprcSeed = 0x70_72;

/** Few negatives are what the positives lack of all, so they withhold the positives too. */
function tellableCounts(
  { n, positives }: { readonly n: number; readonly positives: number },
  rule: SmallCells,
): { n: Count; positives: Count } {
  if (rule.isSmall(positives)) return { n: rule.count(n), positives: 'small' };
  return { n: rule.count(n), positives: rule.isSmall(n - positives) ? 'withheld' : positives };
}

function estimate(value: number | null, ci95: readonly [number, number] | undefined): Estimate | null {
  return value === null ? null : { value, ci95: ci95 ?? null };
}

function surprise(probability: number, label: number): number {
  const p = clip(probability);
  return label === 1 ? -Math.log(p) : -Math.log1p(-p);
}

function rocLine(labels: Uint8Array, scores: Float64Array): Curve {
  const { falsePositiveRate: x, truePositiveRate: y } = rocCurve(labels, scores);
  return thinPolyline({ x, y }, curveTolerance);
}

/** Steps: the precision at which each further positive is found. The area under them is the AUPRC. */
function precisionRecallLine(labels: Uint8Array, scores: Float64Array): Curve {
  const { recall, precision } = precisionRecallCurve(labels, scores);
  const x: number[] = [];
  const y: number[] = [];
  for (let k = 1; k < recall.length; k++) {
    if (recall[k] === recall[k - 1]) continue;
    x.push(recall[k - 1]!, recall[k]!);
    y.push(precision[k]!, precision[k]!);
  }
  return thinPolyline({ x, y }, curveTolerance);
}

function operatingPoint(labels: Uint8Array, scores: Float64Array, threshold: number): OperatingPoint {
  let truePositives = 0;
  let called = 0;
  let positives = 0;
  scores.forEach((score, i) => {
    positives += labels[i]!;
    if (score < threshold) return;
    called++;
    truePositives += labels[i]!;
  });
  const negatives = labels.length - positives;
  return {
    threshold,
    sensitivity: share(truePositives, positives),
    specificity: share(negatives - (called - truePositives), negatives),
    precision: called === 0 ? null : share(truePositives, called),
  };
}

function share(part: number, whole: number): Estimate {
  return { value: part / whole, ci95: wilsonInterval(part, whole) };
}

/** Figures of the best step; nothing for a run of another kind. */
export function pretrainingFigures(summary: RunSummary, rule: SmallCells): PretrainingFigures[] {
  if (summary.kind !== 'pretrain') return [];
  const { run, trainLoss, validLoss, mlmAccuracy, losAuroc } = summary;
  const validationPatients = rule.count(summary.validationPatients);
  return [{ run, trainLoss, validLoss, mlmAccuracy, losAuroc, validationPatients }];
}
