import { join } from 'node:path';
import * as vscode from 'vscode';
import { CancelledError, UserError } from '../../protocol/errors';
import {
  type CompareAction,
  type CompareSubject,
  type CompareView,
  type Comparison,
  mostRuns,
} from '../../protocol/panels/compare';
import type { PanelState } from '../../protocol/panels/panel';
import type { Host } from '../host';
import { shareOf } from '../long-work';
import { chooseRuns } from '../targets';
import { comparisonTsv } from './compare-tsv';
import type { PanelDefinition, PanelPage, PanelSource } from './panel';

/** Chosen runs side by side. */
export const comparePanel: PanelDefinition<CompareSubject, CompareView, Comparison, CompareAction> = {
  viewType: 'medbert.compare',
  page: 'compare',
  title: ({ runs }) => vscode.l10n.t('Compare {0} runs', runs.length),
  parseSubject(value) {
    if (typeof value !== 'object' || value === null || !('runs' in value)) return undefined;
    const { runs } = value;
    if (!Array.isArray(runs) || !runs.every((run) => typeof run === 'string')) return undefined;
    return { runs: [...new Set<string>(runs)].slice(0, mostRuns) };
  },
  open: (subject, page, host) => new CompareSource(subject, page, host),
};

/** What the runs were when the comparison was made, so that a change since can be told. */
type Stamps = ReadonlyMap<string, string>;

class CompareSource implements PanelSource<CompareView, CompareAction> {
  private work: AbortController | undefined;
  private made: { readonly data: Comparison; readonly stamps: Stamps } | undefined;
  private isStale = false;
  private isBegun = false;
  private readonly watching: vscode.Disposable;

  constructor(
    private subject: CompareSubject,
    private readonly page: PanelPage<CompareSubject, Comparison>,
    private readonly host: Host,
  ) {
    this.watching = host.runs.onDidChange(() => this.judge());
  }

  /** Nothing that a person looks at changes the comparison; the first look makes it. */
  look(): void {
    if (this.isBegun) return;
    this.isBegun = true;
    void this.compare();
  }

  async act(action: CompareAction): Promise<void> {
    switch (action.do) {
      case 'addRuns':
        return this.addRuns();
      case 'removeRun':
        return this.choose(this.subject.runs.filter((run) => run !== action.run));
      case 'openRun':
        await this.host.execute('medbert.showCurves', action.run);
        return;
      case 'recompute':
        return this.compare();
      case 'cancel':
        this.work?.abort();
        return;
      case 'openLog':
        this.host.log.show();
        return;
      case 'exportTable':
        if (this.made !== undefined) await this.save('comparison.tsv', comparisonTsv(this.made.data));
        return;
      case 'exportPng':
        return this.save(`comparison-${action.curve}.png`, Buffer.from(action.png, 'base64'));
    }
  }

  dispose(): void {
    this.watching.dispose();
    this.work?.abort();
    this.work = undefined;
  }

  private async addRuns(): Promise<void> {
    const { runs } = this.subject;
    const chosen = await chooseRuns(this.host, runs, {
      question: vscode.l10n.t('Compare which runs? (up to {0})', mostRuns),
      suits: () => true,
      none: vscode.l10n.t('There is no run yet: pretrain or fine-tune first.'),
    });
    if (chosen === undefined) return;
    const ids = chosen.map(({ id }) => id);
    // Runs that stay keep their place, and with it their colour.
    const next = [...runs.filter((run) => ids.includes(run)), ...ids.filter((id) => !runs.includes(id))];
    if (next.length > mostRuns) {
      throw new UserError(
        vscode.l10n.t('{0} runs are too many to be compared: choose up to {1}.', next.length, mostRuns),
      );
    }
    await this.choose(next);
  }

  private async choose(runs: readonly string[]): Promise<void> {
    this.subject = { runs };
    this.made = undefined;
    this.page.setSubject(this.subject);
    await this.compare();
  }

