import { Graph, type Value } from '../engine/graph';
import type { ParameterSpec, TrainingProgram } from '../engine/learner';
import { binaryCrossEntropy } from '../engine/operators/losses';
import { heads, type HeadName } from './heads/heads';
import { buildEncoder, encoderInputs } from './med-bert';
import { declareParameters, encoderParameters, type ModelSize } from './parameters';
import { poolTokens, weightedSum } from './pooling';

/** Every tensor that fine-tuning trains: the whole encoder and the head. */
export function finetuningParameters(size: ModelSize, head: HeadName): ParameterSpec[] {
  return [...encoderParameters(size), ...heads[head].parameters(size)];
}

function build(
  size: ModelSize,
  head: HeadName,
  groups: number,
  dropout: number,
): { graph: Graph; logit: Value } {
  const graph = new Graph();
  const encoder = buildEncoder(graph, encoderInputs(graph, groups), size, dropout);
  declareParameters(graph, heads[head].parameters(size));
  return { graph, logit: heads[head].logit(encoder, () => poolTokens(encoder), dropout) };
}

/** Loss of a fine-tuning step: Σ weight · BCE(logit, label); labels and weights [B] are fed. */
export function finetuningProgram(size: ModelSize, head: HeadName, groups: number): TrainingProgram {
  const { graph, logit } = build(size, head, groups, size.dropout);
  const label = graph.input('label', 'float32', ['B']);
  const weight = graph.input('weight', 'float32', ['B']);
  const loss = weightedSum(binaryCrossEntropy(logit, label), weight);
  return { graph, loss, monitors: { loss } };
}

/** The logit of each patient without dropout, [B]. */
export function finetuningEvaluation(
  size: ModelSize,
  head: HeadName,
  groups: number,
): { graph: Graph; outputs: Record<string, Value> } {
  const { graph, logit } = build(size, head, groups, 0);
  return { graph, outputs: { logit } };
}
