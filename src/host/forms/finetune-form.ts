import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import * as z from 'zod';
import { type FinetuneConfig, finetuneConfig, headNames, modelConfig } from '../../protocol/config';
import type { FinetuneParameters } from '../../protocol/queries';
import { untrained } from '../../protocol/run-file';
import type { Host } from '../host';
import { datasetStep, labelsQuestion, likelyLabels, refuseWithoutDatasets } from './data-steps';
import { encoders, fromChoices, likeChoices, mayHaveSeen, parentOf } from './encoders';
import { shownPath } from './find-files';
import { type Form, type Step, askForm } from './form';
import { headsProblem, isSmallStudy } from './model-sizes';
import { count } from './numbers';
import { changedSettings } from './run-settings';
import { settingStepsOf } from './setting-steps';
import type { Does } from './summary';
import { type TrainingLength, lengthStep } from './training-length';

type Settings = Required<Omit<FinetuneConfig, 'epochs' | 'steps'>>;
/** The answers of the form. */
export interface FinetuneForm extends Settings {
  dataset: string;
  labels: string;
  from: string;
  like: string | null;
  allowSeenTestPatients: boolean;
  length: TrainingLength;
}
export type FinetuneAnswers = Omit<FinetuneParameters, 'home'> & { readonly then: Does['then'] };

/** Asks what to fine-tune. @throws UserError when there is no dataset */
export async function askFinetune(
  host: Host,
  known: Partial<FinetuneForm>,
): Promise<FinetuneAnswers | undefined> {
  refuseWithoutDatasets(host);
  await host.runs.refresh();
  const asked = await askForm(host, finetuneForm(host), known);
  if (asked === undefined) return undefined;
  const { dataset, labels, from, like = null, allowSeenTestPatients = false, ...answers } = asked.answers;
  const own = finetuneConfig.parse({});
  const baseline = { ...own, threads: host.settings.threads, maxLength: longest(host, asked.answers) };
  const settings = changedSettings(answers, baseline);
  return { dataset, labels, from, like, allowSeenTestPatients, settings, then: asked.then };
}

function finetuneForm(host: Host): Form<FinetuneForm> {
  return {
    name: 'finetune',
    title: vscode.l10n.t('Fine-tune'),
    does: [
      { then: 'start', label: vscode.l10n.t('Start fine-tuning') },
      { then: 'save', label: vscode.l10n.t('Save as run configuration file…') },
    ],
    steps: [...dataSteps(host), ...encoderSteps(host), ...trainingSteps(host)],
    // Only a model of its own has a size that was chosen here.
    problem: (answers) => ('hidden' in answers ? headsProblem(answers) : undefined),
  };
}

function dataSteps(host: Host): Step<FinetuneForm>[] {
  return [
    datasetStep(host, vscode.l10n.t('Fine-tune on which dataset?')),
    {
      key: 'labels',
      name: vscode.l10n.t('Labels'),
      note: vscode.l10n.t('Who has the outcome, and from which day on nothing may be read.'),
      ground: ({ dataset }) => dataset,
      question: ({ dataset }, proposal) =>
        labelsQuestion<string>(host, dataset, vscode.l10n.t('Which labels are to be predicted?'), proposal),
      otherwise: ({ dataset }) => likelyLabels(host, dataset),
      show: (file) => shownPath(host, file),
      keep: z.string().refine((file) => existsSync(file)),
    },
  ];
}

