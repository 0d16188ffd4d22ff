import * as vscode from 'vscode';
import type { RunFacts } from '../runs/run-facts';
import { stateName } from './experiments/run-row';
import { count } from './experiments/wording';

/** How a run stands in a list to choose from, with the figures that tell whether it is the one. */
export function runItem(run: RunFacts): { label: string; description: string; detail: string } {
  const { id, manifest, state } = run;
  const made = manifest.createdAt.slice(0, 16).replace('T', ' ');
  const about =
    manifest.kind === 'pretrain'
      ? manifest.dataset.name
      : vscode.l10n.t('{0}, from {1}', manifest.dataset.name, manifest.from);
  return {
    label: id,
    description: [state === 'finished' ? '' : stateName(state, vscode.l10n), ...figuresOf(run)]
      .filter((part) => part !== '')
      .join(' · '),
    detail: `${about} · ${made}`,
  };
}

function figuresOf(run: RunFacts): string[] {
  const { manifest, validLoss, mlmAccuracy, testAuroc, testAurocCi95, validAuroc, bestStep } = run;
  const figures: string[] = [];
  if (manifest.kind === 'pretrain') {
    const { layers, hidden } = manifest.config;
    figures.push(vscode.l10n.t('{0} layers, {1}', count(layers), count(hidden)));
    if (validLoss !== null) figures.push(vscode.l10n.t('loss {0}', validLoss.toFixed(2)));
    if (mlmAccuracy !== null)
      figures.push(vscode.l10n.t('masked codes {0} %', (100 * mlmAccuracy).toFixed(1)));
  } else if (testAuroc !== null) {
    const [low, high] = testAurocCi95 ?? [];
    const interval = low === undefined || high === undefined ? '' : ` (${low.toFixed(3)}–${high.toFixed(3)})`;
    figures.push(vscode.l10n.t('AUROC {0}', testAuroc.toFixed(3) + interval));
  } else if (validAuroc !== null) {
    figures.push(vscode.l10n.t('validation AUROC {0}', validAuroc.toFixed(3)));
  }
  if (bestStep !== null) figures.push(vscode.l10n.t('step {0}', count(bestStep)));
  return figures;
}
