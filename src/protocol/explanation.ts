import type { CaseFile } from './case-file';

/** What a question may cost beside the attributions. */
export interface ExplainSettings {
  /** Codes that the deletion test removes at most. */
  readonly largestDeletion: number;
  /** Random orders that it is held against. */
  readonly randomOrders: number;
  /** Seed of these orders. */
  readonly seed: number;
}

export const defaultExplainSettings: ExplainSettings = { largestDeletion: 10, randomOrders: 100, seed: 1 };

/** Counts of patients below it are not told, where nobody says otherwise. */
export const usualMinimumCellCount = 10;

/** Which part of a run's data a patient was in; null = in none of them. */
export type PatientPart = 'train' | 'validation' | 'test' | null;

/** A code of a patient as the model reads it. Columns of numbers per code stand beside, in the same order. */
export interface ExplainedCode {
  readonly code: string;
  readonly description: string | null;
  /** Number of the visit in the sequence, from 1. */
  readonly visit: number;
  /** Rank inside the visit, from 1. */
  readonly rank: number;
  /** False: the run's vocabulary has no id for it, and the model reads [UNK]. */
  readonly known: boolean;
  /** How often the code occurs in the patients that the vocabulary was made from; a small count is not told. */
  readonly count: number | 'small';
  /** Share of each of {@link Glance.groups} in whom the model reads the code; null = not told, too few. */
  readonly shares: readonly number[] | null;
}

/** Patients of a run: those with a label of a fine-tuned run by it, or all of a pretraining run. */
export interface PatientGroup {
  readonly name: 'cases' | 'controls' | 'patients';
  readonly patients: number | 'small';
}

/** A visit that the model reads (wholly or, of a cut patient's first one, in part). */
export interface ExplainedVisit {
  /** Number in the sequence, from 1. */
  readonly visit: number;
  /** `YYYY-MM-DD` */
  readonly admit: string;
  readonly discharge: string;
  /** Share of all attention that its codes receive. */
  readonly received: number;
}

/** What one head reads, as shares of its attention; they overlap. */
export interface HeadPattern {
  readonly layer: number;
  readonly head: number;
  /** The code itself. */
  readonly self: number;
  /** The same code elsewhere; unknown codes are not known to be the same. */
  readonly sameCode: number;
  /** Codes of its own visit, itself among them. The rest is across visits. */
  readonly withinVisit: number;
  readonly previousVisit: number;
  /** First codes of visits. */
  readonly firstRank: number;
}

/** Attention in summary; the weights themselves are asked for one square at a time. */
export interface AttentionSummary {
  readonly layers: number;
  readonly heads: number;
  /** Share of all attention that each code receives, mean over layers, heads and reading codes; sums to 1. */
  readonly received: readonly number[];
  /** The same share by attention rollout. */
  readonly rollout: readonly number[];
  readonly patterns: readonly HeadPattern[];
  /** What the patterns would be if every code read all codes alike. */
  readonly chance: Omit<HeadPattern, 'layer' | 'head'>;
}

/** Which square of attention is asked for; layers and heads count from 0. `mean` without a layer is over all of them. */
export type AttentionChoice =
  | { readonly kind: 'head'; readonly layer: number; readonly head: number }
  | { readonly kind: 'mean'; readonly layer: number | null }
  | { readonly kind: 'rollout' };

/** Attention from each code (row) to each code (column), `[T, T]`. */
export interface AttentionSquare {
  readonly length: number;
  readonly weights: Float32Array;
}

/** Integrated gradients. Positive numbers raise the risk. */
export interface Attribution {
  readonly method: 'integrated-gradients';
  /** In the place of every code stands [MASK]; visits and ranks are the patient's own. */
  readonly baseline: '[MASK]';
  /** False for a run that was never pretrained: it has never read [MASK], whose vector is random. */
  readonly baselineTrained: boolean;
  /** Log-odds that each code adds to the baseline's. */
  readonly values: readonly number[];
  /** Sums over the codes of each visit. */
  readonly visits: readonly number[];
  readonly baselineLogit: number;
  readonly baselineRisk: number;
  readonly steps: number;
  /** |Σ values − (logit − baseline)| / max(|logit − baseline|, 0.05). */
  readonly completenessError: number;
}

