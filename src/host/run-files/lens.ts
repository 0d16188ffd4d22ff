import * as vscode from 'vscode';
import { nodeAt, readJsonTree } from './json-tree';

/** On the first line of a run configuration: the way to run it, or why there is none. */
export class RunFileLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire());

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), commandFor(document))];
  }

  dispose(): void {
    this.trust.dispose();
    this.changed.dispose();
  }
}

function commandFor(document: vscode.TextDocument): vscode.Command {
  if (!vscode.workspace.isTrusted) {
    return {
      title: `$(shield) ${vscode.l10n.t('This workspace is not trusted: nothing is started here')}`,
      command: 'workbench.trust.manage',
    };
  }
  const task = nodeAt(readJsonTree(document.getText()).root, ['task']).value;
  const title =
    task === 'pretrain'
      ? vscode.l10n.t('Pretrain with this configuration')
      : task === 'finetune'
        ? vscode.l10n.t('Fine-tune with this configuration')
        : vscode.l10n.t('Run this configuration');
  return { title: `▶ ${title}`, command: 'medbert.runConfiguration', arguments: [document.uri] };
}
