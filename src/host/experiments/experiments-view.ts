import * as vscode from 'vscode';
import { lastLogLines } from '../../runs/log-tail';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { changedRows } from './changes';
import { arrangeExperiments } from './experiments';
import { type RunFilter, isFiltering, noFilter, parseFilter } from './filter';
import { askFilter, askOrder } from './filter-box';
import { plain } from './markdown';
import {
  type ExperimentHandle,
  type ExperimentNode,
  type Experiments,
  noExperiments,
  runNodeId,
} from './node';
import { type RunOrder, parseOrder } from './order';
import { Pace } from './pace';
import { stateName } from './run-row';
import { datasetTooltip, runTooltip } from './tooltip';
import { count } from './wording';

const viewId = 'medbert.experiments';
const filterKey = 'experiments.filter';
const orderKey = 'experiments.order';
/** Progress is drawn at most so often, in milliseconds. */
const progressPause = 2000;
const logLines = 8;

type Change = ExperimentHandle | ExperimentHandle[] | undefined;

/**
 * The tree of experiments. It draws what the watch of the runs has seen: nothing is read from the disk while the
 * editor asks for rows. Progress is drawn at most every two seconds, a new state at once.
 */
export class ExperimentsView implements vscode.TreeDataProvider<ExperimentHandle>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Change>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<ExperimentHandle>;
  private readonly pace = new Pace(() => this.draw(), progressPause);
  private readonly subscriptions: vscode.Disposable[];
  /** The editor knows a row by the object that it was given, so each keeps its own. */
  private readonly handles = new Map<string, ExperimentHandle>();
  private drawn: Experiments = noExperiments;
  private states = '';
  private firstLook: Promise<void> | undefined;
  private filter: RunFilter;
  private order: RunOrder;

  constructor(private readonly host: Host) {
    this.filter = parseFilter(host.memory.get(filterKey));
    this.order = parseOrder(host.memory.get(orderKey));
    this.view = vscode.window.createTreeView<ExperimentHandle>(viewId, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.subscriptions = [
      this.view,
      this.changed,
      host.runs.onDidChange(() => this.follow()),
      host.datasets.onDidChange(() => this.pace.now()),
      host.inlineModel.onDidChange(() => this.pace.now()),
    ];
    this.showFilter();
  }

  dispose(): void {
    this.pace.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  async getChildren(handle?: ExperimentHandle): Promise<ExperimentHandle[]> {
    if (handle === undefined) await (this.firstLook ??= this.lookFirst());
    const ids = handle === undefined ? this.drawn.roots : (this.drawn.nodes.get(handle.id)?.children ?? []);
    return ids.map((id) => this.handleOf(id)).filter((child) => child !== undefined);
  }

  getParent(handle: ExperimentHandle): ExperimentHandle | undefined {
    const parent = this.drawn.nodes.get(handle.id)?.parent;
    return parent === undefined || parent === null ? undefined : this.handleOf(parent);
  }

  getTreeItem(handle: ExperimentHandle): vscode.TreeItem {
    const node = this.drawn.nodes.get(handle.id);
    // It went between two questions of the editor; the next drawing takes its row away.
    if (node === undefined) return new vscode.TreeItem('');
    const item = new vscode.TreeItem(node.label, foldingOf(node));
    const { codicon, colour } = node.icon;
    item.id = handle.id;
    item.description = node.description;
    item.contextValue = node.context;
    item.accessibilityInformation = { label: node.spoken };
    item.iconPath = new vscode.ThemeIcon(
      codicon,
      colour === null ? undefined : new vscode.ThemeColor(colour),
    );
    const command = commandOf(node);
    if (command !== undefined) item.command = { ...command, arguments: [handle] };
    return item;
  }

  /** Tooltips are made when they are asked for: that of a failed run takes a look at its log. */
  resolveTreeItem(item: vscode.TreeItem, handle: ExperimentHandle): vscode.TreeItem {
    const text = this.tooltip(handle);
    if (text !== undefined) item.tooltip = new vscode.MarkdownString(text);
    return item;
  }

  /** Selects the row of a run, unless the filter hides it. */
  async reveal(runId: string): Promise<void> {
    this.pace.now();
    const handle = this.handleOf(runNodeId(runId));
    if (handle !== undefined) await this.view.reveal(handle, { select: true, focus: false, expand: true });
  }

  askFilter(): Promise<void> {
    const counts = new Map<string, number>();
    for (const { state } of this.host.runs.readable) counts.set(state, (counts.get(state) ?? 0) + 1);
    return askFilter(this.filter, counts, (filter) => this.setFilter(filter));
  }

  clearFilter(): void {
    this.setFilter(noFilter);
  }

  async askSort(): Promise<void> {
    const order = await askOrder(this.order);
    if (order === undefined || order === this.order) return;
    this.order = order;
    void this.host.memory.update(orderKey, order);
    this.drawAll();
  }

  private setFilter(filter: RunFilter): void {
    if (JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    this.filter = filter;
    void this.host.memory.update(filterKey, filter);
    this.drawAll();
  }

  /** Before the first look there is nothing to show, and nobody knows whether there will be. */
  private async lookFirst(): Promise<void> {
    const { runs, datasets, isOpen } = this.host;
    if (isOpen && runs.catalogue.runs.length === 0 && datasets.all.length === 0) await runs.refresh();
    this.drawn = this.arrange();
    this.showFilter();
  }

  private follow(): void {
    const states = this.host.runs.catalogue.runs
      .map((run) => `${run.id} ${run.damaged ? 'damaged' : run.state}`)
      .join('\n');
    const isNew = states !== this.states;
    this.states = states;
    if (isNew) this.pace.now();
    else this.pace.soon();
  }

  private draw(): void {
    const before = this.drawn;
    this.drawn = this.arrange();
    const changes = changedRows(before, this.drawn);
    for (const id of this.handles.keys()) if (!this.drawn.nodes.has(id)) this.handles.delete(id);
    this.showFilter();
    if (changes === 'everything') this.changed.fire(undefined);
    else {
      const rows = changes.map((id) => this.handleOf(id)).filter((handle) => handle !== undefined);
      if (rows.length > 0) this.changed.fire(rows);
    }
  }

  private drawAll(): void {
    this.drawn = this.arrange();
    this.showFilter();
    this.changed.fire(undefined);
  }

  private arrange(): Experiments {
    return arrangeExperiments({
      study: this.host.studyName,
      datasets: this.host.datasets.all,
      runs: this.host.runs.catalogue.runs,
      filter: this.filter,
      order: this.order,
      minimumCellCount: this.host.settings.minimumCellCount,
      inlineRun: this.host.inlineModel.run,
      now: Date.now(),
      l10n: vscode.l10n,
    });
  }

  /** What goes with the tree and is no row of it: the filter in words, and how many runs are at work. */
  private showFilter(): void {
    const { running, shown, total } = this.drawn;
    const filtered = isFiltering(this.filter);
    void vscode.commands.executeCommand('setContext', 'medbert.treeFiltered', filtered);
    const what = [
      ...(this.filter.text.trim() === '' ? [] : [`“${this.filter.text.trim()}”`]),
      ...this.filter.states.map((state) => stateName(state, vscode.l10n)),
    ].join(', ');
    const message = filtered ? vscode.l10n.t('{0}: {1} of {2} runs', what, count(shown), count(total)) : '';
    if ((this.view.message ?? '') !== message) this.view.message = message;
    if (this.view.badge?.value === running.length || (this.view.badge === undefined && running.length === 0))
      return;
    this.view.badge =
      running.length === 0
        ? undefined
        : { value: running.length, tooltip: vscode.l10n.t('{0} running', count(running.length)) };
  }

  private handleOf(id: string): ExperimentHandle | undefined {
    const present = this.handles.get(id);
    if (present !== undefined) return present;
    const handle = this.drawn.nodes.get(id)?.handle;
    if (handle !== undefined) this.handles.set(id, handle);
    return handle;
  }

  private tooltip(handle: ExperimentHandle): string | undefined {
    const { datasets, settings } = this.host;
    const { minimumCellCount } = settings;
    if (handle.kind === 'study') return plain(this.host.home);
    if (handle.kind === 'dataset') {
      return datasetTooltip(
        handle.dataset,
        datasets.find(handle.dataset)?.description,
        minimumCellCount,
        vscode.l10n,
      );
    }
    const run = this.host.runs.catalogue.get(handle.runId);
    if (run === undefined || handle.kind === 'checkpoint') return undefined;
    if (run.damaged) return run.problem.split('\n').map(plain).join('\n\n');
    const { manifest } = run;
    return runTooltip(
      {
        run,
        parent: manifest.kind === 'finetune' ? this.host.runs.facts(manifest.from) : undefined,
        earlier: this.earlierThan(run),
        datasetHash: datasets.find(manifest.dataset.name)?.description?.contentHash,
        log: run.state === 'failed' || run.state === 'interrupted' ? logOf(run) : [],
        minimumCellCount,
        now: Date.now(),
      },
      vscode.l10n,
    );
  }

  /** The newest of the runs of its kind that were made before it in the same place. */
  private earlierThan(run: RunFacts): RunFacts | undefined {
    const { nodes } = this.drawn;
    const place = nodes.get(runNodeId(run.id))?.parent;
    return this.host.runs.readable
      .filter(
        ({ manifest }) => manifest.kind === run.manifest.kind && manifest.createdAt < run.manifest.createdAt,
      )
      .find(({ id }) => nodes.get(runNodeId(id))?.parent === place);
  }
}

function foldingOf({ children, unfolded }: ExperimentNode): vscode.TreeItemCollapsibleState {
  if (children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return unfolded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

/** What Enter or a click does with a row. */
function commandOf({ handle, context }: ExperimentNode): vscode.Command | undefined {
  if (handle.kind === 'run' && context !== 'run.damaged') {
    return { command: 'medbert.showCurves', title: vscode.l10n.t('Show Training Curves') };
  }
  if (context === 'dataset')
    return { command: 'medbert.showCohort', title: vscode.l10n.t('Show Cohort Statistics') };
  return undefined;
}

function logOf({ folder }: RunFacts): string[] {
  try {
    return lastLogLines(folder, logLines);
  } catch {
    // The tooltip tells of the run, not of its log; opening the log says what is wrong with it.
    return [];
  }
}
