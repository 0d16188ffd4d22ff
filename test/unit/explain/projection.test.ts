// The golden numbers are made by scikit-learn: test/golden/map.py.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { cosineDistances, nearestOf, unitVectors } from '../../../src/explain/cosine-distances';
import { CodeSpace } from '../../../src/explain/nearest-codes';
import { principalPlane } from '../../../src/explain/principal-components';
import { projectUmap } from '../../../src/explain/projection';
import { trustworthiness } from '../../../src/explain/trustworthiness';
import { CancelledError } from '../../../src/protocol/errors';

interface Golden {
  width: number;
  vectors: number[];
  pictures: { name: string; positions: number[]; trustworthiness: Record<string, number> }[];
  plane: { positions: number[]; explained: [number, number] };
}
const golden = JSON.parse(readFileSync('test/fixtures/explain/map.json', 'utf8')) as Golden;
const vectors = Float32Array.from(golden.vectors);
const { width } = golden;

/** Points about a few centres; the centre of each comes with it. */
function clusters(n: number, D: number, of: number): { vectors: Float32Array; cluster: number[] } {
  const random = new RandomStream(4);
  const centres = Array.from({ length: of * D }, () => random.normal());
  const cluster = Array.from({ length: n }, () => random.below(of));
  const made = cluster.flatMap((c) =>
    Array.from({ length: D }, (_, d) => centres[c * D + d]! + 0.5 * random.normal()),
  );
  return { vectors: Float32Array.from(made), cluster };
}

describe('cosine distances', () => {
  it('are those of every pair, zero on the diagonal, and 1 to a vector without a length', async () => {
    const given = Float32Array.from([...golden.vectors, 0, 0, 0, 0, 0, 0]);
    const n = given.length / width;
    const distances = await cosineDistances(unitVectors(given, width), width);
    const row = (i: number): number[] => Array.from(given.subarray(i * width, (i + 1) * width));
    const dot = (a: number[], b: number[]): number => a.reduce((sum, x, d) => sum + x * b[d]!, 0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const norms = Math.sqrt(dot(row(i), row(i)) * dot(row(j), row(j)));
        const expected = i === j ? 0 : norms === 0 ? 1 : 1 - dot(row(i), row(j)) / norms;
        expect(distances[i * n + j]).toBeCloseTo(expected, 6);
      }
    }
  });

  it('rank neighbours as the table of code embeddings does', async () => {
    const distances = await cosineDistances(unitVectors(vectors, width), width);
    const n = vectors.length / width;
    // Three special tokens stand before the codes of a table.
    const space = new CodeSpace(
      Float32Array.from([...new Array<number>(3 * width).fill(0), ...vectors]),
      width,
    );
    for (let i = 0; i < n; i++) {
      const expected = space.nearest(i + 3, 7).map(({ id }) => id - 3);
      expect(nearestOf(distances.subarray(i * n, (i + 1) * n), i, 7)).toEqual(expected);
    }
  });

  it('ties go to the smaller number', () => {
    expect(nearestOf(Float32Array.of(0, 2, 1, 1, 2, 1), 0, 4)).toEqual([2, 3, 5, 1]);
  });
});

describe('trustworthiness', () => {
  const distances = cosineDistances(unitVectors(vectors, width), width);

  it.each(golden.pictures)('is scikit-learn’s: $name', async ({ positions, trustworthiness: expected }) => {
    for (const [k, value] of Object.entries(expected)) {
      const found = await trustworthiness(await distances, Float64Array.from(positions), Number(k));
      expect(found).toBeCloseTo(value, 10);
    }
  });

  it('is not defined where half of the points are neighbours', async () => {
    const positions = Float64Array.from(golden.pictures[0]!.positions);
    expect(await trustworthiness(await distances, positions, 30)).toBeNull();
  });

  it('is 1 for a picture that is the space', async () => {
    const angles = Float32Array.from({ length: 40 }, (_, i) => (i * i) / 1600);
    const circle = Float32Array.from([...angles].flatMap((a) => [Math.cos(a), Math.sin(a)]));
    const exact = await cosineDistances(circle, 2);
    expect(await trustworthiness(exact, Float64Array.from(circle), 5)).toBeGreaterThan(0.999);
  });
});

describe('the principal plane', () => {
  it('is scikit-learn’s but for the sign of its axes', () => {
    const { positions, explained } = principalPlane(unitVectors(vectors, width), width);
    golden.plane.explained.forEach((share, axis) => expect(explained[axis]).toBeCloseTo(share, 6));
    for (const axis of [0, 1]) {
      const of = (values: ArrayLike<number>): number[] => Array.from(values).filter((_, i) => i % 2 === axis);
      const [found, expected] = [of(positions), of(golden.plane.positions)];
      const sign = Math.sign(found[0]! * expected[0]!);
      found.forEach((value, i) => expect(value * sign).toBeCloseTo(expected[i]!, 4));
    }
  });

  it('of vectors that do not differ is a point', () => {
    const { positions, explained } = principalPlane(new Float32Array(30).fill(0.5), 3);
    expect(Math.max(...positions.map(Math.abs))).toBeLessThan(1e-6);
    expect(explained.every((share) => share >= 0 && share <= 1)).toBe(true);
  });
});

describe('UMAP', () => {
  const settings = { neighbours: 15, minDist: 0.1, seed: 3 };
  const cloud = clusters(150, 8, 3);
  const unit = unitVectors(cloud.vectors, 8);
  const distances = cosineDistances(unit, 8);
  const { positions: start } = principalPlane(unit, 8);

  it('gives the same map for the same seed, and another for another', async () => {
    const first = await projectUmap(await distances, start, settings);
    expect(await projectUmap(await distances, start, settings)).toEqual(first);
    expect(await projectUmap(await distances, start, { ...settings, seed: 4 })).not.toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
  });

  it('keeps together what is together, better than a flat shadow', async () => {
    const map = await projectUmap(await distances, start, settings);
    expect((await trustworthiness(await distances, map, 15))!).toBeGreaterThan(0.85);
    const same = cloud.cluster.map((cluster, i) => {
      const onMap = Float32Array.from(cloud.cluster, (_, j) =>
        Math.hypot(map[2 * i]! - map[2 * j]!, map[2 * i + 1]! - map[2 * j + 1]!),
      );
      return nearestOf(onMap, i, 5).filter((j) => cloud.cluster[j] === cluster).length / 5;
    });
    expect(same.reduce((sum, share) => sum + share, 0) / same.length).toBeGreaterThan(0.9);
  });

  it('needs no more neighbours than there are points', async () => {
    const few = await cosineDistances(unit.subarray(0, 48), 8);
    const map = await projectUmap(few, start.slice(0, 12), { ...settings, neighbours: 50 });
    expect(map).toHaveLength(12);
    expect(map.every(Number.isFinite)).toBe(true);
  });

  it('parts points that are one and the same', async () => {
    const alike = await cosineDistances(unitVectors(new Float32Array(80).fill(1), 8), 8);
    const map = await projectUmap(alike, new Float64Array(20), { ...settings, neighbours: 5 });
    expect(map.every(Number.isFinite)).toBe(true);
    expect(new Set(map).size).toBe(20);
  });

  it('tells its progress and stops when it is cancelled', async () => {
    const abort = new AbortController();
    let last = 0;
    const work = projectUmap(await distances, start, settings, {
      signal: abort.signal,
      progress: ({ phase, done }) => {
        if (phase === 'laying out the map') last = done;
        if (last === 10) abort.abort();
      },
    });
    await expect(work).rejects.toThrow(CancelledError);
    expect(last).toBe(10);
  });
});
