import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../protocol/errors';
import type { RunManifest, RunState } from '../protocol/run';
import type { Breather } from './breather';
import { listCheckpoints } from './checkpoints';
import { readClaim } from './claim';
import { JournalSight } from './journal-sight';
import { journalPath } from './lines';
import { ProcessMemory } from './process-memory';
import type { CheckpointFact, ListedRun, RunFacts } from './run-facts';
import { judgeCondition, type RunCondition } from './state';
import { damageOf, manifestFile, readManifest } from './store';
import { readResults, type RunResults } from './summary';

/** A file that was changed so lately may change again without another time of change (git calls this racy), in ms. */
const restless = 2500;

/** Between the making of a run and its place in the queue lies a moment; longer means that nobody will queue it, in ms. */
const makingMs = 10_000;

/** One run folder, looked at again only where something may have changed. */
export class FolderWatch {
  facts: ListedRun | undefined;

  readonly #sight: JournalSight;
  readonly #processes = new ProcessMemory();
  #manifest: RunManifest | undefined;
  #results: RunResults | undefined;
  #resultsProblem: string | undefined;
  #checkpoints: readonly { step: number; folder: string }[] = [];
  #seen = { folder: '', journal: '', checkpoints: '' };
  /** Whether something can change without a trace in the times of files: a process can die. */
  #lively = true;

  constructor(
    readonly id: string,
    readonly folder: string,
    private readonly now: () => number,
  ) {
    this.#sight = new JournalSight(folder);
  }

  /** Looks at the folder; true when its facts are others than before (but for the time left). */
  async look(breather: Breather): Promise<boolean> {
    const before = this.facts;
    const now = this.now();
    try {
      const seen = this.#lookAtTimes();
      const folderMoved = seen.folder !== this.#seen.folder;
      const same =
        !folderMoved && seen.journal === this.#seen.journal && seen.checkpoints === this.#seen.checkpoints;
      if (same && !this.#lively) return false;
      if (folderMoved || before?.damaged === true) this.#readWhatIsWrittenOnce();
      if (folderMoved || seen.checkpoints !== this.#seen.checkpoints) {
        this.#checkpoints = listCheckpoints(this.folder);
      }
      const condition = await this.#condition(breather);
      this.facts = this.#factsOf(condition, now);
      // What moved a moment ago is looked at once more, whatever its times say then.
      this.#seen = seen.newest > now - restless ? { folder: '', journal: '', checkpoints: '' } : seen;
      this.#lively = this.facts.state === 'running' || this.facts.waitingSince !== null;
    } catch (error) {
      const problem = damageOf(error, this.folder);
      this.facts = { damaged: true, id: this.id, folder: this.folder, problem };
      this.#manifest = undefined;
      this.#seen = { folder: '', journal: '', checkpoints: '' };
    }
    return !sameFacts(before, this.facts);
  }

  /** The claim is looked at before the journal: a process that ends between the two has written its ending by then. */
  async #condition(breather: Breather): Promise<RunCondition> {
    for (;;) {
      const claim = readClaim(this.folder, this.now, (record, movement) =>
        this.#processes.isAlive(record, movement),
      );
      await this.#sight.look(claim?.alive === true, this.#results?.bestStep, breather);
      const condition = judgeCondition(this.folder, claim, () => this.#sight.turn, this.now);
      if (condition !== undefined) return condition;
    }
  }

  #readWhatIsWrittenOnce(): void {
    this.#manifest ??= readManifest(this.folder);
    this.#resultsProblem = undefined;
    try {
      this.#results = readResults(this.folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#results = undefined;
      this.#resultsProblem = error.explain();
    }
  }

