import type { Edit } from '../case-file';
import type {
  AttentionChoice,
  AttentionSquare,
  Attributed,
  Explanation,
  ExplanationSoFar,
  PatientEntry,
  PatientPart,
  Replay,
  WhatIf,
} from '../explanation';
import type { Step } from './panel';

/** What a patient panel is about. The patient is never written to the disk: after a reload it is chosen anew. */
export interface PatientSubject {
  readonly run: string;
  /** Null = one has still to be chosen. */
  readonly patient: string | null;
}

/** What the person looks at and the host must know, because it asks the query worker for it. */
export interface PatientView {
  readonly attention: AttentionView;
  readonly filter: PatientFilter;
}

/** Which square of attention is looked at; layers and heads count from 0, null = the last layer, the first head. */
export interface AttentionView {
  readonly show: 'head' | 'layer' | 'mean' | 'rollout';
  readonly layer: number | null;
  readonly head: number | null;
}

/** Right and wrong calls at a threshold. */
export type Outcome = 'true-positive' | 'false-positive' | 'true-negative' | 'false-negative';

/** Who of the run's patients is listed, and stepped through by next and previous. */
export interface PatientFilter {
  /** Part of an id. */
  readonly search: string;
  /** At and above it a patient is called positive. */
  readonly threshold: number;
  readonly outcome: Outcome | 'all';
  /** 1 = the tenth of the test patients' risks with the lowest, 10 = the highest; null = all. */
  readonly decile: number | null;
  readonly part: Exclude<PatientPart, null> | 'all';
  /** Only patients in whom the model reads this code; empty = all. */
  readonly code: string;
  /** How many are listed at most. */
  readonly limit: number;
}

/** How many patients more are listed at a time. */
export const listStep = 200;

export const initialView: PatientView = {
  attention: { show: 'mean', layer: null, head: null },
  filter: {
    ...{ search: '', threshold: 0.5, outcome: 'all', decile: null, part: 'all', code: '' },
    limit: listStep,
  },
};

/** The square that a view means in a model of this size. */
export function attentionChoice(
  { show, layer, head }: AttentionView,
  { layers, heads }: { readonly layers: number; readonly heads: number },
): AttentionChoice {
  const inside = (at: number | null, size: number, usual: number): number =>
    Math.min(size - 1, Math.max(0, at ?? usual));
  if (show === 'rollout') return { kind: 'rollout' };
  if (show === 'mean') return { kind: 'mean', layer: null };
  const shown = inside(layer, layers, layers - 1);
  return show === 'layer'
    ? { kind: 'mean', layer: shown }
    : { kind: 'head', layer: shown, head: inside(head, heads, 0) };
}

/** Everything that the page draws. */
export interface PatientData {
  readonly run: string;
  readonly kind: 'pretrain' | 'finetune';
  /** Facts of the run in words. */
  readonly context: readonly string[];
  readonly patient: string | null;
  /** Null while it is read, or when it could not be. */
  readonly list: PatientList | null;
  /** Why there is no list, or not the one that was asked for. */
  readonly listProblem: string | null;
  readonly stage: PatientStage;
  /** Only the square that is looked at; null until there is one. */
  readonly square: ShownSquare | null;
  readonly squareProblem: string | null;
  /** Null = nothing was changed. */
  readonly whatIf: ShownWhatIf | null;
}

/** The patients that suit the filter, by falling risk (without risks by id). */
export interface PatientList {
  /** Patients of the run, and those of them with a risk: only they can be called, or lie in a tenth. */
  readonly total: number;
  readonly predicted: number;
  readonly found: number;
  /** Place of the shown patient among those found, from 0; null when it is not among them. */
  readonly place: number | null;
  /** Share of cases among the run's test patients; null without labels, or with too few of either kind. */
  readonly rate: number | null;
  /** The first ones of those found. */
  readonly entries: readonly PatientEntry[];
}

/** How far the explanation has come. */
export type PatientStage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'reading'; readonly phase: string }
  | {
      readonly kind: 'failed';
      readonly title: string;
      readonly text: string;
      readonly steps: readonly Step[];
    }
  | {
      readonly kind: 'shown';
      /** At first a glance, then with attributions, then the whole. */
      readonly explanation: ExplanationSoFar;
      /** The same number means the same explanation (of the panel's whole life): the page need not draw it anew. */
      readonly made: number;
      /** What is being computed; null when nothing is. */
      readonly pending: { readonly phase: string; readonly share: number | null } | null;
      /** Why the rest of the explanation is missing; null when it is not, or still comes. */
      readonly problem: { readonly text: string; readonly steps: readonly Step[] } | null;
    };

export interface ShownSquare extends AttentionSquare {
  readonly choice: AttentionChoice;
  /** The same number means the same square. */
  readonly made: number;
}

/** Edits of the patient, with what the model makes of them. */
export interface ShownWhatIf {
  readonly edits: readonly Edit[];
  /** Null while it is computed, or when it could not be. */
  readonly result: WhatIf | null;
  readonly problem: string | null;
  /** What came of a case file that was opened; null when the edits were made here. */
  readonly replay: Pick<Replay, 'equal' | 'differences' | 'recorded'> | null;
  /** Whether this very state stands in a file. */
  readonly saved: boolean;
}

/** What the person wants done. */
export type PatientAction =
  | { readonly do: 'recompute' | 'cancel' | 'openLog' | 'choosePatient' }
  | { readonly do: 'pick'; readonly patient: string }
  /** The next or the previous patient of the list. */
  | { readonly do: 'step'; readonly by: 1 | -1 }
  /** All edits anew; none = the patient as it was. */
  | { readonly do: 'edit'; readonly edits: readonly Edit[] }
  | { readonly do: 'saveCase' | 'openCase' | 'exportJson' }
  /** Saves the drawn sheet; base64 without a data-URL head. */
  | { readonly do: 'exportPng'; readonly png: string };

/** Whether it has come to what every code does. */
export function isAttributed(explanation: ExplanationSoFar): explanation is Attributed {
  return 'attribution' in explanation || 'guesses' in explanation;
}

/** Whether an explanation has all its parts. */
export function isWhole(explanation: ExplanationSoFar): explanation is Explanation {
  return 'agreement' in explanation || 'guesses' in explanation;
}
