import type { CaseFile, Edit } from './case-file';
import type { DatasetDescription, SourceFormat } from './dataset';
import type { Evaluation } from './evaluation';
import type {
  AttentionChoice,
  AttentionSquare,
  Attributed,
  ExplainSettings,
  Explanation,
  Glance,
  PatientEntry,
  Replay,
  WhatIf,
} from './explanation';
import type { CohortReport } from './panels/cohort';
import type { Comparison } from './panels/compare';
import type { MapAnswer, MapSettings } from './panels/map';
import type { RunState } from './run';

/**
 * The questions that the extension asks the query worker: everything that needs a native library or longer than a
 * blink. Each has its parameters and its answer; progress and cancellation travel beside them.
 */
export interface Queries {
  /** Makes a synthetic study in a folder. */
  sample: Query<{ out: string; patients: number; seed: number }, SampleFacts>;
  import: Query<ImportParameters, DatasetDescription>;
  /** Who of a labels file can be used in a dataset. */
  labels: Query<{ home: string; dataset: string; labels: string }, LabelFacts>;
  cohort: Query<
    {
      home: string;
      dataset: string;
      labels: string | null;
      minimumCellCount: number;
      maxLength: number;
      /** Computes anew what stands in the cache. */
      afresh?: boolean;
    },
    CohortReport
  >;
  /** Checks a run and makes its folder; it is then queued. `settings` are those that differ from the defaults. */
  pretrain: Query<{ home: string; dataset: string; settings: Settings; exclude: string | null }, NewRunFacts>;
  finetune: Query<FinetuneParameters, NewRunFacts>;
  evaluate: Query<EvaluateParameters, EvaluationFacts>;
  compare: Query<{ home: string; runs: readonly string[]; minimumCellCount: number }, Comparison>;
  export: Query<ExportParameters, { run: string; step: number; files: string[] }>;
  diagnose: Query<{ home: string }, { name: string; ok: boolean; required: boolean; detail: string }[]>;
  /** Everybody of whom a run can be asked. */
  patients: Query<{ home: string; run: string }, PatientEntry[]>;
  /** Those of them in whom the model reads a code; their ids. */
  patientsWithCode: Query<{ home: string; run: string; code: string }, string[]>;
  /** Prediction and attention in summary: what is there at once. */
  glance: Query<PatientQuestion, Glance>;
  /** What every code does, without the proof of it. */
  attributed: Query<PatientQuestion, Attributed>;
  explain: Query<PatientQuestion & { settings: ExplainSettings }, Explanation>;
  /** One square of attention weights. */
  attention: Query<OnePatient & { choice: AttentionChoice }, AttentionSquare>;
  whatIf: Query<OnePatient & { edits: readonly Edit[]; withSeeds: boolean }, WhatIf>;
  /** Computes a case and writes it. */
  saveCase: Query<OnePatient & { edits: readonly Edit[]; file: string }, CaseFile>;
  /** Reads a case and computes it again. */
  replay: Query<{ home: string; file: string }, { given: CaseFile; replay: Replay }>;
  /** Codes or test patients of a run on a plane; the worker keeps a few maps of an open run. */
  map: Query<{ home: string; run: string; settings: MapSettings; minimumCellCount: number }, MapAnswer>;
}

/** A patient under a run. */
export interface OnePatient {
  home: string;
  run: string;
  patient: string;
}

/** Is answered with counts of other patients, too: small ones are not told. */
export interface PatientQuestion extends OnePatient {
  minimumCellCount: number;
}

interface Query<Parameters, Answer> {
  params: Parameters;
  result: Answer;
}
type Settings = Readonly<Record<string, unknown>>;

export interface SampleFacts {
  patients: number;
  visits: number;
  rows: number;
  codes: number;
  labelled: number;
  positives: number;
}

/** Who of a labels file is left at each step, from all who are labelled to those who can be used. */
export interface LabelFacts {
  funnel: { readonly step: string; readonly patients: number; readonly positives: number }[];
}

export interface ImportParameters {
  home: string;
  source: string;
  name: string;
  format: SourceFormat | 'auto';
  minCodes: number;
  inconsistent: 'patient' | 'visit';
  dots: 'normalise' | 'keep';
  overwrite: boolean;
}

export interface FinetuneParameters {
  home: string;
  dataset: string;
  labels: string;
  /** A pretraining run, or `untrained`. */
  from: string;
  /** With `untrained`: the run whose architecture and vocabulary are taken over. */
  like: string | null;
  settings: Settings;
  allowSeenTestPatients: boolean;
}

export interface EvaluateParameters {
  home: string;
  run: string;
  other: { dataset: string; labels: string; seen: 'refuse' | 'leave-out' | 'allow' } | null;
}
export interface EvaluationFacts extends Evaluation {
  run: string;
  state: RunState;
  /** Step of the best checkpoint, which was measured. */
  step: number;
  dataset: string;
  /** The run's own test patients, or everybody of a labels file (but those left out). */
  patients: 'test' | 'labelled';
  intervals: EvaluationIntervals;
  unknownCodeShare: number | null;
  overlap: number;
  leftOut: number;
}

/** 95 % intervals beside that of the AUROC; null where there is none. The ECE has none: resampling biases it. */
export interface EvaluationIntervals {
  /** Percentile bootstrap. */
  auprc: readonly [number, number] | null;
  /** Means over patients with the normal interval. */
  brier: readonly [number, number] | null;
  logLoss: readonly [number, number] | null;
  /** Wald intervals of the recalibration. */
  calibrationSlope: readonly [number, number] | null;
  calibrationIntercept: readonly [number, number] | null;
}

export interface ExportParameters {
  home: string;
  run: string;
  format: 'onnx' | 'safetensors';
  out: string | null;
  attentions: boolean;
}

/** A run that was made, with what the person should know of it. */
export interface NewRunFacts {
  id: string;
  folder: string;
  remarks: readonly string[];
}

/** How errors cross the line between the two processes: a person's mistake stays one. */
export const queryErrorCodes = { mistake: 1, cancelled: 2, bug: 3 } as const;
/** What a mistake carries beside its message. */
export interface MistakeData {
  file?: string;
  row?: number;
  advice?: string;
}