  #lookAtTimes(): { folder: string; journal: string; checkpoints: string; newest: number } {
    const looks = [this.folder, journalPath(this.folder), join(this.folder, 'checkpoints')].map((path) =>
      statSync(path, { throwIfNoEntry: false }),
    );
    // Of a damaged run the description may be mended in place.
    if (this.facts?.damaged === true)
      looks.push(statSync(join(this.folder, manifestFile), { throwIfNoEntry: false }));
    const [folder, journal, checkpoints] = looks.map((at) =>
      at === undefined ? '-' : `${at.mtimeMs} ${at.size} ${at.ino}`,
    );
    const newest = Math.max(...looks.map((at) => at?.mtimeMs ?? 0));
    return { folder: folder!, journal: journal!, checkpoints: checkpoints!, newest };
  }

  #factsOf(condition: RunCondition, now: number): RunFacts {
    const { state, ending, claim, problem, waitingSince } = condition;
    const sight = this.#sight;
    const best = sight.best;
    const { evaluation } = this.#results ?? {};
    const steps = sight.first?.steps ?? null;
    const running = state === 'running';
    const left =
      running && steps !== null ? sight.pace.millisecondsFor(Math.max(0, steps - sight.step)) : undefined;
    const expectedEnd = left === undefined ? null : Math.round((sight.lastTime ?? now) + left);
    const error = problem ?? (ending?.kind === 'failed' ? ending.message : this.#resultsProblem) ?? null;
    return {
      damaged: false,
      id: this.id,
      folder: this.folder,
      manifest: this.#manifest!,
      state,
      endingMessage: endingMessage(condition),
      step: sight.step,
      steps,
      epoch: sight.epoch ?? null,
      startedAt: sight.first?.time ?? null,
      endedAt:
        running || state === 'queued' ? null : ending ? Date.parse(ending.time) : (sight.lastTime ?? null),
      lastEventAt: sight.lastTime ?? null,
      waitingSince: waitingSince === undefined ? this.#madeJustNow(state, now) : Date.parse(waitingSince),
      resumedFrom: sight.startedAt === undefined || sight.startedAt === 0 ? null : sight.startedAt,
      trainLoss: sight.trainLoss ?? null,
      bestStep: best?.step ?? null,
      validLoss: best?.values?.['loss'] ?? null,
      validAuroc: best?.values?.['auroc'] ?? null,
      mlmAccuracy: best?.values?.['mlmAccuracy'] ?? null,
      losAuroc: best?.values?.['losAuroc'] ?? null,
      testAuroc: evaluation?.auroc ?? null,
      testAurocCi95: evaluation?.aurocCi95 ?? null,
      testPatients: evaluation?.n ?? null,
      patientsPerSecond: sight.patientsPerSecond ?? null,
      tokensPerSecond: sight.tokensPerSecond ?? null,
      etaSeconds: expectedEnd === null ? null : Math.max(0, Math.round((expectedEnd - now) / 1000)),
      expectedEnd,
      checkpoints: this.#checkpointFacts(best?.step),
      error,
      bug: ending?.kind === 'failed' && ending.bug,
      pid: running ? (claim?.record.pid ?? null) : null,
    };
  }

  /** A new run is about to be queued, and counts as waiting from the beginning. */
  #madeJustNow(state: RunState, now: number): number | null {
    const madeAt = Date.parse(this.#manifest!.createdAt);
    return state === 'queued' && now >= madeAt && now - madeAt < makingMs ? madeAt : null;
  }

  #checkpointFacts(best: number | undefined): readonly CheckpointFact[] {
    return this.#checkpoints.map(({ step, folder }) => ({ step, best: step === best, folder }));
  }
}

function endingMessage({ state, ending, problem }: RunCondition): string | null {
  if (problem !== undefined) return problem;
  switch (ending?.kind) {
    case 'failed':
      return ending.message;
    case 'finished':
      return ending.reason === 'completed'
        ? 'All planned steps are done.'
        : 'Ended early: validation had stopped improving.';
    case 'stopped':
      return `Stopped at step ${ending.step}.`;
    case undefined:
      return state === 'interrupted' ? 'Its process ended without a word.' : null;
  }
}

/** Whether a list shows the same; the time left runs down by itself and is no news. */
function sameFacts(one: ListedRun | undefined, other: ListedRun): boolean {
  if (one === undefined || one.damaged || other.damaged) {
    return one?.damaged === true && other.damaged && one.problem === other.problem;
  }
  return (Object.keys(other) as (keyof RunFacts)[]).every(
    (key) => key === 'etaSeconds' || sameValue(one[key], other[key]),
  );
}

function sameValue(one: unknown, other: unknown): boolean {
  return one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other));
}