  private async compare(): Promise<void> {
    this.work?.abort();
    this.work = undefined;
    const { runs } = this.subject;
    if (runs.length < 2) {
      this.page.show(tooFew());
      return;
    }
    const work = new AbortController();
    this.work = work;
    this.page.show(loading(vscode.l10n.t('reading runs'), null));
    try {
      await this.host.runs.refresh();
      const stamps = this.stampsOf(runs);
      const data = await this.host.query.ask(
        'compare',
        { home: this.host.home, runs },
        {
          signal: work.signal,
          progress: (report) => {
            if (this.work === work) this.page.show(loading(report.phase, shareOf(report)));
          },
        },
      );
      if (this.work !== work) return;
      this.work = undefined;
      this.made = { data, stamps };
      this.isStale = false;
      this.page.show({ kind: 'ready', stale: null, data });
      this.judge();
    } catch (error) {
      // Work that was given up, for other runs or with the panel, has nothing to say any more.
      if (this.work !== work) return;
      this.work = undefined;
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (error instanceof CancelledError) {
      this.page.show(this.made === undefined ? cancelled() : this.stale(this.made.data));
      return;
    }
    const title = vscode.l10n.t('The runs could not be compared');
    if (error instanceof UserError) {
      this.page.show({ kind: 'error', title, text: error.explain(), steps: [again(), addRunsStep()] });
      return;
    }
    this.host.tell(error);
    const text = vscode.l10n.t('This is a bug. The runs are untouched; the log holds the places.');
    const log = { label: vscode.l10n.t('Show Log'), do: 'openLog' };
    this.page.show({ kind: 'error', title, text, steps: [again(), log] });
  }

  /** Says so when a run has changed since the comparison was made. */
  private judge(): void {
    if (this.made === undefined || this.work !== undefined || this.isStale) return;
    const { data, stamps } = this.made;
    const now = this.stampsOf(this.subject.runs);
    if (![...stamps].some(([run, stamp]) => now.get(run) !== stamp)) return;
    this.isStale = true;
    this.page.show(this.stale(data));
  }

  private stale(data: Comparison): PanelState<Comparison> {
    const stamps = this.made?.stamps ?? new Map<string, string>();
    const now = this.stampsOf(this.subject.runs);
    const changed = [...stamps].filter(([run, stamp]) => now.get(run) !== stamp).map(([run]) => run);
    const text =
      changed.length === 0
        ? vscode.l10n.t('This is the earlier comparison; the new one was cancelled')
        : changed.length === 1
          ? vscode.l10n.t('{0} has changed since this was computed', changed[0]!)
          : vscode.l10n.t('{0} runs have changed since this was computed', changed.length);
    return { kind: 'ready', stale: { text, step: again() }, data };
  }

  /** Only a finished run has figures that another best step would change. */
  private stampsOf(runs: readonly string[]): Stamps {
    return new Map(
      runs.map((run) => {
        const facts = this.host.runs.facts(run);
        const step = facts?.state === 'finished' ? facts.bestStep : null;
        return [run, facts === undefined ? 'gone' : `${facts.state} ${step ?? ''}`];
      }),
    );
  }

  private async save(name: string, content: string | Uint8Array): Promise<void> {
    const extension = name.slice(name.lastIndexOf('.') + 1);
    const target = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.file(join(this.host.workspaceFolder, name)),
      filters: { [extension.toUpperCase()]: [extension] },
    });
    if (target === undefined) return;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await vscode.workspace.fs.writeFile(target, bytes);
  }
}

function loading(phase: string, share: number | null): PanelState<Comparison> {
  return { kind: 'loading', phase, share, cancellable: true };
}

function tooFew(): PanelState<Comparison> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('Choose two or more runs'),
    text: vscode.l10n.t('Their settings, figures and curves are shown side by side here.'),
    steps: [addRunsStep()],
  };
}

function cancelled(): PanelState<Comparison> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('The comparison was cancelled'),
    text: vscode.l10n.t('The runs are untouched.'),
    steps: [again(), addRunsStep()],
  };
}

function addRunsStep(): { label: string; do: string } {
  return { label: vscode.l10n.t('Add Runs…'), do: 'addRuns' };
}

function again(): { label: string; do: string } {
  return { label: vscode.l10n.t('Recompute'), do: 'recompute' };
}
