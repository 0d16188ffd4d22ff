import type { RunEvent, UnknownEvent } from '../protocol/journal';
import { isRunEvent } from './read-journal';

export type Metric = Extract<RunEvent, { kind: 'metric' }>;
type Checkpointed = Extract<RunEvent, { kind: 'checkpoint' }>;

/** What a journal says of a run's progress, as far as it still holds. */
export interface Figures {
  /** Figures in order. */
  readonly metrics: readonly Metric[];
  /** Step of the best checkpoint so far; null before the first validation. */
  readonly bestStep: number | null;
}

/**
 * The figures of a run that still hold. After a kill, a run goes on from its last checkpoint and journals the
 * steps since then a second time: a `started` event with step s takes back everything earlier beyond s.
 */
export function currentFigures(events: readonly (RunEvent | UnknownEvent)[]): Figures {
  let metrics: Metric[] = [];
  let best: Checkpointed[] = [];
  for (const event of events) {
    if (!isRunEvent(event)) continue;
    if (event.kind === 'started') {
      metrics = metrics.filter(({ step }) => step <= event.step);
      best = best.filter(({ step }) => step <= event.step);
    } else if (event.kind === 'metric') metrics.push(event);
    else if (event.kind === 'checkpoint' && event.best) best.push(event);
  }
  return { metrics, bestStep: best.at(-1)?.step ?? null };
}
