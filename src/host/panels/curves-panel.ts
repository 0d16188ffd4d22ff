import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { CancelledError, UserError } from '../../protocol/errors';
import type { CurvesAction, CurvesData, CurvesSubject, CurvesView } from '../../protocol/panels/curves';
import type { PanelState, Step } from '../../protocol/panels/panel';
import type { CatalogueChange } from '../../runs/catalogue';
import { curvesData } from '../../runs/curves/curves-data';
import { JournalSeries } from '../../runs/curves/journal-series';
import type { ShownRun } from '../../runs/curves/shown-run';
import { groupBySeed } from '../../runs/seed-groups';
import { stopRequested } from '../../runs/stop';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { chooseAnew } from '../targets';
import { saveCurves, savePicture } from './curves-export';
import type { PanelDefinition, PanelPage, PanelSource } from './panel';

/** At most two redraws a second. */
const redrawMs = 500;
/** Reading and drawing may take this share of the time. */
const largestShare = 0.3;
/** Runs that one panel overlays: more lines cannot be told apart, and each is kept in memory. */
const mostRuns = 24;
/** A first reading that takes longer than this shows how far it is. */
const patienceMs = 150;

/** Live curves of one or more runs. */
export const curvesPanel: PanelDefinition<CurvesSubject, CurvesView, CurvesData, CurvesAction> = {
  viewType: 'medbert.curves',
  page: 'curves',
  icon: 'curves',
  title: ({ runs }) =>
    runs.length === 0
      ? vscode.l10n.t('Training curves')
      : runs.length === 1
        ? vscode.l10n.t('Training: {0}', runs[0]!)
        : vscode.l10n.t('Training: {0} and {1} more', runs[0]!, runs.length - 1),
  parseSubject(value) {
    if (typeof value !== 'object' || value === null || !('runs' in value)) return undefined;
    const { runs } = value;
    if (!Array.isArray(runs) || !runs.every((run) => typeof run === 'string')) return undefined;
    return { runs: [...new Set<string>(runs)].slice(0, mostRuns) };
  },
  open: (subject, page, host) => new CurvesSource(subject, page, host),
};

class CurvesSource implements PanelSource<CurvesView, CurvesAction> {
  private view: CurvesView | undefined;
  private readonly series = new Map<string, JournalSeries>();
  private readonly colours = new Map<string, number>();
  private readonly watching: vscode.Disposable[];
  private readonly closed = new AbortController();
  /** Something that the figures do not tell has changed: the view, or the state of a run. */
  private isDue = false;
  private isFollowing = false;
  private wake = new AbortController();
  private drawnVersions = '';

