import type { EmbeddingMap } from '../../src/protocol/panels/map';
import { projectionSettings, projectionWords } from '../../src/protocol/projections';
import { count, counted, fixed, share } from '../format';

/** How many points of how many there are, and why not all. */
export function extentText({ points, settings, candidates, x }: EmbeddingMap): string {
  if (points.kind === 'codes') {
    const which = `${settings.minOccurrences > 1 ? ` that occur at least ${count(settings.minOccurrences)} times` : ''}`;
    return candidates > x.length
      ? `The ${count(x.length)} most frequent of ${count(candidates)} codes${which}`
      : `${counted(x.length, 'code')}${which}`;
  }
  const drawn = x.length + points.unknown;
  const whole = counted(x.length, 'test patient');
  const some = `${count(x.length)} test patients`;
  const without = points.unknown > 0 ? `; ${count(points.unknown)} without a known code left out` : '';
  return drawn < candidates
    ? `${some}, drawn by seed from ${count(candidates)}${without}`
    : `${whole}${without}`;
}

/** What each point is, and what makes two of them near. */
export function spaceText({ points, dimensions, explained }: EmbeddingMap): string {
  const what =
    points.kind === 'codes'
      ? `Embedding vectors of the code table (${dimensions} numbers each)`
      : `Mean of the last layer over a patient’s codes (${dimensions} numbers each)`;
  const kept =
    explained === null
      ? ''
      : ` The two axes hold ${share(explained[0])} and ${share(explained[1])} of the variance.`;
  return `${what}, compared by cosine.${kept}`;
}

/** How far the picture can be believed, in words for the number. */
export function faithfulnessText({ faithfulness, dimensions }: EmbeddingMap): string {
  if (faithfulness === null) return 'Too few points to measure how faithful the picture is.';
  const { neighbours } = faithfulness;
  return `Trustworthiness, k = ${neighbours}: 1 means that the ${neighbours} nearest points on the map are also nearest in all ${dimensions} dimensions; a random picture has about 0.5.`;
}

/** How it was laid out, with the settings that this depends on. */
export function methodText({ settings }: EmbeddingMap): string {
  const { name, uses } = projectionWords(settings.method);
  const values = uses.map(
    (setting) => `${projectionSettings[setting].label.toLowerCase()} ${settings[setting]}`,
  );
  return [name, ...values].join(', ');
}

/** Why the map is of another method than the saved one. */
export function unknownMethodText(unknown: string, { settings }: EmbeddingMap): string {
  const { name } = projectionWords(settings.method);
  return `This map was saved with the method “${unknown}”, which this version does not know: ${name} is shown instead.`;
}

/** The finding, for screen readers. */
export function findingText(map: EmbeddingMap, groups: number): string {
  const { faithfulness, settings, points } = map;
  const trust = faithfulness === null ? '' : `; trustworthiness ${fixed(faithfulness.trustworthiness, 2)}`;
  const grouped = points.kind === 'codes' ? ` in ${counted(groups, 'chapter')}` : '';
  return `${projectionWords(settings.method).name} map. ${extentText(map)}${grouped}${trust}.`;
}
