import type { OpenDataset } from '../ehr/dataset';
import type { Labels } from '../ehr/labels';
import { keepLast, withEnoughCodes } from '../ehr/shortening';
import { loadSequences, type PatientSequences } from '../ehr/sequences';
import { nestedSubset, type PatientSplit, splitStratified } from '../ehr/splits';
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

/** The paper's shares. */
const fractions = { train: 0.7, validation: 0.1, test: 0.2 };

/**
 * Splits labelled patients by label and seed; training patients are cut to `trainSize` (0 = all).
 * @throws UserError when a part would lack a class, or there are fewer training patients
 */
export function splitLabelled(
  { sequences, labels }: LabelledPatients,
  { seed, trainSize }: { readonly seed: number; readonly trainSize: number },
): PatientSplit {
  const truth = labels as ArrayLike<number> as ArrayLike<0 | 1>;
  const whole = splitStratified(sequences.patients, truth, fractions, seed);
  return { ...whole, train: trainSize > 0 ? nestedSubset(whole.train, labels, trainSize) : whole.train };
}
