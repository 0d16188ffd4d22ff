import type { Graph, Node, Value } from '../graph';
import type { Dim, Shape } from '../shape';
import type { OperatorName } from '../operators/catalogue';
import { type AttributeValue, encodeModel, type OnnxNode, type OnnxTensor, type OnnxValue } from './proto';
import { lowerings } from './lowerings';

/** A shape that must be fed with every run, because it holds sizes that ONNX cannot infer. */
export interface ShapeInput {
  readonly name: string;
  readonly shape: Shape;
}

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

/** Collects the ONNX nodes of one graph. The lowering of each operator is in `lowerings.ts`. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxTensor>();
  readonly shapeInputs = new Map<string, ShapeInput>();
  private temporaries = 0;

  /** @param sizeSources inputs from whose shapes sizes are taken; empty = sizes are fed */
  constructor(
    readonly portable: boolean,
    private readonly sizeSources: readonly Value[],
  ) {}

  /** Adds a node; without `outputs` it gets one fresh output, whose name is returned. */
  emit(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs: readonly string[] = [`tmp_${this.temporaries++}`],
    domain: '' | 'com.microsoft' = '',
  ): string {
    this.nodes.push({ opType, inputs, outputs, attributes, domain });
    return outputs[0]!;
  }

  float(value: number): string {
    const name = `f_${value}`;
    const data = new Uint8Array(Float32Array.of(value).buffer);
    this.constants.set(name, { name, type: 'float32', dims: [], data });
    return name;
  }

  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const name = `i_${values.join('_')}_of_${dims.join('x')}`;
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.constants.set(name, { name, type: 'int64', dims, data });
    return name;
  }

  /** A whole number as an int64 scalar. */
  int(value: number): string {
    return this.ints([value], []);
  }

  /** A shape as an int64 tensor: a constant where ONNX can work it out from `from`, else an input. */
  shape(shape: Shape, from: Shape): string {
    const dims = shape.map((dim, i) => (typeof dim === 'number' ? dim : dim === from[i] ? 0 : -1));
    if (dims.filter((dim) => dim === -1).length <= 1) return this.ints(dims);
    return this.fed(shape);
  }

  /** Sizes as an int64 tensor: a constant when all are known, else an input. */
  sizes(sizes: Shape): string {
    return sizes.every((size) => typeof size === 'number') ? this.ints(sizes) : this.fed(sizes);
  }

  private fed(shape: Shape): string {
    if (this.sizeSources.length > 0) {
      return this.emit(
        'Concat',
        shape.map((dim) => this.size(dim)),
        { axis: 0 },
      );
    }
    const name = `shape(${shape.join(',')})`;
    this.shapeInputs.set(name, { name, shape });
    return name;
  }

  /** One size as an int64 tensor [1], from the shape of an input. */
  private size(dim: Dim): string {
    if (typeof dim === 'number') return this.ints([dim]);
    const source = this.sizeSources.find(({ shape }) => shape.includes(dim));
    if (!source) throw new Error(`No input has the size ${dim}.`);
    const axis = source.shape.indexOf(dim);
    return this.emit('Gather', [this.emit('Shape', [source.name]), this.ints([axis])], { axis: 0 });
  }
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
