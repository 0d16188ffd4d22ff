import type { OpenDataset } from '../ehr/dataset';
import type { Labels } from '../ehr/labels';
import { keepLast, withEnoughCodes } from '../ehr/shortening';
import { loadSequences, type PatientSequences } from '../ehr/sequences';
import type { LongWork } from '../protocol/progress';

/** Labelled patients with what lies before their index dates. */
export interface LabelledPatients {
  readonly sequences: PatientSequences;
  /** 0 or 1 by patient, [P] */
  readonly labels: Uint8Array;
}

/**
 * Reads labelled patients: censored at the index date, then held to the dataset's rule of enough codes, then cut.
 * The rule comes after censoring, or a patient's future would decide whether he is in the cohort.
 */
export async function loadLabelled(
  dataset: OpenDataset,
  labels: Labels,
  config: { readonly maxLength: number; readonly longPatients: 'keep-last' | 'drop' },
  work: LongWork,
): Promise<LabelledPatients> {
  const censored = await loadSequences(dataset, { ...work, labels });
  const sequences = keepLast(
    withEnoughCodes(censored, dataset.rules.minCodes),
    config.maxLength,
    config.longPatients,
  );
  return {
    sequences,
    labels: Uint8Array.from(sequences.patients, (id) => labels.byPatient.get(id)!.label),
  };
}
