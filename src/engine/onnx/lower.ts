import type { Graph, Node, Value } from '../graph';
import type { OperatorName } from '../operators/catalogue';
import { encodeModel, type OnnxTensor, type OnnxValue } from './proto';
import { OnnxBuilder, type ShapeInput } from './builder';
import { lowerings } from './lowerings';

/** A graph in ONNX form, ready for a runtime. */
export interface OnnxProgram {
  readonly bytes: Uint8Array;
  /** int64 inputs that the runtime fills from the sizes of the batch. */
  readonly shapeInputs: readonly ShapeInput[];
}

export interface LoweringOptions {
  /** Only standard operators: needed by execution providers (WebGPU) and readers without onnxruntime's own. */
  readonly portable?: boolean;
  /** Works every size out from the shapes of its inputs, so that it runs without our runtime (export). */
  readonly standalone?: boolean;
  /** Names for values that would otherwise be numbered. */
  readonly names?: ReadonlyMap<Value, string>;
  /** Parameters to bake in as constants (export); the others stay inputs. */
  readonly constants?: ReadonlyMap<Value, Float32Array>;
  /** See `emptySequence` of a model. */
  readonly emptySequence?: string;
  readonly descriptions?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly description?: string;
}

/** Lowers a graph to ONNX. Nodes that no output needs are left out. */
export function lower(graph: Graph, outputs: readonly Value[], options: LoweringOptions = {}): OnnxProgram {
  const builder = new OnnxBuilder(options.portable ?? false, options.standalone ? graph.inputs : []);
  const nameOf = (value: Value): string => options.names?.get(value) ?? value.name;
  const live = liveNodes(graph, outputs);
  for (const node of graph.nodes) {
    if (live.has(node)) lowerNode(node, builder, nameOf);
  }
  const used = new Set(builder.nodes.flatMap((node) => node.inputs));
  const constants = options.constants ?? new Map<Value, Float32Array>();
  const baked = [...constants].map(([{ name, shape }, data]): OnnxTensor => ({
    name,
    type: 'float32',
    dims: shape as readonly number[],
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  const shapeInputs = [...builder.shapeInputs.values()];
  const inputs = graph.inputs.filter((value) => !constants.has(value) && used.has(value.name));
  const describe = (value: Value): OnnxValue => {
    const name = nameOf(value);
    const description = options.descriptions?.[name];
    return {
      name,
      type: value.dtype,
      dims: value.shape,
      ...(description === undefined ? {} : { description }),
    };
  };
  const bytes = encodeModel({
    name: 'med-bert',
    nodes: builder.nodes,
    initializers: [...builder.constants.values(), ...baked],
    inputs: [
      ...inputs.map(describe),
      ...shapeInputs.map(({ name, shape }) => ({ name, type: 'int64' as const, dims: [shape.length] })),
    ],
    outputs: outputs.map(describe),
    ...(options.metadata ? { metadata: options.metadata } : {}),
    ...(options.emptySequence === undefined ? {} : { emptySequence: options.emptySequence }),
    ...(options.description === undefined ? {} : { description: options.description }),
  });
  return { bytes, shapeInputs };
}

function lowerNode<K extends OperatorName>(
  node: Node<K>,
  builder: OnnxBuilder,
  nameOf: (value: Value) => string,
): void {
  lowerings[node.operator](builder, node.inputs.map(nameOf), node.outputs.map(nameOf), node);
}

function liveNodes(graph: Graph, outputs: readonly Value[]): ReadonlySet<Node> {
  const live = new Set<Node>();
  const wanted = new Set<Value>(outputs);
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    live.add(node);
    node.inputs.forEach((input) => wanted.add(input));
  }
  return live;
}
