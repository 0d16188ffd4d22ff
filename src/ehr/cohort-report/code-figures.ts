import type { CodeFigure, CodesFigure } from '../../protocol/panels/cohort';
import type { SmallCells } from './small-cells';
import type { Tallies } from './table-one';

/** So many codes are named; a page can search among them. */
const named = 500;
const coverageSizes = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

/** What may be shown of the codes; `describe` is asked for the named ones. */
export async function codeFigures(
  tallies: Tallies,
  codeNames: readonly string[],
  describe: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  rule: SmallCells,
): Promise<CodesFigure> {
  const { codePatients } = tallies.all;
  const told = [...codeNames.keys()].filter(
    (code) => codePatients[code]! > 0 && mayTell(code, tallies, rule),
  );
  // Names are in binary order, so the smaller index is the smaller name.
  told.sort((a, b) => codePatients[b]! - codePatients[a]! || a - b);
  const top = told.slice(0, named);
  const descriptions = await describe(top.map((code) => codeNames[code]!));
  const frequency = thinned(told.length).map((rank) => ({ rank, patients: codePatients[told[rank - 1]!]! }));
  return {
    distinct: codePatients.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0),
    top: top.map((code): CodeFigure => {
      const name = codeNames[code]!;
      const shares = groupShares(code, tallies, rule);
      return {
        code: name,
        description: descriptions.get(name) ?? null,
        patients: codePatients[code]!,
        ...shares,
      };
    }),
    shown: told.length,
    frequency,
    slope: slopeOf(frequency),
    coverage: coverage(tallies.all.codeRows, rule),
  };
}

/**
 * A code is left out, not only its number: between two neighbours of a sorted list a missing number could be read.
 * The patients with the code after their index dates, or outside the cohort, are what its dataset has more.
 */
function mayTell(code: number, { all, within }: Tallies, rule: SmallCells): boolean {
  const patients = all.codePatients[code]!;
  return (
    rule.mayTell(patients, all.patients) &&
    (within === null || !rule.isSmall(within.codePatients[code]! - patients))
  );
}

function groupShares(
  code: number,
  { groups }: Tallies,
  rule: SmallCells,
): { cases: number | null; controls: number | null } {
  const isTold = groups?.every((group) => rule.mayTell(group.codePatients[code]!, group.patients)) ?? false;
  if (groups === null || !isTold) return { cases: null, controls: null };
  const [cases, controls] = groups.map((group) => group.codePatients[code]! / group.patients);
  return { cases: cases!, controls: controls! };
}

/** Ranks from 1 to `last`, at most some twenty to a decade. */
function thinned(last: number): number[] {
  const ranks = new Set<number>();
  for (let step = 0; last > 0; step++) {
    const rank = Math.round(10 ** (step / 20));
    if (rank >= last) break;
    ranks.add(rank);
  }
  if (last > 0) ranks.add(last);
  return [...ranks];
}

/** Slope by least squares on logarithmic axes. */
function slopeOf(points: readonly { rank: number; patients: number }[]): number | null {
  if (points.length < 3) return null;
  const x = points.map(({ rank }) => Math.log10(rank));
  const y = points.map(({ patients }) => Math.log10(patients));
  const [meanX, meanY] = [x, y].map(
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const covariance = x.reduce((sum, value, i) => sum + (value - meanX!) * (y[i]! - meanY!), 0);
  const variance = x.reduce((sum, value) => sum + (value - meanX!) ** 2, 0);
  return Number((covariance / variance).toFixed(3));
}

/** A size is left out when fewer rows than the minimum lie beyond it. */
function coverage(codeRows: Float64Array, rule: SmallCells): { size: number; share: number }[] {
  const sorted = codeRows.filter((count) => count > 0).sort((a, b) => b - a);
  const total = sorted.reduce((sum, count) => sum + count, 0);
  const sizes = [...coverageSizes.filter((size) => size < sorted.length), sorted.length];
  let covered = 0;
  let next = 0;
  return sizes.flatMap((size) => {
    for (; next < size; next++) covered += sorted[next]!;
    if (total === 0 || rule.isSmall(total - covered)) return [];
    return [{ size, share: Number((covered / total).toFixed(4)) }];
  });
}
