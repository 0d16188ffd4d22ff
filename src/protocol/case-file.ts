import * as z from 'zod';

const place = z.int().positive();
const at = z.int().nonnegative();

/**
 * One change of a patient. Each refers to the patient as the edits before it left it: `at` counts codes from 0,
 * `visit` visits from 1 (one more than there are = a new last visit), `place` the codes of that visit from 1.
 */
export const edit = z.discriminatedUnion('kind', [
  /** The model is told that a code stands here, but not which. */
  z.strictObject({ kind: z.literal('mask'), at }),
  /** As if the code had never been recorded. */
  z.strictObject({ kind: z.literal('remove'), at }),
  z.strictObject({ kind: z.literal('add'), code: z.string().min(1), visit: place, place }),
  z.strictObject({ kind: z.literal('move'), at, visit: place, place }),
]);
export type Edit = z.infer<typeof edit>;

const prediction = z.strictObject({ risk: z.number().min(0).max(1), logit: z.number() });

/**
 * A what-if case: everything that reproduces it, in one file. It holds patient data and is written only where a
 * person asked for it.
 */
export const caseFile = z.strictObject({
  kind: z.literal('medbert-case'),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** Version of the program that wrote it. */
  codeVersion: z.string(),
  run: z.string(),
  step: z.int().nonnegative(),
  /** SHA-256 over the model's tensors and its vocabulary. */
  modelHash: z.string(),
  dataset: z.strictObject({ name: z.string(), contentHash: z.string() }),
  /** Id of the patient; null where it was left out. */
  patient: z.string().nullable(),
  /** The patient as the model reads it, before the edits. */
  original: z.array(z.strictObject({ code: z.string(), visit: place, rank: place })).min(1),
  edits: z.array(edit),
  risk: z.strictObject({ before: prediction, after: prediction }),
});
export type CaseFile = z.infer<typeof caseFile>;
