import { Graph, type Value } from '../engine/graph';
import type { ParameterSpec, TrainingProgram } from '../engine/learner';
import { linear, matmul } from '../engine/operators/dense';
import { add } from '../engine/operators/elementwise';
import { binaryCrossEntropy, crossEntropy } from '../engine/operators/losses';
import { buildEncoder, encoderInputs } from './med-bert';
import { declareParameters, denseParameters, encoderParameters, type ModelSize } from './parameters';
import { denseLogit, poolTokens, weightedSum } from './pooling';

/** What the two tasks add to the encoder. The decoder's matrix is the code embedding itself, plus a bias. */
export function pretrainingHeadParameters({ vocabulary, hidden }: ModelSize): ParameterSpec[] {
  return [{ name: 'mlm.bias', shape: [vocabulary], decay: false }, ...denseParameters('los', 1, hidden)];
}

/** Every tensor that pretraining trains. */
export function pretrainingParameters(size: ModelSize): ParameterSpec[] {
  return [...encoderParameters(size), ...pretrainingHeadParameters(size)];
}

interface PretrainingHeads {
  readonly graph: Graph;
  /** Cross-entropy of the masked code, [B] */
  readonly maskedCode: Value;
  /** 1 where the masked code got the largest logit, [B] */
  readonly hit: Value;
  /** Logit of a prolonged stay, [B] */
  readonly losLogit: Value;
}

/** Encoder and both tasks (paper, "Pretraining tasks"), before any loss is summed. */
function pretrainingHeads(size: ModelSize, groups: number, dropout: number): PretrainingHeads {
  const graph = new Graph();
  const encoder = buildEncoder(graph, encoderInputs(graph, groups), size, dropout);
  declareParameters(graph, pretrainingHeadParameters(size));
  // One 1 per row: picks the masked position of each patient before the wide decoder meets it.
  const pick = graph.input('pick', 'float32', ['B', encoder.rows]);
  const targets = graph.input('targets', 'int32', ['B']);
  const masked = matmul(pick, encoder.tokens); // [B, D]
  const logits = linear(masked, encoder.parameter('embeddings.code.weight'), encoder.parameter('mlm.bias')); // [B, V]
  const { loss, hit } = crossEntropy(logits, targets);
  return { graph, maskedCode: loss, hit, losLogit: denseLogit(encoder, poolTokens(encoder), 'los') };
}

/** Loss of a pretraining step: Σ maskedWeight·CE + Σ losWeight·BCE; weights [B] are fed, normalised over the step. */
export function pretrainingProgram(size: ModelSize, groups: number): TrainingProgram {
  const { graph, maskedCode, hit, losLogit } = pretrainingHeads(size, groups, size.dropout);
  const weight = (name: string): Value => graph.input(name, 'float32', ['B']);
  const maskedWeight = weight('maskedWeight');
  const mlmLoss = weightedSum(maskedCode, maskedWeight);
  const losLoss = weightedSum(binaryCrossEntropy(losLogit, weight('losLabel')), weight('losWeight'));
  const mlmAccuracy = weightedSum(hit, maskedWeight);
  return { graph, loss: add(mlmLoss, losLoss), monitors: { mlmLoss, losLoss, mlmAccuracy } };
}

/** Both tasks without dropout, per patient: `maskedCode`, `hit` and `losLogit`, each [B]. */
export function pretrainingEvaluation(
  size: ModelSize,
  groups: number,
): { graph: Graph; outputs: Record<string, Value> } {
  const { graph, maskedCode, hit, losLogit } = pretrainingHeads(size, groups, 0);
  return { graph, outputs: { maskedCode, hit, losLogit } };
}
