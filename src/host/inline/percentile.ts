import type { Glance } from '../../protocol/explanation';
import { percentileFigure, riskFigure } from '../../protocol/risk-words';
import type { Words } from '../experiments/wording';

/** `87th percentile`. */
export function percentileText(percentile: number, l10n: Words): string {
  return l10n.t('{0} percentile', percentileFigure(percentile));
}

/** `risk 0.73 (87th percentile)`; undefined for a run that predicts no risk. */
export function riskText(glance: Glance, l10n: Words): string | undefined {
  if (glance.kind !== 'finetune') return undefined;
  const risk = l10n.t('risk {0}', riskFigure(glance.risk));
  const { percentile } = glance;
  return percentile === null ? risk : `${risk} (${percentileText(percentile, l10n)})`;
}
