import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunState } from '../protocol/run';
import { Breather } from './breather';
import { FolderWatch } from './folder-watch';
import { runsFolder } from './home';
import type { ListedRun } from './run-facts';
import { newestFirst, runIds } from './store';

/** What a refresh found. Ids, in no order. */
export interface CatalogueChange {
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  readonly changed: readonly string[];
  /** Runs that were seen at work (or waiting) and have ended since. */
  readonly endedNow: readonly { readonly id: string; readonly state: RunState }[];
}

/**
 * All runs of a home folder, kept up to date. Only what may have changed is read again: of a run that has ended
 * nothing but the times of its files is looked at. A refresh lets others have the thread every few milliseconds, so
 * runs may appear, vanish or break while it goes on.
 */
export class RunCatalogue {
  readonly #watches = new Map<string, FolderWatch>();
  #sorted: readonly ListedRun[] = [];
  #refreshing: Promise<CatalogueChange> | undefined;
  readonly #now: () => number;

  /** @param options.now milliseconds since 1970 */
  constructor(
    private readonly home: string,
    { now = Date.now }: { readonly now?: () => number } = {},
  ) {
    this.#now = now;
  }

  /** As of the last refresh: newest first; what cannot be read comes last, each with its problem. */
  get runs(): readonly ListedRun[] {
    return this.#sorted;
  }

  /** One run as of the last refresh. */
  get(id: string): ListedRun | undefined {
    return this.#watches.get(id)?.facts;
  }

  /**
   * Looks at the folder of runs. Who calls while a refresh is under way gets its outcome.
   * @throws UserError when the folder of runs cannot be read
   */
  refresh(): Promise<CatalogueChange> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<CatalogueChange> {
    const breather = new Breather();
    const change = {
      appeared: [] as string[],
      vanished: [] as string[],
      changed: [] as string[],
      endedNow: [] as { id: string; state: RunState }[],
    };
    const ids = new Set(runIds(this.home));
    for (const id of this.#watches.keys()) {
      if (ids.has(id)) continue;
      this.#watches.delete(id);
      change.vanished.push(id);
    }
    for (const id of ids) {
      const known = this.#watches.get(id);
      const watch = known ?? new FolderWatch(id, join(runsFolder(this.home), id), this.#now);
      const before = watch.facts;
      const moved = await watch.look(breather);
      if (watch.facts?.damaged === true && !existsSync(watch.folder)) {
        // It went while it was looked at.
        if (this.#watches.delete(id)) change.vanished.push(id);
        continue;
      }
      this.#watches.set(id, watch);
      if (known === undefined) change.appeared.push(id);
      else if (moved) change.changed.push(id);
      const ended = endedState(before, watch.facts!);
      if (ended !== undefined) change.endedNow.push({ id, state: ended });
      await breather.breathe();
    }
    this.#sorted = [...this.#watches.values()].map(({ facts }) => facts!).sort(newestFirst);
    return change;
  }
}

function endedState(before: ListedRun | undefined, after: ListedRun): RunState | undefined {
  if (before === undefined || before.damaged || after.damaged) return undefined;
  const wasAlive = before.state === 'running' || before.waitingSince !== null;
  return wasAlive && after.state !== 'running' && after.state !== 'queued' ? after.state : undefined;
}
