import type { CodeSequence } from '../explain/code-sequence';
import type { PatientPart, RiskGlance } from '../protocol/explanation';
import { firstCode } from '../protocol/vocabulary';
import type { RunView } from '../runs/store';
import type { RunPatient } from './explain-patients';

/** What a reader of an explanation must know of patient and run, in full sentences without codes or ids. */
export function notesOf(
  { manifest, state, id }: RunView,
  { label, cut }: RunPatient,
  tokens: CodeSequence<number>,
  part: PatientPart,
  quality: RiskGlance['quality'],
): string[] {
  const notes: string[] = [];
  if (state !== 'finished') notes.push(`${id} is ${state}, not finished: its best step so far is explained.`);
  if (quality !== null && quality.ci95[0] <= 0.5) {
    const [low, high] = quality.ci95.map((bound) => bound.toFixed(2));
    notes.push(
      `On its test patients the run does no better than chance for all one can tell (AUROC ${quality.auroc.toFixed(2)}, 95 % interval ${low} to ${high}): there may be nothing to explain.`,
    );
  }
  if (manifest.kind === 'finetune' && label === null) {
    notes.push(
      'The patient has no label in this run. The whole record is read, without an index date: the outcome itself may be in it.',
    );
  } else if (manifest.kind === 'finetune' && part === null) {
    notes.push('The patient is labelled, but the run used the patient neither for training nor for testing.');
  }
  if (part === 'train') {
    notes.push('The model was trained on this patient: it may know the answer rather than predict it.');
  }
  if (cut > 0) {
    notes.push(
      `The model reads the last ${tokens.codes.length} codes; ${cut} earlier ${cut === 1 ? 'one is' : 'ones are'} not read, and none of them takes the place of a code that is removed here.`,
    );
  }
  const known = tokens.codes.filter((id) => id >= firstCode).length;
  const unknown = tokens.codes.length - known;
  if (unknown > 0) {
    notes.push(
      `${unknown} of ${tokens.codes.length} codes ${unknown === 1 ? 'is' : 'are'} not in the run’s vocabulary: the model reads [UNK].`,
    );
  }
  if (known < 3) {
    notes.push(
      `Only ${known === 1 ? 'one code is' : 'two codes are'} known to the model: whether attention, attribution and seeds agree cannot be computed.`,
    );
  }
  return notes;
}
