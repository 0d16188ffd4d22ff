import * as vscode from 'vscode';
import type { LongWork, ProgressReport } from '../protocol/progress';

/**
 * Does long work with the editor's progress and its Cancel button.
 * @throws whatever the work throws; CancelledError when the person cancelled it
 */
export async function withProgress<T>(title: string, task: (work: LongWork) => Promise<T>): Promise<T> {
  const place = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(place, async (bar, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    // Work that was done before it noticed the cancellation is done: what it made must not be lost sight of.
    return task({ signal: abort.signal, progress: reporter(bar) });
  });
}

/** The editor adds increments up; each phase fills the bar anew, so only the growth of one phase is sent. */
function reporter(
  bar: vscode.Progress<{ message?: string; increment?: number }>,
): (r: ProgressReport) => void {
  let shown = 0;
  return (report) => {
    const share = shareOf(report);
    const percent = share === null ? 0 : Math.floor(100 * share);
    // A bar that has been filled cannot be emptied: later phases are told in words only.
    const increment = Math.max(0, Math.min(percent, 99) - shown);
    shown += increment;
    bar.report({ message: progressText(report), increment });
  };
}

/** How much is done, 0 to 1; null when nobody knows. */
export function shareOf({ done, total }: ProgressReport): number | null {
  return total === undefined || total <= 0 ? null : Math.min(1, done / total);
}

/** A report in a line: `reading claims · 45 %`. */
export function progressText(report: ProgressReport): string {
  const share = shareOf(report);
  const amount =
    share !== null
      ? `${Math.floor(100 * share)} %`
      : report.done > 0
        ? `${report.done.toLocaleString('en-US')} ${report.unit ?? ''}`.trim()
        : '';
  return [report.phase, amount, report.note ?? ''].filter((part) => part !== '').join(' · ');
}
