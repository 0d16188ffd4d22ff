import * as z from 'zod';
import { finetuneConfig, pretrainConfig } from './config';

const base = {
  version: z.literal(1),
  id: z.string(),
  createdAt: z.iso.datetime(),
  /** Version of the program that made the run. */
  codeVersion: z.string(),
  /** Runtime and device: `onnxruntime-cpu`. */
  device: z.string(),
  dataset: z.object({ name: z.string(), contentHash: z.string() }),
} as const;

/** A labels file as it was when the run was made. */
const labelsReference = z.object({ file: z.string(), sha256: z.string() });

export const pretrainRun = z.object({
  ...base,
  kind: z.literal('pretrain'),
  config: pretrainConfig,
  /** Patients of this labels file were kept out of the pool; `matched` of them are in the dataset. */
  exclude: labelsReference.extend({ matched: z.int() }).nullable(),
  split: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  vocabulary: z.int(),
  /** SHA-256 of vocabulary.tsv; runs of older versions lack it. */
  vocabularySha256: z.string().optional(),
});
export type PretrainRun = z.infer<typeof pretrainRun>;

export const finetuneRun = z.object({
  ...base,
  kind: z.literal('finetune'),
  config: finetuneConfig,
  labels: labelsReference,
  /** Parent run id, or `untrained`. */
  from: z.string(),
  /** Run whose architecture and vocabulary an untrained model takes over; null = its own. */
  like: z.string().nullable(),
  /** Step of the parent's checkpoint. */
  fromStep: z.int().nullable(),
  split: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  vocabulary: z.int(),
  /** SHA-256 of vocabulary.tsv; runs of older versions lack it. */
  vocabularySha256: z.string().optional(),
  /** Rows of the rank and visit tables less one: the parent's `maxLength` (the run's own may be shorter). */
  positions: z.int().positive(),
  /** Who of the labels file could be used: each step with the patients and positives that it left. */
  cohort: z.array(z.object({ step: z.string(), patients: z.int(), positives: z.int() })),
  /** The proof that no test patient shaped the encoder: sizes of the two sets and of their overlap. */
  disjointness: z.object({
    testPatients: z.int(),
    /** Patients that the encoder's training, validation or vocabulary has seen. */
    encoderPatients: z.int(),
    overlap: z.int(),
    /** True when the person allowed an overlap by name (`--allow-seen-test-patients`). */
    allowed: z.boolean(),
  }),
});
export type FinetuneRun = z.infer<typeof finetuneRun>;

/** `run.json`: everything that decides the bytes of a run, frozen when it is made. */
export const runManifest = z.discriminatedUnion('kind', [pretrainRun, finetuneRun]);
export type RunManifest = z.infer<typeof runManifest>;

/** `process.json`: which process works on the run. Pid and start time together name one process for certain. */
export const processRecord = z.object({
  pid: z.int().positive(),
  /** Start time as the operating system tells it (Linux: field 22 of /proc/PID/stat plus boot id). */
  startTime: z.string(),
  host: z.string(),
});
export type ProcessRecord = z.infer<typeof processRecord>;

/** What a run is doing, derived from its folder alone. */
export type RunState = 'queued' | 'running' | 'finished' | 'failed' | 'stopped' | 'interrupted';
