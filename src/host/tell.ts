import * as vscode from 'vscode';
import { placesOf } from '../protocol/error-places';
import { CancelledError, UserError } from '../protocol/errors';

/**
 * How an error is told: a mistake in its own words, a bug as a bug with the way to its traces, a cancellation not at
 * all. Of a bug only name and places are logged, because its text may quote a record.
 */
export function teller(log: vscode.LogOutputChannel): (error: unknown) => void {
  return (error) => {
    if (error instanceof CancelledError || error instanceof vscode.CancellationError) return;
    if (error instanceof UserError) {
      log.warn(error.explain());
      void vscode.window.showErrorMessage(error.explain().replaceAll('\n', ' '));
      return;
    }
    const name = error instanceof Error ? error.name : typeof error;
    const places = placesOf(error);
    log.error([name, ...places].join('\n'));
    const open = vscode.l10n.t('Show Log');
    void vscode.window
      .showErrorMessage(vscode.l10n.t('This is a bug in Med-BERT Explorer ({0}).', name), open)
      .then((answer) => {
        if (answer === open) log.show();
      });
  };
}
