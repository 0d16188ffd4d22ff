import { riskOf } from '../explain/explained-model';
import { UserError } from '../protocol/errors';
import type { RunModel } from './explain-model';
import type { RunPatients } from './explain-patients';

/** So many of the run's own predictions are computed again. */
const sampled = 16;
/** Probability by which another machine or another version of the runtime may differ: sums in another order. */
const tolerance = 1e-3;

/**
 * Holds model, vocabulary and dataset against what the run itself predicted: files may be whole and yet not belong
 * together (a vocabulary of another run with as many codes, a checkpoint that was copied over).
 *
 * @param patients those of the run's dataset and labels
 * @param byPatient probabilities that the run predicted when it finished
 * @throws UserError when the run no longer predicts what it predicted
 */
export async function checkStillPredicts(
  model: RunModel,
  patients: RunPatients,
  byPatient: ReadonlyMap<string, number>,
): Promise<void> {
  const every = Math.max(1, Math.floor(byPatient.size / sampled));
  const chosen = [...byPatient].filter((_, i) => i % every === 0).slice(0, sampled);
  if (chosen.length === 0) return;
  const records = await patients.readAll(chosen.map(([id]) => id));
  const known = records.flatMap(({ patient }, i) => {
    if (patient === null) return [];
    const codes = patient.sequence.codes.map((name) => model.vocabulary.id(name));
    return [{ tokens: { ...patient.sequence, codes }, score: chosen[i]![1] }];
  });
  const logits = await model.model.predict(known.map(({ tokens }) => tokens));
  known.forEach(({ score }, i) => checkPrediction(model, score, riskOf(logits[i]!)));
}

/**
 * Holds a prediction against what the run itself predicted for the patient, if it did.
 * @throws UserError when they differ, or the model gives no number
 */
export function checkPrediction(model: RunModel, predicted: number | undefined, risk: number): void {
  if (predicted === undefined || Math.abs(predicted - risk) <= tolerance) return;
  throw new UserError('The run no longer predicts what it predicted when it finished.', {
    file: model.run.folder,
    advice:
      'Its checkpoint, its vocabulary.tsv or its predictions were replaced, or they are another run’s, or the records of the dataset were. Bring the run folder back from a copy.',
  });
}
