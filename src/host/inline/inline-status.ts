import * as vscode from 'vscode';
import { plain } from '../experiments/markdown';
import { dot } from '../experiments/wording';
import type { Host } from '../host';

/** The run that explains patients inline, in the status bar; hidden while there is none. */
export class InlineStatus implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly listening: vscode.Disposable;
  /** Before the first look at the runs nobody knows whether this one is there. */
  private hasLooked = false;

  constructor(private readonly host: Host) {
    this.item = vscode.window.createStatusBarItem('medbert.inline', vscode.StatusBarAlignment.Right, 90);
    this.item.name = vscode.l10n.t('Med-BERT Inline Explanations');
    this.listening = vscode.Disposable.from(
      host.inlineModel.onDidChange(() => this.draw()),
      host.runs.onDidChange(() => {
        this.hasLooked = true;
        this.draw();
      }),
      vscode.workspace.onDidChangeConfiguration(() => this.draw()),
    );
    this.draw();
  }

  dispose(): void {
    this.listening.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const { run } = this.host.inlineModel;
    const { records, patientDocument, shading } = this.host.settings.inlineExplanations;
    if (run === null || (!records && !patientDocument)) {
      this.item.hide();
      return;
    }
    const { l10n } = vscode;
    const link = (title: string, command: string): string => `[${plain(title)}](command:${command})`;
    const isGone = this.hasLooked && this.host.inlineModel.facts === undefined;
    const tooltip = new vscode.MarkdownString(
      [
        plain(l10n.t('Patients in editors are explained by {0}.', run)),
        isGone ? plain(l10n.t('There is no such run any more: choose another one.')) : '',
        [
          link(l10n.t('Another Run'), 'medbert.useForInline'),
          link(shading ? l10n.t('Shading Off') : l10n.t('Shading On'), 'medbert.toggleShading'),
          link(l10n.t('Stop'), 'medbert.stopInline'),
        ].join(dot),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    );
    tooltip.isTrusted = {
      enabledCommands: ['medbert.useForInline', 'medbert.toggleShading', 'medbert.stopInline'],
    };
    this.item.text = isGone ? `$(warning) ${run}` : `$(eye) ${run}`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = {
      label: l10n.t('Med-BERT: patients in editors are explained by {0}', run),
      role: 'button',
    };
    this.item.command = 'medbert.useForInline';
    this.item.show();
  }
}
