import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { resolveHome } from '../runs/home';
import type { Settings } from './settings';

/** Which study a window shows. */
export interface Study {
  /** Home folder of its datasets and runs; it may not exist yet. */
  readonly home: string;
  /** The workspace folder that it belongs to; relative paths start there. */
  readonly workspaceFolder: string;
  readonly studyName: string;
  /** Whether there is a study at all: a folder is open, or the home folder is told by a setting. */
  readonly isOpen: boolean;
}

/**
 * The study of this window. Of several workspace folders it is the first that has a `.medbert`, else the first one;
 * without any, nothing is looked at, least of all the person's own folder.
 */
export function studyOf(settings: Settings): Study {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.find(({ uri }) => existsSync(join(uri.fsPath, '.medbert'))) ?? folders[0];
  const workspaceFolder = folder?.uri.fsPath ?? homedir();
  return {
    home: resolveHome({ argument: settings.home, environment: process.env, workspace: workspaceFolder }),
    workspaceFolder,
    isOpen: folder !== undefined || settings.home !== '',
    studyName: folder?.name ?? vscode.l10n.t('No folder'),
  };
}
