/**
 * Least weight of a code that is named as attended to, or attending: a fifth more than an even share of `length`
 * codes, and never more than .03.
 */
export function leastWeight(length: number): number {
  return Math.min(0.03, 1.2 / length);
}
