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
  signal?: AbortSignal,
): Promise<Occlusion> {
  const places = [...patient.codes.keys()];
  const masked = await predict(
    places.map((t) => replaceCode(patient, t, MASK)),
    signal,
  );
  if (places.length === 1) return { masked, removed: null };
  const removed = await predict(
    places.map((t) => removeCodes(patient, new Set([t]))),
    signal,
  );
  return { masked, removed };
}
