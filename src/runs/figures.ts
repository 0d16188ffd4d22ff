import type { RunEvent, UnknownEvent } from '../protocol/journal';
import { isRunEvent } from './journal';

export type Metric = Extract<RunEvent, { kind: 'metric' }>;

/**
 * The figures of a run that still hold, in order. After a kill, a run goes on from its last checkpoint and
 * journals the steps since then a second time: a `started` event with step s takes back every earlier figure
 * beyond s.
 */
export function currentFigures(events: readonly (RunEvent | UnknownEvent)[]): Metric[] {
  const figures: Metric[] = [];
  for (const event of events) {
    if (!isRunEvent(event)) continue;
    if (event.kind === 'started') {
      while (figures.length > 0 && figures.at(-1)!.step > event.step) figures.pop();
    } else if (event.kind === 'metric') figures.push(event);
  }
  return figures;
}
