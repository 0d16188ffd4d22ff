import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import type { ExperimentsView } from '../experiments/experiments-view';
import type { Host } from '../host';
import { untrusted } from '../query-client';
import type { Command, CommandId, CommandTable } from './command';
import { explainingCommands } from './explaining';
import { mapCommands } from './maps';
import { recordCommands } from './records';
import { resultCommands } from './results';
import { runFolderCommands } from './run-folder';
import { trainingCommands } from './training';
import { workbenchCommands } from './workbench';

/** The one table of commands; package.json declares the same ids (a test compares them). */
export function commandTable(view: ExperimentsView): CommandTable {
  return {
    ...recordCommands,
    ...trainingCommands,
    ...resultCommands,
    ...explainingCommands,
    ...mapCommands,
    ...runFolderCommands,
    ...workbenchCommands(view),
  };
}

/** Registers every command; whatever goes wrong in one is told to the person. */
export function registerCommands(table: CommandTable, host: Host): vscode.Disposable {
  const registered = (Object.keys(table) as CommandId[]).map((id) => {
    const command: Command<never> = table[id];
    return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        if (command.needsTrust && !vscode.workspace.isTrusted) throw new UserError(untrusted());
        if (command.needsTrust && !host.isOpen)
          throw new UserError(vscode.l10n.t('Open a folder first: datasets and runs are kept in it.'));
        await command.run(host, ...(args as never));
      } catch (error) {
        host.tell(error);
      }
    });
  });
  return vscode.Disposable.from(...registered);
}
