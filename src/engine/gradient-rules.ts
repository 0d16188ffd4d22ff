import type { Node, Value } from './graph';
import type { OperatorName } from './operators/catalogue';

/**
 * The gradient of an operator: given its node and the gradients of its outputs (undefined where nothing
 * depends on one), the gradients of its inputs. `wanted[i]` is false where nobody needs input i.
 */
export type GradientRule<K extends OperatorName> = (
  node: Node<K>,
  dOutputs: readonly (Value | undefined)[],
  wanted: readonly boolean[],
) => readonly (Value | undefined)[];

const rules = new Map<OperatorName, GradientRule<never>>();

/** States the gradient of an operator. Stands right below the operator. */
export function defineGradient<K extends OperatorName>(operator: K, rule: GradientRule<K>): void {
  rules.set(operator, rule as unknown as GradientRule<never>);
}

/** The gradients of a node's inputs. */
export function applyGradientRule(
  node: Node,
  dOutputs: readonly (Value | undefined)[],
  wanted: readonly boolean[],
): readonly (Value | undefined)[] {
  const rule = rules.get(node.operator);
  if (!rule) throw new Error(`The operator ${node.operator} has no gradient.`);
  return rule(node as never, dOutputs, wanted);
}
