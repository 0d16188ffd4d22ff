import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type CatalogueChange, RunCatalogue } from '../runs/catalogue';
import type { RunFacts } from '../runs/run-facts';
import { runsFolder } from '../runs/home';
import type { Settings } from './settings';

/** A look at the folders may take this share of the time. */
const largestShare = 0.02;
/** With nothing at work and the window in the background, one look in this many intervals. */
const idleIntervals = 5;

/**
 * Follows the runs of a home folder by looking at it again and again. A file watcher only hints that a look is due
 * earlier: watchers miss events on network disks, and may be refused altogether.
 */
export class RunWatch implements vscode.Disposable {
  readonly catalogue: RunCatalogue;
  private readonly changed = new vscode.EventEmitter<CatalogueChange>();
  readonly onDidChange = this.changed.event;
  private watcher: FSWatcher | undefined;
  private looking: Promise<void> | undefined;
  private nextLook: Promise<void> | undefined;
  /** What went wrong at the last look, so that a trouble that stays is told once. */
  private trouble = '';
  private lastTookMs = 0;
  private wake: AbortController = new AbortController();
  private disposed = false;

  constructor(
    private readonly home: string,
    private readonly settings: Settings,
    /** Called after every look, for what else follows the same rhythm. */
    private readonly afterLook: () => void,
    private readonly tell: (error: unknown) => void,
  ) {
    this.catalogue = new RunCatalogue(home);
  }

  facts(id: string): RunFacts | undefined {
    const run = this.catalogue.get(id);
    return run === undefined || run.damaged ? undefined : run;
  }

  /** Runs that can be read, newest first. */
  get readable(): RunFacts[] {
    return this.catalogue.runs.filter((run): run is RunFacts => !run.damaged);
  }

  /** Whether any run is at work or waits for its turn. */
  get isBusy(): boolean {
    return this.readable.some(({ state }) => state === 'running' || state === 'queued');
  }

  /** Whether any run waits for its turn. */
  get isWaiting(): boolean {
    return this.readable.some(({ waitingSince }) => waitingSince !== null);
  }

  /** Looks until the window closes. */
  async follow(): Promise<void> {
    while (!this.disposed) {
      await this.refresh();
      this.watchRuns();
      const intervals = this.isBusy || vscode.window.state.focused ? 1 : idleIntervals;
      const waitMs = Math.max(this.settings.pollSeconds * 1000 * intervals, this.lastTookMs / largestShare);
      this.wake = new AbortController();
      await sleep(waitMs, undefined, { signal: this.wake.signal }).catch(() => undefined);
    }
  }

  /** Looks now; while a look is under way, once more after it. Whoever asks meanwhile waits for the same look. */
  refresh(): Promise<void> {
    if (this.looking === undefined) {
      this.looking = this.look().finally(() => (this.looking = undefined));
      return this.looking;
    }
    this.nextLook ??= this.looking.then(() => {
      this.nextLook = undefined;
      return this.refresh();
    });
    return this.nextLook;
  }

  /** Looks again soon, without waiting for it. */
  hint(): void {
    this.wake.abort();
  }

  dispose(): void {
    this.disposed = true;
    this.wake.abort();
    this.watcher?.close();
    this.changed.dispose();
  }

  private async look(): Promise<void> {
    const started = performance.now();
    try {
      const change = await this.catalogue.refresh();
      if (this.disposed) return;
      if (change.appeared.length + change.vanished.length + change.changed.length > 0)
        this.changed.fire(change);
      this.afterLook();
      this.trouble = '';
    } catch (error) {
      this.tellOnce(error);
    } finally {
      this.lastTookMs = performance.now() - started;
    }
  }

  /** A folder that cannot be read or written stays so for many looks. */
  private tellOnce(error: unknown): void {
    const trouble = String(error);
    if (trouble !== this.trouble) this.tell(error);
    this.trouble = trouble;
  }

  private watchRuns(): void {
    if (this.watcher !== undefined) return;
    try {
      this.watcher = watch(runsFolder(this.home), { persistent: false }, () => this.hint());
      this.watcher.on('error', () => this.unwatch());
    } catch {
      // No runs folder yet, or no watcher left on this machine: looking goes on without it.
    }
  }

  private unwatch(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}
