/** Levels of colour beside none: an attribution reaches one at this share of the patient's scale. */
export const levelBounds = [0.16, 0.3, 0.48, 0.68, 0.85] as const;

/** Full colour takes at least these log-odds: where nothing matters, nothing shall look as if it did. */
const leastScale = 0.05;

/** Log-odds of full colour: the largest figure of a patient's known codes (unknown ones are never coloured). */
export function attributionScale(
  values: readonly number[],
  codes: readonly { readonly known: boolean }[],
): number {
  return Math.max(leastScale, ...values.filter((_, at) => codes[at]!.known).map(Math.abs));
}
