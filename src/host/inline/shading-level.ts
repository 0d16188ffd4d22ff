import { attributionScale, levelBounds } from '../../protocol/attribution-scale';
import type { Attributed } from '../../protocol/explanation';
import type { Standing } from './standing';

export const shadingLevels = levelBounds.length;

/** How strongly a code is shaded: 1 to 5 for what raises the risk, −1 to −5 for what lowers it, 0 for neither. */
export type ShadingLevel = number;

/**
 * Levels of all codes of a patient, by the bounds and the scale of the patient panel; undefined where there are no
 * attributions.
 */
export function levelsOf(explanation: Attributed): ShadingLevel[] | undefined {
  if (explanation.kind !== 'finetune') return undefined;
  const { values } = explanation.attribution;
  const scale = attributionScale(values, explanation.codes);
  return values.map((value, at) => {
    if (!explanation.codes[at]!.known) return 0;
    const level = levelBounds.filter((bound) => Math.abs(value) / scale >= bound).length;
    return level === 0 ? 0 : Math.sign(value) * level;
  });
}

/** The level of a code in a line; 0 where the line does not tell which of several it is, and they differ. */
export function levelAt(standing: Standing, levels: readonly ShadingLevel[]): ShadingLevel {
  if (standing.kind !== 'read') return 0;
  const [first = 0, ...others] = standing.at.map((at) => levels[at] ?? 0);
  return others.every((other) => other === first) ? first : 0;
}
