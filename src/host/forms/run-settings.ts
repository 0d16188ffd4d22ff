import type { TrainingLength } from './training-length';

/**
 * The settings of a run that differ from what it would take by itself.
 * @param answers of a form: each key of `baseline` that stands there is a setting
 * @param baseline what the run takes by itself
 */
export function changedSettings(
  answers: Readonly<Record<string, unknown>> & { readonly length: TrainingLength },
  baseline: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { length, ...others } = answers;
  const chosen = { ...others, ...length };
  return Object.fromEntries(
    Object.entries(chosen).filter(
      ([key, value]) => (key in baseline || key === 'steps') && value !== baseline[key],
    ),
  );
}
