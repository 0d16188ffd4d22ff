import { RandomStream } from '../engine/random';
import { firstCode, MASK } from '../protocol/vocabulary';
import type { PackedBatch } from './batch';

/** Patients whose codes are masked and predicted, with the seed of the draw. */
export interface MaskingOptions {
  readonly seed: number;
  /** Pass over the data; a constant where masks are frozen. */
  readonly epoch: number;
  readonly vocabulary: number;
}

/**
 * Masked-code task (paper, "Masked LM"): ONE code per patient is chosen; it is shown as [MASK] (80 %), as a
 * random code (10 %) or as itself (10 %). The draw depends on (seed, epoch, patient) alone, so it is the same
 * in whatever batch or order the patient comes. Unknown codes are never chosen: there is nothing to learn in
 * predicting [UNK]; a patient with no known code keeps weight 0.
 *
 * Changes the batch's `codes` and adds `pick` [B, N], `targets` [B] and `maskedWeight` [B] (not normalised).
 * @returns number of patients with a masked code
 */
export function maskCodes(batch: PackedBatch, { seed, epoch, vocabulary }: MaskingOptions): number {
  const { N, B } = batch.sizes as { N: number; B: number };
  const codes = batch.feeds.get('codes') as Int32Array;
  const pick = new Float32Array(B * N);
  const targets = new Int32Array(B);
  const weight = new Float32Array(B);
  let masked = 0;
  batch.patients.forEach((patient, b) => {
    const random = new RandomStream(seed, 0x3a5c, epoch, patient);
    const start = batch.rows[b]!;
    const known: number[] = [];
    for (let row = start; row < start + batch.lengths[b]!; row++)
      if (codes[row]! >= firstCode) known.push(row);
    if (known.length === 0) return;
    const row = known[random.below(known.length)]!;
    pick[b * N + row] = 1;
    targets[b] = codes[row]!;
    weight[b] = 1;
    masked++;
    const how = random.uniform();
    if (how < 0.8) codes[row] = MASK;
    else if (how < 0.9) codes[row] = firstCode + random.below(vocabulary - firstCode);
  });
  batch.feeds.set('pick', pick).set('targets', targets).set('maskedWeight', weight);
  return masked;
}
