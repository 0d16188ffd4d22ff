import { applyGradientRule } from './gradient-rules';
import type { Graph, Value } from './graph';
import { sameShape, ShapeError } from './shape';
import { add, affine } from './operators/elementwise';

/** Gradient of the loss with respect to one parameter: a dense part, and rows to add into it. */
export interface ParameterGradient {
  readonly parameter: Value;
  /** Same shape as the parameter; undefined when only rows contribute. */
  readonly dense: Value | undefined;
  /** What {@link gatherRows} of a trained table contributes: gradient[ids[r]] += values[r]. */
  readonly rows: readonly { readonly ids: Value; readonly values: Value }[];
}

/**
 * Reverse-mode differentiation: adds the nodes of ∂loss/∂parameter for each of `parameters`.
 * @param loss one number, shape []
 */
export function differentiate(loss: Value, parameters: readonly Value[]): ParameterGradient[] {
  if (loss.shape.length !== 0)
    throw new ShapeError('differentiate', [loss.shape], 'a loss is one number, []');
  const graph = loss.graph;
  const needed = dependents(graph, parameters);
  // The forward nodes only: differentiation itself appends to graph.nodes.
  const forward = [...graph.nodes];
  const gradients = new Map<Value, Value>([[loss, affine(loss, 0, 1)]]);
  const rows = new Map<Value, { ids: Value; values: Value }[]>();
  const accumulate = (value: Value, gradient: Value | undefined, by: string): void => {
    if (!gradient || !needed.has(value)) return;
    if (!sameShape(gradient.shape, value.shape)) {
      throw new ShapeError(
        `gradient of ${by}`,
        [gradient.shape, value.shape],
        'a gradient has the shape of its value',
      );
    }
    const earlier = gradients.get(value);
    gradients.set(value, earlier ? add(earlier, gradient) : gradient);
  };

  for (const node of forward.reverse()) {
    const custom = node.outputs.length === 1 ? graph.customGradients.get(node.outputs[0]!) : undefined;
    const dOutputs = node.outputs.map((output) => gradients.get(output));
    if (dOutputs.every((gradient) => gradient === undefined)) continue;
    if (custom) {
      const dInputs = custom.gradient(dOutputs[0]!);
      custom.inputs.forEach((input, i) => accumulate(input, dInputs[i], node.operator));
    } else if (node.operator === 'gatherRows' && graph.parameters.includes(node.inputs[0]!)) {
      const [table, ids] = node.inputs;
      if (needed.has(table!))
        rows.set(table!, [...(rows.get(table!) ?? []), { ids: ids!, values: dOutputs[0]! }]);
    } else {
      const wanted = node.inputs.map((input) => needed.has(input));
      if (!wanted.includes(true)) continue;
      const dInputs = applyGradientRule(node, dOutputs, wanted);
      node.inputs.forEach((input, i) => accumulate(input, dInputs[i], node.operator));
    }
  }
  return parameters.map((parameter) => ({
    parameter,
    dense: gradients.get(parameter),
    rows: rows.get(parameter) ?? [],
  }));
}

/** Every value that depends on one of `sources`. */
function dependents(graph: Graph, sources: readonly Value[]): ReadonlySet<Value> {
  const found = new Set<Value>(sources);
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => found.has(input))) node.outputs.forEach((output) => found.add(output));
  }
  return found;
}
