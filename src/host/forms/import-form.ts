import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { type SourceFormat, sourceFormats } from '../../protocol/dataset';
import type { ImportParameters } from '../../protocol/queries';
import type { Host } from '../host';
import { findRecords, shownPath } from './find-files';
import { type Form, type Step, askForm } from './form';
import { plainNumber, readNumber } from './numbers';
import type { ChoiceQuestion, Reading } from './question';

export type ImportAnswers = Omit<ImportParameters, 'home'>;

/** Asks what to import, under which name, by which rules. `source` comes back as an absolute path. */
export async function askImport(
  host: Host,
  known: Partial<ImportAnswers>,
): Promise<ImportAnswers | undefined> {
  host.datasets.refresh();
  const asked = await askForm(host, importForm(host), known);
  if (asked === undefined) return undefined;
  return { ...asked.answers, overwrite: asked.answers.overwrite ?? false };
}

function importForm(host: Host): Form<ImportAnswers> {
  return {
    name: 'import',
    title: vscode.l10n.t('Import records'),
    does: [{ then: 'start', label: vscode.l10n.t('Import') }],
    steps: [...sourceSteps(host), ...ruleSteps()],
  };
}

function sourceSteps(host: Host): Step<ImportAnswers>[] {
  return [
    {
      key: 'source',
      name: vscode.l10n.t('Records'),
      question: (_answers, proposal) => sourceQuestion(host, proposal),
      show: (path) => shownPath(host, path),
      keep: z.string().refine((path) => existsSync(path)),
    },
    {
      key: 'format',
      name: vscode.l10n.t('Format'),
      ground: ({ source }) => source,
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('In which format are the records?'),
        choices: (['auto', ...sourceFormats] as const).map((format) => ({
          ...formatWords[format](),
          value: format,
        })),
      }),
      otherwise: () => 'auto',
      show: (format) => formatWords[format]().label,
      keep: z.enum(['auto', ...sourceFormats]),
    },
    {
      key: 'name',
      name: vscode.l10n.t('Dataset'),
      ground: ({ source }) => source,
      question: (_answers, proposal) => ({
        kind: 'text',
        prompt: vscode.l10n.t('Name of the dataset'),
        text: proposal ?? '',
        read: readDatasetName,
      }),
      otherwise: ({ source }) => freeDatasetName(host, basename(source ?? 'records')),
      show: (name) => name,
    },
    {
      key: 'overwrite',
      name: vscode.l10n.t('Present dataset'),
      relevant: ({ name }) => host.datasets.find(name ?? '') !== undefined,
      ground: ({ name }) => name,
      question: ({ name }) => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('There is a dataset {0} already.', name!),
        choices: [
          {
            label: vscode.l10n.t('Replace it'),
            detail: vscode.l10n.t('Unfinished runs on it cannot be resumed if the records differ'),
            value: true,
          },
          {
            label: vscode.l10n.t('Keep it'),
            detail: vscode.l10n.t('Then choose another name'),
            goBack: true,
          },
        ],
      }),
      show: (replace) => (replace ? vscode.l10n.t('is replaced') : vscode.l10n.t('is kept')),
    },
  ];
}

function sourceQuestion(host: Host, proposal: string | undefined): ChoiceQuestion<string> {
  const browse = (kind: 'file' | 'folder') => async (): Promise<string | undefined> => {
    const picked = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import records'),
      openLabel: vscode.l10n.t('Import'),
      defaultUri: vscode.Uri.file(host.workspaceFolder),
      canSelectFiles: kind === 'file',
      canSelectFolders: kind === 'folder',
    });
    return picked?.[0]?.fsPath;
  };
  return {
    kind: 'choice',
    placeholder: vscode.l10n.t('Import which records?'),
    choices: async (token) => {
      const found = await findRecords(host, token);
      const paths = [...new Set(proposal === undefined ? found : [proposal, ...found])];
      return [
        ...paths.map((path) => ({ label: `$(folder) ${shownPath(host, path)}`, value: path })),
        // Where the editor draws its own dialog it picks either files or folders.
        { label: `$(folder-opened) ${vscode.l10n.t('Browse for a folder…')}`, browse: browse('folder') },
        { label: `$(file) ${vscode.l10n.t('Browse for a file…')}`, browse: browse('file') },
      ];
    },
  };
}

