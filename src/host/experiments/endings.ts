import type { CatalogueChange } from '../../runs/catalogue';
import type { RunFacts } from '../../runs/run-facts';
import type { Settings } from '../settings';
import { resultFacts } from './run-row';
import { type Words, count } from './wording';

/** What the person is told about the end of a run, and the one thing that they can do about it. */
export interface Notice {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly action: string;
  readonly command: 'medbert.showCurves' | 'medbert.openLog' | 'medbert.resumeRun';
}

/** Longer errors are cut; the log has them whole. */
const longestError = 200;

/** What to say about a run that has ended; undefined where nothing needs to be said. */
export function noticeOf(
  run: RunFacts,
  wanted: Settings['notifyWhenRunEnds'],
  l10n: Words,
): Notice | undefined {
  if (wanted === 'never') return undefined;
  switch (run.state) {
    case 'finished':
      return wanted === 'failures' ? undefined : finished(run, l10n);
    case 'failed':
      return {
        severity: 'error',
        text: l10n.t('{0} failed: {1}', run.id, reason(run, l10n)),
        action: l10n.t('Open Log'),
        command: 'medbert.openLog',
      };
    case 'interrupted':
      return {
        severity: 'error',
        text: l10n.t('{0} failed at step {1}: its process ended without a word.', run.id, count(run.step)),
        action: l10n.t('Resume'),
        command: 'medbert.resumeRun',
      };
    // The person stopped it.
    case 'stopped':
    case 'running':
    case 'queued':
      return undefined;
  }
}

function finished(run: RunFacts, l10n: Words): Notice {
  const pretraining = run.manifest.kind === 'pretrain';
  const hasFigures = pretraining ? run.validLoss !== null : run.testAuroc !== null;
  return {
    severity: 'information',
    text: hasFigures
      ? l10n.t('{0} has finished: {1}.', run.id, resultFacts(run, l10n))
      : l10n.t('{0} has finished.', run.id),
    action: pretraining ? l10n.t('Show Curves') : l10n.t('Show Result'),
    command: 'medbert.showCurves',
  };
}

/** The first line of the error. The text of a bug stays out, because it may quote a record. */
function reason({ error, bug }: RunFacts, l10n: Words): string {
  if (bug) return l10n.t('this is a bug in Med-BERT Explorer.');
  const [line = ''] = (error ?? l10n.t('nobody knows why.')).split('\n');
  return line.length <= longestError ? line : `${line.slice(0, longestError - 1)}…`;
}

/** Which runs have ended since the window opened, each end once. */
export class Endings {
  private atWork: ReadonlySet<string> = new Set();
  private readonly told = new Set<string>();

  /** @param openedAt when the window opened, milliseconds since 1970 */
  constructor(private readonly openedAt: number) {}

  /** The runs that have just ended, as they stand now. */
  among({ endedNow }: CatalogueChange, runs: readonly RunFacts[]): RunFacts[] {
    const ended = new Set(endedNow.map(({ id }) => id));
    const fresh = runs.filter((run) => ended.has(run.id) && this.isFresh(run));
    this.atWork = new Set(runs.filter(({ state }) => state === 'running').map(({ id }) => id));
    return fresh;
  }

  /** A run that merely leaves the queue stands as it ended before: that is no news. */
  private isFresh({ id, state, endedAt, error }: RunFacts): boolean {
    const isNews = this.atWork.has(id) || endedAt === null || endedAt >= this.openedAt;
    const key = JSON.stringify([id, state, endedAt, error]);
    if (!isNews || this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }
}