/** What the prediction loses without one code: whole − without it. Positive: the code raises the risk. */
export interface OcclusionEffects {
  readonly risk: readonly number[];
  readonly logit: readonly number[];
}

/** Prediction while codes are removed in one order. */
export interface DeletionCurve {
  /** After k removals, k = 0 … K. */
  readonly risk: readonly number[];
  readonly logit: readonly number[];
  /** Mean height of the risk curve. */
  readonly area: number;
  readonly logitArea: number;
  /** Mean |change of the logit| over k = 1 … K: for orders that know no direction (attention). */
  readonly change: number;
  /** Share of random orders whose curve (logit) lies higher; ties count half. 1 = below all of them. */
  readonly belowRandom: number;
  /** Share of random orders that change the logit less. */
  readonly changeAboveRandom: number;
}

interface Spread {
  readonly mean: readonly number[];
  /** 5th and 95th percentile. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface DeletionTest<Name extends string = DeletionOrder> {
  /** 0 … K */
  readonly removed: readonly number[];
  readonly curves: Readonly<Record<Name, DeletionCurve>>;
  readonly random: {
    readonly orders: number;
    readonly seed: number;
    readonly risk: Spread;
    readonly logit: Spread;
    readonly area: number;
    readonly logitArea: number;
    readonly change: number;
  };
}

/**
 * By what codes are ordered for deletion. `attribution` and `occlusion` begin with what raises the risk most, so that
 * the risk falls; the others know no direction and begin with the largest: they are judged by how much changes.
 */
export type DeletionOrder = 'attribution' | 'occlusion' | 'attributionSize' | 'attention' | 'rollout';
export const signedOrders: ReadonlySet<DeletionOrder> = new Set(['attribution', 'occlusion']);

/** Rank agreement (Spearman) over the known codes; null where it cannot be computed. Attention has no sign: it is held against |attribution|. */
export interface Agreement {
  readonly attention: number | null;
  readonly rollout: number | null;
  /** Between occlusion (code removed) and attribution, both signed. */
  readonly occlusion: number | null;
  /** In plain words, for people. */
  readonly sentences: readonly string[];
}

/** The same patient under a run that differs in its seed alone. */
export interface SeedPrediction {
  readonly run: string;
  readonly seed: number;
  readonly risk: number;
  readonly logit: number;
  /** The part that the patient was in there: a model knows the patients that it was trained on. */
  readonly part: PatientPart;
}

export interface SeedSpread {
  /** This run first. */
  readonly predictions: readonly SeedPrediction[];
  /** Smallest, mean and largest risk; null while there is one seed only. */
  readonly risk: { readonly low: number; readonly mean: number; readonly high: number } | null;
  /** Spearman's correlation of attributions between each pair of seeds: mean and extremes. */
  readonly stability: { readonly mean: number; readonly low: number; readonly high: number } | null;
  /** Runs that would belong here but could not be read. */
  readonly unreadable: readonly string[];
}

/** Where a prediction comes from, whatever the kind of run. */
interface ExplanationBase {
  readonly version: 1;
  readonly run: string;
  /** Step of the checkpoint, the run's best. */
  readonly step: number;
  readonly dataset: string;
  readonly patient: string;
  readonly part: PatientPart;
  readonly codes: readonly ExplainedCode[];
  /** Among whom it is told how frequent codes are. */
  readonly groups: readonly PatientGroup[];
  /** Counts from 1 to this − 1 are small. */
  readonly minimumCellCount: number;
  readonly visits: readonly ExplainedVisit[];
  /** Codes before the index date that the model does not read, because the patient has more than `maxLength`. */
  readonly cut: number;
  readonly attention: AttentionSummary;
  /** What a reader must know: no label, few codes, unknown codes … Full sentences, without codes or ids. */
  readonly notes: readonly string[];
}

/** What a fine-tuned run predicts for a patient, with its attention: what is there at once. */
export interface RiskGlance extends ExplanationBase {
  readonly kind: 'finetune';
  readonly risk: number;
  readonly logit: number;
  readonly label: 0 | 1 | null;
  /** The model reads what lies strictly before this day; null for a patient without a label, who is read whole. */
  readonly indexDate: string | null;
  /** Share of the run's other test patients with a lower risk, in percent, ties half; null without predictions. */
  readonly percentile: number | null;
  readonly testPatients: number;
  /** How well the run tells its test patients apart; null before it has finished. */
  readonly quality: { readonly auroc: number; readonly ci95: readonly [number, number] } | null;
}

