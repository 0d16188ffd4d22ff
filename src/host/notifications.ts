import * as vscode from 'vscode';
import { Endings, type Notice, noticeOf } from './experiments/endings';
import type { Host } from './host';

/** Tells the person when a run has finished, failed or lost its process; each time once, with one thing to do. */
export function notifyOfEndings(host: Host): vscode.Disposable {
  const endings = new Endings(Date.now());
  return host.runs.onDidChange((change) => {
    for (const run of endings.among(change, host.runs.readable)) {
      const notice = noticeOf(run, host.settings.notifyWhenRunEnds, vscode.l10n);
      if (notice !== undefined) void tell(host, run.id, notice);
    }
  });
}

async function tell(host: Host, runId: string, { severity, text, action, command }: Notice): Promise<void> {
  const { window } = vscode;
  const answer = await (severity === 'information'
    ? window.showInformationMessage(text, action)
    : severity === 'warning'
      ? window.showWarningMessage(text, action)
      : window.showErrorMessage(text, action));
  if (answer === action) await host.execute(command, { runId });
}
