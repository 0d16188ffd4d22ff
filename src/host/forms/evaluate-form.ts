import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import * as z from 'zod';
import { UserError } from '../../protocol/errors';
import type { EvaluateParameters } from '../../protocol/queries';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { datasetQuestion, labelsQuestion, likelyLabels, runChoice } from './data-steps';
import { shownPath } from './find-files';
import { type Form, type Step, askForm } from './form';
import type { Choice } from './question';

type Seen = NonNullable<EvaluateParameters['other']>['seen'];
/** The answers of the form. */
export interface EvaluateForm {
  run: string;
  where: 'own' | 'other';
  dataset: string;
  labels: string;
  seen: Seen;
}
export type EvaluateAnswers = Omit<EvaluateParameters, 'home'>;

/** Asks which run to evaluate on whom. @throws UserError when there is no run that predicts anything */
export async function askEvaluate(
  host: Host,
  known: Partial<EvaluateForm>,
): Promise<EvaluateAnswers | undefined> {
  host.datasets.refresh();
  await host.runs.refresh();
  if (predictingRuns(host).length === 0) {
    throw new UserError(vscode.l10n.t('There is no fine-tuned run to evaluate yet.'), {
      advice: vscode.l10n.t('Fine-tune first; a pretraining run predicts no label.'),
    });
  }
  const asked = await askForm(host, evaluateForm(host), known);
  if (asked === undefined) return undefined;
  const { run, where, dataset, labels, seen } = asked.answers;
  return { run, other: where === 'own' ? null : { dataset, labels, seen } };
}

function evaluateForm(host: Host): Form<EvaluateForm> {
  return {
    name: 'evaluate',
    title: vscode.l10n.t('Evaluate'),
    does: [{ then: 'start', label: vscode.l10n.t('Evaluate') }],
    steps: [...runSteps(host), ...elsewhereSteps(host)],
  };
}

/** Fine-tuning runs with a model, finished ones first. */
function predictingRuns({ runs }: Pick<Host, 'runs'>): RunFacts[] {
  return runs.readable
    .filter(({ manifest }) => manifest.kind === 'finetune')
    .filter(({ state, checkpoints }) => state === 'finished' || checkpoints.length > 0)
    .sort((a, b) => Number(b.state === 'finished') - Number(a.state === 'finished'));
}

function runSteps(host: Host): Step<EvaluateForm>[] {
  const isFinished = (run: string | undefined): boolean => host.runs.facts(run ?? '')?.state === 'finished';
  return [
    {
      key: 'run',
      name: vscode.l10n.t('Run'),
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('Evaluate which fine-tuned run?'),
        choices: predictingRuns(host).map(runChoice),
      }),
      show: (run) => run,
      keep: z.string().refine((id) => predictingRuns(host).some((run) => run.id === id)),
    },
    {
      key: 'where',
      name: vscode.l10n.t('Patients'),
      ground: ({ run }) => isFinished(run),
      question: ({ run }) => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('On which patients?'),
        choices: [
          // Only a finished run has predicted its test patients.
          ...(isFinished(run)
            ? [{ label: vscode.l10n.t('Its own test patients'), value: 'own' } as const]
            : []),
          {
            label: vscode.l10n.t('Another dataset'),
            detail: vscode.l10n.t('All labelled patients of a dataset, with the labels of a file'),
            value: 'other',
          },
        ],
      }),
      otherwise: ({ run }) => (isFinished(run) ? 'own' : 'other'),
      show: (where) =>
        where === 'own' ? vscode.l10n.t('its own test patients') : vscode.l10n.t('another dataset'),
      keep: z.enum(['own', 'other']),
    },
  ];
}

function elsewhereSteps(host: Host): Step<EvaluateForm>[] {
  const relevant = ({ where }: Partial<EvaluateForm>): boolean => where === 'other';
  return [
    {
      key: 'dataset',
      name: vscode.l10n.t('Dataset'),
      relevant,
      question: () => datasetQuestion(host, vscode.l10n.t('Evaluate on which dataset?')),
      otherwise: ({ run }) => {
        const own = host.runs.facts(run ?? '')?.manifest.dataset.name;
        return (host.datasets.all.find(({ name }) => name !== own) ?? host.datasets.all[0])?.name;
      },
      show: (name) => name,
      keep: z.string().refine((name) => host.datasets.find(name) !== undefined),
    },
    {
      key: 'labels',
      name: vscode.l10n.t('Labels'),
      relevant,
      ground: ({ dataset }) => dataset,
      question: ({ dataset }, proposal) =>
        labelsQuestion<string>(host, dataset, vscode.l10n.t('Compared with which labels?'), proposal),
      otherwise: ({ dataset }) => likelyLabels(host, dataset),
      show: (file) => shownPath(host, file),
      keep: z.string().refine((file) => existsSync(file)),
    },
    {
      key: 'seen',
      name: vscode.l10n.t('Seen patients'),
      relevant,
      ground: ({ run, dataset, labels }) => [run, dataset, labels],
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('What of patients that the model was trained or chosen on?'),
        choices: seenChoices(),
      }),
      otherwise: () => 'refuse',
      show: (seen) =>
        seenChoices().find((choice) => 'value' in choice && choice.value === seen)?.label ?? seen,
    },
  ];
}

function seenChoices(): Choice<Seen>[] {
  return [
    {
      label: vscode.l10n.t('Refuse to evaluate'),
      detail: vscode.l10n.t('If there is any: a model knows whom it has seen'),
      value: 'refuse',
    },
    { label: vscode.l10n.t('Leave them out'), value: 'leave-out' },
    {
      label: vscode.l10n.t('Count them in'),
      detail: vscode.l10n.t('Where other persons happen to have the same ids'),
      value: 'allow',
    },
  ];
}
