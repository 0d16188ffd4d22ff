import type { Vocabulary } from '../ehr/vocabulary';
import { type FinetuneConfig, modelConfig, type ModelConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import type { PretrainRun } from '../protocol/run';
import { type Checkpoint, listCheckpoints } from '../runs/checkpoints';
import { readRun, type RunView } from '../runs/store';
import { bestCheckpoint } from './checkpointed-training';
import { readVocabulary } from './model-size';

/** A pretraining run that gives a fine-tuning run its vocabulary and architecture, and (unless it is only `like` it) its weights. */
export interface Parent {
  readonly run: RunView;
  readonly manifest: PretrainRun;
  readonly vocabulary: Vocabulary;
}

export function openParent(home: string, id: string): Parent {
  const run = readRun(home, id);
  const { manifest } = run;
  if (manifest.kind !== 'pretrain') {
    throw new UserError(`${run.id} is a fine-tuning run; an encoder comes from a pretraining run.`, {
      advice: 'See the runs with: medbert runs',
    });
  }
  return { run, manifest, vocabulary: readVocabulary(run.folder, manifest) };
}

/** The checkpoint to start from. @throws UserError when nothing has been learnt yet */
export function startingCheckpoint({ run }: Parent): Checkpoint {
  const checkpoint = bestCheckpoint(run.folder);
  if (checkpoint && checkpoint.step > 0) return checkpoint;
  throw new UserError(`${run.id} has learnt nothing yet: it has no checkpoint beyond step 0.`, {
    advice: `Wait for its first validation, or go on with it: medbert resume ${run.id}`,
  });
}

/** The checkpoint that a run was made from, even if its parent has trained on since. */
export function checkpointAt({ run }: Parent, step: number | null): Checkpoint {
  const checkpoint = listCheckpoints(run.folder).find((found) => found.step === step);
  if (checkpoint) return checkpoint;
  throw new UserError(`${run.id} no longer has the checkpoint of step ${step} that this run starts from.`, {
    advice: 'Start a new fine-tuning run from its present checkpoint.',
  });
}

/** Keys of the architecture that a fine-tuning run may choose for itself. */
const own: ReadonlySet<string> = new Set(['dropout', 'maxLength']);

/**
 * A configuration with the parent's architecture. Its own may be the dropout, and a `maxLength` that is shorter
 * than the parent's (the paper fine-tunes on the last 64 codes).
 *
 * @param given the keys that the person set
 * @throws UserError when one that was set contradicts the parent
 */
export function withArchitectureOf(
  { run, manifest }: Parent,
  config: FinetuneConfig,
  given: ReadonlySet<string>,
): FinetuneConfig {
  const parent: ModelConfig = manifest.config;
  const keys = Object.keys(modelConfig.shape) as (keyof ModelConfig)[];
  const clash = keys.find((key) => !own.has(key) && given.has(key) && config[key] !== parent[key]);
  if (clash) {
    throw new UserError(
      `${clash}=${String(config[clash])} contradicts ${run.id}, which has ${clash}=${String(parent[clash])}.`,
      {
        advice: 'Leave the setting out, or pretrain an encoder of that size.',
      },
    );
  }
  if (given.has('maxLength') && config.maxLength > parent.maxLength) {
    throw new UserError(
      `maxLength=${config.maxLength} is longer than ${run.id} can read (${parent.maxLength}).`,
    );
  }
  const inherited = Object.fromEntries(keys.filter((key) => !own.has(key)).map((key) => [key, parent[key]]));
  return { ...config, ...inherited, maxLength: given.has('maxLength') ? config.maxLength : parent.maxLength };
}
