import type { SmallCells } from '../ehr/cohort-report/small-cells';
import { delongTest } from '../metrics/delong';
import { holmAdjusted } from '../metrics/holm';
import { NORMAL_975 } from '../metrics/normal';
import type { Count } from '../protocol/panels/cohort';
import type { PairedAuroc, PairedResult } from '../protocol/panels/compare';
import type { Tested } from './compare-figures';

/**
 * Every pair of runs by DeLong's test on the patients that both tested, later run minus earlier, with Holm's
 * adjustment over all pairs that have a result.
 *
 * @param before called ahead of each pair
 */
export async function comparePairs(
  tested: readonly Tested[],
  rule: SmallCells,
  before: (done: number, total: number) => Promise<void>,
): Promise<PairedAuroc[]> {
  const total = (tested.length * (tested.length - 1)) / 2;
  const pairs: Unadjusted[] = [];
  for (const [i, row] of tested.entries()) {
    const places = placesOf(row);
    for (const column of tested.slice(0, i)) {
      await before(pairs.length, total);
      pairs.push(comparePair(row, places, column, rule));
    }
  }
  const results = pairs.flatMap(({ result }) => result ?? []);
  const adjusted = new Map(holmAdjusted(results.map(({ p }) => p)).map((p, k) => [results[k]!, p]));
  return pairs.map((pair) => ({
    ...pair,
    result: pair.result && { ...pair.result, holmP: adjusted.get(pair.result)! },
  }));
}

type Unadjusted = Omit<PairedAuroc, 'result'> & { readonly result: Omit<PairedResult, 'holmP'> | null };
type Places = ReadonlyMap<string, number>;

function placesOf({ patients }: Tested): Places {
  return new Map(patients.map((patient, i) => [patient, i]));
}

function comparePair(row: Tested, places: Places, column: Tested, rule: SmallCells): Unadjusted {
  const sameRecords = row.manifest.dataset.contentHash === column.manifest.dataset.contentHash;
  const [inRow, inColumn] = sameRecords ? sharedPatients(places, column) : [[], []];
  const pair = {
    row: row.run,
    column: column.run,
    rowPatients: rule.count(row.patients.length),
    columnPatients: rule.count(column.patients.length),
    shared: tellableShare(inRow.length, [row.patients.length, column.patients.length], rule),
  };
  // The same id in other records may be another person.
  if (!sameRecords) return { ...pair, result: null, reason: 'They were tested on different datasets.' };
  if (inRow.length === 0) return { ...pair, result: null, reason: 'No patient was tested by both.' };
  if (rule.isSmall(inRow.length)) {
    return { ...pair, result: null, reason: 'Too few patients were tested by both.' };
  }
  const labels = Uint8Array.from(inRow, (i) => row.labels[i]!);
  const disagree = inColumn.filter((j, k) => column.labels[j] !== labels[k]).length;
  if (disagree > 0) {
    return { ...pair, result: null, reason: 'The labels of the patients that both tested disagree.' };
  }
  if (labels.every((label) => label === labels[0])) {
    return { ...pair, result: null, reason: 'All patients that both tested have the same label.' };
  }
  const { difference, variance, p } = delongTest(
    labels,
    Float64Array.from(inRow, (i) => row.scores[i]!),
    Float64Array.from(inColumn, (j) => column.scores[j]!),
  );
  return { ...pair, result: { difference, ci95: differenceInterval(difference, variance), p }, reason: null };
}

/** Places of the patients that both tested, in the order of the column's run. */
function sharedPatients(places: Places, column: Tested): [number[], number[]] {
  const inRow: number[] = [];
  const inColumn: number[] = [];
  column.patients.forEach((patient, j) => {
    const i = places.get(patient);
    if (i === undefined) return;
    inRow.push(i);
    inColumn.push(j);
  });
  return [inRow, inColumn];
}

/** Told when those whom only one of the runs tested are nobody, or enough. */
function tellableShare(shared: number, wholes: readonly number[], rule: SmallCells): Count {
  if (rule.isSmall(shared)) return 'small';
  return wholes.every((whole) => rule.mayTell(shared, whole)) ? shared : 'withheld';
}

function differenceInterval(difference: number, variance: number): [number, number] | null {
  if (variance === 0) return difference === 0 ? [0, 0] : null;
  const step = NORMAL_975 * Math.sqrt(variance);
  return [Math.max(-1, difference - step), Math.min(1, difference + step)];
}
