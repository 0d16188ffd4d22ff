import { attributionScale } from '../../src/protocol/attribution-scale';
import type { ExplanationSoFar, RiskAttribution, RiskExplanation } from '../../src/protocol/explanation';
import {
  isAttributed,
  isWhole,
  type PatientAction,
  type PatientData,
  type PatientView,
} from '../../src/protocol/panels/patient';
import type { Showing } from '../frame';
import type { Theme } from '../theme';

/** By what chips are coloured. */
export type Colour = 'attribution' | 'occlusion' | 'none';

/** What only the page knows. */
export interface Local {
  readonly showing: Showing;
  readonly colour: Colour;
  /** Place of the selected code; null = none. */
  readonly selected: number | null;
  /** Strongest edges that are drawn while no code is selected. */
  readonly edges: number;
  /** Whether the list of patients is open. */
  readonly picking: boolean;
  /** The edit that is being made. */
  readonly form: 'add' | 'move' | null;
}

/** Everything that a part of the page draws from, and what it may ask for. */
export interface Sight {
  readonly data: PatientData;
  readonly explanation: ExplanationSoFar;
  readonly theme: Theme;
  /** 1 at the usual size of the font. */
  readonly unit: number;
  /** Pixels that the page has between its margins. */
  readonly width: number;
  readonly local: Local;
  readonly view: PatientView;
  readonly set: (change: Partial<Local>) => void;
  /** Selects a code and brings it into sight; null = none. */
  readonly select: (code: number | null) => void;
  readonly look: (change: Partial<PatientView>) => void;
  readonly act: (action: PatientAction) => void;
}

/** A prediction with its attributions; undefined while they are computed, and for pretraining runs. */
export function attributedRisk(explanation: ExplanationSoFar): RiskAttribution | undefined {
  return explanation.kind === 'finetune' && isAttributed(explanation)
    ? (explanation as RiskAttribution)
    : undefined;
}

/** The whole explanation of a prediction; undefined while it is computed, and for pretraining runs. */
export function wholeRisk(explanation: ExplanationSoFar): RiskExplanation | undefined {
  return explanation.kind === 'finetune' && isWhole(explanation)
    ? (explanation as RiskExplanation)
    : undefined;
}

/** Signed figures by which chips are coloured; undefined while there are none. */
export function signedFigures(
  explanation: ExplanationSoFar,
  colour: Colour,
): { readonly values: readonly number[]; readonly scale: number } | undefined {
  const values = figuresOf(explanation, colour);
  if (values === undefined) return undefined;
  return { values, scale: attributionScale(values, explanation.codes) };
}

function figuresOf(explanation: ExplanationSoFar, colour: Colour): readonly number[] | undefined {
  if (colour === 'none') return undefined;
  if (colour === 'attribution') return attributedRisk(explanation)?.attribution.values;
  const occlusion = wholeRisk(explanation)?.occlusion;
  return (occlusion?.removed ?? occlusion?.masked)?.logit;
}

/** Share of all attention that each code receives: by rollout where that is looked at, else the mean of all heads. */
export function receivedShares({
  explanation,
  data,
}: Pick<Sight, 'explanation' | 'data'>): readonly number[] {
  const { received, rollout } = explanation.attention;
  return data.square?.choice.kind === 'rollout' ? rollout : received;
}
