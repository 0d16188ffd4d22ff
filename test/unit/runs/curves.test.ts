import { describe, expect, it } from 'vitest';
import type { CurvesData, CurvesView } from '../../../src/protocol/panels/curves';
import type { NewRunEvent } from '../../../src/protocol/journal';
import { RunCatalogue } from '../../../src/runs/catalogue';
import { curvesCsv } from '../../../src/runs/curves/curves-csv';
import { curvesData, type CurvesFrame } from '../../../src/runs/curves/curves-data';
import { JournalSeries } from '../../../src/runs/curves/journal-series';
import type { ShownRun } from '../../../src/runs/curves/shown-run';
import type { NewRun } from '../../../src/runs/store';
import { scratchFolder } from './child-program';
import {
  checkpointed,
  finished,
  finetuneRun,
  makeRun,
  pretrainRun,
  started,
  trained,
  validated,
} from './run-folders';

const view: CurvesView = {
  x: 'step',
  range: null,
  pixels: 800,
  smoothing: 0,
  bands: true,
  cursor: null,
  hidden: [],
};
const frame = (): CurvesFrame => ({
  series: new Map(),
  knownRuns: 17,
  minimumCellCount: 8,
  context: ['Pretraining on sample'],
  stopping: false,
  locked: null,
  now: Date.UTC(2026, 10, 20, 10, 1),
});

async function shown(
  home: string,
  ...runs: readonly (readonly [NewRun, readonly NewRunEvent[]])[]
): Promise<ShownRun[]> {
  const made = runs.map(([run, events]) => makeRun(home, run, events));
  const catalogue = new RunCatalogue(home);
  await catalogue.refresh();
  return Promise.all(
    made.map(async ({ id, folder }) => {
      const facts = catalogue.get(id);
      if (facts === undefined || facts.damaged) throw new Error('damaged');
      const series = new JournalSeries(folder);
      await series.follow();
      return { facts, series };
    }),
  );
}
const withSeed = (seed: number): NewRun =>
  ({ ...pretrainRun, config: { ...pretrainRun.config, seed } }) as NewRun;
const events = [
  started(),
  trained(100),
  trained(200, { learningRate: 1e-5 }),
  validated(200),
  checkpointed(200),
  trained(300),
  started(200),
  trained(300, { loss: 4 }),
  validated(300, { loss: 4.8, losAuroc: null }),
];

