import * as z from 'zod';

/** The formats that `medbert import` reads. A new format is one file in `src/ehr/formats` and one name here. */
export const sourceFormats = ['medbert', 'mimic-iv', 'synpuf'] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** One step of the attrition funnel: what was left after a rule was applied. */
export const attritionStep = z.object({
  /** The rule in words: `at least three diagnosis codes`. */
  step: z.string(),
  patients: z.int().nonnegative(),
  visits: z.int().nonnegative(),
  rows: z.int().nonnegative(),
});
export type AttritionStep = z.infer<typeof attritionStep>;

/** A problem found in the records. Nothing is dropped or changed without one of these. */
export const importProblem = z.object({
  /** Stable machine name: `unreadable-date`, `discharge-before-admission`, `lost-leading-zero` … */
  kind: z.string(),
  /** What is wrong and what was done about it, without identifiers or codes. */
  message: z.string(),
  /** Name of the file inside the source. */
  file: z.string(),
  /** How many rows it concerns. */
  count: z.int().positive(),
  /** The first rows concerned, at most ten; the header is row 1. */
  rows: z.array(z.int().positive()),
});
export type ImportProblem = z.infer<typeof importProblem>;

/** `dataset.json`: what stands in a dataset folder beside its parquet files. */
export const datasetDescription = z.object({
  version: z.literal(1),
  name: z.string(),
  format: z.enum(sourceFormats),
  /** The folder or file that was imported, as given. */
  source: z.string(),
  importedAt: z.iso.datetime(),
  /** SHA-256 over the rows of events.parquet and patients.parquet in their order: same records, same hash. */
  contentHash: z.string(),
  counts: z.object({
    /** In the source, before any exclusion. */
    source: z.object({
      patients: z.int(),
      visits: z.int(),
      rows: z.int(),
      codes: z.int(),
    }),
    /** In the dataset, after the exclusions. */
    kept: z.object({ patients: z.int(), visits: z.int(), rows: z.int(), codes: z.int() }),
  }),
  /** The exclusions that were applied. */
  rules: z.object({ minCodes: z.int(), earliestDate: z.string(), latestDate: z.string() }),
  attrition: z.array(attritionStep),
  problems: z.array(importProblem),
});
export type DatasetDescription = z.infer<typeof datasetDescription>;
