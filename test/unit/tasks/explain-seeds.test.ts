import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/runs/store';
import { siblingsOf } from '../../../src/tasks/explain-seeds';

/** A run as far as seeds are concerned; runs are listed newest first. */
function run(id: string, seed: number, more: { state?: string; learningRate?: number } = {}): RunView {
  const { state = 'finished', learningRate = 0.1 } = more;
  const manifest = {
    ...{ kind: 'finetune', dataset: { contentHash: 'd' }, device: 'cpu', codeVersion: '1' },
    ...{ labels: { sha256: 'l' }, from: 'p', fromStep: 3, like: null },
    config: { seed, learningRate, threads: 1 },
  };
  return { damaged: false, id, state, manifest } as unknown as RunView;
}

describe('the other seeds of a run', () => {
  const own = run('own', 1);

  it('are finished runs that differ in the seed alone, by seed', () => {
    const others = [
      run('slow', 5, { learningRate: 0.2 }),
      run('going', 4, { state: 'running' }),
      run('third', 3),
      run('second', 2),
    ];
    const broken = { damaged: true, id: 'broken', folder: '', problem: '' } as const;
    expect(siblingsOf(own, [...others, own, broken]).map(({ id }) => id)).toEqual(['second', 'third']);
  });

  it('count each seed once, by its newest run, and never the own seed again', () => {
    const runs = [run('second, newer', 2), run('own again', 1), own, run('second, older', 2)];
    expect(siblingsOf(own, runs).map(({ id }) => id)).toEqual(['second, newer']);
  });
});
