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

/** Fewer cases than this say nothing of a share, and would point at persons. */
const fewestCases = 10;

/**
 * Cases ranked by predicted risk and cut into groups of equal size (tenths, as calibration is usually shown), fewer
 * where a group would hold less than ten cases. Equal scores stay together, so groups may differ a little in size.
 *
 * @throws UserError for scores outside [0, 1] and as every metric.
 */
export function riskGroups(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  most = 10,
): RiskGroup[] {
  checkLabelledScores(labels, [probabilities]);
  checkProbabilities(probabilities);
  const n = labels.length;
  const groups = Math.max(1, Math.min(most, Math.floor(n / fewestCases)));
  const ranked = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => probabilities[i]! - probabilities[j]!,
  );
  const found: RiskGroup[] = [];
  for (let group = 0, start = 0; group < groups && start < n; group++) {
    let end = Math.max(start + 1, Math.round(((group + 1) * n) / groups));
    while (end < n && probabilities[ranked[end]!] === probabilities[ranked[end - 1]!]) end++;
    if (n - end < fewestCases) end = n;
    // Ties may have eaten most of the next group: what is left of it joins the one after.
    if (end - start < fewestCases && end < n) continue;
    found.push(summary(ranked.subarray(start, end), labels, probabilities));
    start = end;
  }
  return found;
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
