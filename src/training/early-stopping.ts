import * as z from 'zod';

/** What early stopping remembers; part of every checkpoint. */
export const bestSoFar = z.object({
  /** Best validation score (higher is better); null before the first validation. */
  score: z.number().nullable(),
  /** Validation loss beside that score; null where it is not known. */
  loss: z.number().nullable().default(null),
  /** Optimizer step of that score. */
  step: z.int().nonnegative(),
  /** Validations since without improvement. */
  since: z.int().nonnegative(),
});
export type BestSoFar = z.infer<typeof bestSoFar>;

export const nothingYet: BestSoFar = { score: null, loss: null, step: 0, since: 0 };

/**
 * Takes a validation into account. Of two equal scores the one with the lower loss is better: a few validation
 * patients soon have an AUROC of 1 that tells no checkpoint from another. A tie in both is no improvement.
 */
export function consider(best: BestSoFar, score: number, loss: number | null, step: number): BestSoFar {
  const better =
    best.score === null ||
    score > best.score ||
    (score === best.score && loss !== null && best.loss !== null && loss < best.loss);
  return better ? { score, loss, step, since: 0 } : { ...best, since: best.since + 1 };
}
