import { NORMAL_975 } from './normal';

/**
 * Wilson's 95 % score interval of a proportion: stays inside [0, 1] and keeps its coverage for few cases.
 *
 * @throws RangeError without cases.
 */
export function wilsonInterval(positives: number, n: number): [number, number] {
  if (!(n > 0) || positives < 0 || positives > n) throw new RangeError('No such proportion.');
  const z2 = NORMAL_975 ** 2;
  const share = positives / n;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const step = (NORMAL_975 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // The ends are exactly 0 and 1 there; rounding would miss them.
  return [positives === 0 ? 0 : centre - step, positives === n ? 1 : centre + step];
}
