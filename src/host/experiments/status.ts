import type { RunFacts } from '../../runs/run-facts';
import { plain, table } from './markdown';
import { runDescription, secondsLeft, shareDone } from './run-row';
import { type Words, count, dot, duration, percent } from './wording';

/** What the status bar says. */
export interface Status {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** For a screen reader. */
  readonly spoken: string;
  /** The run that a click shows; undefined when several are at work, and the person has to choose. */
  readonly runId: string | undefined;
}

/** The runs at work in a line: `pretrain-20261122-1 68 % · 38 min`, or `2 running · 38 min`; undefined when there is none. */
export function statusOf(runs: readonly RunFacts[], now: number, l10n: Words): Status | undefined {
  const running = runs.filter(({ state }) => state === 'running');
  const [first] = running;
  if (first === undefined) return undefined;
  const waiting = runs.filter(
    ({ waitingSince, state }) => state === 'queued' && waitingSince !== null,
  ).length;
  const rows = running.map((run) => [run.id, runDescription(run, now, l10n)]);
  const queue = waiting === 0 ? '' : `\n\n${plain(l10n.t('{0} waiting', count(waiting)))}`;
  const single = running.length === 1;
  const line = single ? oneRun(first, now) : severalRuns(running, now, l10n);
  return {
    text: `$(sync~spin) ${line}`,
    tooltip: `${table([l10n.t('Run'), l10n.t('State')], rows)}${queue}\n\n${plain(l10n.t('Click to show training curves.'))}`,
    spoken: l10n.t('Med-BERT: {0}', single ? l10n.t('{0} running', line) : line),
    runId: single ? first.id : undefined,
  };
}

function oneRun(run: RunFacts, now: number): string {
  const share = shareDone(run);
  const left = secondsLeft(run, now);
  const facts = [share === null ? null : percent(share), left === null ? null : duration(left)];
  return [run.id, facts.filter((fact) => fact !== null).join(dot)].filter(Boolean).join(' ');
}

/** The time is that until the last of them is done; without it where one of them does not know. */
function severalRuns(running: readonly RunFacts[], now: number, l10n: Words): string {
  const many = l10n.t('{0} running', count(running.length));
  const left = running.map((run) => secondsLeft(run, now));
  return left.some((seconds) => seconds === null)
    ? many
    : `${many}${dot}${duration(Math.max(...left.map((seconds) => seconds ?? 0)))}`;
}
