import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/protocol/errors';
import type { NewRunEvent } from '../../../src/protocol/journal';
import type { RunManifest } from '../../../src/protocol/run';
import { Breather } from '../../../src/runs/breather';
import { absent, Column, gap } from '../../../src/runs/curves/column';
import { decimate } from '../../../src/runs/curves/decimate';
import { JournalSeries } from '../../../src/runs/curves/journal-series';
import { latestOfSeeds, meanOfSeeds, sharedEnd } from '../../../src/runs/curves/mean-line';
import { groupBySeed } from '../../../src/runs/seed-groups';
import { Smoothing } from '../../../src/runs/curves/smoothing';
import { currentFigures } from '../../../src/runs/figures';
import { readJournal } from '../../../src/runs/journal';
import { scratchFolder } from './child-program';
import { checkpointed, makeRun, pretrainRun, started, trained, validated, writeEvents } from './run-folders';

const columnOf = (values: readonly number[]): Column => {
  const column = new Column();
  for (const value of values) column.push(value);
  return column;
};
const listOf = (column: Column | undefined): number[] =>
  Array.from({ length: column?.length ?? 0 }, (_, row) => column!.at(row));
/** Numbers that look random and are the same each time. */
function numbers(seed: number): (n: number) => number {
  return (n) => (seed = (seed * 48271) % 2147483647) % n;
}

describe('the moving average', () => {
  it('is freed from the pull towards zero, by hand', () => {
    // w = 0.5: s = 1, 2.5, 3.75; 1 − wⁿ = 0.5, 0.75, 0.875
    const values = columnOf([2, 4, 5]);
    const averages = listOf(new Smoothing(0.5).follow(values));
    expect(averages).toEqual([2, 2.5 / 0.75, 3.75 / 0.875]);
  });

  it('leaves gaps as gaps, is that of a constant, and is the same however it is followed', () => {
    const values = columnOf([3, gap, absent, 3]);
    expect(listOf(new Smoothing(0.9).follow(values))).toEqual([3, gap, absent, expect.closeTo(3, 12)]);
    const random = numbers(3);
    const all = columnOf(Array.from({ length: 500 }, () => random(1000)));
    const piecewise = new Smoothing(0.97);
    const growing = new Column();
    for (const value of listOf(all)) {
      growing.push(value);
      piecewise.follow(growing);
    }
    expect(listOf(piecewise.follow(growing))).toEqual(listOf(new Smoothing(0.97).follow(all)));
  });
});

