import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import * as z from 'zod';
import { type PretrainConfig, pretrainConfig } from '../../protocol/config';
import type { Queries } from '../../protocol/queries';
import type { Host } from '../host';
import { datasetStep, labelsQuestion, likelyLabels, refuseWithoutDatasets } from './data-steps';
import { shownPath } from './find-files';
import { type Form, type Step, askForm } from './form';
import { type ModelSize, headsProblem, isSmallStudy, modelSizes, sizeChoices } from './model-sizes';
import { changedSettings } from './run-settings';
import { type SettingLogic, settingStepsOf } from './setting-steps';
import type { Does } from './summary';
import { type TrainingLength, lengthStep } from './training-length';

type Settings = Required<Omit<PretrainConfig, 'epochs' | 'steps'>>;
/** The answers of the form. */
export interface PretrainForm extends Settings {
  dataset: string;
  exclude: string | null;
  size: ModelSize;
  length: TrainingLength;
}
export type PretrainAnswers = Omit<Queries['pretrain']['params'], 'home'> & { readonly then: Does['then'] };

/** Asks what to pretrain. @throws UserError when there is no dataset */
export async function askPretrain(
  host: Host,
  known: Partial<PretrainForm>,
): Promise<PretrainAnswers | undefined> {
  refuseWithoutDatasets(host);
  await host.runs.refresh();
  const asked = await askForm(host, pretrainForm(host), known);
  if (asked === undefined) return undefined;
  const { dataset, exclude, ...answers } = asked.answers;
  const baseline = { ...pretrainConfig.parse({}), threads: host.settings.threads };
  return { dataset, exclude, settings: changedSettings(answers, baseline), then: asked.then };
}

function pretrainForm(host: Host): Form<PretrainForm> {
  return {
    name: 'pretrain',
    title: vscode.l10n.t('Pretrain'),
    does: [
      { then: 'start', label: vscode.l10n.t('Start pretraining') },
      { then: 'save', label: vscode.l10n.t('Save as run configuration file…') },
    ],
    steps: [...dataSteps(host), ...modelSteps(), ...trainingSteps(host)],
    problem: headsProblem,
  };
}

function dataSteps(host: Host): Step<PretrainForm>[] {
  return [
    datasetStep(host, vscode.l10n.t('Pretrain on which dataset?')),
    {
      key: 'exclude',
      name: vscode.l10n.t('Patients kept out'),
      note: vscode.l10n.t('Fine-tuning tests only on patients that the encoder has never seen.'),
      ground: ({ dataset }) => dataset,
      question: ({ dataset }, proposal) =>
        labelsQuestion<string | null>(
          host,
          dataset,
          vscode.l10n.t('Which labelled patients are kept out of pretraining, to be tested on later?'),
          proposal,
          {
            label: `$(circle-slash) ${vscode.l10n.t('None')}`,
            detail: vscode.l10n.t('Everybody takes part; nobody of this dataset is left to test on'),
            value: null,
          },
        ),
      otherwise: ({ dataset }) => likelyLabels(host, dataset) ?? null,
      show: (file) =>
        file === null ? vscode.l10n.t('none') : vscode.l10n.t('those of {0}', shownPath(host, file)),
      keep: z
        .string()
        .refine((file) => existsSync(file))
        .nullable(),
    },
  ];
}

function modelSteps(): Step<PretrainForm>[] {
  const setting = settingStepsOf<PretrainForm>(pretrainConfig.shape);
  const size = (
    key: 'hidden' | 'layers' | 'heads' | 'intermediate',
    logic: SettingLogic<PretrainForm> = {},
  ): Step<PretrainForm> =>
    setting(key, {
      onlyInSummary: (answers) => answers.size !== 'custom',
      ground: (answers) => answers.size,
      otherwise: (answers) => modelSizes[answers.size ?? 'paper'][key],
      ...logic,
    });
  return [
    {
      key: 'size',
      name: vscode.l10n.t('Model'),
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('How large is the model?'),
        choices: sizeChoices(),
      }),
      otherwise: () => 'paper',
      show: (value) =>
        sizeChoices().find((choice) => 'value' in choice && choice.value === value)?.label ?? value,
      keep: z.enum(['paper', 'small', 'custom']),
    },
    size('hidden'),
    size('layers'),
    size('heads', { check: (heads, { hidden }) => headsProblem({ hidden: hidden!, heads }) }),
    size('intermediate'),
  ];
}

function trainingSteps(host: Host): Step<PretrainForm>[] {
  const { shape } = pretrainConfig;
  const setting = settingStepsOf<PretrainForm>(shape);
  const asked = [
    'hidden',
    'layers',
    'heads',
    'intermediate',
    'learningRate',
    'seed',
    'threads',
    'epochs',
    'steps',
  ];
  const others = Object.keys(shape).filter((key) => !asked.includes(key)) as (keyof Settings)[];
  return [
    lengthStep(pretrainConfig.parse({}).epochs, shape),
    setting('learningRate', {
      onlyInSummary: false,
      name: vscode.l10n.t('Learning rate'),
      prompt: vscode.l10n.t(
        'Highest learning rate: 0.001 is a start for small studies, 5e-5 is the paper’s.',
      ),
      ground: ({ dataset, size }) => [dataset, size],
      otherwise: ({ dataset }) =>
        isSmallStudy(host, dataset) ? 1e-3 : pretrainConfig.parse({}).learningRate,
    }),
    setting('seed', { onlyInSummary: false, name: vscode.l10n.t('Seed') }),
    ...others.map((key) => setting(key)),
    setting('threads', { otherwise: () => host.settings.threads }),
  ];
}
