import type { AxisStyle } from '../format';
import { count, duration, fixed, fixedOrNone, none, rate, share } from '../format';
import type { CurveAxis, Measure } from '../../src/protocol/panels/curves';

/** How a measure is called, drawn and written. */
export interface MeasureStyle {
  readonly title: string;
  /** What stands beside the title. */
  readonly note: string;
  readonly axis: AxisStyle;
  readonly fromZero: boolean;
  readonly write: (value: number) => string;
}

export const measures: Readonly<Record<Measure, MeasureStyle>> = {
  loss: { title: 'Loss', note: '', axis: 'number', fromZero: false, write: (value) => fixed(value, 2) },
  mlmAccuracy: {
    title: 'MLM accuracy',
    note: 'validation',
    axis: 'share',
    fromZero: true,
    write: (value) => share(value),
  },
  losAuroc: {
    title: 'LOS AUROC',
    note: 'validation',
    axis: 'number',
    fromZero: false,
    write: (value) => fixed(value, 3),
  },
  auroc: {
    title: 'AUROC',
    note: 'validation',
    axis: 'number',
    fromZero: false,
    write: (value) => fixed(value, 3),
  },
  learningRate: { title: 'Learning rate', note: '', axis: 'rate', fromZero: true, write: rate },
  patientsPerSecond: { title: 'Patients/s', note: '', axis: 'number', fromZero: true, write: count },
  gradientNorm: {
    title: 'Gradient norm',
    note: 'before clipping',
    axis: 'number',
    fromZero: true,
    write: (value) => fixed(value, 2),
  },
};

/** The x-axes in the order of their buttons. */
export const curveAxes: readonly { readonly value: CurveAxis; readonly label: string }[] = [
  { value: 'step', label: 'Step' },
  { value: 'epoch', label: 'Epoch' },
  { value: 'time', label: 'Time' },
];

/** A place on the x-axis in words: `step 48,000`, `epoch 3.20`, `38 min`. */
export function placeWords(axis: CurveAxis, x: number): string {
  if (axis === 'step') return `step ${count(x)}`;
  return axis === 'epoch' ? `epoch ${fixed(x, 2)}` : duration(x);
}

/** A value of a measure, or `–`. */
export function written(measure: Measure, value: number | null | undefined): string {
  return value === null || value === undefined ? none : measures[measure].write(value);
}

/** From the lowest to the highest of some values: `0.791–0.812`; a share without its unit. */
export function writtenRange(measure: Measure, [low, high]: readonly [number, number]): string {
  const write =
    measures[measure].axis === 'share' ? (value: number) => fixed(100 * value, 1) : measures[measure].write;
  return `${write(low)}–${write(high)}`;
}

/** A loss, or `–`. */
export function writtenLoss(value: number | null): string {
  return fixedOrNone(value, 2);
}
