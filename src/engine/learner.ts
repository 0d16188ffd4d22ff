import type { Graph, Value } from './graph';
import type { Feeds } from './runtimes/runtime';
import type { Sizes } from './shape';

/** A loss that can be trained: its graph, the loss [] and figures to watch. */
export interface TrainingProgram {
  readonly graph: Graph;
  readonly loss: Value;
  /** Further outputs to report with each step, by name. */
  readonly monitors: Readonly<Record<string, Value>>;
}

/**
 * One micro-batch, ready to run. The weights of its patients are normalised over the whole optimizer step,
 * so the gradients of a step's micro-batches simply add up.
 */
export interface LearnerBatch {
  /** Number of length groups: selects the program. */
  readonly groups: number;
  readonly feeds: Feeds;
  readonly sizes: Sizes;
}

export interface AdamW {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest global gradient norm; 0 = no clipping. */
  readonly clip: number;
}
export const defaultAdamW: AdamW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 0 };

/** A trained tensor: name, shape, and whether weight decay applies (not to biases and LayerNorm). */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decay: boolean;
}

/** Parameters with the two moments of AdamW, by parameter name. */
export interface LearnerState {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
  /** Optimizer steps done. */
  readonly step: number;
}

/** What an optimizer step reports. */
export interface StepReport {
  /** The program's monitors, of each micro-batch. */
  readonly monitors: readonly ReadonlyMap<string, Float32Array>[];
  /** Global gradient norm before clipping. */
  readonly gradientNorm: number;
}

/** Holds parameters and moments on a device and trains them. One file per kind of device. */
export interface Learner {
  /** Optimizer steps done. */
  readonly step: number;
  /** One optimizer step over the micro-batches. */
  learn(batches: readonly LearnerBatch[], learningRate: number): Promise<StepReport>;
  /** The state as it is; its arrays may be live, and are valid until the next step. */
  state(): Promise<LearnerState>;
  /** Takes over a state; parts that are missing become zero. */
  restore(state: RestoredState): void;
  /** A parameter as it is, for a forward pass between two steps; valid until the next step. */
  parameter(name: string): Float32Array | Promise<Float32Array>;
  close(): Promise<void>;
}

/** A whole state, or parameters alone (step 0, no moments). */
export type RestoredState = Partial<LearnerState> & Pick<LearnerState, 'parameters'>;
