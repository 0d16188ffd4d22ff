import type { Graph, Value } from '../engine/graph';
import type { ParameterSpec } from '../engine/learner';
import { RandomStream } from '../engine/random';
import { countElements } from '../engine/shape';
import type { ModelConfig } from '../protocol/config';

/** What decides the shapes of a model beside its configuration. */
export interface ModelSize extends ModelConfig {
  /** Vocabulary size V with [PAD], [UNK] and [MASK]. */
  readonly vocabulary: number;
}

/** Trained tensors of the encoder, in the order in which they are stored and drawn. */
export function encoderParameters(size: ModelSize): ParameterSpec[] {
  const { hidden: D, intermediate: F, vocabulary: V, maxLength, layers, serialization } = size;
  const positions = maxLength + 1; // ranks and visits count from 1; row 0 is padding
  const specs = [
    spec('embeddings.code.weight', [V, D]),
    ...(serialization ? [spec('embeddings.rank.weight', [positions, D])] : []),
    spec('embeddings.visit.weight', [positions, D]),
    ...norm('embeddings.norm', D),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const at = `encoder.${layer}`;
    specs.push(
      ...denseParameters(`${at}.attention.qkv`, 3 * D, D),
      ...denseParameters(`${at}.attention.output`, D, D),
      ...norm(`${at}.attention.norm`, D),
      ...denseParameters(`${at}.feedforward.input`, F, D),
      ...denseParameters(`${at}.feedforward.output`, D, F),
      ...norm(`${at}.feedforward.norm`, D),
    );
  }
  return specs;
}

/** A dense layer's tensors: weight [out, in] and bias [out]. */
export function denseParameters(name: string, outputs: number, inputs: number): ParameterSpec[] {
  return [spec(`${name}.weight`, [outputs, inputs]), spec(`${name}.bias`, [outputs])];
}

function norm(name: string, width: number): ParameterSpec[] {
  return [spec(`${name}.weight`, [width]), spec(`${name}.bias`, [width])];
}

function spec(name: string, shape: readonly number[]): ParameterSpec {
  return { name, shape, decay: !name.endsWith('.bias') && !name.includes('.norm.') };
}

/** Declares tensors as parameters of a graph, in this order. */
export function declareParameters(graph: Graph, specs: readonly ParameterSpec[]): void {
  for (const { name, shape } of specs) graph.parameter(name, shape);
}

/** Looks up a parameter that was declared. */
export function declaredParameter(graph: Graph, name: string): Value {
  const value = graph.parameters.find((parameter) => parameter.name === name);
  if (!value) throw new Error(`The model has no parameter named ${name}.`);
  return value;
}

/** BERT's `initializer_range`. */
const initialDeviation = 0.02;

/** Initial values: weights N(0, 0.02) truncated at 2σ, biases 0, LayerNorm scales 1. Each tensor has a random stream of its own. */
export function initialParameters(specs: readonly ParameterSpec[], seed: number): Map<string, Float32Array> {
  return new Map(
    specs.map(({ name, shape }, index) => {
      const values = new Float32Array(countElements(shape));
      if (name.endsWith('.norm.weight')) values.fill(1);
      else if (!name.endsWith('.bias')) {
        const random = new RandomStream(seed, 0x1717, index);
        for (let i = 0; i < values.length; i++) values[i] = random.truncatedNormal(initialDeviation);
      }
      return [name, values];
    }),
  );
}
