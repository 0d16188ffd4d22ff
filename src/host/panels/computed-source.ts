import * as vscode from 'vscode';
import { CancelledError, UserError } from '../../protocol/errors';
import type { PanelState, Step } from '../../protocol/panels/panel';
import type { LongWork } from '../../protocol/progress';
import type { Host } from '../host';
import { shareOf } from '../long-work';
import type { PanelPage } from './panel';

/** What the buttons of a computed report do. */
export type ComputedAction = 'recompute' | 'cancel' | 'openLog';

/** What a panel shows that is asked for as a whole, takes a while, and grows old. */
export interface Computation<Report, Data> {
  /**
   * What to show when there is nothing that could be computed (no dataset, too few runs); undefined when there is.
   * Cheap: asked before each computation, and at each change while it stands on the page.
   */
  missing(): PanelState<Data> | undefined;
  /**
   * Makes the report, with everything in it that {@link outdated} needs to know later.
   * @param afresh the person asked for it: nothing out of a cache
   */
  compute(work: LongWork, afresh: boolean): Promise<Report>;
  data(report: Report): Data;
  /** Why the report no longer holds, for a person; undefined when it does. */
  outdated(report: Report): string | undefined;
  readonly words: ComputationWords;
  /** Buttons beside a mistake, after Recompute; they may depend on what is asked. */
  mistakeSteps(): readonly Step[];
}

export interface ComputationWords {
  /** The first phase, before any progress is told. */
  readonly beginning: string;
  /** Title and text when it was cancelled and there is no earlier report; buttons after Recompute. */
  readonly cancelled: { readonly title: string; readonly text: string; readonly steps: readonly Step[] };
  /** Beside the earlier report, when making a new one was cancelled. */
  readonly earlier: string;
  /** Title when it failed, and what survived a bug. */
  readonly failed: { readonly title: string; readonly bug: string };
}

/**
 * The life of a computed report on a page: asked for by the first look, with progress and cancel; then shown until it
 * is outdated, which is said, and made anew when the person wants it. After an error, and when it is forgotten, the
 * report is gone: nothing brings it back to the page or into a file. Its counts hold to `medbert.minimumCellCount`:
 * with another one it is made anew at once.
 */
export class ComputedSource<Report, Data> {
  private report: Report | undefined;
  private work: AbortController | undefined;
  private phase: 'untouched' | 'alive' | 'disposed' = 'untouched';
  /** On the page stands that something is missing. */
  private isMissing = false;
  /** On the page stands the report, with this reason why it is old; undefined = anything else stands there. */
  private shownStale: string | null | undefined;
  private readonly watching: vscode.Disposable;

  constructor(
    private readonly computation: Computation<Report, Data>,
    private readonly page: Pick<PanelPage<never, Data>, 'show'>,
    private readonly host: Pick<Host, 'tell' | 'log'>,
  ) {
    this.watching = vscode.Disposable.from(
      // Another minimum may forbid what is on the page, so the report neither waits for a click nor comes back.
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('medbert.minimumCellCount')) void this.restart();
      }),
      // What was refused without trust is what the person wants to see once they give it.
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.phase === 'alive' && this.report === undefined && this.work === undefined)
          void this.make(false);
      }),
    );
  }

  /** The report that the page shows, or that a cancel would bring back; undefined when there is none. */
  get made(): Report | undefined {
    return this.report;
  }

  /** The page is looked at: the first time the report is made, later it is judged. */
  look(): void {
    if (this.phase === 'untouched') void this.make(false);
    else this.judge();
  }

  /** What a button of the report does. A report that is made anew comes back as it was when the person cancels. */
  async act(action: ComputedAction): Promise<void> {
    switch (action) {
      case 'recompute':
        return this.make(true);
      case 'cancel':
        this.work?.abort();
        return;
      case 'openLog':
        this.host.log.show();
        return;
    }
  }

  /** Something may have changed: says so when the report no longer holds, begins when what was missing is there. */
  judge(): void {
    if (this.phase !== 'alive' || this.work !== undefined) return;
    if (this.isMissing) {
      if (this.computation.missing() === undefined) void this.make(false);
    } else if (this.report !== undefined) {
      const reason = this.computation.outdated(this.report);
      // A report that was old stays old, also when what changed seems to be as it was.
      if (reason !== undefined && reason !== this.shownStale) this.showReport(this.report, reason);
    }
  }

  /** Drops the report, because it may not be shown any more or is about something else, and makes another. */
  async restart(): Promise<void> {
    this.forget();
    // What nobody has looked at yet is made when somebody does.
    if (this.phase === 'alive') await this.make(false);
  }

  dispose(): void {
    this.watching.dispose();
    this.forget();
    this.phase = 'disposed';
  }

  private forget(): void {
    this.giveUp();
    this.report = undefined;
  }

  /** Work that is given up has nothing to say any more. */
  private giveUp(): void {
    this.work?.abort();
    this.work = undefined;
  }

  private async make(afresh: boolean): Promise<void> {
    if (this.phase === 'disposed') return;
    this.phase = 'alive';
    this.giveUp();
    const missing = this.computation.missing();
    if (missing !== undefined) {
      this.report = undefined;
      this.show(missing);
      this.isMissing = true;
      return;
    }
    const work = new AbortController();
    this.work = work;
    this.show(loading(this.computation.words.beginning, null));
    let report: Report;
    try {
      report = await this.computation.compute(
        {
          signal: work.signal,
          progress: (progress) => {
            if (this.work === work) this.show(loading(progress.phase, shareOf(progress)));
          },
        },
        afresh,
      );
    } catch (error) {
      if (this.work !== work) return;
      this.work = undefined;
      if (error instanceof CancelledError) this.cancelled();
      else this.fail(error);
      return;
    }
    if (this.work !== work) return;
    this.work = undefined;
    this.report = report;
    this.showReport(report, this.computation.outdated(report) ?? null);
  }

  private cancelled(): void {
    const { cancelled, earlier } = this.computation.words;
    if (this.report !== undefined) {
      this.showReport(this.report, this.computation.outdated(this.report) ?? earlier);
      return;
    }
    const { title, text, steps } = cancelled;
    this.show({ kind: 'empty', title, text, steps: [again(), ...steps] });
  }

  private fail(error: unknown): void {
    this.report = undefined;
    const { title, bug } = this.computation.words.failed;
    if (error instanceof UserError) {
      const steps = [again(), ...this.computation.mistakeSteps()];
      this.show({ kind: 'error', title, text: error.explain(), steps });
      return;
    }
    this.host.tell(error);
    const log = { label: vscode.l10n.t('Show Log'), do: 'openLog' };
    this.show({ kind: 'error', title, text: bug, steps: [again(), log] });
  }

  private showReport(report: Report, reason: string | null): void {
    const stale = reason === null ? null : { text: reason, step: again() };
    this.show({ kind: 'ready', stale, data: this.computation.data(report) });
    this.shownStale = reason;
  }

  private show(state: PanelState<Data>): void {
    this.isMissing = false;
    this.shownStale = undefined;
    this.page.show(state);
  }
}

function loading(phase: string, share: number | null): PanelState<never> {
  return { kind: 'loading', phase, share, cancellable: true };
}

function again(): Step {
  return { label: vscode.l10n.t('Recompute'), do: 'recompute' };
}
