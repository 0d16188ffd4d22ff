import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Vocabulary } from '../ehr/vocabulary';
import { explainFileError } from '../files/explain';
import type { ModelSize } from '../model/parameters';
import type { ModelConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import type { RunManifest } from '../protocol/run';

/** Everything that decides the shapes of a run's model. */
export function modelSizeOf(
  manifest: Pick<RunManifest, 'config' | 'vocabulary'> & { positions?: number },
): ModelSize {
  const { config, vocabulary, positions } = manifest;
  return { ...config, vocabulary, maxLength: positions ?? config.maxLength };
}

/** @throws UserError when the heads do not divide the width */
export function checkHeads({ hidden, heads }: Pick<ModelConfig, 'hidden' | 'heads'>): void {
  if (hidden % heads === 0) return;
  throw new UserError(`hidden (${hidden}) must be a multiple of heads (${heads}).`, {
    advice: 'Change one of them, for example --set heads=6.',
  });
}

/** The vocabulary that a run was made with. @throws UserError when its file is missing, damaged or another one */
export function readVocabulary(
  folder: string,
  { vocabulary: size, vocabularySha256 }: Pick<RunManifest, 'vocabulary' | 'vocabularySha256'>,
): Vocabulary {
  const file = join(folder, 'vocabulary.tsv');
  const vocabulary = parseVocabulary(file);
  const advice = 'Bring the run’s own vocabulary.tsv back from a copy.';
  if (vocabulary.size !== size) {
    throw new UserError(`The vocabulary has ${vocabulary.size} entries; the run was made with ${size}.`, {
      file,
      advice,
    });
  }
  if (vocabularySha256 !== undefined && vocabulary.hash() !== vocabularySha256) {
    throw new UserError('The vocabulary is not the one that the run was made with.', { file, advice });
  }
  return vocabulary;
}

function parseVocabulary(file: string): Vocabulary {
  try {
    return Vocabulary.parse(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw explainFileError(error, file);
  }
}