function ruleSteps(): Step<ImportAnswers>[] {
  const least = z.int().min(1);
  return [
    {
      key: 'minCodes',
      name: vscode.l10n.t('Fewest codes'),
      note: vscode.l10n.t('Patients with fewer distinct codes are left out.'),
      onlyInSummary: true,
      question: (_answers, proposal) => ({
        kind: 'text',
        prompt: vscode.l10n.t('Patients with fewer distinct codes than this are left out. The paper: 3.'),
        text: plainNumber(proposal!),
        read: (text) => readNumber(text, least),
      }),
      otherwise: () => 3,
      show: plainNumber,
    },
    {
      key: 'inconsistent',
      name: vscode.l10n.t('Inconsistent visits'),
      note: vscode.l10n.t('What a visit with a missing, reversed or implausible date costs.'),
      onlyInSummary: true,
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('What does a visit with a missing, reversed or implausible date cost?'),
        choices: [
          {
            label: vscode.l10n.t('The patient'),
            description: vscode.l10n.t('as in the paper'),
            value: 'patient',
          },
          { label: vscode.l10n.t('Only the visit'), value: 'visit' },
        ],
      }),
      otherwise: () => 'patient',
      show: (what) =>
        what === 'patient' ? vscode.l10n.t('leave out the patient') : vscode.l10n.t('leave out the visit'),
    },
    {
      key: 'dots',
      name: vscode.l10n.t('Dots in ICD codes'),
      note: vscode.l10n.t(
        '4280 and 428.0 are the same code; parity with the published script keeps them apart.',
      ),
      onlyInSummary: true,
      question: () => ({
        kind: 'choice',
        placeholder: vscode.l10n.t('How are ICD codes written?'),
        choices: [
          {
            label: vscode.l10n.t('With their dots'),
            description: vscode.l10n.t('default'),
            value: 'normalise',
          },
          { label: vscode.l10n.t('As they are'), value: 'keep' },
        ],
      }),
      otherwise: () => 'normalise',
      show: (how) => (how === 'normalise' ? vscode.l10n.t('written in') : vscode.l10n.t('as they are')),
    },
  ];
}

const formatWords: Readonly<Record<SourceFormat | 'auto', () => { label: string; detail: string }>> = {
  auto: () => ({
    label: vscode.l10n.t('Detect'),
    detail: vscode.l10n.t('By the names and first lines of the files'),
  }),
  medbert: () => ({
    label: 'Med-BERT',
    detail: vscode.l10n.t('Tab-separated text with the seven columns of the published format'),
  }),
  'mimic-iv': () => ({
    label: 'MIMIC-IV',
    detail: vscode.l10n.t('Folder with the tables admissions, diagnoses_icd and patients'),
  }),
  synpuf: () => ({
    label: 'CMS DE-SynPUF',
    detail: vscode.l10n.t('Inpatient claims and beneficiary summaries'),
  }),
};

/** Reads the name of a dataset, which becomes the name of a folder. */
export function readDatasetName(text: string): Reading<string> {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u.test(text) && !text.endsWith('.')) return { value: text };
  return {
    problem: vscode.l10n.t(
      'Use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
    ),
  };
}

/** A name for a dataset after its source, that no dataset has yet. */
export function freeDatasetName({ datasets }: Pick<Host, 'datasets'>, source: string): string {
  const stem = source.replace(/(\.(tsv|txt|csv|gz|parquet))+$/i, '');
  const plain =
    stem
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[._-]+|[.-]+$/g, '')
      .slice(0, 90) || 'records';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    if (datasets.find(name) === undefined) return name;
  }
}
