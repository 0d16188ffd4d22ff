import { join } from 'node:path';
import { readPool } from '../ehr/predictions';
import { UserError } from '../protocol/errors';
import type { PretrainRun } from '../protocol/run';

/** Name of the file in which a run keeps who was in which part of its data. */
export const poolFile = 'pool.parquet';

/** Patients that shaped a pretrained encoder: its training and validation patients, and whoever its vocabulary counted. */
export async function seenByEncoder(folder: string, { config }: PretrainRun): Promise<ReadonlySet<string>> {
  return seenIn(folder, config.vocabularyFrom === 'all');
}

/** Patients that a fine-tuned model was trained or chosen on. */
export async function seenByRun(folder: string): Promise<ReadonlySet<string>> {
  return seenIn(folder, false);
}

async function seenIn(folder: string, testToo: boolean): Promise<ReadonlySet<string>> {
  const pool = await readPool(join(folder, poolFile));
  return new Set([...pool].filter(([, part]) => testToo || part !== 'test').map(([patient]) => patient));
}

/** How two sets of patients overlap. */
export interface Disjointness {
  readonly testPatients: number;
  readonly encoderPatients: number;
  readonly overlap: number;
  readonly allowed: boolean;
}

/**
 * Proves that nobody who is tested was seen before.
 * @param allowed true when the person accepted an overlap by name
 * @throws UserError when somebody was and it is not allowed
 */
export function proveDisjoint(
  tested: readonly string[],
  seen: ReadonlySet<string>,
  allowed: boolean,
  advice: string,
): Disjointness {
  const overlap = tested.filter((patient) => seen.has(patient)).length;
  if (overlap > 0 && !allowed) {
    throw new UserError(
      `The model has seen ${overlap} of the ${tested.length} test patients while it was trained (they have the same ids).`,
      { advice },
    );
  }
  return { testPatients: tested.length, encoderPatients: seen.size, overlap, allowed };
}
