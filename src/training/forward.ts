import type { Graph, Value } from '../engine/graph';
import type { Runtime, Session } from '../engine/runtimes/runtime';
import { type PackedBatch, packBatch, type TokenizedPatients } from './batch';

/** Runs a model forward, without dropout, over any number of patients. */
export class ForwardPass {
  private readonly sessions = new Map<
    number,
    Promise<{ session: Session; outputs: Record<string, Value> }>
  >();

  /**
   * @param build the graph for a number of length groups; every output is one number per patient, [B]
   * @param parameter the current value of a parameter; asked once a run
   */
  constructor(
    private readonly runtime: Runtime,
    private readonly build: (groups: number) => { graph: Graph; outputs: Record<string, Value> },
    private readonly parameter: (name: string) => Float32Array | Promise<Float32Array>,
  ) {}

  /**
   * @param prepare adds what the outputs need beside the encoder's own feeds
   * @returns one number per chosen patient and output, in the order of `chosen`
   */
  async run(
    data: TokenizedPatients,
    chosen: Int32Array,
    reads: 'mean' | 'first-token',
    prepare: (batch: PackedBatch) => void = () => {},
  ): Promise<Record<string, Float64Array>> {
    const results: Record<string, Float64Array> = {};
    const parameters = new Map<string, Float32Array>();
    const length = (i: number): number => data.offsets[chosen[i]! + 1]! - data.offsets[chosen[i]!]!;
    // Patients of like length together: long ones in small batches, so that the memory of a batch is bounded.
    const order = Int32Array.from(chosen, (_, i) => i).sort((a, b) => length(a) - length(b) || a - b);
    for (let first = 0; first < order.length;) {
      const size = batchSizeFor(length(order[Math.min(first + largestBatch, order.length) - 1]!));
      const positions = order.subarray(first, first + size);
      const batch = packBatch(
        data,
        positions.map((i) => chosen[i]!),
        reads,
      );
      prepare(batch);
      const outputs = await this.forward(batch, parameters);
      // Batch order is block order: find each patient's places among those asked for.
      // One that is asked for more than once (bootstrap) has several.
      const places = new Map<number, number[]>();
      for (const i of positions) places.set(chosen[i]!, [...(places.get(chosen[i]!) ?? []), i]);
      for (const [name, values] of Object.entries(outputs)) {
        const result = (results[name] ??= new Float64Array(chosen.length));
        batch.patients.forEach((patient, b) => places.get(patient)!.forEach((i) => (result[i] = values[b]!)));
      }
      first += size;
    }
    return results;
  }

  async close(): Promise<void> {
    for (const opened of this.sessions.values()) await (await opened).session.close();
    this.sessions.clear();
  }

  /** @param parameters values that this run has asked for already */
  private async forward(
    batch: PackedBatch,
    parameters: Map<string, Float32Array>,
  ): Promise<Record<string, Float32Array>> {
    const opened = this.sessions.get(batch.groups) ?? this.open(batch.groups);
    this.sessions.set(batch.groups, opened);
    const { session, outputs } = await opened;
    const graph = Object.values(outputs)[0]!.graph;
    const feeds = new Map(batch.feeds);
    for (const { name } of graph.parameters) {
      const values = parameters.get(name) ?? (await this.parameter(name));
      parameters.set(name, values);
      feeds.set(name, values);
    }
    const results = await session.run(feeds, batch.sizes);
    return Object.fromEntries(Object.entries(outputs).map(([key, { name }]) => [key, results.get(name)!]));
  }

  private async open(groups: number): Promise<{ session: Session; outputs: Record<string, Value> }> {
    const { graph, outputs } = this.build(groups);
    return { session: await this.runtime.open(graph, Object.values(outputs)), outputs };
  }
}

const largestBatch = 128;
/** Tokens that a forward batch may hold: bounds its memory. */
const tokenBudget = 8192;

function batchSizeFor(longest: number): number {
  return Math.max(1, Math.min(largestBatch, Math.floor(tokenBudget / Math.max(1, longest))));
}
