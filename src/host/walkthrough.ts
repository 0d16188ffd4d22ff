import * as vscode from 'vscode';
import type { Host } from './host';

/** What the steps of the walkthrough and the texts of empty views go by. */
type Context =
  | 'medbert.hasDataset'
  | 'medbert.hasSeenStatistics'
  | 'medbert.hasPretrained'
  | 'medbert.hasFinetuned'
  | 'medbert.hasExplained';

/** Steps that are done once their panel has been open, and where that is kept. */
const seenPanels = [
  { viewType: 'medbert.cohort', context: 'medbert.hasSeenStatistics', key: 'walkthrough.statisticsSeen' },
  { viewType: 'medbert.patient', context: 'medbert.hasExplained', key: 'walkthrough.explained' },
] as const;

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
    for (const { viewType, context, key } of seenPanels) {
      if (!opened.some((tab) => shows(tab, viewType))) continue;
      set(context, true);
      void host.memory.update(key, true);
    }
  };
  update();
  for (const { context, key } of seenPanels) set(context, host.memory.get(key, false));
  return vscode.Disposable.from(
    host.runs.onDidChange(update),
    host.datasets.onDidChange(update),
    vscode.window.tabGroups.onDidChangeTabs(lookAtTabs),
  );
}

/** The editor puts a word of its own before the type of a panel. */
function shows({ input }: vscode.Tab, viewType: string): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType);
}
