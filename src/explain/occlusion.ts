import type { LongWork } from '../protocol/progress';
import { MASK } from '../protocol/vocabulary';
import { type CodeSequence, removeCodes, replaceCode } from './code-sequence';
import type { Predict } from './explained-model';

/** Logits of a patient with one code hidden at a time. */
export interface Occlusion {
  /** With [MASK] in the place of code t `[T]`: the model knows that something stood there. */
  readonly masked: Float64Array;
  /** Without code t `[T]`, as if it had never been recorded. Null for a patient of one code. */
  readonly removed: Float64Array | null;
}

/** Occlusion (Zeiler & Fergus 2014) of every code by re-running the model. */
export async function occlude(
  patient: CodeSequence<number>,
  predict: Predict,
  work: LongWork = {},
): Promise<Occlusion> {
  const places = [...patient.codes.keys()];
  const masked = places.map((t) => replaceCode(patient, t, MASK));
  const removed = places.length === 1 ? [] : places.map((t) => removeCodes(patient, new Set([t])));
  const logits = await predict([...masked, ...removed], work);
  return {
    masked: logits.subarray(0, places.length),
    removed: removed.length === 0 ? null : logits.subarray(places.length),
  };
}
