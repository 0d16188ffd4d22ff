import * as vscode from 'vscode';
import { Pace } from './experiments/pace';
import { statusOf } from './experiments/status';
import type { Host } from './host';

/** The text changes at most so often while the same runs are at work, in milliseconds. */
const pause = 2000;

/** The job that is running, in the status bar; a click shows its curves. Hidden while nothing runs. */
export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly pace = new Pace(() => this.draw(), pause);
  private readonly listening: vscode.Disposable;
  private running = '';

  constructor(private readonly host: Host) {
    this.item = vscode.window.createStatusBarItem('medbert.runs', vscode.StatusBarAlignment.Left, 10);
    this.item.name = vscode.l10n.t('Med-BERT Runs');
    this.listening = host.runs.onDidChange(() => this.follow());
  }

  dispose(): void {
    this.pace.dispose();
    this.listening.dispose();
    this.item.dispose();
  }

  private follow(): void {
    const running = this.host.runs.readable
      .filter(({ state }) => state === 'running')
      .map(({ id }) => id)
      .join('\n');
    const isNew = running !== this.running;
    this.running = running;
    if (isNew) this.pace.now();
    else this.pace.soon();
  }

  private draw(): void {
    const status = statusOf(this.host.runs.readable, Date.now(), vscode.l10n);
    if (status === undefined) {
      this.item.hide();
      return;
    }
    const { text, tooltip, spoken, runId } = status;
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip);
    this.item.accessibilityInformation = { label: spoken, role: 'button' };
    this.item.command = {
      command: 'medbert.showCurves',
      title: vscode.l10n.t('Show Training Curves'),
      arguments: runId === undefined ? [] : [{ runId }],
    };
    this.item.show();
  }
}
