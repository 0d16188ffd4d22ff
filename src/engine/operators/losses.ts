import type { Value } from '../graph';
import { ShapeError } from '../shape';
import { defineGradient } from '../gradient-rules';
import { multiply, softplus, subtract } from './elementwise';
import { reshape } from './layout';

/**
 * Softmax cross-entropy of each row: logits [B, V], int32 targets [B] →
 * `loss` [B] = log Σ e^logit − logit[target], and `hit` [B] = 1 where the target has the largest logit.
 */
export function crossEntropy(logits: Value, targets: Value): { loss: Value; hit: Value } {
  const [rows] = logits.shape;
  if (logits.shape.length !== 2 || targets.shape.length !== 1 || targets.shape[0] !== rows) {
    throw new ShapeError('crossEntropy', [logits.shape, targets.shape], 'expected [B, V] and [B]');
  }
  const outputs = [[rows!], [rows!], logits.shape].map((shape) => ({ dtype: 'float32' as const, shape }));
  const [loss, hit] = logits.graph.add('crossEntropy', [logits, targets], {}, outputs);
  return { loss: loss!, hit: hit! };
}
defineGradient('crossEntropy', ({ inputs: [logits, targets], outputs: [, , probabilities] }, [dLoss]) => {
  const weight = reshape(dLoss!, [logits!.shape[0]!, 1]);
  const dLogits = logits!.graph.add('crossEntropyResidual', [probabilities!, targets!, weight], {}, [
    { dtype: 'float32', shape: logits!.shape },
  ])[0]!;
  return [dLogits, undefined];
});

/** Binary cross-entropy of logits z with labels y, elementwise: log(1 + e^z) − y·z. */
export function binaryCrossEntropy(z: Value, y: Value): Value {
  return subtract(softplus(z), multiply(y, z));
}
