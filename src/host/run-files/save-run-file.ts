import { existsSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import * as vscode from 'vscode';
import { explainFileError, writeFileAtomic } from '../../files/atomic';
import { runFileSuffix } from '../../protocol/run-file';
import { askText } from '../forms/ask';
import type { Reading } from '../forms/question';
import type { Host } from '../host';
import type { RunRequest } from './read-run-file';

type Where = Pick<Host, 'workspaceFolder'>;

/**
 * Saves a run as a configuration file and opens it. Asks where; a file that is there already is never replaced.
 * @returns undefined when the person gives up
 * @throws UserError when the disk refuses
 */
export async function saveRunFile(host: Where, request: RunRequest): Promise<vscode.Uri | undefined> {
  const asked = await askText(
    {
      kind: 'text',
      prompt: vscode.l10n.t('File to save the run configuration in. It starts from the workspace folder.'),
      text: freeFile(host, `${request.task}-${request.dataset}`),
      read: (text) => readNewFile(host, text),
    },
    { title: vscode.l10n.t('Save run configuration'), step: 1, of: 1, canGoBack: false },
  );
  if (asked === undefined || asked === 'back') return undefined;
  const file = asked.value;
  makeFolder(dirname(file));
  writeFileAtomic(file, runFileText(request, dirname(file)));
  const uri = vscode.Uri.file(file);
  await vscode.window.showTextDocument(uri);
  return uri;
}

/** The text of a run configuration file in `folder`: paths start from there. */
export function runFileText(request: RunRequest, folder: string): string {
  const { task, dataset } = request;
  const head =
    request.task === 'pretrain'
      ? { task, dataset, exclude: request.exclude === null ? null : pathFrom(folder, request.exclude) }
      : {
          task,
          dataset,
          labels: pathFrom(folder, request.labels),
          from: request.from,
          ...(request.like === null ? {} : { like: request.like }),
          ...(request.allowSeenTestPatients ? { allowSeenTestPatients: true } : {}),
        };
  return `${JSON.stringify({ ...head, settings: request.settings }, null, 2)}\n`;
}

/** A path as it is written into a file in `folder`: relative, with slashes; absolute on another drive. */
export function pathFrom(folder: string, path: string): string {
  const way = relative(folder, path);
  return isAbsolute(way) ? path : way.split(sep).join('/');
}

function readNewFile({ workspaceFolder }: Where, text: string): Reading<string> {
  if (text === '') return { problem: vscode.l10n.t('Write the name of a file.') };
  const file = resolve(
    workspaceFolder,
    text.endsWith(runFileSuffix) ? text : `${text.replace(/\.json$/, '')}${runFileSuffix}`,
  );
  if (!existsSync(file)) return { value: file };
  return { problem: vscode.l10n.t('There is something at this path already; choose another name.') };
}

function freeFile({ workspaceFolder }: Where, name: string): string {
  for (let number = 1; ; number += 1) {
    const file = join('runs', `${number === 1 ? name : `${name}-${number}`}${runFileSuffix}`);
    if (!existsSync(resolve(workspaceFolder, file))) return file;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainFileError(error, folder);
  }
}
