import { expect } from 'vitest';
import { Graph, type Value } from '../../../src/engine/graph';
import { CpuLearner } from '../../../src/engine/cpu-learner';
import { defaultAdamW } from '../../../src/engine/learner';
import { add, multiply } from '../../../src/engine/operators/elementwise';
import { sum } from '../../../src/engine/operators/reduction';
import { RandomStream } from '../../../src/engine/random';
import { onnxruntimeCpu } from '../../../src/engine/runtimes/onnxruntime-cpu';
import { concreteShape, countElements, type Shape, type Sizes } from '../../../src/engine/shape';

export const runtime = onnxruntimeCpu({ threads: 1 });

/** Something differentiable: parameters (by shape), further inputs with their numbers, and what is made of them. */
export interface Composition {
  readonly title: string;
  /** Shapes of the differentiated tensors, which are drawn from ±[from, to]. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly range?: readonly [from: number, to: number];
  readonly inputs?: Readonly<Record<string, { shape: Shape; values: Float32Array | Int32Array }>>;
  readonly sizes?: Sizes;
  readonly build: (tensor: (name: string) => Value, graph: Graph) => readonly Value[];
}

/** The composition's graph up to its outputs, before any loss stands on them. */
export function compose({ parameters, inputs = {}, build }: Composition): {
  graph: Graph;
  outputs: readonly Value[];
} {
  const graph = new Graph();
  const tensors = new Map<string, Value>();
  for (const [name, shape] of Object.entries(parameters)) tensors.set(name, graph.parameter(name, shape));
  for (const [name, { shape, values }] of Object.entries(inputs)) {
    tensors.set(name, graph.input(name, values instanceof Float32Array ? 'float32' : 'int32', shape));
  }
  return { graph, outputs: build((name) => tensors.get(name)!, graph) };
}

/** Numbers ±[from, to], both signs. */
export function drawn(length: number, random: RandomStream, from: number, to: number): Float32Array {
  return Float32Array.from({ length }, () => {
    const size = from + (to - from) * random.uniform();
    return random.uniform() < 0.5 ? -size : size;
  });
}

/**
 * Compares the gradient of L = Σ w∘y, over all outputs y and with random w, with finite differences.
 * The outputs come from onnxruntime in float32 but their differences are weighted and summed in float64, so the
 * rounding of L itself, which is what usually spoils finite differences, is not in the comparison. Four points
 * make the error of order h⁴: (8·(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h.
 */
export async function expectTrueGradients(composition: Composition): Promise<void> {
  const random = new RandomStream(composition.title.length, 5);
  const [from, to] = composition.range ?? [0.1, 1.5];
  const parameters = new Map(
    Object.entries(composition.parameters).map(([name, shape]) => [
      name,
      drawn(countElements(shape), random, from, to),
    ]),
  );
  const sizes = composition.sizes ?? {};
  const feeds = new Map(
    Object.entries(composition.inputs ?? {}).map(([name, { values }]) => [name, values] as const),
  );
  const { graph, outputs } = compose(composition);
  const weights = outputs.map(({ shape }) =>
    drawn(countElements(concreteShape(shape, sizes)), random, 0.2, 1),
  );
  const analytic = await learnedGradients(composition, parameters, weights);

  const session = await runtime.open(graph, outputs);
  const lossAt = async (): Promise<readonly Float32Array[]> => {
    const results = await session.run(new Map([...feeds, ...parameters]), sizes);
    return outputs.map(({ name }) => results.get(name)!);
  };
  const h = 2 ** -5;
  for (const [name, values] of parameters) {
    const numeric = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const middle = values[i]!;
      const at = async (offset: number): Promise<readonly Float32Array[]> => {
        values[i] = middle + offset;
        const ys = await lossAt();
        values[i] = middle;
        return ys;
      };
      const [p1, m1, p2, m2] = [await at(h), await at(-h), await at(2 * h), await at(-2 * h)];
      weights.forEach((w, k) =>
        w.forEach((weight, j) => {
          const slope = 8 * (p1[k]![j]! - m1[k]![j]!) - (p2[k]![j]! - m2[k]![j]!);
          numeric[i]! += (weight * slope) / (12 * h);
        }),
      );
    }
    const scale = Math.max(1, ...numeric.map(Math.abs));
    numeric.forEach((slope, i) => {
      expect(Math.abs(analytic.get(name)![i]! - slope) / scale, `∂/∂${name}[${i}]`).toBeLessThan(2e-4);
    });
  }
  await session.close();
}

/** Gradients by `differentiate` and onnxruntime, through the learner, so that the rows of tables are added up too. */
async function learnedGradients(
  composition: Composition,
  parameters: ReadonlyMap<string, Float32Array>,
  weights: readonly Float32Array[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const feeds = new Map<string, Float32Array | Int32Array>();
  const build = () => {
    const { graph, outputs } = compose(composition);
    const terms = outputs.map((y, k) => {
      const w = graph.input(`weight${k}`, 'float32', y.shape);
      feeds.set(`weight${k}`, weights[k]!);
      const all = y.shape.map((_, axis) => axis);
      return all.length === 0 ? multiply(w, y) : sum(multiply(w, y), all, false);
    });
    const loss = terms.reduce(add);
    return { graph, loss, monitors: { loss } };
  };
  const specs = Object.entries(composition.parameters).map(([name, shape]) => ({
    name,
    shape,
    decay: false,
  }));
  const learner = new CpuLearner(runtime, specs, build, defaultAdamW, 1);
  learner.restore({ parameters });
  build();
  for (const [name, { values }] of Object.entries(composition.inputs ?? {})) feeds.set(name, values);
  // Twice: gradients are made afresh, nothing of an earlier step is left in them.
  await learner.backward({ groups: 1, feeds, sizes: composition.sizes ?? {} });
  await learner.backward({ groups: 1, feeds, sizes: composition.sizes ?? {} });
  const gradients = new Map(learner.names.map((name) => [name, learner.gradient(name).slice()]));
  await learner.close();
  return gradients;
}
