import type { Glance } from '../../protocol/explanation';
import { type Words, fixed } from '../experiments/wording';

/** `87th percentile`: rounded down, so that nobody is said to lie above patients who are not below. */
export function percentileText(percentile: number, l10n: Words): string {
  const whole = Math.min(99, Math.floor(percentile + 1e-9));
  return whole < 1 ? l10n.t('lowest percentile') : l10n.t('{0} percentile', ordinal(whole));
}

/** `risk 0.73 (87th percentile)`; undefined for a run that predicts no risk. */
export function riskText(glance: Glance, l10n: Words): string | undefined {
  if (glance.kind !== 'finetune') return undefined;
  const risk = l10n.t('risk {0}', riskFigure(glance.risk));
  const { percentile } = glance;
  return percentile === null ? risk : `${risk} (${percentileText(percentile, l10n)})`;
}

/** `0.73`; of a risk that would be rounded to nothing or to certainty, `<0.01` or `>0.99`. */
export function riskFigure(risk: number): string {
  const text = fixed(risk, 2);
  if (text === '0.00' && risk > 0) return '<0.01';
  return text === '1.00' && risk < 1 ? '>0.99' : text;
}

/** `1st`, `22nd`, `13th`. */
export function ordinal(value: number): string {
  const lastTwo = value % 100;
  const isTeen = lastTwo >= 11 && lastTwo <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}