describe('the data of the curves panel', () => {
  it('are figures, marks and lines of the runs', async () => {
    const runs = await shown(scratchFolder(), [pretrainRun, events]);
    const data = await curvesData(runs, view, frame());
    expect(data).toMatchObject({
      main: {
        state: 'interrupted',
        step: 300,
        steps: 1000,
        share: 0.3,
        trainLoss: 4,
        validLoss: 5.3,
        bestStep: 200,
        learningRate: 1e-5,
        problem: 'Its process ended without a word.',
        checkpoint: null,
      },
      extent: [0, 1000],
      knownRuns: 17,
      points: 3 + 2 + 2 + 1 + 1 + 3,
      decimated: false,
      secondsSinceEvent: 52,
    });
    expect(data.marks).toEqual([
      { kind: 'checkpoint', x: 200, step: 200 },
      { kind: 'resumed', x: 200, step: 200 },
      { kind: 'warm-up', x: 100, step: 100 },
    ]);
    const id = runs[0]!.facts.id;
    expect(data.charts[0]).toEqual({
      measure: 'loss',
      lines: [
        { run: id, split: 'train', x: [100, 200, 300], y: [4.9, 4.8, 4], band: null, end: [300, 4] },
        { run: id, split: 'validation', x: [200, 300], y: [5.3, 4.8], band: null, end: [300, 4.8] },
      ],
    });
    expect(data.charts.map(({ measure }) => measure)).toEqual([
      'loss',
      'mlmAccuracy',
      'losAuroc',
      'learningRate',
      'patientsPerSecond',
    ]);
    expect(data.charts[2]!.lines[0]).toMatchObject({ x: [200, 300], y: [0.6, null], end: [200, 0.6] });
    expect(JSON.parse(JSON.stringify(data)), 'nothing that a message cannot carry').toEqual(data);
  });

  it('tell the figures at the cursor, none beyond the end of a run', async () => {
    const runs = await shown(scratchFolder(), [pretrainRun, events]);
    const at = async (cursor: number | null): Promise<unknown> =>
      (await curvesData(runs, { ...view, cursor }, frame())).runs[0]!.atCursor;
    expect(await at(null)).toMatchObject({ trainLoss: 4, validLoss: 4.8, losAuroc: 0.6 });
    expect(await at(250)).toMatchObject({ trainLoss: 4.8, validLoss: 5.3 });
    expect(await at(150)).toMatchObject({ trainLoss: 4.9, validLoss: null });
    expect(await at(50)).toMatchObject({ trainLoss: null });
    expect(await at(301)).toMatchObject({ trainLoss: null, validLoss: null });
  });

  it('put seeds together with a band, keep colours, and leave hidden runs out of the charts', async () => {
    const seeds = [1, 2].map(
      (seed) =>
        [
          withSeed(seed),
          [started(), trained(100, { loss: 4 + seed }), validated(100, { loss: seed })],
        ] as const,
    );
    const other = [
      { ...finetuneRun, createdAt: '2026-11-21T00:00:00.000Z' } as NewRun,
      [started(0, 50), trained(10), finished(50)],
    ] as const;
    const runs = await shown(scratchFolder(), ...seeds, other);
    const kept = frame();
    const data = await curvesData(runs, view, kept);
    expect(data.runs).toMatchObject([
      { id: runs[0]!.facts.id, seeds: 2, series: 0, atCursor: { trainLoss: 5.5, validLoss: 1.5 } },
      { id: runs[2]!.facts.id, seeds: 1, series: 1, state: 'finished' },
    ]);
    expect(data.charts[0]!.lines[0]).toMatchObject({ y: [5.5], band: { x: [100], low: [5], high: [6] } });
    expect(data.charts.map(({ measure }) => measure)).toContain('auroc');
    const hidden = await curvesData(
      runs.slice(1),
      { ...view, bands: false, hidden: [runs[1]!.facts.id] },
      kept,
    );
    expect(hidden.runs.map(({ id, series }) => [id, series])).toEqual([
      [runs[1]!.facts.id, 2],
      [runs[2]!.facts.id, 1],
    ]);
    expect(hidden.charts[0]!.lines.map(({ run }) => run)).toEqual([runs[2]!.facts.id]);
    expect(hidden.extent).toEqual([0, 50]);
    const plain = await curvesData(runs, { ...view, bands: false }, kept);
    expect(plain.charts[0]!.lines[0]).toMatchObject({ y: [5.5], band: null });
  });

  it('tell of seeds that stopped early one number: that at the end of the mean line', async () => {
    const seeds = [1, 2].map((seed) => {
      const steps = seed === 1 ? [100, 200, 300, 400] : [100, 200];
      const values = (step: number): Record<string, number> => ({
        loss: seed + step / 1000,
        losAuroc: 0.5 + seed / 10,
      });
      return [
        withSeed(seed),
        [started(), ...steps.flatMap((step) => [trained(step, values(step)), validated(step, values(step))])],
      ] as const;
    });
    const runs = await shown(scratchFolder(), ...seeds, [withSeed(3), []]);
    const at = async (cursor: number | null): Promise<CurvesData> =>
      curvesData(runs, { ...view, cursor }, frame());
    const data = await at(null);
    const [loss] = data.charts;
    for (const line of loss!.lines) {
      expect([line.x, line.end?.[0]]).toEqual([[100, 200], 200]);
      expect(line.end![1]).toBeCloseTo(1.7, 12);
    }
    const [entry] = data.runs;
    expect(entry).toMatchObject({ seeds: 3, begun: 2, meanEnd: 200, step: 400 });
    expect(entry!.atCursor.validLoss).toBe(loss!.lines[1]!.end![1]);
    expect(entry!.atCursor.trainLoss).toBe(loss!.lines[0]!.end![1]);
    expect(entry!.seedRange).toMatchObject({ validLoss: [1.2, 2.2], losAuroc: [0.6, 0.7], auroc: null });
    expect((await at(150)).runs[0]).toMatchObject({ seedRange: { validLoss: [1.1, 2.1] } });
    expect((await at(300)).runs[0], 'one seed alone is no mean').toMatchObject({
      atCursor: { trainLoss: null, validLoss: null },
      seedRange: { trainLoss: null, validLoss: null },
    });
    expect((await curvesData(runs.slice(0, 1), view, frame())).runs[0]).toMatchObject({
      begun: 1,
      meanEnd: null,
      seedRange: null,
    });
  });

  it('name how many validation patients stand behind the figures', async () => {
    const of = async (run: NewRun): Promise<unknown> =>
      (await curvesData(await shown(scratchFolder(), [run, []]), view, frame())).main.validationPatients;
    const first = { ...pretrainRun, config: { ...pretrainRun.config, validationPatients: 7 } } as NewRun;
    expect([await of(pretrainRun), await of(first), await of(finetuneRun)]).toEqual([20, 'small', 20]);
  });

  it('go by epoch and by time too', async () => {
    const runs = await shown(scratchFolder(), [pretrainRun, events]);
    const epoch = await curvesData(runs, { ...view, x: 'epoch' }, frame());
    expect(epoch.extent).toEqual([0, 10]);
    expect(epoch.charts[0]!.lines[0]!.x).toEqual([1, 2, 3]);
    expect(epoch.marks.map(({ x }) => x)).toEqual([2, 2, 1]);
    const time = await curvesData(runs, { ...view, x: 'time' }, frame());
    expect(time.charts[0]!.lines[0]!.x).toEqual([1, 2, 5]);
    expect(time.extent).toEqual([0, 6]);
  });

  it('are empty for a run that has not begun', async () => {
    const data = await curvesData(await shown(scratchFolder(), [pretrainRun, []]), view, frame());
    expect(data).toMatchObject({
      main: { state: 'queued', step: 0, steps: null, share: null, trainLoss: null },
      extent: [0, 0],
      marks: [],
      points: 0,
      secondsSinceEvent: null,
    });
  });

  it('are exported as every measured point', async () => {
    const runs = await shown(scratchFolder(), [pretrainRun, events]);
    const text = [...curvesCsv(runs)].join('');
    const id = runs[0]!.facts.id;
    expect(text.split('\n')).toEqual([
      'run,seed,split,step,epoch,seconds,loss,patientsPerSecond,learningRate,losAuroc,mlmAccuracy',
      `${id},1,train,100,1,1,4.9,100,,,`,
      `${id},1,train,200,2,2,4.8,100,0.00001,,`,
      `${id},1,train,300,3,5,4,100,,,`,
      `${id},1,validation,200,2,3,5.3,,,0.6,0.2`,
      `${id},1,validation,300,3,6,4.8,,,,0.2`,
      '',
    ]);
  });
});
