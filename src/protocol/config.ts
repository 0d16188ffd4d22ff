import * as z from 'zod';

/** Size of the encoder. Defaults are those of the paper and its published config. */
export const modelConfig = z.strictObject({
  /** Width D of every token vector. */
  hidden: z.int().positive().default(192),
  /** Transformer layers L. */
  layers: z.int().positive().default(6),
  /** Attention heads H; divides `hidden`. */
  heads: z.int().positive().default(6),
  /** Width F of the feed-forward layer. */
  intermediate: z.int().positive().default(64),
  /** Longest sequence T that the model accepts; longer patients keep their last `maxLength` codes. */
  maxLength: z.int().min(2).default(512),
  /** Probability of zeroing an activation (embeddings, attention, feed-forward) while training. */
  dropout: z.number().min(0).max(0.9).default(0.1),
  /** Serialization embedding: rank of the code inside its visit. Off for parity with the published code. */
  serialization: z.boolean().default(true),
  /** What the LOS head reads: mean over real tokens (paper) or the first token (published script). */
  losReads: z.enum(['mean', 'first-token']).default('mean'),
});
export type ModelConfig = z.infer<typeof modelConfig>;

const optimization = {
  /** Optimizer steps; when given it takes the place of `epochs`. */
  steps: z.int().positive().optional(),
  /** Patients per optimizer step. */
  batchSize: z.int().positive().default(32),
  /** Micro-batches that one optimizer step is accumulated from. */
  accumulate: z.int().positive().default(1),
  learningRate: z.number().positive().default(5e-5),
  /** Share of all steps over which the rate climbs linearly from 0; it then falls linearly to 0. */
  warmup: z.number().min(0).max(1).default(0.1),
  /** Decoupled decay on weights (not on biases and LayerNorm). */
  weightDecay: z.number().min(0).default(0.01),
  /** Largest global gradient norm (1 in BERT's own optimizer); 0 = no clipping. */
  clip: z.number().min(0).default(1),
  /** Validations without improvement before training stops; 0 = never. */
  patience: z.int().min(0).default(0),
  /** Optimizer steps between validations; 0 = once an epoch. */
  validateEvery: z.int().min(0).default(0),
  /** Optimizer steps between checkpoints; 0 = with each validation. */
  checkpointEvery: z.int().min(0).default(0),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** Threads of the runtime; 0 = one per processor. Frozen into a run, because the order of sums depends on it. */
  threads: z.int().min(0).default(0),
} as const;

/** Everything a pretraining run is made from, frozen into its run.json. */
export const pretrainConfig = z.strictObject({
  ...modelConfig.shape,
  ...optimization,
  /** Passes over the training patients. */
  epochs: z.number().positive().default(10),
  /** Validation patients that are looked at, the first in split order; 0 = all of them. */
  validationPatients: z.int().min(0).default(4096),
  /** `each-epoch` draws the masked code anew (ours); `frozen` keeps the first draw (published code). */
  masking: z.enum(['each-epoch', 'frozen']).default('each-epoch'),
  /** Over-long patients keep their last codes (ours) or are left out (published pretraining). */
  longPatients: z.enum(['keep-last', 'drop']).default('keep-last'),
  /** Vocabulary from the training split only (ours) or from every patient (published code). */
  vocabularyFrom: z.enum(['train', 'all']).default('train'),
  /** Codes seen fewer times than this in the training split become `[UNK]`. */
  minCodeCount: z.int().positive().default(1),
  /** Weight of the prolonged-LOS loss beside the masked-code loss. 0 switches that task off. */
  losWeight: z.number().min(0).default(1),
});
export type PretrainConfig = z.infer<typeof pretrainConfig>;

/** Heads that fine-tuning can put on the encoder. A new head is one file in `src/model/heads` and one name here. */
export const headNames = ['ffl'] as const;

/** Everything a fine-tuning run is made from beside its parent run. Sizes apply to `--from untrained` only. */
export const finetuneConfig = z.strictObject({
  ...modelConfig.shape,
  ...optimization,
  /** Passes over the training patients, at most. */
  epochs: z.number().positive().default(30),
  /** Validations without a better AUROC (or, at the same AUROC, a lower loss) before training stops; 0 = never. */
  patience: z.int().min(0).default(5),
  head: z.enum(headNames).default('ffl'),
  /** Labelled patients to train on (nested subsets per seed); 0 = all of the training split. */
  trainSize: z.int().min(0).default(0),
  minCodeCount: z.int().positive().default(1),
  longPatients: z.enum(['keep-last', 'drop']).default('keep-last'),
});
export type FinetuneConfig = z.infer<typeof finetuneConfig>;