  constructor(
    private subject: CurvesSubject,
    private readonly page: PanelPage<CurvesSubject, CurvesData>,
    private readonly host: Host,
  ) {
    this.watching = [
      host.runs.onDidChange((change) => {
        if (concerns(change, this.subject.runs)) this.draw();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.draw()),
    ];
  }

  look(view: CurvesView): void {
    this.view = view;
    this.draw();
  }

  async act(action: CurvesAction): Promise<void> {
    const run = ('run' in action ? action.run : undefined) ?? this.subject.runs[0];
    switch (action.do) {
      case 'stop':
        return this.command('medbert.stopRun', run);
      case 'resume':
        return this.command('medbert.resumeRun', run);
      case 'openLog':
        return this.command('medbert.openLog', run);
      case 'reveal':
        return this.command('medbert.revealRun', run);
      case 'addRuns':
        return this.addRuns();
      case 'removeRun':
        return this.choose(this.subject.runs.filter((id) => !this.entryOf(action.run).includes(id)));
      case 'export':
        if (action.what === 'png') return savePicture(this.host, run ?? 'curves', action.png);
        return saveCurves(this.host, run ?? 'curves', this.shown());
    }
  }

  dispose(): void {
    this.closed.abort();
    this.wake.abort();
    for (const watch of this.watching) watch.dispose();
    this.series.clear();
  }

  private async command(command: string, run: string | undefined): Promise<void> {
    if (run === undefined) return;
    // The command waits for a last checkpoint; that it was asked shows at once.
    const done = Promise.resolve(this.host.execute(command, { runId: run }));
    void sleep(redrawMs / 2).then(() => this.draw());
    await done;
    this.draw();
  }

  private async addRuns(): Promise<void> {
    const question = vscode.l10n.t('Show the curves of which runs? (up to {0})', mostRuns);
    const next = await chooseAnew(this.host, this.subject.runs, question, mostRuns);
    if (next !== undefined) this.choose(next);
  }

  private choose(runs: readonly string[]): void {
    this.subject = { runs };
    for (const id of this.series.keys()) if (!runs.includes(id)) this.series.delete(id);
    for (const id of this.colours.keys()) if (!runs.includes(id)) this.colours.delete(id);
    this.page.setSubject(this.subject);
    this.draw();
  }

  /** The runs that stand as one entry: seeds of the same configuration. */
  private entryOf(id: string): string[] {
    const group = groupBySeed(this.facts()).find((seeds) => seeds.some((run) => run.id === id));
    return group?.map((run) => run.id) ?? [id];
  }

  private facts(): RunFacts[] {
    return this.subject.runs.map((id) => this.host.runs.facts(id)).filter((run) => run !== undefined);
  }

  private shown(): ShownRun[] {
    return this.facts().map((facts) => {
      let series = this.series.get(facts.id);
      if (series === undefined) this.series.set(facts.id, (series = new JournalSeries(facts.folder)));
      return { facts, series };
    });
  }

  /** Draws soon: now, or after the drawing that is under way. */
  private draw(): void {
    this.isDue = true;
    this.wake.abort();
    if (!this.isFollowing) void this.follow();
  }

  /** Draws until nothing can happen any more, or nobody sees it. */
  private async follow(): Promise<void> {
    this.isFollowing = true;
    try {
      await this.drawUntilQuiet();
    } finally {
      this.isFollowing = false;
    }
  }

  private async drawUntilQuiet(): Promise<void> {
    let isFirst = this.series.size === 0;
    while (this.view !== undefined && !this.closed.signal.aborted && this.page.visible) {
      const begun = performance.now();
      try {
        const isAlive = await this.drawOnce(this.view, isFirst);
        if (!isAlive && !this.isDue) return;
      } catch (error) {
        if (error instanceof CancelledError) return;
        this.fail(error);
        if (!this.isDue) return;
      }
      isFirst = false;
      const took = performance.now() - begun;
      this.wake = new AbortController();
      // What a person does is answered at once; what runs do waits for its turn.
      if (this.isDue) continue;
      const wait = Math.max(redrawMs - took, took / largestShare - took);
      await sleep(wait, undefined, { signal: this.wake.signal }).catch(() => undefined);
    }
  }

  /** Reads what is new and shows it; true while more may come. */
  private async drawOnce(view: CurvesView, isFirst: boolean): Promise<boolean> {
    const isDue = this.isDue;
    this.isDue = false;
    // Also a panel that a reload restored waits for the first look at the runs, and a new run is known at once.
    if (isDue && this.facts().length < this.subject.runs.length) await this.host.runs.refresh();
    const runs = this.shown();
    if (runs.length === 0) {
      this.page.show(nothingToShow(this.subject.runs.length > 0));
      return false;
    }
    await this.read(runs, isFirst);
    const versions = JSON.stringify(runs.map(({ facts, series }) => [facts.id, series.version]));
    if (isDue || versions !== this.drawnVersions) {
      const data = await curvesData(runs, view, this.frame(runs[0]!));
      if (this.closed.signal.aborted) return false;
      this.drawnVersions = versions;
      this.page.show({ kind: 'ready', stale: null, data });
    }
    return runs.some(({ facts }) => facts.state === 'running' || facts.state === 'queued');
  }

  private async read(runs: readonly ShownRun[], isFirst: boolean): Promise<void> {
    let isRead = false;
    const reading = (async () => {
      for (const { series } of runs) await series.follow(this.closed.signal);
    })().finally(() => (isRead = true));
    // A failure is told below; here it only must not count as unhandled.
    reading.catch(() => undefined);
    if (isFirst) await Promise.race([reading.catch(() => undefined), sleep(patienceMs)]);
    while (isFirst && !isRead) {
      const share = runs.reduce((sum, { series }) => sum + series.share, 0) / runs.length;
      this.page.show({
        kind: 'loading',
        phase: vscode.l10n.t('reading figures'),
        share,
        cancellable: false,
      });
      await Promise.race([reading.catch(() => undefined), sleep(patienceMs)]);
    }
    await reading;
  }

  private frame({ facts }: ShownRun): Parameters<typeof curvesData>[2] {
    const { manifest, pid, state } = facts;
    const dataset = manifest.dataset.name;
    const context = [
      manifest.kind === 'pretrain'
        ? vscode.l10n.t('Pretraining on {0}', dataset)
        : vscode.l10n.t('Fine-tuning on {0}', dataset),
      manifest.device,
      ...(pid === null ? [] : [vscode.l10n.t('pid {0}', pid)]),
    ];
    return {
      series: this.colours,
      knownRuns: this.host.runs.readable.length,
      context,
      stopping: state === 'running' && stopRequested(facts.folder),
      locked: vscode.workspace.isTrusted
        ? null
        : vscode.l10n.t('Runs are neither started nor stopped in a workspace without trust.'),
      minimumCellCount: this.host.settings.minimumCellCount,
      now: Date.now(),
    };
  }

  private fail(error: unknown): void {
    const title = vscode.l10n.t('The curves could not be read');
    const steps: Step[] = [{ label: vscode.l10n.t('Reveal Run Folder'), do: 'reveal' }];
    if (error instanceof UserError) {
      this.page.show({ kind: 'error', title, text: error.explain(), steps });
      return;
    }
    this.host.tell(error);
    const text = vscode.l10n.t('This is a bug. The run is untouched; the log holds the places.');
    this.page.show({ kind: 'error', title, text, steps });
  }
}

function concerns({ appeared, vanished, changed }: CatalogueChange, runs: readonly string[]): boolean {
  // How many runs there are is shown too.
  return appeared.length + vanished.length > 0 || changed.some((id) => runs.includes(id));
}

function nothingToShow(areGone: boolean): PanelState<CurvesData> {
  const steps = [{ label: vscode.l10n.t('Add Runs…'), do: 'addRuns' }];
  return areGone
    ? {
        kind: 'empty',
        title: vscode.l10n.t('These runs are gone'),
        text: vscode.l10n.t('Their folders were deleted or cannot be read. Other runs can be shown here.'),
        steps,
      }
    : {
        kind: 'empty',
        title: vscode.l10n.t('Choose one or more runs'),
        text: vscode.l10n.t('Their losses and figures are drawn here while they train.'),
        steps,
      };
}
