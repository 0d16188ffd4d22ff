import type { Graph, Value } from '../graph';
import type { Sizes } from '../shape';

/** Numbers for the inputs of a graph, by name. Float32Array for float32, Int32Array for int32. */
export type Feeds = ReadonlyMap<string, Float32Array | Int32Array>;

/** Where results may be written in place, by output name. */
export type Targets = ReadonlyMap<string, Float32Array>;

/** A compiled graph on a device. */
export interface Session {
  /**
   * Runs the graph once.
   * @param feeds every input of the graph that its outputs depend on
   * @param sizes values of the named dimensions
   * @param targets outputs with an entry are written into that array; the result holds the same array
   * @returns every output by name
   */
  run(feeds: Feeds, sizes: Sizes, targets?: Targets): Promise<ReadonlyMap<string, Float32Array>>;
  close(): Promise<void>;
}

/** A way to execute graphs. One file per runtime; the rest of the product sees only this. */
export interface Runtime {
  /** As recorded in run.json: `onnxruntime-cpu`. */
  readonly name: string;
  open(graph: Graph, outputs: readonly Value[]): Promise<Session>;
}
