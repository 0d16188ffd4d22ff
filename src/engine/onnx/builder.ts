import type { Value } from '../graph';
import type { Dim, Shape } from '../shape';
import type { AttributeValue, OnnxNode, OnnxTensor } from './proto';

/** A shape that must be fed with every run, because it holds sizes that ONNX cannot infer. */
export interface ShapeInput {
  readonly name: string;
  readonly shape: Shape;
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