describe('decimation', () => {
  it('keeps the lowest and the highest of every pixel, the first and the last (by brute force)', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = numbers(seed);
      const rows = 3000 + random(3000);
      let at = 0;
      const xs = Array.from({ length: rows }, () => (at += 1 + random(5)));
      const ys = Array.from({ length: rows }, () => random(100_000) / 7);
      const [low, high] = [xs[random(500)]! - 0.5, xs[rows - 1 - random(500)]! + 0.5];
      const pixels = 50 + random(200);
      const line = decimate(columnOf(xs), columnOf(ys), [low, high], pixels);
      const inside = xs.map((x, row) => [x, ys[row]!] as const).filter(([x]) => x >= low && x <= high);
      const buckets = new Map<number, number[]>();
      for (const [x, y] of inside) {
        const pixel = Math.floor(((x - low) / (high - low)) * pixels);
        buckets.set(pixel, [...(buckets.get(pixel) ?? []), y]);
      }
      const drawn = line.x.map((x, index) => [x, line.y[index]!] as const);
      for (const [pixel, members] of buckets) {
        const here = drawn
          .filter(([x]) => Math.floor(((x - low) / (high - low)) * pixels) === pixel)
          .map(([, y]) => y);
        expect([Math.min(...here), Math.max(...here)]).toEqual([Math.min(...members), Math.max(...members)]);
      }
      const real = new Set(xs.map((x, row) => `${x} ${ys[row]}`));
      for (const [x, y] of drawn) expect(real.has(`${x} ${y}`), 'only measured points').toBe(true);
      expect(line.x).toEqual([...line.x].sort((a, b) => a - b));
      const [first, last] = [xs.findIndex((x) => x >= low) - 1, xs.findLastIndex((x) => x <= high) + 1];
      expect(line.x[0], 'one before the range').toBe(xs[Math.max(0, first)]);
      expect(line.x.at(-1), 'one behind it').toBe(xs[Math.min(rows - 1, last)]);
      expect(line.x.length).toBeLessThanOrEqual(2 * pixels + 6);
      expect(line.decimated).toBe(true);
    }
  });

  it('shows every point while they are few', () => {
    const line = decimate(columnOf([1, 2, 3]), columnOf([5, 6, 7]), [0, 4], 100);
    expect(line).toEqual({ x: [1, 2, 3], y: [5, 6, 7], points: 3, decimated: false });
    expect(decimate(new Column(), new Column(), [0, 1], 10)).toMatchObject({ x: [], points: 0 });
  });

  it('keeps gaps, and does not take rows about other measures for gaps', () => {
    const few = decimate(columnOf([1, 2, 3, 4]), columnOf([5, gap, absent, 7]), [0, 9], 100);
    expect(few).toMatchObject({ x: [1, 2, 4], y: [5, null, 7], points: 2 });
    const xs = Array.from({ length: 1000 }, (_, row) => row);
    const ys = xs.map((row) => (row === 500 ? gap : row % 2 === 0 ? row % 10 : absent));
    const many = decimate(columnOf(xs), columnOf(ys), [0, 999], 20);
    expect(many.y.filter((y) => y === null).length).toBe(1);
    const ending = decimate(
      columnOf(xs),
      columnOf(xs.map((x) => (x > 990 ? gap : x === 990 ? 5 : x % 10))),
      [0, 999],
      5,
    );
    expect(ending.x.slice(-3), 'the last point stays, also before a gap').toEqual([990, 991, 999]);
    const at = many.y.indexOf(null);
    expect([many.x[at - 1]! < 500, many.x[at], many.x[at + 1]! > 500]).toEqual([true, 500, true]);
  });
});

describe('following a journal', () => {
  const figuresOf = (series: JournalSeries): unknown[] =>
    (['train', 'validation', 'test'] as const).flatMap((split) =>
      Array.from({ length: series.tables[split].length }, (_, row) => {
        const table = series.tables[split];
        const values = table.names
          .map((name) => [name, table.values(name)!.at(row)] as const)
          .filter(([, value]) => value !== absent)
          .map(([name, value]) => [name, Number.isNaN(value) ? null : value]);
        return {
          split,
          step: table.step.at(row),
          epoch: table.epoch.at(row),
          values: Object.fromEntries(values),
        };
      }),
    );
  const expected = (folder: string): unknown[] => {
    const { metrics } = currentFigures(readJournal(folder));
    return ['train', 'validation', 'test'].flatMap((wanted) =>
      metrics
        .filter(({ split }) => split === wanted)
        .map(({ split, step, epoch, values }) => ({ split, step, epoch, values })),
    );
  };

  it('holds the figures that still hold, after kills and resumes, read at once or bit by bit', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const random = numbers(seed);
      const { folder } = makeRun(scratchFolder());
      const bitByBit = new JournalSeries(folder);
      let step = 0;
      let saved = 0;
      let event: NewRunEvent[] = [started()];
      for (let n = 0; n < 30; n += 1) {
        for (let i = 0, reports = 1 + random(20); i < reports; i += 1) {
          step += 1 + random(4);
          event.push(trained(step, random(5) === 0 ? { mlmAccuracy: null } : {}));
        }
        if (random(3) === 0) {
          event.push(validated(step), checkpointed(step));
          saved = step;
        } else if (random(4) === 0) event.push(started((step = saved)));
        writeEvents(folder, event);
        event = [];
        await bitByBit.follow();
        expect(figuresOf(bitByBit)).toEqual(expected(folder));
      }
      const atOnce = new JournalSeries(folder);
      await atOnce.follow();
      expect(figuresOf(atOnce)).toEqual(expected(folder));
      expect(await atOnce.follow(), 'nothing new').toBe(false);
    }
  });

  it('waits for the rest of a torn line, leaves damaged ones out, and starts anew with another journal', async () => {
    const { folder } = makeRun(scratchFolder(), pretrainRun, [started(), trained(1)]);
    const path = join(folder, 'events.jsonl');
    const series = new JournalSeries(folder);
    await series.follow();
    const line = JSON.stringify({ seq: 9, time: '2026-11-20T10:00:09.000Z', ...trained(2) });
    appendFileSync(path, `{"damaged\nnull\n${line.slice(0, 40)}`);
    await series.follow();
    expect(series.tables.train.length).toBe(1);
    appendFileSync(path, `${line.slice(40)}\n`);
    await series.follow();
    expect(listOf(series.tables.train.step)).toEqual([1, 2]);
    writeFileSync(path, `${line}\n`);
    await series.follow();
    expect(listOf(series.tables.train.step)).toEqual([2]);
    rmSync(folder, { recursive: true });
    expect(await series.follow()).toBe(false);
  });

  it('reads lines that are longer than a block, and can be given up', async () => {
    const { folder } = makeRun(scratchFolder(), pretrainRun, [
      started(),
      { kind: 'warning', message: 'x'.repeat(2_000_000) },
      trained(7),
    ]);
    const series = new JournalSeries(folder);
    await expect(series.follow(AbortSignal.abort())).rejects.toThrow(CancelledError);
    await series.follow();
    expect(listOf(series.tables.train.step)).toEqual([7]);
  });

  it('counts seconds of training: neither the pauses between processes nor what a kill took back', async () => {
    const { folder } = makeRun(scratchFolder());
    // One event a second: checkpoint of step 10 at 3 s, killed after step 20, resumed an hour later.
    writeEvents(folder, [started(), trained(5), trained(10), checkpointed(10), trained(20)], 0);
    writeEvents(folder, [started(10), trained(15), trained(20)], 3_600_000);
    const series = new JournalSeries(folder);
    await series.follow();
    expect(listOf(series.tables.train.step)).toEqual([5, 10, 15, 20]);
    expect(listOf(series.tables.train.time)).toEqual([1, 2, 4, 5]);
    expect(series.seconds).toBe(5);
    expect(series.resumed).toMatchObject([{ step: 10, time: 3, epoch: 0.1 }]);
    expect(series.checkpoints).toMatchObject([{ step: 10, time: 3, epoch: 0.1 }]);
  });
});