/** A prediction with its attributions: there within a second, however many codes the patient has. */
export interface RiskAttribution extends RiskGlance {
  readonly attribution: Attribution;
}

/** Explanation of a prediction by a fine-tuned run: what costs many runs of the model. */
export interface RiskExplanation extends RiskAttribution {
  /** One code hidden by [MASK], or removed as if never recorded (null for a patient of one code). */
  readonly occlusion: { readonly masked: OcclusionEffects; readonly removed: OcclusionEffects | null };
  readonly deletion: DeletionTest | null;
  readonly agreement: Agreement;
  readonly seeds: SeedSpread;
}

/** What a pretraining run would put in the place of one masked code. */
export interface CodeGuess {
  /** Likeliest codes with their probability in the softmax over the whole vocabulary. */
  readonly top: readonly {
    readonly code: string;
    readonly description: string | null;
    readonly probability: number;
  }[];
  /** Probability of the code that stands there; null where the vocabulary lacks it. */
  readonly probability: number | null;
  /** Its place among all codes, from 1. */
  readonly place: number | null;
}

export interface NearCode {
  readonly code: string;
  readonly description: string | null;
  /** Cosine of the two codes' embeddings. */
  readonly similarity: number;
}

/** A patient under a pretraining run, with its attention. */
export interface EncoderGlance extends ExplanationBase {
  readonly kind: 'pretrain';
}

/** Explanation of what a pretraining run knows of a patient. */
export interface EncoderExplanation extends EncoderGlance {
  /** One for each code. */
  readonly guesses: readonly CodeGuess[];
  /** Nearest codes in embedding space of each code; none of an unknown one. */
  readonly nearest: readonly (readonly NearCode[])[];
}

export type Glance = RiskGlance | EncoderGlance;
export type Explanation = RiskExplanation | EncoderExplanation;
/** What every code does: of a fine-tuned run its part of the explanation that is there at once. */
export type Attributed = RiskAttribution | EncoderExplanation;
/** An explanation as far as it has come. */
export type ExplanationSoFar = Glance | Attributed | Explanation;

/** A patient of whom a run can be asked. */
export interface PatientEntry {
  readonly patient: string;
  readonly part: PatientPart;
  readonly label: 0 | 1 | null;
  /** From the run's predictions, where it has one. */
  readonly risk: number | null;
  readonly codes: number;
  /** So many of them are in the run's vocabulary; without any, there is nothing to explain. */
  readonly known: number;
}

/** What one edit did to a code. */
export interface EditTrace {
  readonly kind: 'mask' | 'remove' | 'add' | 'move';
  readonly code: string;
  /** Place of the code in the patient before all edits; −1 = added. */
  readonly origin: number;
  /** The visit that it stood in before this edit; null for an added one. */
  readonly from: number | null;
  /** The visit that it stands in now; null for a removed one. */
  readonly to: number | null;
}

/** A patient after edits, and what the model makes of it. */
export interface WhatIf {
  /** One for each edit. */
  readonly trace: readonly EditTrace[];
  readonly codes: readonly { readonly code: string; readonly visit: number; readonly rank: number }[];
  /** Place of each code in the patient before the edits; −1 = added. */
  readonly origins: readonly number[];
  readonly before: { readonly risk: number; readonly logit: number };
  readonly after: { readonly risk: number; readonly logit: number };
  /** The risks under every seed of the configuration, this run's first; none where they were not asked for. */
  readonly seeds: readonly SeedChange[];
}

/** What edits change under one seed. */
export interface SeedChange {
  readonly run: string;
  readonly seed: number;
  readonly before: number;
  readonly after: number;
}

/** What came of computing a case again. */
export interface Replay {
  /** Both risks came out as the file says, with the same model and data. */
  readonly equal: boolean;
  /** Whether the patient's record is the one of the case; null when the case does not name the patient. */
  readonly sameRecord: boolean | null;
  /** What differs, in full sentences. */
  readonly differences: readonly string[];
  readonly recorded: CaseFile['risk'];
  readonly now: WhatIf;
}
