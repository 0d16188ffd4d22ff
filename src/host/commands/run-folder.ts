import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import { childrenOf, deleteRun } from '../../runs/delete';
import { journalFile } from '../../runs/lines';
import { logFile } from '../../runs/spawn';
import type { Host } from '../host';
import { type RunChoice, type RunTarget, chooseRun, chooseRuns, runIdOf } from '../targets';
import type { CommandTable } from './command';

/** Asked of any run there is. */
const ofAnyRun = (question: string): RunChoice => ({
  question,
  suits: () => true,
  none: vscode.l10n.t('There is no run yet.'),
});

/** The folder of a run, for people who want to look into it. */
export const runFolderCommands = {
  'medbert.revealRun': {
    needsTrust: false,
    async run(host, target) {
      const run = await chooseRun(host, target, ofAnyRun(vscode.l10n.t('Reveal which run?')));
      if (run !== undefined) await revealFolder(host, run.folder);
    },
  },
  'medbert.openLog': {
    needsTrust: false,
    async run(host, target) {
      const run = await chooseRun(host, target, ofAnyRun(vscode.l10n.t('Log of which run?')));
      if (run === undefined) return;
      // A run of the terminal has no log; its journal tells the same.
      const file = [logFile, journalFile]
        .map((name) => join(run.folder, name))
        .find((path) => existsSync(path));
      if (file === undefined) {
        throw new UserError(vscode.l10n.t('{0} has written nothing yet.', run.id));
      }
      await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
    },
  },
  'medbert.deleteRun': {
    needsTrust: true,
    async run(host, target, selected) {
      const ids = await askWhich(host, target, selected);
      if (ids.length === 0 || !(await confirm(host, ids))) return;
      for (const id of ids) {
        const run = host.runs.catalogue.get(id);
        if (run !== undefined) deleteRun(run.folder);
        host.log.info(`Deleted ${id}.`);
      }
      await host.runs.refresh();
    },
  },
} satisfies Partial<CommandTable>;

/** In the explorer where the folder belongs to the workspace, else in the file manager of the system. */
async function revealFolder(host: Host, folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const inside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await host.execute(inside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

async function askWhich(
  host: Host,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
): Promise<string[]> {
  const given = (Array.isArray(selected) && selected.length > 0 ? selected : [target])
    .map(runIdOf)
    .filter((id) => id !== undefined);
  if (given.length > 0) return given;
  const chosen = await chooseRuns(host, [], ofAnyRun(vscode.l10n.t('Delete which runs?')));
  return chosen?.map(({ id }) => id) ?? [];
}

async function confirm(host: Host, ids: readonly string[]): Promise<boolean> {
  const orphans = host.runs.readable.filter(
    (run) => !ids.includes(run.id) && ids.some((id) => childrenOf(host.runs.readable, id).includes(run)),
  );
  const question =
    ids.length === 1
      ? vscode.l10n.t('Delete {0} with its checkpoints and results?', ids[0]!)
      : vscode.l10n.t('Delete {0} runs with their checkpoints and results?', ids.length);
  const detail =
    orphans.length === 0
      ? vscode.l10n.t('This cannot be undone.')
      : vscode.l10n.t(
          'This cannot be undone. {0} fine-tuned from it would stay, but could not be resumed.',
          orphans.map(({ id }) => id).join(', '),
        );
  const yes = vscode.l10n.t('Delete');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
