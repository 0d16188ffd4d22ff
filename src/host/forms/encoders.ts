import * as vscode from 'vscode';
import type { PretrainRun } from '../../protocol/run';
import { untrained } from '../../protocol/run-file';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { runChoice } from './data-steps';
import type { Choice } from './question';

type Runs = Pick<Host, 'runs' | 'datasets'>;
/** A pretraining run, as a source of an encoder. */
export type Encoder = RunFacts & { readonly manifest: PretrainRun };

/**
 * Pretraining runs that have learnt something, the likeliest first: finished before unfinished, those of the dataset
 * before others, then the newest.
 */
export function encoders({ runs }: Runs, dataset: string | undefined): Encoder[] {
  const rank = (run: Encoder): number =>
    (run.state === 'finished' ? 0 : 2) + (run.manifest.dataset.name === dataset ? 0 : 1);
  return runs.readable
    .filter((run): run is Encoder => run.manifest.kind === 'pretrain')
    .filter(({ state, bestStep }) => state === 'finished' || (bestStep ?? 0) > 0)
    .sort((a, b) => rank(a) - rank(b));
}

/** Every encoder to start from, and none at all. */
export function fromChoices(host: Runs, dataset: string | undefined): Choice<string>[] {
  return [
    ...encoderChoices(host, dataset),
    {
      label: vscode.l10n.t('Untrained'),
      detail: vscode.l10n.t('Random weights: what pretraining is compared with'),
      value: untrained,
    },
  ];
}

/** Every encoder whose architecture and vocabulary an untrained model can have, or its own. */
export function likeChoices(host: Runs, dataset: string | undefined): Choice<string | null>[] {
  return [
    ...encoderChoices(host, dataset),
    {
      label: vscode.l10n.t('Its own'),
      detail: vscode.l10n.t('Sizes from the settings, vocabulary from its training patients'),
      value: null,
    },
  ];
}

function encoderChoices(host: Runs, dataset: string | undefined): Choice<string>[] {
  const all = encoders(host, dataset);
  const group = (label: string, state: (run: Encoder) => boolean): Choice<string>[] => {
    const runs = all.filter(state);
    return runs.length === 0 ? [] : [{ label, separator: true }, ...runs.map(runChoice)];
  };
  return [
    ...group(vscode.l10n.t('Finished'), ({ state }) => state === 'finished'),
    ...group(vscode.l10n.t('Not finished: the best checkpoint so far'), ({ state }) => state !== 'finished'),
  ];
}

/** The pretraining run whose architecture and vocabulary a fine-tuning run has. */
export function parentOf(
  { runs }: Runs,
  { from, like }: { from?: string | undefined; like?: string | null | undefined },
): Encoder | undefined {
  const id = from === untrained ? like : from;
  const run = id === undefined || id === null ? undefined : runs.facts(id);
  return run?.manifest.kind === 'pretrain' ? (run as Encoder) : undefined;
}

interface Plan {
  readonly dataset: string | undefined;
  readonly labels: string | undefined;
  readonly from: string | undefined;
  readonly like: string | null | undefined;
}

/** Whether an encoder may have seen patients of these labels: it was trained on these records and kept others out, or nobody. */
export function mayHaveSeen(host: Runs, { dataset, labels, from, like }: Plan): boolean {
  const parent = parentOf(host, { from, like });
  const records = host.datasets.find(dataset ?? '')?.description?.contentHash;
  if (parent === undefined || records === undefined) return false;
  return parent.manifest.dataset.contentHash === records && parent.manifest.exclude?.file !== labels;
}
