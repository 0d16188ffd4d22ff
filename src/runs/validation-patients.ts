import type { RunManifest } from '../protocol/run';

/** How many patients the validation figures of a run are about: pretraining may look at the first of them only. */
export function validationPatients(manifest: RunManifest): number {
  const { validation } = manifest.split;
  const most = manifest.kind === 'pretrain' ? manifest.config.validationPatients : 0;
  return most > 0 ? Math.min(most, validation) : validation;
}
