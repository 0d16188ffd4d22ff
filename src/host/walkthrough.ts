import * as vscode from 'vscode';
import type { Host } from './host';

/** What the steps of the walkthrough and the texts of empty views go by. */
type Context =
  'medbert.hasDataset' | 'medbert.hasSeenStatistics' | 'medbert.hasPretrained' | 'medbert.hasFinetuned';

const seenKey = 'walkthrough.statisticsSeen';

/**
 * Keeps the walkthrough up to date: its steps complete themselves by what there is in the study, however it got there
 * (from the command line, in another window), not by which button was pressed.
 */
export function followWalkthrough(host: Host): vscode.Disposable {
  const known = new Map<Context, boolean>();
  const set = (context: Context, holds: boolean): void => {
    if (known.get(context) === holds) return;
    known.set(context, holds);
    void vscode.commands.executeCommand('setContext', context, holds);
  };
  const update = (): void => {
    const finished = host.runs.readable.filter(({ state }) => state === 'finished');
    set(
      'medbert.hasDataset',
      host.datasets.all.some(({ description }) => description !== undefined),
    );
    set(
      'medbert.hasPretrained',
      finished.some(({ manifest }) => manifest.kind === 'pretrain'),
    );
    set(
      'medbert.hasFinetuned',
      finished.some(({ manifest }) => manifest.kind === 'finetune'),
    );
  };
  const lookAtTabs = ({ opened }: { readonly opened: readonly vscode.Tab[] }): void => {
    if (!opened.some(showsStatistics)) return;
    set('medbert.hasSeenStatistics', true);
    void host.memory.update(seenKey, true);
  };
  update();
  set('medbert.hasSeenStatistics', host.memory.get(seenKey, false));
  return vscode.Disposable.from(
    host.runs.onDidChange(update),
    host.datasets.onDidChange(update),
    vscode.window.tabGroups.onDidChangeTabs(lookAtTabs),
  );
}

/** The editor puts a word of its own before the type of a panel. */
function showsStatistics({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith('medbert.cohort');
}
