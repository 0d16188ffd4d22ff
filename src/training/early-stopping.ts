import { z } from 'zod';

/** What early stopping remembers; part of every checkpoint. */
export const bestSoFar = z.object({
  /** Best validation score (higher is better); null before the first validation. */
  score: z.number().nullable(),
  /** Optimizer step of that score. */
  step: z.int().nonnegative(),
  /** Validations since without improvement. */
  since: z.int().nonnegative(),
});
export type BestSoFar = z.infer<typeof bestSoFar>;

export const nothingYet: BestSoFar = { score: null, step: 0, since: 0 };

/** Takes a validation into account. A tie is no improvement. */
export function consider(best: BestSoFar, score: number, step: number): BestSoFar {
  return best.score === null || score > best.score
    ? { score, step, since: 0 }
    : { ...best, since: best.since + 1 };
}
