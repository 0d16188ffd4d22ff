import { differentiate } from '../engine/differentiate';
import { Graph, type Value } from '../engine/graph';
import { add, multiply, subtract } from '../engine/operators/elementwise';
import { sum } from '../engine/operators/reduction';
import type { Runtime, Session } from '../engine/runtimes/runtime';
import { heads, type HeadName } from '../model/heads/heads';
import { embed, encode, encoderInputs } from '../model/med-bert';
import { declareParameters, encoderParameters, type ModelSize } from '../model/parameters';
import { poolTokens } from '../model/pooling';
import { throwIfCancelled } from '../protocol/errors';
import type { CodeSequence } from './code-sequence';
import { batchSizeFor, usualBounds } from './padded-batches';

/** A model along the straight path from a baseline x′ to a patient x, at n places α: x′ + α·(x − x′). */
export interface PathPoints {
  /** F, the logit, at each place `[n]`. */
  readonly logits: Float64Array;
  /** Σ over the width of ∂F/∂x ∘ (x − x′) at each place for each code `[n·T]`. */
  readonly slopes: Float64Array;
}

/** Follows the path. @param baseline ids of the codes of x′; visits and ranks are the patient's @throws CancelledError */
export type PathGradient = (
  patient: CodeSequence<number>,
  baseline: readonly number[],
  alphas: readonly number[],
  signal?: AbortSignal,
) => Promise<PathPoints>;

/**
 * The gradient of the logit with respect to the summed input embeddings, before their LayerNorm, along a path.
 * One session, opened when it is first needed; weights are fed, so they exist once.
 */
export class PathGradientModel {
  private opened: Promise<{ session: Session; logit: Value; slopes: Value }> | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly size: ModelSize,
    private readonly head: HeadName,
    private readonly parameters: ReadonlyMap<string, Float32Array>,
  ) {}

  readonly along: PathGradient = async (patient, baseline, alphas, signal) => {
    const T = patient.codes.length;
    const points = {
      logits: new Float64Array(alphas.length),
      slopes: new Float64Array(alphas.length * T),
    };
    // The backward pass keeps the activations of all layers: half of what a forward batch may hold.
    const { tokens, attention, ...rest } = usualBounds(this.size.heads);
    const size = batchSizeFor(T, { ...rest, tokens: tokens / 2, attention: attention / 2 });
    for (let first = 0; first < alphas.length; first += size) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal, 'The explanation');
      const { logits, slopes } = await this.batch(patient, baseline, alphas.slice(first, first + size));
      points.logits.set(logits, first);
      points.slopes.set(slopes, first * T);
    }
    return points;
  };

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    if (opened) await (await opened).session.close();
  }

  /** The patient stands in the batch once for each α. */
  private async batch(
    { codes, visits, ranks }: CodeSequence<number>,
    baseline: readonly number[],
    alphas: readonly number[],
  ): Promise<{ logits: Float32Array; slopes: Float32Array }> {
    const { session, logit, slopes } = await (this.opened ??= this.open());
    const [B, T] = [alphas.length, codes.length];
    const repeated = (ids: readonly number[], most = Infinity): Int32Array =>
      Int32Array.from({ length: B * T }, (_, n) => Math.min(ids[n % T]!, most));
    const pool = new Float32Array(B * B * T);
    for (let b = 0; b < B; b++) pool.fill(1 / T, b * B * T + b * T, b * B * T + (b + 1) * T);
    const feeds = new Map<string, Float32Array | Int32Array>([
      ...this.parameters,
      ['codes', repeated(codes)],
      ['ranks', repeated(ranks, this.size.maxLength)],
      ['visits', repeated(visits, this.size.maxLength)],
      ['baseline', repeated(baseline)],
      ['alpha', Float32Array.from({ length: B * T }, (_, n) => alphas[Math.floor(n / T)]!)],
      ['keyBias0', new Float32Array(B * T)],
      ['pool', pool],
    ]);
    const results = await session.run(feeds, { B, B0: B, T0: T, N: B * T });
    return { logits: results.get(logit.name)!, slopes: results.get(slopes.name)! };
  }

  private async open(): Promise<{ session: Session; logit: Value; slopes: Value }> {
    const { graph, logit, slopes } = pathProgram(this.size, this.head);
    return { session: await this.runtime.open(graph, [logit, slopes]), logit, slopes };
  }
}

/** F and Σ_d ∂F/∂x ∘ (x − x′) at x′ + α·(x − x′); inputs of the encoder, and `baseline` [N], `alpha` [N, 1]. */
function pathProgram(size: ModelSize, head: HeadName): { graph: Graph; logit: Value; slopes: Value } {
  const graph = new Graph();
  const inputs = encoderInputs(graph, 1);
  const { rows } = inputs;
  declareParameters(graph, encoderParameters(size));
  const from = embed(graph, { ...inputs, codes: graph.input('baseline', 'int32', [rows]) }, size);
  const way = subtract(embed(graph, inputs, size), from); // [N, D]
  const point = add(from, multiply(way, graph.input('alpha', 'float32', [rows, 1])));
  const encoder = encode(point, inputs, size, 0);
  declareParameters(graph, heads[head].parameters(size));
  const logit = heads[head].logit(encoder, () => poolTokens(encoder), 0); // [B]
  // Patients of a batch do not meet, so the gradient of the sum is that of each.
  const [gradient] = differentiate(sum(logit, [0], false), [point]);
  return { graph, logit, slopes: sum(multiply(gradient!.dense!, way), [1], false) };
}
