import { Graph, type Value } from '../engine/graph';
import { lower } from '../engine/onnx/lower';
import { linear, matmul } from '../engine/operators/dense';
import { affine, multiply, reciprocal, sigmoid } from '../engine/operators/elementwise';
import { concat, reshape } from '../engine/operators/layout';
import { sum } from '../engine/operators/reduction';
import { heads, type HeadName } from './heads/heads';
import { buildEncoder, type Encoder, type EncoderInputs } from './med-bert';
import { declareParameters, type ModelSize } from './parameters';
import { denseLogit } from './pooling';
import { pretrainingHeadParameters } from './pretraining';

/** What a model is for: the two pretraining tasks, or a prediction by a head. */
export type ExportTask = 'pretrain' | HeadName;

const descriptions = {
  codes:
    'Vocabulary ids of the diagnosis codes (vocabulary.tsv), 0 at padding. Codes stand by visit, then by priority.',
  ranks: 'Rank of the code inside its visit by priority, from 1; 0 at padding.',
  visits: 'Number of the visit in the sequence, from 1; 0 at padding.',
  mask: '1 at codes, 0 at padding. Every patient needs at least one code.',
  risk: 'Predicted probability of label 1, one per patient.',
  logit: 'Logit of the risk.',
  mlmLogits:
    'Score of every vocabulary entry at every position; softmax over the last axis gives probabilities.',
  longStay: 'Predicted probability of a stay longer than 7 days.',
  tokens: 'Output vector of each code (last layer).',
  attentions: 'Attention probabilities [layer, patient, head, from code, to code].',
} as const;

export interface ExportOptions {
  readonly size: ModelSize;
  /** `encoder`: token vectors alone. */
  readonly task: ExportTask | 'encoder';
  /** Also give the attention of every layer and head, [L, B, H, T, T]. */
  readonly attentions: boolean;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Facts about the run, kept in the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * An inference model in ONNX, of standard operators alone, for any number B of patients padded to any length T.
 * Inputs `codes`, `ranks`, `visits` int64 [B, T] and `mask` float32 [B, T]; outputs by task, see `descriptions`.
 */
export function exportOnnx({ size, task, attentions, parameters, metadata }: ExportOptions): Uint8Array {
  const graph = new Graph();
  const ids = (name: string): Value => reshape(graph.input(name, 'int64', ['B', 'T']), ['B*T']);
  const [codes, ranks, visits] = [ids('codes'), ids('ranks'), ids('visits')];
  const mask = graph.input('mask', 'float32', ['B', 'T']);
  const keyBias = reshape(affine(mask, 1e9, -1e9), ['B', 1, 1, 'T']);
  const inputs: EncoderInputs = {
    rows: 'B*T',
    codes,
    ranks,
    visits,
    groups: [{ batch: 'B', time: 'T', keyBias }],
  };
  const encoder = buildEncoder(graph, inputs, size, 0);
  const outputs = { ...taskOutputs(encoder, mask, size, task) };
  outputs['tokens'] = reshape(encoder.tokens, ['B', 'T', size.hidden]);
  if (attentions) {
    const layers = encoder.attentions.map(([block]) =>
      reshape(block!.probabilities, [1, 'B', size.heads, 'T', 'T']),
    );
    outputs['attentions'] = concat(layers, 0, size.layers);
  }
  const constants = new Map(graph.parameters.map((p) => [p, valuesOf(p, parameters)]));
  return lower(graph, Object.values(outputs), {
    portable: true,
    standalone: true,
    names: new Map(Object.entries(outputs).map(([name, value]) => [value, name])),
    constants,
    descriptions,
    metadata,
    description:
      'Med-BERT (Rasmy et al. 2021) as trained by Med-BERT Explorer. For research; not a medical device.',
  }).bytes;
}

function taskOutputs(
  encoder: Encoder,
  mask: Value,
  size: ModelSize,
  task: ExportOptions['task'],
): Record<string, Value> {
  const { graph, tokens, parameter } = encoder;
  const pool = (): Value => meanOverCodes(tokens, mask, size.hidden);
  if (task === 'encoder') return {};
  if (task === 'pretrain') {
    declareParameters(graph, pretrainingHeadParameters(size));
    const logits = linear(tokens, parameter('embeddings.code.weight'), parameter('mlm.bias'));
    const outputs: Record<string, Value> = { mlmLogits: reshape(logits, ['B', 'T', size.vocabulary]) };
    if (size.losReads === 'mean') {
      outputs['longStay'] = sigmoid(denseLogit(encoder, pool(), 'los'));
    }
    return outputs;
  }
  declareParameters(graph, heads[task].parameters(size));
  const logit = heads[task].logit(encoder, pool, 0);
  return { risk: sigmoid(logit), logit };
}

/** Mean token vector of each patient over its real codes, [B, D]. */
function meanOverCodes(tokens: Value, mask: Value, width: number): Value {
  const blocks = reshape(tokens, ['B', 'T', width]);
  const total = reshape(matmul(reshape(mask, ['B', 1, 'T']), blocks), ['B', width]);
  return multiply(total, reciprocal(sum(mask, [1], true)));
}

function valuesOf(parameter: Value, parameters: ReadonlyMap<string, Float32Array>): Float32Array {
  const values = parameters.get(parameter.name);
  if (!values) throw new Error(`The checkpoint has no ${parameter.name}.`);
  return values;
}
