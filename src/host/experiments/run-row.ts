import type { RunState } from '../../protocol/run';
import type { RunFacts } from '../../runs/run-facts';
import { type Words, auroc, count, dot, duration, fixed, percent } from './wording';

/** A codicon and the theme colour it is drawn in; null = that of the text. */
export interface Icon {
  readonly codicon: string;
  readonly colour: string | null;
}

/** The sign of each state. The shapes differ, so that colour repeats what they say. */
export const stateIcons: Readonly<Record<RunState, Icon>> = {
  running: { codicon: 'sync~spin', colour: 'charts.blue' },
  queued: { codicon: 'clock', colour: 'disabledForeground' },
  finished: { codicon: 'pass', colour: 'testing.iconPassed' },
  stopped: { codicon: 'debug-stop', colour: 'disabledForeground' },
  failed: { codicon: 'error', colour: 'testing.iconFailed' },
  // A failure like any other; what sets it apart is said in words.
  interrupted: { codicon: 'error', colour: 'testing.iconFailed' },
};
const doubtful: Icon = { codicon: 'warning', colour: 'list.warningForeground' };

/** A finished run whose figures cannot be read is no success. */
export function runIcon({ state, error }: RunFacts): Icon {
  return state === 'finished' && error !== null ? doubtful : stateIcons[state];
}

/** What `when` clauses go by: `run.pretrain.running`; `unstarted` is a run that was made and waits for nothing. */
export function runContext(run: RunFacts): string {
  return `run.${run.manifest.kind}.${isUnstarted(run) ? 'unstarted' : run.state}`;
}

/** Whether a run was made and never put into the queue, because whoever made it was killed right then. */
function isUnstarted({ state, waitingSince }: RunFacts): boolean {
  return state === 'queued' && waitingSince === null;
}

/** The state in a word. */
export function stateName(state: RunState, l10n: Words): string {
  const names: Readonly<Record<RunState, string>> = {
    running: l10n.t('running'),
    queued: l10n.t('queued'),
    finished: l10n.t('finished'),
    stopped: l10n.t('stopped'),
    failed: l10n.t('failed'),
    interrupted: l10n.t('failed, process gone'),
  };
  return names[state];
}

/** Share of the planned steps that is done, 0 to 1; null before the first process has planned them. */
export function shareDone({ step, steps }: RunFacts): number | null {
  return steps === null || steps <= 0 ? null : Math.min(1, step / steps);
}

/** Seconds until it is done, as expected at `now`; null when nobody can tell, as of a run that is overdue. */
export function secondsLeft({ state, expectedEnd }: RunFacts, now: number): number | null {
  if (state !== 'running' || expectedEnd === null || expectedEnd < now) return null;
  return (expectedEnd - now) / 1000;
}

/** The facts beside the name of a run: `68 % · loss 4.02 · 38 min`, `stopped at 42 %`. */
export function runDescription(run: RunFacts, now: number, l10n: Words): string {
  const share = shareDone(run);
  switch (run.state) {
    case 'running':
      return runningFacts(run, now, l10n);
    case 'finished':
      return resultFacts(run, l10n);
    case 'queued':
      if (isUnstarted(run)) return l10n.t('not started');
      return run.step > 0 && share !== null ? l10n.t('queued at {0}', percent(share)) : l10n.t('queued');
    case 'stopped':
      return share === null ? l10n.t('stopped') : l10n.t('stopped at {0}', percent(share));
    case 'interrupted':
      return share === null
        ? l10n.t('failed: its process ended without a word')
        : l10n.t('failed at {0}: its process ended without a word', percent(share));
    case 'failed':
      return run.step === 0 ? l10n.t('failed') : l10n.t('failed, step {0}', count(run.step));
  }
}

function runningFacts(run: RunFacts, now: number, l10n: Words): string {
  const share = shareDone(run);
  if (share === null) return run.step === 0 ? l10n.t('starting') : l10n.t('step {0}', count(run.step));
  const left = secondsLeft(run, now);
  const facts = [percent(share), currentFigure(run, l10n), left === null ? null : duration(left)];
  return facts.filter((fact) => fact !== null).join(dot);
}

/** The figure by which a running run is judged: its training loss, or the AUROC that fine-tuning has reached. */
function currentFigure(run: RunFacts, l10n: Words): string | null {
  if (run.manifest.kind === 'finetune' && run.validAuroc !== null) {
    return l10n.t('valid AUROC {0}', fixed(run.validAuroc, 3));
  }
  return run.trainLoss === null ? null : l10n.t('loss {0}', fixed(run.trainLoss, 2));
}

/**
 * What a finished run has reached: `0.854 (0.81–0.89) test AUROC`, or `4.36 valid loss · 0.80 LOS AUROC` of pretraining.
 * The figures come first, because a narrow side bar cuts off what comes last.
 */
export function resultFacts(run: RunFacts, l10n: Words): string {
  if (run.manifest.kind === 'finetune') {
    if (run.testAuroc !== null) {
      return l10n.t('{0} test AUROC', auroc(run.testAuroc, run.testAurocCi95));
    }
  } else if (run.validLoss !== null) {
    const loss = l10n.t('{0} valid loss', fixed(run.validLoss, 2));
    return run.losAuroc === null ? loss : `${loss}${dot}${l10n.t('{0} LOS AUROC', fixed(run.losAuroc, 2))}`;
  }
  return run.error === null ? l10n.t('finished') : l10n.t('finished, figures damaged');
}
