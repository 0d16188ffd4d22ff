import * as vscode from 'vscode';
import { type ModelConfig, modelConfig } from '../../protocol/config';
import type { Host } from '../host';
import type { Choice } from './question';

export type ModelSize = 'paper' | 'small' | 'custom';
type Sizes = Pick<ModelConfig, 'hidden' | 'layers' | 'heads' | 'intermediate'>;

const paper: Sizes = modelConfig.parse({});
/** What each size means; a custom one begins as the paper's. */
export const modelSizes: Readonly<Record<ModelSize, Sizes>> = {
  paper,
  small: { hidden: 64, layers: 2, heads: 4, intermediate: 64 },
  custom: paper,
};

export function sizeChoices(): Choice<ModelSize>[] {
  const about = ({ layers, hidden, heads }: Sizes): string =>
    vscode.l10n.t('{0} layers, width {1}, {2} heads', layers, hidden, heads);
  return [
    { label: vscode.l10n.t('Paper'), description: about(modelSizes.paper), value: 'paper' },
    {
      label: vscode.l10n.t('Small'),
      description: about(modelSizes.small),
      detail: vscode.l10n.t('Minutes on a laptop for a sample study'),
      value: 'small',
    },
    { label: vscode.l10n.t('Custom…'), value: 'custom' },
  ];
}

/** Why a width and a number of heads do not go together. */
export function headsProblem({ hidden, heads }: { hidden: number; heads: number }): string | undefined {
  if (hidden % heads === 0) return undefined;
  return vscode.l10n.t('hidden ({0}) must be a multiple of heads ({1}).', hidden, heads);
}

/** Patients below which the paper's learning rate would hardly move anything in a sensible time. */
const fewPatients = 200_000;

/** Whether a dataset wants a higher learning rate than the paper's. */
export function isSmallStudy(host: Pick<Host, 'datasets'>, dataset: string | undefined): boolean {
  const patients = host.datasets.find(dataset ?? '')?.description?.counts.kept.patients;
  return patients === undefined || patients < fewPatients;
}
