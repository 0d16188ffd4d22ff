import type { CodeSequence } from '../explain/code-sequence';
import { throwIfCancelled } from '../protocol/errors';
import type { EncoderExplanation, EncoderGlance } from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import { firstCode } from '../protocol/vocabulary';
import type { RunModel } from './explain-model';

/** Likeliest and nearest codes that are named. */
const named = 5;

/**
 * What a pretraining run would put in the place of each code, and which codes lie near it.
 *
 * @param descriptions of codes, by name
 * @throws CancelledError
 */
export async function explainEncoder(
  model: RunModel,
  glance: EncoderGlance,
  tokens: CodeSequence<number>,
  descriptions: ReadonlyMap<string, string>,
  work: LongWork,
): Promise<EncoderExplanation> {
  const nameOf = (id: number): { code: string; description: string | null } => {
    const code = model.vocabulary.names[id]!;
    return { code, description: descriptions.get(code) ?? null };
  };
  const places = [...tokens.codes.keys()];
  const guessed = await model.masked!.guess(tokens, places, named, work.signal);
  const known = tokens.codes.map((code) => code >= firstCode);
  const near = await allNearest(model, tokens.codes, work);
  return {
    ...glance,
    guesses: guessed.map(({ top, probability, place }, t) => ({
      top: top.map(({ id, probability: p }) => ({ ...nameOf(id), probability: p })),
      probability: known[t] ? probability : null,
      place: known[t] ? place : null,
    })),
    nearest: tokens.codes.map((code) =>
      (near.get(code) ?? []).map(({ id, similarity }) => ({ ...nameOf(id), similarity })),
    ),
  };
}

/** Of each known code once; other questions come in between. */
async function allNearest(
  { space }: RunModel,
  codes: readonly number[],
  { signal }: LongWork,
): Promise<Map<number, ReturnType<RunModel['space']['nearest']>>> {
  const found = new Map<number, ReturnType<RunModel['space']['nearest']>>();
  for (const id of new Set(codes)) {
    if (id < firstCode) continue;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal, 'The explanation');
    found.set(id, space.nearest(id, named));
  }
  return found;
}
