import * as vscode from 'vscode';
import type { ExplanationSoFar } from '../../protocol/explanation';
import type { ShownSquare, ShownWhatIf } from '../../protocol/panels/patient';
import type { Host } from '../host';
import { askWhereToSave } from './save-file';

/**
 * Where a file with patient data is to be saved, asked for after the person has agreed that it will hold them. The
 * proposed name says nothing of the patient.
 * @returns undefined when they do not agree, or give up
 */
export async function askWhereToSavePatientData(host: Host, name: string): Promise<vscode.Uri | undefined> {
  const save = vscode.l10n.t('Choose Where to Save…');
  const agreed = await vscode.window.showWarningMessage(
    vscode.l10n.t('This file will hold patient data.'),
    {
      modal: true,
      detail: vscode.l10n.t(
        'It names the patient and holds their codes and dates. Save it only where such data may lie; Med-BERT Explorer keeps no other copy.',
      ),
    },
    save,
  );
  return agreed === save ? askWhereToSave(host, name) : undefined;
}

/** Lets the person choose a case file. */
export async function askForCase(host: Host): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open a what-if case'),
    defaultUri: vscode.Uri.file(host.workspaceFolder),
    filters: { [vscode.l10n.t('Cases')]: ['json'] },
    openLabel: vscode.l10n.t('Open Case'),
  });
  return chosen?.[0]?.fsPath;
}

/** An explanation as JSON: everything that the panel shows, with the square of attention that is looked at. */
export function explanationJson(
  explanation: ExplanationSoFar,
  square: ShownSquare | null,
  whatIf: ShownWhatIf | null,
): string {
  const shown = square === null ? null : { choice: square.choice, rows: rowsOf(square) };
  const changed = whatIf === null ? null : { edits: whatIf.edits, result: whatIf.result };
  return `${JSON.stringify({ kind: 'medbert-explanation', explanation, square: shown, whatIf: changed }, null, 1)}\n`;
}

function rowsOf({ length, weights }: ShownSquare): number[][] {
  // Seven digits are all that a 32-bit number has.
  return Array.from({ length }, (_, row) =>
    Array.from(weights.subarray(row * length, (row + 1) * length), (weight) => Number(weight.toPrecision(7))),
  );
}