describe('seeds', () => {
  it('are of one configuration whatever the threads and the order of keys, not of two versions or devices', () => {
    const { config } = pretrainRun;
    const turned = Object.fromEntries(Object.entries(config).reverse()) as typeof config;
    const runs = [
      { ...pretrainRun, config: { ...config, seed: 1, threads: 1 } },
      { ...pretrainRun, config: { ...turned, seed: 2, threads: 8 } },
      { ...pretrainRun, config: { ...config, seed: 3 }, codeVersion: 'another' },
      { ...pretrainRun, config: { ...config, seed: 4 }, device: 'another' },
    ].map((manifest) => ({ manifest: manifest as RunManifest }));
    expect(groupBySeed(runs).map((group) => group.map(({ manifest }) => manifest.config.seed))).toEqual([
      [1, 2],
      [3],
      [4],
    ]);
  });

  it('belong together when runs differ in nothing else', () => {
    const run = (change: object, config: object): { manifest: never } =>
      ({ manifest: { ...pretrainRun, ...change, config: { ...pretrainRun.config, ...config } } }) as never;
    const runs = [
      run({ id: 'a' }, { seed: 1 }),
      run({ id: 'b' }, { seed: 2, hidden: 24 }),
      run({ id: 'c', vocabulary: 51, split: { train: 71, validation: 19, test: 10 } }, { seed: 2 }),
      run({ id: 'd' }, { seed: 2 }),
      run({ id: 'e', dataset: { name: 'sample', contentHash: 'other' } }, { seed: 3 }),
    ];
    const ids = groupBySeed(runs).map((group) =>
      group.map(({ manifest }) => (manifest as { id: string }).id),
    );
    expect(ids).toEqual([['a', 'c'], ['b'], ['d'], ['e']]);
  });

  it('are compared where each is: mean, lowest and highest, by hand', () => {
    const line = meanOfSeeds(
      [
        { x: columnOf([10, 20, 30]), y: columnOf([4, 3, 1]) },
        { x: columnOf([10, 20]), y: columnOf([6, 5]) },
        { x: columnOf([0, 20]), y: columnOf([9, 1]) },
      ],
      [0, 100],
      50,
    );
    // From 10 to 20 all three are there; at 10 the third lies half way between 9 and 1.
    expect(listOf(line.x)).toEqual([10, 20]);
    expect(listOf(line.mean)).toEqual([5, 3]);
    expect(line.band).toEqual({ x: [10, 20], low: [4, 1], high: [6, 5] });
    expect(line.end).toEqual([20, 3]);
    expect(line.points).toBe(5);
  });

  it('have no mean where one has stopped: the line does not jump to the others', () => {
    const xs = Array.from({ length: 5000 }, (_, row) => row / 7);
    const long = { x: columnOf(xs), y: columnOf(xs.map(() => 3)) };
    const short = { x: columnOf(xs.slice(0, 1001)), y: columnOf(xs.slice(0, 1001).map(() => 1)) };
    for (const places of [100, 100_000]) {
      const line = meanOfSeeds([long, short], [0, 1000], places);
      expect(new Set(listOf(line.mean)), `${places} places`).toEqual(new Set([2]));
      expect(line.x.at(line.x.length - 1)).toBe(1000 / 7);
      expect(line.end).toEqual([1000 / 7, 2]);
      expect(line.points).toBe(2 * 1001);
    }
    expect(meanOfSeeds([long, short], [0, 100], 100).end, 'beyond the range').toBeNull();
    expect(meanOfSeeds([long, short], [200, 400], 100)).toMatchObject({ end: null, points: 0 });
    expect([sharedEnd([long, short]), sharedEnd([long, long])]).toEqual([1000 / 7, null]);
  });

  it('with no place in common have no mean', () => {
    const early = { x: columnOf([1, 2]), y: columnOf([1, 1]) };
    const late = { x: columnOf([3, 4]), y: columnOf([5, 5]) };
    expect(meanOfSeeds([early, late], [0, 9], 50)).toMatchObject({ end: null, points: 0 });
    expect(latestOfSeeds([early, late], null)).toBeUndefined();
  });

  it('are listed with what the line shows', () => {
    const seeds = [
      { x: columnOf([10, 20, 40]), y: columnOf([4, 3, 1]) },
      { x: columnOf([12, 22, 30]), y: columnOf([6, 5, 2]) },
    ];
    const line = meanOfSeeds(seeds, [0, 100], 50);
    expect(latestOfSeeds(seeds, null)).toEqual({ mean: 2, low: 2, high: 2 });
    expect(line.end).toEqual([30, 2]);
    expect(latestOfSeeds(seeds, 100), 'the line has ended').toEqual(latestOfSeeds(seeds, null));
    listOf(line.x).forEach((x, row) => {
      const [low, high] = [line.band.low[row], line.band.high[row]];
      expect(latestOfSeeds(seeds, x), `at ${x}`).toEqual({ mean: line.mean.at(row), low, high });
      expect(latestOfSeeds(seeds, x + 0.5)).toEqual(latestOfSeeds(seeds, x));
    });
    expect(latestOfSeeds(seeds, 11), 'before the line begins').toBeUndefined();
  });

  it('with many points are compared at evenly spaced places', () => {
    const xs = Array.from({ length: 5000 }, (_, row) => row);
    const up = { x: columnOf(xs), y: columnOf(xs) };
    const shifted = { x: columnOf(xs.map((x) => x + 0.25)), y: columnOf(xs.map((x) => x + 2.25)) };
    const line = meanOfSeeds([up, shifted], [1000, 2000], 100);
    expect(line.x.length).toBe(101);
    for (let row = 0; row < 101; row += 1) expect(line.mean.at(row)).toBeCloseTo(line.x.at(row) + 1, 9);
    expect(line.band.high[50]! - line.band.low[50]!).toBeCloseTo(2, 9);
  });
});

describe('long work', () => {
  it('lets others have the thread when it has worked for a few milliseconds', async () => {
    let clock = 0;
    const breather = new Breather(() => clock);
    let others = 0;
    const turn = (): void => void (others += 1);
    setImmediate(turn);
    await breather.breathe();
    expect(others).toBe(0);
    clock = 5;
    await breather.breathe();
    expect(others).toBe(1);
    expect(breather.due).toBe(false);
  });
});
