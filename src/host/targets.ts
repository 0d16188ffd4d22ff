import * as vscode from 'vscode';
import { UserError } from '../protocol/errors';
import type { RunFacts } from '../runs/run-facts';
import type { DatasetSight } from './dataset-watch';
import { stateName } from './experiments/run-row';
import type { Host } from './host';
import { runItem } from './run-item';

/** A run, as a command may be given it: its id, or whatever carries it (a node of the tree). */
export type RunTarget = string | { readonly runId: string };
/** A dataset, as a command may be given it. */
export type DatasetTarget = string | { readonly dataset: string };

/** The id that a target means; undefined for what is none (the palette and keys give all sorts of things). */
export function runIdOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null || !('runId' in target)) return undefined;
  return typeof target.runId === 'string' ? target.runId : undefined;
}

export function datasetOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null || !('dataset' in target)) return undefined;
  return typeof target.dataset === 'string' ? target.dataset : undefined;
}

/** Which runs a command is for. */
export interface RunChoice {
  /** What is asked: `Which run should stop?` */
  readonly question: string;
  readonly suits: (run: RunFacts) => boolean;
  /** What is said when no run suits. */
  readonly none: string;
}

/**
 * The run that a command is about: the one it was given, or one that the person picks.
 * @returns undefined when the person picks none
 * @throws UserError when the given run does not suit or is not there, or when no run suits
 */
export async function chooseRun(
  host: Host,
  target: unknown,
  { question, suits, none }: RunChoice,
): Promise<RunFacts | undefined> {
  const given = runIdOf(target);
  await host.runs.refresh();
  if (given !== undefined) {
    const run = host.runs.facts(given);
    if (run === undefined) {
      throw new UserError(vscode.l10n.t('There is no run {0} that can be read.', given));
    }
    if (!suits(run))
      throw new UserError(vscode.l10n.t('{0} is {1}. {2}', run.id, stateName(run.state, vscode.l10n), none));
    return run;
  }
  const runs = host.runs.readable.filter(suits);
  if (runs.length === 0) throw new UserError(none);
  const picked = await vscode.window.showQuickPick(
    runs.map((run) => ({ ...runItem(run), run })),
    {
      title: question,
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return picked?.run;
}

/** Several runs that the person picks; those given are picked beforehand. Undefined when they give up. */
export async function chooseRuns(
  host: Host,
  given: readonly string[],
  { question, suits, none }: RunChoice,
): Promise<RunFacts[] | undefined> {
  await host.runs.refresh();
  const runs = host.runs.readable.filter(suits);
  if (runs.length === 0) throw new UserError(none);
  const picked = await vscode.window.showQuickPick(
    runs.map((run) => ({ ...runItem(run), run, picked: given.includes(run.id) })),
    { title: question, canPickMany: true, matchOnDescription: true, matchOnDetail: true },
  );
  return picked?.map(({ run }) => run);
}

/**
 * The runs that a panel shows from now on: those of `shown` that stay, in their order and so in their colours, then
 * those that the person adds. Undefined when they give up.
 *
 * @param most how many the panel holds
 * @throws UserError when they choose more
 */
export async function chooseAnew(
  host: Host,
  shown: readonly string[],
  question: string,
  most: number,
): Promise<string[] | undefined> {
  const none = vscode.l10n.t('There is no run yet: pretrain or fine-tune first.');
  const chosen = await chooseRuns(host, shown, { question, suits: () => true, none });
  if (chosen === undefined) return undefined;
  const ids = chosen.map(({ id }) => id);
  if (ids.length > most) {
    throw new UserError(
      vscode.l10n.t('{0} runs are too many for one panel: choose up to {1}.', ids.length, most),
    );
  }
  return [...shown.filter((id) => ids.includes(id)), ...ids.filter((id) => !shown.includes(id))];
}

/**
 * The dataset that a command is about: the given one, the only one, or one that the person picks.
 * @throws UserError when there is none
 */
export async function chooseDataset(
  host: Host,
  target: unknown,
  question: string,
): Promise<DatasetSight | undefined> {
  host.datasets.refresh();
  const { all } = host.datasets;
  const given = datasetOf(target);
  const meant = given === undefined ? (all.length === 1 ? all[0] : undefined) : host.datasets.find(given);
  if (meant !== undefined) return meant;
  if (given !== undefined) throw new UserError(vscode.l10n.t('There is no dataset {0}.', given));
  if (all.length === 0) {
    throw new UserError(vscode.l10n.t('No dataset has been imported yet.'), {
      advice: vscode.l10n.t('Make a sample study or import records first.'),
    });
  }
  const items = all.map((sight) => ({
    label: sight.name,
    description:
      sight.description === undefined
        ? vscode.l10n.t('cannot be read')
        : vscode.l10n.t('{0} patients', sight.description.counts.kept.patients.toLocaleString('en-US')),
    sight,
  }));
  return (await vscode.window.showQuickPick(items, { title: question }))?.sight;
}
