import type { Attributed } from '../../protocol/explanation';
import type { Standing } from './standing';

/** Levels of a colour beside none, as in the patient panel: a value reaches one at this share of the scale. */
const bounds = [0.16, 0.3, 0.48, 0.68, 0.85] as const;
export const shadingLevels = bounds.length;
/** A patient of whom no code says much is not made colourful: full colour takes at least these log-odds. */
const leastScale = 0.1;

/** How strongly a code is shaded: 1 to 5 for what raises the risk, −1 to −5 for what lowers it, 0 for neither. */
export type ShadingLevel = number;

/** Levels of all codes of a patient, measured against its largest attribution; undefined where there is none. */
export function levelsOf(explanation: Attributed): ShadingLevel[] | undefined {
  if (explanation.kind !== 'finetune') return undefined;
  const { values } = explanation.attribution;
  const scale = Math.max(leastScale, ...values.map(Math.abs));
  return values.map((value) => {
    const level = bounds.filter((bound) => Math.abs(value) / scale >= bound).length;
    return level === 0 ? 0 : Math.sign(value) * level;
  });
}

/** The level of a code in a line; 0 where the line does not tell which of several it is, and they differ. */
export function levelAt(standing: Standing, levels: readonly ShadingLevel[]): ShadingLevel {
  if (standing.kind !== 'read') return 0;
  const [first = 0, ...others] = standing.at.map((at) => levels[at] ?? 0);
  return others.every((other) => other === first) ? first : 0;
}
