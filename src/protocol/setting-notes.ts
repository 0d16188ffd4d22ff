import type { FinetuneConfig, PretrainConfig } from './config';

/** Every setting that a run can have. */
export type SettingKey = keyof PretrainConfig | keyof FinetuneConfig;

/** What each setting means, for forms and for the completion of run configuration files. */
export const settingNotes: Readonly<Record<SettingKey, string>> = {
  hidden: 'Width of every token vector; a multiple of heads.',
  layers: 'Number of transformer layers.',
  heads: 'Attention heads of a layer; hidden must be a multiple of it.',
  intermediate: 'Width of the feed-forward layer.',
  maxLength:
    'Longest sequence in codes; longer patients keep their last ones. Fine-tuning may choose a shorter one than its encoder.',
  dropout: 'Share of activations that are zeroed while training.',
  serialization:
    'Whether the model is told the rank of a code within its visit. The published code has it off.',
  losReads:
    'What the length-of-stay task reads: the mean over all codes, or the first token as in the published code.',
  steps: 'Optimizer steps; when given they take the place of epochs.',
  epochs: 'Passes over the training patients.',
  batchSize: 'Patients of one optimizer step.',
  accumulate: 'Parts that one optimizer step is added up from; more need less memory.',
  learningRate:
    'Highest learning rate; in small studies begin with 0.001 (pretraining) or 0.0003 (fine-tuning).',
  warmup: 'Share of all steps over which the learning rate climbs; it then falls to 0.',
  weightDecay: 'Decoupled weight decay.',
  clip: 'Largest norm of the gradient; 0 = no limit.',
  patience: 'Validations without a better score before training stops; 0 = never.',
  validateEvery: 'Optimizer steps between two validations; 0 = one for each epoch.',
  checkpointEvery: 'Optimizer steps between two checkpoints; 0 = one with each validation.',
  seed: 'Decides split, first weights and order: same seed, same run.',
  threads:
    'Threads to compute with; 0 = one for each processor. Frozen into the run, because sums depend on it.',
  validationPatients: 'Validation patients that are looked at; 0 = all of them.',
  masking: 'Whether a patient’s masked code is drawn anew in each epoch, or once as in the published code.',
  longPatients: 'Whether patients with more than maxLength codes keep their last ones or are left out.',
  vocabularyFrom:
    'Whose codes make the vocabulary: those of training patients, or of all as in the published code.',
  minCodeCount: 'Codes that the training patients have less often become [UNK].',
  losWeight: 'Weight of the length-of-stay task beside the masked codes; 0 = without that task.',
  head: 'What is put on the encoder to predict the label.',
  trainSize: 'Labelled patients to train on, the same for the same seed; 0 = all of the training part.',
};
