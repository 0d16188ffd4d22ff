/** Some patients of a batch that stand in one block, padded to the longest of them. */
export interface LengthGroup {
  /** Positions in the batch, in block order. */
  readonly members: readonly number[];
  /** T_g: length of the longest. */
  readonly time: number;
}

/**
 * Cuts a batch into exactly `count` groups of like length so that the blocks hold as few cells as possible.
 * Patients are sorted by length and cut into runs; dynamic programming finds the best cuts in O(count · B²).
 *
 * @param lengths codes of each patient, [B] with B ≥ count
 */
export function lengthGroups(lengths: ArrayLike<number>, count: number): LengthGroup[] {
  const B = lengths.length;
  if (count < 1 || count > B) throw new Error(`Cannot cut ${B} patients into ${count} groups.`);
  const order = Array.from({ length: B }, (_, i) => i).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  // best[g][e]: fewest cells when the first e patients form g groups; cut[g][e]: where the last group starts.
  const best = Array.from({ length: count + 1 }, () => new Float64Array(B + 1).fill(Infinity));
  const cut = Array.from({ length: count + 1 }, () => new Int32Array(B + 1));
  best[0]![0] = 0;
  for (let g = 1; g <= count; g++) {
    for (let end = g; end <= B; end++) {
      const time = lengths[order[end - 1]!]!;
      for (let start = g - 1; start < end; start++) {
        const cells = best[g - 1]![start]! + (end - start) * time;
        if (cells < best[g]![end]!) {
          best[g]![end] = cells;
          cut[g]![end] = start;
        }
      }
    }
  }
  const groups: LengthGroup[] = [];
  for (let g = count, end = B; g > 0; g--) {
    const start = cut[g]![end]!;
    groups.unshift({ members: order.slice(start, end), time: lengths[order[end - 1]!]! });
    end = start;
  }
  return groups;
}

/** Groups that a batch of this many patients is cut into: more waste less padding, each costs some fixed work. */
export function groupCount(patients: number, most = 8): number {
  return Math.min(patients, most);
}
