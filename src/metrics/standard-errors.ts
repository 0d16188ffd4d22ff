import { clip } from './calibration';
import { NORMAL_975 } from './normal';
import type { Recalibration } from './recalibration';

/**
 * 95 % interval of the mean of a loss that no case can make negative (squared error, log loss), from the spread over
 * cases. Null for a single case.
 */
export function lossInterval(losses: ArrayLike<number>): [number, number] | null {
  const n = losses.length;
  if (n < 2) return null;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += losses[i]! / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (losses[i]! - mean) ** 2;
  const step = NORMAL_975 * Math.sqrt(squares / (n - 1) / n);
  return [Math.max(0, mean - step), mean + step];
}

/** 95 % Wald intervals of calibration slope and intercept, from the information at the fitted line. */
export function recalibrationIntervals(
  { slope, intercept }: Recalibration,
  probabilities: ArrayLike<number>,
): { slope: [number, number]; intercept: [number, number] } | null {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = clip(probabilities[i]!);
    const x = Math.log(p) - Math.log1p(-p);
    const tail = Math.exp(-Math.abs(intercept + slope * x));
    const weight = tail / (1 + tail) ** 2;
    s0 += weight;
    s1 += weight * x;
    s2 += weight * x * x;
  }
  const determinant = s0 * s2 - s1 * s1;
  if (!(determinant > 0)) return null;
  const around = (value: number, variance: number): [number, number] => {
    const step = NORMAL_975 * Math.sqrt(variance);
    return [value - step, value + step];
  };
  return { slope: around(slope, s0 / determinant), intercept: around(intercept, s2 / determinant) };
}
