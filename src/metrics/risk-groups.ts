import { checkLabelledScores, checkProbabilities } from './labelled-scores';
import { wilsonInterval } from './wilson';

/** Cases of like predicted risk. */
export interface RiskGroup {
  readonly n: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of positives. */
  readonly observed: number;
  /** Wilson's 95 % interval of that share. */
  readonly ci95: [number, number];
}

/** Fewer cases than this say nothing of a share. */
const fewestCases = 10;
/** Groups that calibration is usually shown in. */
const mostGroups = 10;

/**
 * Cases ranked by predicted risk and cut into groups of equal size (tenths), fewer where a group would hold less than
 * ten cases. Equal scores stay together, so groups may differ a little in size.
 *
 * A share of a known number is a count of persons: neighbouring groups are joined until each holds of either label
 * no case or at least `minimum`. They are joined and not left out, because what is left out is what the others lack
 * of the whole. Empty when even all together hold too few of a label.
 *
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function riskGroups(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  minimum = 0,
): RiskGroup[] {
  checkLabelledScores(labels, [probabilities]);
  checkProbabilities(probabilities);
  const n = labels.length;
  const ranked = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => probabilities[i]! - probabilities[j]!,
  );
  const isSmall = (count: number): boolean => count > 0 && count < minimum;
  const ends = largeEnough(evenEnds(ranked, probabilities), (from, to) => {
    let positives = 0;
    for (let i = from; i < to; i++) positives += labels[ranked[i]!]!;
    return !isSmall(positives) && !isSmall(to - from - positives);
  });
  return ends.map((end, k) => summary(ranked.subarray(ends[k - 1] ?? 0, end), labels, probabilities));
}

/** Where groups of equal size end, in the ranking. */
function evenEnds(ranked: Uint32Array, probabilities: ArrayLike<number>): number[] {
  const n = ranked.length;
  const groups = Math.max(1, Math.min(mostGroups, Math.floor(n / fewestCases)));
  const ends: number[] = [];
  for (let group = 0, start = 0; group < groups && start < n; group++) {
    let end = Math.max(start + 1, Math.round(((group + 1) * n) / groups));
    while (end < n && probabilities[ranked[end]!] === probabilities[ranked[end - 1]!]) end++;
    if (n - end < fewestCases) end = n;
    // Ties may have eaten most of the next group: what is left of it joins the one after.
    if (end - start < fewestCases && end < n) continue;
    ends.push(end);
    start = end;
  }
  return ends;
}

/** The ends that are left when groups join the next until they are large enough, and the last the one before. */
function largeEnough(ends: readonly number[], isEnough: (from: number, to: number) => boolean): number[] {
  const kept: number[] = [];
  for (const end of ends) if (isEnough(kept.at(-1) ?? 0, end)) kept.push(end);
  const last = ends.at(-1)!;
  while (kept.length > 0 && kept.at(-1) !== last) {
    kept.pop();
    if (isEnough(kept.at(-1) ?? 0, last)) kept.push(last);
  }
  return kept;
}

function summary(
  members: Uint32Array,
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): RiskGroup {
  const n = members.length;
  let predicted = 0;
  let positives = 0;
  for (const i of members) {
    predicted += probabilities[i]!;
    positives += labels[i]!;
  }
  return {
    n,
    predicted: predicted / n,
    observed: positives / n,
    ci95: wilsonInterval(positives, n),
  };
}
