import type { RunState } from '../run';
import type { Count } from './cohort';

/** What a compare panel is about: the chosen runs, in the order of their colours. */
export interface CompareSubject {
  readonly runs: readonly string[];
}

/** The comparison does not depend on what the page shows of it. */
export type CompareView = Readonly<Record<string, never>>;

export type CompareAction =
  | { readonly do: 'addRuns' | 'exportTable' | 'recompute' | 'cancel' | 'openLog' }
  | { readonly do: 'removeRun' | 'openRun'; readonly run: string }
  /** Saves the drawn curves; `png` is base64 without a data-URL head, `curve` names what is drawn. */
  | { readonly do: 'exportPng'; readonly curve: string; readonly png: string };

/** More runs than this make neither a readable picture nor a readable table. */
export const mostRuns = 12;

/**
 * Runs side by side. Arrays of figures hold only runs that have them; `run` is the id everywhere. Numbers of patients
 * below the minimum are not told, nor groups of them. What a model does on its test patients (a curve, a sensitivity)
 * is told whole: it is the result, and speaks of patients only through the model.
 */
export interface Comparison {
  readonly minimumCellCount: number;
  /** Every chosen run, in the order it was asked for. */
  readonly runs: readonly ComparedRun[];
  /** Keys of the configuration in which the runs differ; `values` follow `runs`. */
  readonly differences: readonly ConfigDifference[];
  /** Figures on the test patients, of finished fine-tuning runs. */
  readonly tests: readonly TestFigures[];
  /** Figures of the best step, of finished pretraining runs. */
  readonly pretraining: readonly PretrainingFigures[];
  /** Every pair of `tests`, the later run (`row`) against the earlier (`column`). */
  readonly pairs: readonly PairedAuroc[];
  /** Runs that differ in their seed alone, taken together. */
  readonly seeds: readonly SeedGroup[];
}

export interface ComparedRun {
  readonly run: string;
  /** What sets this run apart from the others in a few words: `untrained · 100 patients`; else its id. */
  readonly name: string;
  /** `unreadable`: deleted or damaged; every other field but `problem` is then empty. */
  readonly state: RunState | 'unreadable';
  /** Why there are no figures, for a person; null where there are some. */
  readonly problem: string | null;
  readonly kind: 'pretrain' | 'finetune' | null;
  readonly dataset: string | null;
  readonly head: string | null;
  /** Parent run, or `untrained`. */
  readonly from: string | null;
  readonly seed: number | null;
  /** Steps done, planned, and the step that is measured. */
  readonly step: number | null;
  readonly steps: number | null;
  readonly bestStep: number | null;
}

/** One key whose value is not the same in all runs that have it. Runs of another kind have null. */
export interface ConfigDifference {
  readonly key: string;
  readonly values: readonly (string | number | boolean | null)[];
}

/** A figure with its 95 % interval; null = no interval is known for it. */
export interface Estimate {
  readonly value: number;
  readonly ci95: readonly [number, number] | null;
}

export interface TestFigures {
  readonly run: string;
  /** Test patients, and those with label 1. The others are the rest, so few of them withhold these too. */
  readonly n: Count;
  readonly positives: Count;
  /** DeLong's interval. */
  readonly auroc: Estimate;
  /** Percentile bootstrap. */
  readonly auprc: Estimate;
  /** Means over patients with the normal interval. */
  readonly brier: Estimate;
  readonly logLoss: Estimate;
  /** Without interval: resampling biases it upwards, so a percentile interval would miss its own estimate. */
  readonly ece: number;
  /** Wald intervals; null where no line can be fitted. */
  readonly calibrationSlope: Estimate | null;
  readonly calibrationIntercept: Estimate | null;
  /** False-positive rate (x) and sensitivity (y). */
  readonly roc: Curve;
  /** Recall (x) and precision (y), with its steps. */
  readonly precisionRecall: Curve;
  /** By rising risk; empty when there are too few patients of either label. */
  readonly calibration: readonly CalibrationGroup[];
  readonly operatingPoint: OperatingPoint;
}

/** Corners of a line; straight between them. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Patients of like predicted risk: of each label none, or enough to be told. */
export interface CalibrationGroup {
  readonly n: number;
  /** Mean predicted risk. */
  readonly predicted: number;
  /** Share with label 1, and Wilson's interval. */
  readonly observed: number;
  readonly ci95: readonly [number, number];
}

/** What calling everybody at or above the threshold positive means, with Wilson's intervals. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  /** Share of true ones among those called positive; null when nobody is. */
  readonly precision: Estimate | null;
}

export interface PretrainingFigures {
  readonly run: string;
  readonly trainLoss: number | null;
  readonly validLoss: number | null;
  readonly mlmAccuracy: number | null;
  readonly losAuroc: number | null;
  readonly validationPatients: Count;
}

/** Two runs on the patients that both tested. */
export interface PairedAuroc {
  readonly row: string;
  readonly column: string;
  /** Test patients of each, and of both; the latter not where it would tell of a few whom only one tested. */
  readonly rowPatients: Count;
  readonly columnPatients: Count;
  readonly shared: Count;
  readonly result: PairedResult | null;
  /** Why there is no result, as a sentence; null when there is one. */
  readonly reason: string | null;
}

export interface PairedResult {
  /** AUROC of row minus AUROC of column, both on the shared patients. */
  readonly difference: number;
  /** Null where the difference has no sampling variance to build one from. */
  readonly ci95: readonly [number, number] | null;
  /** DeLong's two-sided p. */
  readonly p: number;
  /** p after Holm's adjustment over all pairs with a result. */
  readonly holmP: number;
}

export interface SeedGroup {
  readonly name: string;
  readonly runs: readonly string[];
  readonly seeds: readonly number[];
  /** Mean and sample standard deviation of the test AUROC. */
  readonly mean: number;
  readonly sd: number;
}
