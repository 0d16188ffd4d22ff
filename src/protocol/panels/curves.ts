import type { RunState } from '../run';
import type { Count } from './cohort';

/** What a training-curves panel shows: ids of runs. The first is the main one, whose header and marks are shown. */
export interface CurvesSubject {
  readonly runs: readonly string[];
}

/** What the x-axis counts: optimizer steps, passes over the patients, or seconds of training (pauses left out). */
export type CurveAxis = 'step' | 'epoch' | 'time';

/** What the person chose to look at. All x values, here and in the data, are in the unit of `x`. */
export interface CurvesView {
  readonly x: CurveAxis;
  /** The selected part of the x-axis; null = all of it. */
  readonly range: readonly [number, number] | null;
  /** Width of the large chart in device pixels: lines come as minimum and maximum per pixel. */
  readonly pixels: number;
  /** Weight of the past in the moving average over training reports: 0 = as measured, at most 0.99. */
  readonly smoothing: number;
  /** Whether bands over seeds are wanted. */
  readonly bands: boolean;
  /** Where the cursor rests; null = nowhere, and `atCursor` tells the latest figures. */
  readonly cursor: number | null;
  /** Runs that are switched off in the list: listed, but not drawn. */
  readonly hidden: readonly string[];
}

/** Something that is measured while a run trains. `loss` is drawn for both splits, each other measure for one. */
export type Measure =
  'loss' | 'mlmAccuracy' | 'losAuroc' | 'auroc' | 'learningRate' | 'patientsPerSecond' | 'gradientNorm';

/** Everything that the page draws. */
export interface CurvesData {
  readonly main: MainRun;
  /** The runs in the order of the subject, hidden ones too. */
  readonly runs: readonly CurveRun[];
  /** How many runs the home folder holds. */
  readonly knownRuns: number;
  /** The axis, range and cursor that these data were made for. */
  readonly x: CurveAxis;
  readonly range: readonly [number, number] | null;
  readonly cursor: number | null;
  /** The whole x-axis: from 0 to what is planned or was reached by any shown run. */
  readonly extent: readonly [number, number];
  /** The large chart (`loss`) first, then the small ones in order. */
  readonly charts: readonly CurveChart[];
  /** Events of the main run. */
  readonly marks: readonly CurveMark[];
  /** Measured points that the lines stand for. */
  readonly points: number;
  /** Whether lines hold a minimum and a maximum per pixel instead of every point. */
  readonly decimated: boolean;
  /** Seconds from the last event of the main run to this snapshot; null before the first event. */
  readonly secondsSinceEvent: number | null;
  /** Why nothing may be started or stopped from here (a workspace without trust); null = it may. */
  readonly locked: string | null;
}

/** Facts and figures of the main run. A figure that is not there yet is null. */
export interface MainRun {
  readonly id: string;
  readonly name: string;
  readonly kind: 'pretrain' | 'finetune';
  /** Numbers of patients below it are not told. */
  readonly minimumCellCount: number;
  readonly state: RunState;
  /** A stop was asked for, and the run has not ended yet. */
  readonly stopping: boolean;
  /** Parts of the line beside the name, in words: `Pretraining on claims-2019`, `onnxruntime-cpu`, `pid 48213`. */
  readonly context: readonly string[];
  readonly step: number;
  /** Steps planned; null before the run has started. */
  readonly steps: number | null;
  readonly epoch: number | null;
  /** Share done, 0 to 1. */
  readonly share: number | null;
  /** Estimated seconds to the end; only while running. */
  readonly etaSeconds: number | null;
  /** Seconds of training so far, pauses left out. */
  readonly seconds: number;
  /** Latest training loss, smoothed as the view asks. */
  readonly trainLoss: number | null;
  /** Figures of the best validation so far. */
  readonly validLoss: number | null;
  readonly bestStep: number | null;
  readonly mlmAccuracy: number | null;
  readonly losAuroc: number | null;
  /** Fine-tuning: AUROC on validation patients at the best step. */
  readonly auroc: number | null;
  /** Validation patients behind these figures. */
  readonly validationPatients: Count;
  /** Fine-tuning, once finished: AUROC on test patients with its 95 % interval. */
  readonly test: {
    readonly auroc: number;
    readonly ci95: readonly [number, number];
    readonly n: Count;
  } | null;
  /** Of the latest report. */
  readonly learningRate: number | null;
  readonly patientsPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  /** Why a failed or interrupted run ended, in words; null otherwise. */
  readonly problem: string | null;
  /** Step of the newest whole checkpoint: what `resume` goes on from; null = there is none. */
  readonly checkpoint: number | null;
}

