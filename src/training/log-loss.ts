/** Mean binary cross-entropy of logits z with labels y: log(1 + e^z) − y·z, without overflow. */
export function meanLogLoss(logits: Float64Array, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const z = logits[i]!;
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - labels[i]! * z;
  }
  return sum / logits.length;
}
