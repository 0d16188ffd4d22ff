import { UMAP } from 'umap-js';
import { RandomStream } from '../engine/random';
import { throwIfCancelled } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import { nearestOf } from './cosine-distances';

export interface ProjectionSettings {
  /** Points that each is tied to, itself among them; at least 2, and no more than there are points. */
  readonly neighbours: number;
  /** How near to one another points may be drawn, 0 to 1. */
  readonly minDist: number;
  readonly seed: number;
}

/** Side of the square that the layout begins in, as UMAP's own random start has it. */
const startSide = 20;

/** Random numbers of this purpose, apart from those of any other with the same seed. */
const purpose = 0x756d6170;

/**
 * UMAP (McInnes, Healy & Melville 2018) of N points. Their neighbours are exact and the layout begins at the principal
 * plane, which keeps more of the whole arrangement than a random start does, and makes maps of two seeds alike
 * (Kobak & Linderman 2021). The same settings give the same map.
 *
 * @param distances [N, N]
 * @param start where points begin, [N, 2], on any scale
 * @returns [N, 2]
 * @throws CancelledError between two rounds
 */
export async function projectUmap(
  distances: Float32Array,
  start: Float64Array,
  { neighbours, minDist, seed }: ProjectionSettings,
  { progress, signal }: LongWork = {},
): Promise<Float64Array> {
  const n = start.length / 2;
  const nNeighbors = Math.min(neighbours, n - 1);
  const random = new RandomStream(purpose, seed);
  const umap = new UMAP({ nNeighbors, minDist, random: () => random.uniform() });
  const indices: number[][] = [];
  const lengths: number[][] = [];
  for (let i = 0; i < n; i++) {
    const row = distances.subarray(i * n, (i + 1) * n);
    // A point is its own first neighbour.
    const near = [i, ...nearestOf(row, i, nNeighbors - 1)];
    indices.push(near);
    lengths.push(near.map((j) => row[j]!));
  }
  umap.setPrecomputedKNN(indices, lengths);
  progress?.({ phase: 'tying neighbours', done: 0 });
  await otherWork(signal);
  // With neighbours given, nothing of a vector is read but how many there are.
  const rounds = umap.initializeFit(indices.map(() => []));
  const positions = umap.getEmbedding();
  layOut(positions, start, random);
  for (let round = 0; round < rounds; round++) {
    umap.step();
    progress?.({ phase: 'laying out the map', done: round + 1, total: rounds, unit: 'rounds' });
    await otherWork(signal);
  }
  return Float64Array.from(umap.getEmbedding().flat());
}

/** Moves points to their start. A little noise parts those that lie on one another, which would never part else. */
function layOut(positions: number[][], start: Float64Array, random: RandomStream): void {
  const largest = start.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 ? startSide / 2 / largest : 0;
  positions.forEach((point, i) => {
    point[0] = start[2 * i]! * scale + 1e-4 * random.normal();
    point[1] = start[2 * i + 1]! * scale + 1e-4 * random.normal();
  });
}

async function otherWork(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  throwIfCancelled(signal, 'The map');
}
