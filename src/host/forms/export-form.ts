import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { UserError } from '../../protocol/errors';
import type { ExportParameters } from '../../protocol/queries';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { runChoice } from './data-steps';
import { shownPath } from './find-files';
import { type Form, type Step, askForm } from './form';

export type ExportAnswers = Omit<ExportParameters, 'home'>;

/** Asks which model to export as what. @throws UserError when no run has a model yet */
export async function askExport(
  host: Host,
  known: Partial<ExportAnswers>,
): Promise<ExportAnswers | undefined> {
  await host.runs.refresh();
  if (trainedRuns(host).length === 0) {
    throw new UserError(vscode.l10n.t('There is no trained model to export yet.'), {
      advice: vscode.l10n.t('Pretrain or fine-tune first, and wait for the first checkpoint.'),
    });
  }
  const asked = await askForm(host, exportForm(host), known);
  if (asked === undefined) return undefined;
  return { ...asked.answers, attentions: asked.answers.attentions ?? false };
}

function exportForm(host: Host): Form<ExportAnswers> {
  return {
    name: 'export',
    title: vscode.l10n.t('Export model'),
    does: [{ then: 'start', label: vscode.l10n.t('Export') }],
    steps: [...modelSteps(host), placeStep(host)],
  };
}

function trainedRuns({ runs }: Pick<Host, 'runs'>): RunFacts[] {
  return runs.readable.filter(({ checkpoints }) => checkpoints.length > 0);
}

function modelSteps(host: Host): Step<ExportAnswers>[] {
  return [
    {
      key: 'run',
      name: vscode.l10n.t('Run'),
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('Export the best model of which run?'),
        choices: trainedRuns(host).map(runChoice),
      }),
      show: (run) => run,
      keep: z.string().refine((id) => trainedRuns(host).some((run) => run.id === id)),
    },
    {
      key: 'format',
      name: vscode.l10n.t('Format'),
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('Export as what?'),
        choices: [
          {
            label: 'ONNX',
            detail: vscode.l10n.t('One file with the model, for any ONNX runtime'),
            value: 'onnx',
          },
          {
            label: 'safetensors',
            detail: vscode.l10n.t('A folder with weights, config.json and vocabulary.tsv, for Python'),
            value: 'safetensors',
          },
        ],
      }),
      otherwise: () => 'onnx',
      show: (format) => (format === 'onnx' ? 'ONNX' : format),
      keep: z.enum(['onnx', 'safetensors']),
    },
    {
      key: 'attentions',
      name: vscode.l10n.t('Attentions'),
      relevant: ({ format }) => format === 'onnx',
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('Should the model also give the attention of every layer and head?'),
        choices: [
          { label: vscode.l10n.t('No'), detail: vscode.l10n.t('Smaller results, faster'), value: false },
          { label: vscode.l10n.t('Yes'), detail: vscode.l10n.t('For explanations'), value: true },
        ],
      }),
      otherwise: () => false,
      show: (with_) => (with_ ? vscode.l10n.t('with') : vscode.l10n.t('without')),
      keep: z.boolean(),
    },
  ];
}

function placeStep(host: Host): Step<ExportAnswers> {
  return {
    key: 'out',
    name: vscode.l10n.t('Place'),
    ground: ({ run, format }) => [run, format],
    question: ({ run, format }) => ({
      kind: 'choice',
      placeholder: vscode.l10n.t('Where to?'),
      choices: [
        {
          label: `$(file-directory) ${vscode.l10n.t('Into the folder of the run')}`,
          detail: shownPath(host, host.runs.facts(run ?? '')?.folder ?? ''),
          value: null,
        },
        {
          label: `$(folder-opened) ${vscode.l10n.t('Browse…')}`,
          browse: () => (format === 'onnx' ? browseFile(host, run!) : browseFolder(host, run!)),
        },
      ],
    }),
    otherwise: () => null,
    show: (path) => (path === null ? vscode.l10n.t('the folder of the run') : shownPath(host, path)),
  };
}

async function browseFile(
  { workspaceFolder }: Pick<Host, 'workspaceFolder'>,
  run: string,
): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export model'),
    defaultUri: vscode.Uri.file(join(workspaceFolder, `${run}.onnx`)),
    filters: { ONNX: ['onnx'] },
  });
  return uri?.fsPath;
}

/** A new folder for the files, in one that is there. */
async function browseFolder(
  { workspaceFolder }: Pick<Host, 'workspaceFolder'>,
  run: string,
): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Export {0} into a new folder in …', run),
    openLabel: vscode.l10n.t('Export Here'),
    defaultUri: vscode.Uri.file(workspaceFolder),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  const parent = picked?.[0]?.fsPath;
  if (parent === undefined) return undefined;
  for (let number = 1; ; number += 1) {
    const folder = join(parent, number === 1 ? run : `${run}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}
