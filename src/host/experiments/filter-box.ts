import * as vscode from 'vscode';
import { type RunFilter, runStates } from './filter';
import { stateIcons, stateName } from './run-row';
import type { RunOrder } from './order';

/** Typing is shown in the tree once the fingers have rested so long, in milliseconds. */
const rest = 200;

/**
 * Lets the person say which runs to show, in one box: what is typed is looked for, states are ticked. The tree follows
 * while they do so; giving up brings back what it showed before.
 *
 * @param counts how many runs there are of each state
 */
export function askFilter(
  before: RunFilter,
  counts: ReadonlyMap<string, number>,
  show: (filter: RunFilter) => void,
): Promise<void> {
  const { l10n } = vscode;
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { state: RunFilter['states'][number] }>();
  box.title = l10n.t('Filter Runs');
  box.placeholder = l10n.t(
    'Type part of a name, dataset or head, or a setting such as layers=2; tick states',
  );
  box.canSelectMany = true;
  box.items = runStates
    .filter((state) => (counts.get(state) ?? 0) > 0 || before.states.includes(state))
    .map((state) => ({
      state,
      label: `$(${stateIcons[state].codicon.replace('~spin', '')}) ${stateName(state, l10n)}`,
      description: String(counts.get(state) ?? 0),
      // The text is not about the states, so it must not hide them.
      alwaysShow: true,
    }));
  box.selectedItems = box.items.filter(({ state }) => before.states.includes(state));
  box.value = before.text;
  const chosen = (): RunFilter => ({ text: box.value, states: box.selectedItems.map(({ state }) => state) });
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    let accepted = false;
    box.onDidChangeValue(() => {
      clearTimeout(timer);
      timer = setTimeout(() => show(chosen()), rest);
    });
    box.onDidChangeSelection(() => show(chosen()));
    box.onDidAccept(() => {
      accepted = true;
      show(chosen());
      box.hide();
    });
    box.onDidHide(() => {
      clearTimeout(timer);
      if (!accepted) show(before);
      box.dispose();
      resolve();
    });
    box.show();
  });
}

/** Lets the person choose the order of runs; undefined when they give up. */
export async function askOrder(current: RunOrder): Promise<RunOrder | undefined> {
  const { l10n } = vscode;
  const items: (vscode.QuickPickItem & { order: RunOrder })[] = [
    { order: 'newest', label: l10n.t('Newest first') },
    { order: 'name', label: l10n.t('By name') },
    {
      order: 'best',
      label: l10n.t('Best first'),
      detail: l10n.t('Fine-tuning by AUROC, pretraining by validation loss'),
    },
    { order: 'state', label: l10n.t('By state'), detail: l10n.t('At work first, finished last') },
  ];
  const picked = await vscode.window.showQuickPick(
    items.map((item) => ({
      ...item,
      iconPath: new vscode.ThemeIcon(item.order === current ? 'check' : 'blank'),
    })),
    { title: l10n.t('Sort Runs') },
  );
  return picked?.order;
}