function encoderSteps(host: Host): Step<FinetuneForm>[] {
  const isRun = (id: string): boolean => host.runs.facts(id)?.manifest.kind === 'pretrain';
  return [
    {
      key: 'from',
      name: vscode.l10n.t('Encoder'),
      ground: ({ dataset }) => dataset,
      question: ({ dataset }) => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('Start from which pretrained encoder?'),
        choices: fromChoices(host, dataset),
      }),
      otherwise: ({ dataset }) => encoders(host, dataset)[0]?.id ?? untrained,
      show: (id) => (id === untrained ? vscode.l10n.t('untrained') : id),
      keep: z.string().refine((id) => id === untrained || isRun(id)),
    },
    {
      key: 'like',
      name: vscode.l10n.t('Built like'),
      note: vscode.l10n.t(
        'A fair comparison with a pretrained encoder needs its architecture and vocabulary.',
      ),
      relevant: ({ dataset, from }) => from === untrained && encoders(host, dataset).length > 0,
      ground: ({ dataset }) => dataset,
      question: ({ dataset }) => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('Whose architecture and vocabulary does the untrained model have?'),
        choices: likeChoices(host, dataset),
      }),
      otherwise: ({ dataset }) => encoders(host, dataset)[0]?.id ?? null,
      show: (id) => id ?? vscode.l10n.t('its own'),
      keep: z.string().refine(isRun).nullable(),
    },
    {
      key: 'allowSeenTestPatients',
      name: vscode.l10n.t('Seen test patients'),
      relevant: ({ dataset, labels, from, like }) => mayHaveSeen(host, { dataset, labels, from, like }),
      // Asked anew whenever anything of it changes, and never remembered: it is a decision about one leak.
      ground: ({ dataset, labels, from, like }) => [dataset, labels, from, like],
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t(
          'This encoder was pretrained on patients of this dataset without keeping these labels out. What if it has seen test patients?',
        ),
        choices: [
          {
            label: vscode.l10n.t('Refuse'),
            detail: vscode.l10n.t('The run is not made if there is any'),
            value: false,
          },
          {
            label: vscode.l10n.t('Allow'),
            detail: vscode.l10n.t('The result may be too good; the overlap is recorded in run.json'),
            value: true,
          },
        ],
      }),
      otherwise: () => false,
      show: (allowed) => (allowed ? vscode.l10n.t('allowed') : vscode.l10n.t('refused')),
    },
  ];
}

function trainingSteps(host: Host): Step<FinetuneForm>[] {
  const { shape } = finetuneConfig;
  const setting = settingStepsOf<FinetuneForm>(shape);
  const hasParent = (answers: Partial<FinetuneForm>): boolean => parentOf(host, answers) !== undefined;
  const named = ['head', 'trainSize', 'learningRate', 'seed', 'maxLength', 'threads', 'epochs', 'steps'];
  const others = Object.keys(shape).filter((key) => !named.includes(key)) as (keyof Settings)[];
  // An encoder brings its architecture and its vocabulary; only its dropout is free.
  const inherited: readonly string[] = [
    ...Object.keys(modelConfig.shape).filter((key) => key !== 'dropout'),
    'minCodeCount',
  ];
  return [
    setting('head', {
      onlyInSummary: false,
      name: vscode.l10n.t('Head'),
      relevant: () => headNames.length > 1,
    }),
    setting('trainSize', {
      onlyInSummary: false,
      name: vscode.l10n.t('Training patients'),
      prompt: vscode.l10n.t('How many labelled patients to train on? 0 = all of the training part.'),
      show: (size) => (size === 0 ? vscode.l10n.t('all') : count(Number(size))),
    }),
    {
      ...lengthStep(finetuneConfig.parse({}).epochs, shape),
      note: vscode.l10n.t('At most: training stops early by “patience”.'),
      onlyInSummary: true,
    },
    setting('learningRate', {
      onlyInSummary: false,
      name: vscode.l10n.t('Learning rate'),
      prompt: vscode.l10n.t(
        'Highest learning rate: 0.0003 is a start for small studies, 5e-5 is the paper’s.',
      ),
      ground: ({ dataset }) => dataset,
      otherwise: ({ dataset }) =>
        isSmallStudy(host, dataset) ? 3e-4 : finetuneConfig.parse({}).learningRate,
    }),
    setting('seed', { onlyInSummary: false, name: vscode.l10n.t('Seed') }),
    setting('maxLength', {
      ground: (answers) => parentOf(host, answers)?.id,
      otherwise: (answers) => longest(host, answers),
      check: (length, answers) => {
        const parent = parentOf(host, answers);
        if (parent === undefined || length <= parent.manifest.config.maxLength) return undefined;
        return vscode.l10n.t('{0} reads at most {1} codes.', parent.id, parent.manifest.config.maxLength);
      },
    }),
    ...others.map((key) =>
      setting(key, inherited.includes(key) ? { relevant: (answers) => !hasParent(answers) } : {}),
    ),
    setting('threads', { otherwise: () => host.settings.threads }),
  ];
}

/** The `maxLength` that a run has by itself: that of its encoder. */
function longest(host: Host, answers: Partial<FinetuneForm>): number {
  return parentOf(host, answers)?.manifest.config.maxLength ?? modelConfig.parse({}).maxLength;
}