/** One entry of the run list. Runs that differ in their seed only may stand as one. */
export interface CurveRun {
  readonly id: string;
  readonly name: string;
  readonly kind: 'pretrain' | 'finetune';
  readonly seeds: number;
  /** Index of its colour, dash and marker; stays with the run while the panel is open. */
  readonly series: number;
  readonly state: RunState;
  readonly step: number;
  readonly steps: number | null;
  readonly seconds: number;
  /** Why it failed or was interrupted, in a few words. */
  readonly problem: string | null;
  /** Seeds that have reported something; the others do not count in means yet. */
  readonly begun: number;
  /** Where the mean over seeds ends before the longest of them does, because one has come no further; null otherwise. */
  readonly meanEnd: number | null;
  /**
   * Figures at the cursor (latest report, latest validation), or the latest without one; null where there are none.
   * Of several seeds the mean, read where the mean line stands: only as far as every seed has come.
   */
  readonly atCursor: CurveFigures<number>;
  /** Lowest and highest seed behind each figure; null with one seed. */
  readonly seedRange: CurveFigures<readonly [number, number]> | null;
}

/** Figures of a run at one place; null where there is none. All but `trainLoss` are of validation patients. */
export interface CurveFigures<Figure> {
  readonly trainLoss: Figure | null;
  readonly validLoss: Figure | null;
  readonly mlmAccuracy: Figure | null;
  readonly losAuroc: Figure | null;
  readonly auroc: Figure | null;
}

/** One picture: a measure over the x-axis. */
export interface CurveChart {
  readonly measure: Measure;
  readonly lines: readonly CurveLine[];
}

/** One line. `x` climbs; there are at most about two points per pixel. */
export interface CurveLine {
  /** Id of its run. */
  readonly run: string;
  readonly split: 'train' | 'validation';
  readonly x: readonly number[];
  /** Mean over seeds, where all of them are; null = a gap. */
  readonly y: readonly (number | null)[];
  /** Lowest and highest seed, on an x of its own; null without seeds or when not wanted. */
  readonly band: {
    readonly x: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  } | null;
  /** The newest point, where it lies inside the range; carries the mark of the run's state. */
  readonly end: readonly [number, number] | null;
}

/** An event of the main run on the x-axis. */
export interface CurveMark {
  readonly kind: 'checkpoint' | 'warm-up' | 'resumed';
  readonly x: number;
  readonly step: number;
}

/**
 * What the page asks for. `run` is absent for the main run. The person is asked by the host where needed (which runs
 * to add, where to save).
 */
export type CurvesAction =
  | { readonly do: 'stop' }
  | { readonly do: 'resume'; readonly run?: string }
  | { readonly do: 'openLog'; readonly run?: string }
  | { readonly do: 'reveal'; readonly run?: string }
  | { readonly do: 'addRuns' }
  | { readonly do: 'removeRun'; readonly run: string }
  /** Saves pictures; `png` is base64 without a data-URL head. */
  | { readonly do: 'export'; readonly what: 'png'; readonly png: string }
  /** Saves every measured point of the shown runs, not only the drawn ones. */
  | { readonly do: 'export'; readonly what: 'csv' };
