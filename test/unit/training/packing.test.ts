import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { packBatch } from '../../../src/training/batch';
import { groupCount, lengthGroups } from '../../../src/training/packing';
import { patientsOf } from './patients';

type Groups = ReturnType<typeof lengthGroups>;
const cellsOf = (groups: Groups): number =>
  groups.reduce((sum, { members, time }) => sum + members.length * time, 0);

/** Fewest cells over every way to put the patients into exactly `count` groups, contiguous by length or not. */
function fewestCells(lengths: readonly number[], count: number): number {
  let best = Infinity;
  for (let assignment = 0; assignment < count ** lengths.length; assignment++) {
    const sizes = new Array<number>(count).fill(0);
    const times = new Array<number>(count).fill(0);
    let rest = assignment;
    for (const length of lengths) {
      const g = rest % count;
      rest = Math.floor(rest / count);
      sizes[g]!++;
      times[g] = Math.max(times[g]!, length);
    }
    if (sizes.includes(0)) continue;
    best = Math.min(
      best,
      sizes.reduce((sum, size, g) => sum + size * times[g]!, 0),
    );
  }
  return best;
}

describe('lengthGroups', () => {
  it('is the best of all groupings, by trying every one', () => {
    const random = new RandomStream(4);
    for (let trial = 0; trial < 60; trial++) {
      const B = 1 + random.below(7);
      const count = 1 + random.below(Math.min(B, 4));
      const lengths = Array.from({ length: B }, () => 1 + random.below(trial % 2 === 0 ? 4 : 60));
      const groups = lengthGroups(lengths, count);
      expect(cellsOf(groups), `${lengths.join()} in ${count}`).toBe(fewestCells(lengths, count));
    }
  });

  it('puts every patient into one group, as long as its longest, in order of length', () => {
    const random = new RandomStream(5);
    const lengths = Array.from({ length: 32 }, () => 1 + random.below(100));
    const groups = lengthGroups(lengths, 8);
    expect(groups.length).toBe(8);
    expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...lengths.keys()]);
    for (const { members, time } of groups)
      expect(time).toBe(Math.max(...members.map((member) => lengths[member]!)));
    const times = groups.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('gives the same groups for the same lengths, ties included', () => {
    const lengths = [3, 3, 3, 3, 5, 5, 3, 5];
    expect(lengthGroups(lengths, 3)).toEqual(lengthGroups(lengths, 3));
    expect(lengthGroups([4, 4, 4], 1)).toEqual([{ members: [0, 1, 2], time: 4 }]);
  });

  it('refuses more groups than patients', () => {
    expect(() => lengthGroups([1, 2], 3)).toThrow('Cannot cut 2 patients into 3 groups');
    expect(() => lengthGroups([1, 2], 0)).toThrow('Cannot cut');
    expect([1, 5, 8, 100].map((B) => groupCount(B))).toEqual([1, 5, 8, 8]);
  });
});

describe('packBatch', () => {
  const lengths = [3, 1, 6, 2, 6];
  const data = patientsOf(lengths);
  const chosen = [4, 0, 1, 3];
  const batch = packBatch(data, chosen, 'mean', lengthGroups([6, 3, 1, 2], 2));
  const feed = (name: string): number[] => [...batch.feeds.get(name)!];

  it('lays each patient’s codes, ranks and visits in a row from `rows`, with 0 behind', () => {
    expect([...batch.patients].sort()).toEqual([...chosen].sort());
    batch.patients.forEach((patient, b) => {
      expect(batch.lengths[b]).toBe(lengths[patient]);
      const [from, to] = [data.offsets[patient]!, data.offsets[patient + 1]!];
      const row = batch.rows[b]!;
      const end = batch.rows[b + 1] ?? batch.sizes['N']!;
      for (const [name, source] of [
        ['codes', data.ids],
        ['ranks', data.ranks],
        ['visits', data.visits],
      ] as const) {
        expect(feed(name).slice(row, row + to - from)).toEqual([...source.slice(from, to)]);
        expect(
          feed(name)
            .slice(row + to - from, end)
            .every((x) => x === 0),
        ).toBe(true);
      }
    });
  });

  it('lets attention see real codes only and pools their mean', () => {
    const { N, B, B0, T0, B1, T1 } = batch.sizes as Record<string, number>;
    expect(B0! * T0! + B1! * T1!).toBe(N);
    const bias = [...feed('keyBias0'), ...feed('keyBias1')];
    const pool = feed('pool');
    for (let b = 0; b < B!; b++) {
      for (let row = 0; row < N!; row++) {
        const own = row >= batch.rows[b]! && row < batch.rows[b]! + batch.lengths[b]!;
        expect(pool[b * N! + row]).toBe(own ? Math.fround(1 / batch.lengths[b]!) : 0);
      }
    }
    const real = Array.from({ length: N! }, (_, row) =>
      batch.rows.some((first, b) => row >= first && row < first + batch.lengths[b]!),
    );
    expect(bias).toEqual(real.map((isReal) => (isReal ? 0 : -1e9)));
  });

  it('pools the first code alone where the published script is followed', () => {
    const { feeds, rows, sizes } = packBatch(data, chosen, 'first-token');
    const N = sizes['N']!;
    feeds.get('pool')!.forEach((x, i) => expect(x).toBe(i % N === rows[Math.floor(i / N)] ? 1 : 0));
  });
});
