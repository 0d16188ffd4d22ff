import type { DType, Shape } from './shape';
import type { OperatorName, Attributes } from './operators/catalogue';

/** One tensor of a graph: an input, or an output of a node. Holds no numbers. */
export class Value {
  constructor(
    readonly graph: Graph,
    readonly name: string,
    readonly dtype: DType,
    readonly shape: Shape,
    /** The node that computes it; null for inputs. */
    readonly node: Node | null,
  ) {}
}

/** One application of an operator. */
export interface Node<K extends OperatorName = OperatorName> {
  readonly operator: K;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes[K];
}

/** An input that holds a dropout mask. */
export interface DropoutMask {
  readonly value: Value;
  readonly rate: number;
}

/** What a value's gradient flows into, instead of the nodes that computed it (see {@link withGradient}). */
export interface CustomGradient {
  readonly inputs: readonly Value[];
  readonly gradient: (dOutput: Value) => readonly (Value | undefined)[];
}

/**
 * A graph of typed operators with checked shapes. It is built once, in order (every node stands behind
 * its inputs), differentiated by adding nodes (`differentiate.ts`) and executed by a runtime.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  /** Inputs that are trained, in order of declaration. */
  readonly parameters: Value[] = [];
  /** Inputs that the learner draws itself at each step. */
  readonly dropoutMasks: DropoutMask[] = [];
  readonly customGradients = new Map<Value, CustomGradient>();
  private readonly names = new Set<string>();

  /** Declares something that is fed with each batch. */
  input(name: string, dtype: DType, shape: Shape): Value {
    const value = new Value(this, this.claimName(name), dtype, shape, null);
    this.inputs.push(value);
    return value;
  }

  /** Declares a trained float32 tensor of fixed shape. */
  parameter(name: string, shape: readonly number[]): Value {
    const value = this.input(name, 'float32', shape);
    this.parameters.push(value);
    return value;
  }

  /**
   * Declares a dropout mask: each element is 0 with probability `rate`, else 1/(1 − rate).
   * Returns undefined for rate 0, so that a model without dropout has no trace of it.
   */
  dropoutMask(name: string, shape: Shape, rate: number): Value | undefined {
    if (rate === 0) return undefined;
    const value = this.input(name, 'float32', shape);
    this.dropoutMasks.push({ value, rate });
    return value;
  }

  /** Adds a node. Called by the operators only; models call the operators. */
  add<K extends OperatorName>(
    operator: K,
    inputs: readonly Value[],
    attributes: Attributes[K],
    outputs: readonly { readonly dtype: DType; readonly shape: Shape }[],
  ): readonly Value[] {
    for (const input of inputs) {
      if (input.graph !== this) throw new Error(`${operator}: ${input.name} belongs to another graph.`);
    }
    const values: Value[] = [];
    const node: Node = { operator, inputs, outputs: values, attributes };
    for (const { dtype, shape } of outputs) {
      values.push(
        new Value(
          this,
          this.claimName(`${operator}_${this.nodes.length}_${values.length}`),
          dtype,
          shape,
          node,
        ),
      );
    }
    this.nodes.push(node);
    return values;
  }

  private claimName(name: string): string {
    if (this.names.has(name)) throw new Error(`The graph has a tensor named ${name} already.`);
    this.names.add(name);
    return name;
  }
}

/**
 * Gives `value` a gradient of its own: differentiation does not look at the nodes that computed it but
 * calls `gradient`, which returns one gradient per entry of `inputs`. For composites whose backward pass
 * is cheaper written by hand (attention).
 */
export function withGradient(
  value: Value,
  inputs: readonly Value[],
  gradient: CustomGradient['gradient'],
): Value {
  value.graph.customGradients.set(value, { inputs, gradient });
  return value;
}
