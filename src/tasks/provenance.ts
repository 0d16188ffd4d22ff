import { UserError } from '../protocol/errors';
import type { RunManifest } from '../protocol/run';

/** @throws UserError when the dataset is not the one that the run was made on */
export function checkSameDataset(manifest: RunManifest, dataset: { readonly contentHash: string }): void {
  if (dataset.contentHash === manifest.dataset.contentHash) return;
  throw new UserError(`The dataset ${manifest.dataset.name} is not the one that this run was made on.`, {
    advice: 'Import the original records under that name again, or start a new run.',
  });
}

/** @throws UserError when a labels file changed since the run was made */
export function checkSameLabels(
  recorded: { readonly file: string; readonly sha256: string } | null,
  found: { readonly sha256: string } | null,
): void {
  if (recorded === null || recorded.sha256 === found?.sha256) return;
  throw new UserError('This labels file has changed since the run was made.', {
    file: recorded.file,
    advice: 'Bring the original file back, or start a new run.',
  });
}
