import { cpSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RiskExplanation, SeedSpread } from '../../../src/protocol/explanation';
import { listCheckpoints } from '../../../src/runs/checkpoints';
import { runFolder } from '../../../src/runs/home';
import type { RunView } from '../../../src/runs/store';
import { siblingsOf } from '../../../src/tasks/explain-seeds';
import { ExplainedRuns } from '../../../src/tasks/explained-runs';
import { type ExplainedStudy, makeExplainedStudy } from './explained-study';

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
    expect(siblingsOf(own, [...others, own]).map(({ id }) => id)).toEqual(['second', 'third']);
  });

  it('count each seed once, by its newest run, and never the own seed again', () => {
    const runs = [run('second, newer', 2), run('own again', 1), own, run('second, older', 2)];
    expect(siblingsOf(own, runs).map(({ id }) => id)).toEqual(['second, newer']);
  });
});

describe('seeds of a study', () => {
  let study: ExplainedStudy;
  beforeAll(async () => {
    study = await makeExplainedStudy();
  }, 180_000);
  afterAll(() => study.remove());

  const settings = { largestDeletion: 1, randomOrders: 1, seed: 1 };
  const seedsUnder = async (runs: ExplainedRuns): Promise<SeedSpread> => {
    const question = { home: study.home, run: study.runs[0] };
    const explanation = await runs.ask(question, {}, (run) => run.explain(study.tested[0]!.id, settings));
    return (explanation as RiskExplanation).seeds;
  };

  it('are looked for anew when one finishes, changes or goes', async () => {
    const runs = new ExplainedRuns();
    const before = await seedsUnder(runs);
    expect(before.predictions.map(({ seed }) => seed)).toEqual([1, 2]);
    const third = await study.fineTune(3);
    const after = await seedsUnder(runs);
    expect(after.predictions.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(after).toEqual(await seedsUnder(new ExplainedRuns()));
    const again = await study.fineTune(2);
    const [, second] = (await seedsUnder(runs)).predictions;
    expect(second!.run, 'the newest run of a seed').toBe(again);
    rmSync(runFolder(study.home, again), { recursive: true });
    rmSync(runFolder(study.home, third), { recursive: true });
    expect(await seedsUnder(runs)).toEqual(before);
  });

  it('that no longer predict what they predicted are left out, and it is said', async () => {
    const runs = new ExplainedRuns();
    expect((await seedsUnder(runs)).unreadable).toEqual([]);
    const folder = runFolder(study.home, study.runs[1]);
    // Its weights are whole, but those of the other seed.
    const own = listCheckpoints(runFolder(study.home, study.runs[0])).at(-1)!.folder;
    for (const checkpoint of listCheckpoints(folder)) {
      cpSync(join(own, 'model.safetensors'), join(checkpoint.folder, 'model.safetensors'));
    }
    utimesSync(join(folder, 'checkpoints'), 1, 1);
    const { predictions, unreadable, risk, stability } = await seedsUnder(runs);
    expect(predictions).toHaveLength(1);
    expect([risk, stability]).toEqual([null, null]);
    expect(unreadable).toEqual([study.runs[1]]);
  });
});
