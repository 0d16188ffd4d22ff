import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { UserError } from '../../protocol/errors';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { runItem } from '../run-item';
import { findLabels, shownPath } from './find-files';
import type { StepOf } from './form';
import { count } from './numbers';
import type { Choice, ChoiceQuestion } from './question';

/** @throws UserError when there is no dataset to do anything with */
export function refuseWithoutDatasets(host: Host): void {
  host.datasets.refresh();
  if (host.datasets.all.length > 0) return;
  throw new UserError(vscode.l10n.t('No dataset has been imported yet.'), {
    advice: vscode.l10n.t('Make a sample study or import records first.'),
  });
}

/** Asks for the dataset of a training run. */
export function datasetStep(host: Host, placeholder: string): StepOf<{ dataset: string }, 'dataset'> {
  return {
    key: 'dataset',
    name: vscode.l10n.t('Dataset'),
    question: () => datasetQuestion(host, placeholder),
    otherwise: () => host.datasets.all[0]?.name,
    show: (name) => name,
    keep: z.string().refine((name) => host.datasets.find(name) !== undefined),
  };
}

/** Which dataset; the only one there is stands selected. */
export function datasetQuestion(host: Host, placeholder: string): ChoiceQuestion<string> {
  const choices = host.datasets.all.map(({ name, description }) => ({
    label: name,
    description:
      description === undefined
        ? vscode.l10n.t('cannot be read')
        : vscode.l10n.t(
            '{0} patients, {1} visits',
            count(description.counts.kept.patients),
            count(description.counts.kept.visits),
          ),
    ...(description === undefined ? {} : { detail: shownPath(host, description.source) }),
    value: name,
  }));
  return { kind: 'choice', placeholder, choices };
}

/**
 * Which labels file: those that runs of the dataset used, those found in the workspace, or any other.
 * @param proposal the file that is selected; it is listed wherever it lies
 * @param without the choice of no labels file, where that is one
 */
export function labelsQuestion<V extends string | null>(
  host: Host,
  dataset: string | undefined,
  placeholder: string,
  proposal: V | undefined,
  without?: Choice<V>,
): ChoiceQuestion<V> {
  const browse = async (): Promise<V | undefined> => {
    const picked = await vscode.window.showOpenDialog({
      title: placeholder,
      openLabel: vscode.l10n.t('Use These Labels'),
      defaultUri: vscode.Uri.file(host.workspaceFolder),
      filters: {
        [vscode.l10n.t('Labels')]: ['tsv', 'txt', 'tab', 'parquet'],
        [vscode.l10n.t('All files')]: ['*'],
      },
    });
    return picked?.[0]?.fsPath as V | undefined;
  };
  return {
    kind: 'choice',
    placeholder,
    choices: async (token) => {
      const source = host.datasets.find(dataset ?? '')?.description?.source;
      const used = labelsOfRuns(host, dataset);
      const found = await findLabels(host, source, token);
      const own = [...new Set([...used, ...(typeof proposal === 'string' ? [proposal] : [])])];
      const likely = likelyLabels(host, dataset);
      if (likely !== undefined && !own.includes(likely)) own.push(likely);
      const listed = (files: readonly string[]): Choice<V>[] =>
        files.map((file) => ({ ...fileLabel(host, file, used.includes(file)), value: file as V }));
      // Behind Browse…: files that nothing ties to this dataset, so that Enter takes none of them by mistake.
      return [
        ...(without === undefined ? [] : [without]),
        ...listed(own),
        { label: `$(folder-opened) ${vscode.l10n.t('Browse…')}`, browse },
        ...listed(found.filter((file) => !own.includes(file))),
      ];
    },
  };
}

/** The labels file that is the obvious one: what runs of the dataset used, or what lies beside its records. */
export function likelyLabels(host: Host, dataset: string | undefined): string | undefined {
  const [used] = labelsOfRuns(host, dataset);
  if (used !== undefined) return used;
  const source = host.datasets.find(dataset ?? '')?.description?.source;
  if (source === undefined) return undefined;
  const beside = [source, dirname(source)].map(
    (folder) => vscode.Uri.joinPath(vscode.Uri.file(folder), 'labels.tsv').fsPath,
  );
  return beside.find((file) => existsSync(file));
}

/** Labels files of the runs on a dataset that are still there, newest first. */
function labelsOfRuns(host: Host, dataset: string | undefined): string[] {
  const files = host.runs.readable
    .filter(({ manifest }) => manifest.dataset.name === dataset)
    .map(({ manifest }) => (manifest.kind === 'finetune' ? manifest.labels.file : manifest.exclude?.file));
  return [...new Set(files)].filter((file) => file !== undefined).filter((file) => existsSync(file));
}

function fileLabel(host: Host, file: string, isUsed: boolean): { label: string; description: string } {
  return {
    label: `$(file) ${shownPath(host, file)}`,
    description: isUsed ? vscode.l10n.t('used by a run of this dataset') : '',
  };
}

/** A run to choose. */
export function runChoice(run: RunFacts): Choice<string> {
  return { ...runItem(run), value: run.id };
}
