import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Queries } from '../../protocol/queries';
import type { Host } from '../host';
import { shownPath } from './find-files';
import { type Form, askForm } from './form';
import { count, plainNumber, readNumber } from './numbers';
import type { Choice, ChoiceQuestion, Reading } from './question';

type SampleAnswers = Queries['sample']['params'];

const patients = z.int().min(1).max(99_999_999);
const seed = z.int().min(0).max(0xffff_ffff);

/** Asks for a synthetic study. `out` comes back as an absolute path. */
export async function askSample(
  host: Host,
  known: Partial<SampleAnswers>,
): Promise<SampleAnswers | undefined> {
  return (await askForm(host, sampleForm(host), known))?.answers;
}

function sampleForm(host: Host): Form<SampleAnswers> {
  return {
    name: 'sample',
    title: vscode.l10n.t('New sample study'),
    does: [{ then: 'start', label: vscode.l10n.t('Make the study') }],
    steps: [
      {
        key: 'out',
        name: vscode.l10n.t('Folder'),
        question: (_answers, proposal) => ({
          kind: 'text',
          prompt: vscode.l10n.t('Folder to make. It starts from the workspace folder unless it is absolute.'),
          text: shownPath(host, proposal!),
          read: (text) => readNewFolder(host, text),
        }),
        otherwise: () => freeFolder(host, 'study'),
        show: (folder) => shownPath(host, folder),
      },
      {
        key: 'patients',
        name: vscode.l10n.t('Patients'),
        question: (_answers, proposal) => patientsQuestion(proposal!),
        otherwise: () => 2000,
        show: count,
        keep: patients,
      },
      {
        key: 'seed',
        name: vscode.l10n.t('Seed'),
        note: vscode.l10n.t('Same seed, same study.'),
        question: (_answers, proposal) => ({
          kind: 'text',
          prompt: vscode.l10n.t('Seed of all random draws: same seed, same study.'),
          text: plainNumber(proposal!),
          read: (text) => readNumber(text, seed),
        }),
        otherwise: () => 1,
        show: plainNumber,
        keep: seed,
      },
    ],
  };
}

/** How many patients: two sensible numbers, the proposed one, or any other. */
function patientsQuestion(proposal: number): ChoiceQuestion<number> {
  const usual: Choice<number>[] = [
    {
      label: count(2000),
      detail: vscode.l10n.t('Quick: enough to see how everything works'),
      value: 2000,
    },
    { label: count(30_000), detail: vscode.l10n.t('Enough for pretraining to show'), value: 30_000 },
  ];
  const isUsual = usual.some((choice) => 'value' in choice && choice.value === proposal);
  return {
    kind: 'choice',
    placeholder: vscode.l10n.t('How many synthetic patients?'),
    choices: [
      ...usual,
      ...(isUsual ? [] : [{ label: count(proposal), value: proposal }]),
      {
        label: vscode.l10n.t('Another number…'),
        write: {
          kind: 'text',
          prompt: vscode.l10n.t('How many patients?'),
          text: count(proposal),
          read: (text) => readNumber(text, patients),
        },
      },
    ],
  };
}

/** Reads the path of a folder that is yet to be made. */
function readNewFolder({ workspaceFolder }: Pick<Host, 'workspaceFolder'>, text: string): Reading<string> {
  if (text === '') return { problem: vscode.l10n.t('Write the name of a folder, such as study.') };
  const folder = resolve(workspaceFolder, text);
  if (isFree(folder)) return { value: folder };
  return { problem: vscode.l10n.t('There is something at this path already; choose another name.') };
}

function freeFolder({ workspaceFolder }: Pick<Host, 'workspaceFolder'>, name: string): string {
  for (let number = 1; ; number += 1) {
    const folder = resolve(workspaceFolder, number === 1 ? name : `${name}-${number}`);
    if (isFree(folder)) return folder;
  }
}

function isFree(folder: string): boolean {
  try {
    return !existsSync(folder) || readdirSync(folder).length === 0;
  } catch {
    return false; // a file, or a folder that is not ours to read
  }
}
