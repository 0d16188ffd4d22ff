import type { ExplainedCode, ExplanationSoFar, PatientGroup } from '../../src/protocol/explanation';
import { count, counted, none, share } from '../format';

/** How common a code is among the run's patients, and how often the model has met it. */
export function frequencyFacts(explanation: ExplanationSoFar, code: ExplainedCode): [string, string][] {
  const { groups } = explanation;
  const names = groups.map(({ name }) => name).join(' and ');
  const among: [string, string][] =
    code.shares === null
      ? [[`Among ${names}`, 'withheld: too few patients']]
      : groups.map((group, g) => [
          `Among ${group.name}`,
          `${shareText(code, g)} of ${patientsText(group, explanation)}`,
        ]);
  return [...among, ['Recorded in training', recordedText(explanation, code)]];
}

/** Share of a group's patients in whom the model reads the code. */
export function shareText({ shares }: ExplainedCode, group: number): string {
  return shares === null ? none : share(shares[group]!);
}

/** How often the code was recorded in the patients that the vocabulary was made from. */
export function recordedText(
  { minimumCellCount }: ExplanationSoFar,
  { known, count: times }: ExplainedCode,
): string {
  if (!known) return 'never: read as [UNK]';
  return times === 'small' ? `fewer than ${minimumCellCount} times` : counted(times, 'time');
}

function patientsText({ patients }: PatientGroup, { minimumCellCount }: ExplanationSoFar): string {
  return patients === 'small' ? `fewer than ${minimumCellCount}` : count(patients);
}
