import type { CurveAxis } from '../../protocol/panels/curves';
import type { RunFacts } from '../run-facts';
import { type Column, isMeasured } from './column';
import type { JournalSeries, Moment, Split } from './journal-series';

/** A run with its figures. */
export interface ShownRun {
  readonly facts: RunFacts;
  readonly series: JournalSeries;
}

/** The x-values of a split on an axis. */
export function axisOf({ series }: ShownRun, split: Split, axis: CurveAxis): Column {
  return series.tables[split][axis];
}

/** How far a run has come on an axis. */
export function reachOf(run: ShownRun, axis: CurveAxis): number {
  if (axis === 'time') return run.series.seconds;
  const last = (['train', 'validation'] as const).map((split) => {
    const column = axisOf(run, split, axis);
    return column.length === 0 ? 0 : column.at(column.length - 1);
  });
  return Math.max(0, ...last);
}

/** How far a run will come on an axis, as planned; how far it has come where no plan is known. */
export function planOf(run: ShownRun, axis: CurveAxis): number {
  const reach = reachOf(run, axis);
  const steps = run.series.steps ?? run.facts.steps;
  if (axis === 'time' || steps === null) return reach;
  return Math.max(reach, axis === 'step' ? steps : (epochAt(run, steps) ?? 0));
}

/** A step on another axis. Undefined when the run has not told anything to judge by. */
export function placeOfStep(run: ShownRun, step: number, axis: CurveAxis): number | undefined {
  if (axis === 'step') return step;
  if (axis === 'epoch') return epochAt(run, step);
  const { step: steps, time } = run.series.tables.train;
  const row = steps.firstAtLeast(step);
  if (row >= steps.length) return undefined;
  const [x1, y1] = [steps.at(row), time.at(row)];
  const [x0, y0] = row === 0 ? [0, 0] : [steps.at(row - 1), time.at(row - 1)];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (step - x0)) / (x1 - x0);
}

/** Epochs go with steps in proportion. */
function epochAt({ series }: ShownRun, step: number): number | undefined {
  const { step: steps, epoch } = series.tables.train;
  const last = steps.length - 1;
  return last < 0 || steps.at(last) === 0 ? undefined : (epoch.at(last) * step) / steps.at(last);
}

/** A moment on an axis. */
export function placeOf(moment: Moment, axis: CurveAxis): number {
  return moment[axis];
}

/** The latest measured value of a column at or before `x`; null when there is none. */
export function latestAt(x: Column, y: Column | undefined, limit: number | null): number | null {
  if (y === undefined) return null;
  let row = y.length - 1;
  if (limit !== null) {
    row = Math.min(row, x.firstAtLeast(limit));
    if (row >= 0 && x.at(row) > limit) row -= 1;
  }
  for (; row >= 0; row -= 1) if (isMeasured(y.at(row))) return y.at(row);
  return null;
}
