import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writePredictions } from '../../../src/ehr/predictions';
import { delong } from '../../../src/metrics/delong';
import { finetuneConfig } from '../../../src/protocol/config';
import type { PairedAuroc } from '../../../src/protocol/panels/compare';
import { createRun } from '../../../src/runs/store';
import { comparisonTsv } from '../../../src/host/panels/compare-tsv';
import { untrained } from '../../../src/tasks/finetune';
import { compareRuns } from './compare-runs';

interface Golden {
  cases: {
    name: string;
    labels: number[];
    scores: number[];
    second?: number[];
    expected: { auroc: number; delongP?: number };
  }[];
}
const goldenFile = resolve(process.cwd(), 'test/fixtures/metrics/sklearn.json');
const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden;
const folder = mkdtempSync(join(tmpdir(), 'medbert-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Predicted {
  readonly patients: readonly string[];
  readonly labels: readonly number[];
  readonly scores: readonly number[];
}

/** A finished fine-tuning run that predicted this for its test patients. */
async function plant(home: string, predicted: Predicted, settings: object = {}, rest: object = {}) {
  const n = predicted.patients.length;
  const run = createRun(home, {
    kind: 'finetune',
    createdAt: '2026-01-01T00:00:00.000Z',
    codeVersion: '0',
    device: 'onnxruntime-cpu',
    dataset: { name: 'd', contentHash: 'sha256:aa' },
    config: finetuneConfig.parse(settings),
    labels: { file: '/labels.tsv', sha256: 'bb' },
    from: untrained,
    like: null,
    fromStep: null,
    split: { train: 10, validation: 0, test: n },
    vocabulary: 10,
    positions: 512,
    cohort: [],
    disjointness: { testPatients: n, encoderPatients: 0, overlap: 0, allowed: false },
    ...rest,
  });
  end(run.folder);
  await writePredictions(join(run.folder, 'predictions.parquet'), {
    patient: predicted.patients,
    label: Uint8Array.from(predicted.labels),
    score: Float64Array.from(predicted.scores),
    split: predicted.patients.map(() => 'test'),
  });
  return run.id;
}

function end(run: string): void {
  const time = '2026-01-01T00:00:00.000Z';
  const events = [
    { seq: 0, time, kind: 'started', step: 0, steps: 5, pid: 1 },
    { seq: 1, time, kind: 'finished', step: 5, reason: 'completed' },
  ];
  appendFileSync(join(run, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

const everyone = (n: number): string[] => Array.from({ length: n }, (_, i) => `P${i}`);
const home = (name: string): string => join(folder, name);

describe('pairs', () => {
  const scored = golden.cases.filter(
    ({ second, expected, scores }) =>
      second !== undefined &&
      expected.delongP !== undefined &&
      [...scores, ...second].every((p) => p >= 0 && p <= 1),
  );

  // The p-values come from test/golden/metrics.py, which compares all pairs of patients.
  it.each(scored)('DeLong p of the oracle: $name', async ({ name, labels, scores, second, expected }) => {
    const at = home(`golden-${name.replace(/\W+/g, '-')}`);
    const patients = everyone(labels.length);
    const first = await plant(at, { patients, labels, scores });
    // The other run has its patients in another order.
    const turned = [...labels.keys()].reverse();
    const other = await plant(
      at,
      {
        patients: turned.map((i) => patients[i]!),
        labels: turned.map((i) => labels[i]!),
        scores: turned.map((i) => second![i]!),
      },
      { seed: 2 },
    );
    const { pairs, tests } = await compareRuns({ home: at, runs: [other, first] });
    const { result, shared } = pairs[0]!;
    expect(shared).toBe(labels.length);
    expect(Math.abs(result!.p - expected.delongP!)).toBeLessThanOrEqual(1e-9 * expected.delongP!);
    expect(result!.holmP).toBe(result!.p);
    expect(tests[1]!.auroc.value).toBeCloseTo(expected.auroc, 12);
    expect(result!.difference).toBeCloseTo(tests[1]!.auroc.value - tests[0]!.auroc.value, 12);
  });

  it('the oracle has pairs', () => expect(scored.length).toBeGreaterThan(2));

  const n = 60;
  const labels = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const noisy = (step: number): number[] =>
    labels.map((label, i) => 0.25 + 0.2 * label + (0.5 * ((i * step) % 97)) / 97);

  async function pairOf(name: string, other: Predicted, rest: object = {}): Promise<PairedAuroc> {
    const at = home(name);
    const first = await plant(at, { patients: everyone(n), labels, scores: noisy(31) });
    const second = await plant(at, other, { seed: 2 }, rest);
    return (await compareRuns({ home: at, runs: [first, second] })).pairs[0]!;
  }

  it('only patients that both tested count', async () => {
    const half = everyone(n).slice(0, n / 2);
    const strangers = Array.from({ length: 20 }, (_, i) => `Q${i}`);
    const pair = await pairOf('half', {
      patients: [...strangers, ...half],
      labels: [...strangers.map((_, i) => i % 2), ...labels.slice(0, n / 2)],
      scores: [...strangers.map(() => 0.5), ...noisy(17).slice(0, n / 2)],
    });
    expect(pair).toMatchObject({ rowPatients: 50, columnPatients: 60, shared: 30, reason: null });
    const on = labels.slice(0, n / 2);
    const expected =
      delong(on, noisy(17).slice(0, n / 2)).auroc - delong(on, noisy(31).slice(0, n / 2)).auroc;
    expect(pair.result!.difference).toBeCloseTo(expected, 14);
    const [low, high] = pair.result!.ci95!;
    expect((low + high) / 2).toBeCloseTo(pair.result!.difference, 14);
  });

  it('disagreeing labels, strangers, one class and other records are reasons and not results', async () => {
    const wrong = labels.map((label, i) => (i === 7 ? 1 - label : label));
    const scores = noisy(17);
    const patients = everyone(n);
    const pairs = [
      await pairOf('labels', { patients, labels: wrong, scores }),
      await pairOf('strangers', { patients: patients.map((id) => `X${id}`), labels, scores }),
      await pairOf('class', {
        patients: patients.map((id, i) => (labels[i] === 1 ? `X${id}` : id)),
        labels,
        scores,
      }),
      await pairOf(
        'records',
        { patients, labels, scores },
        { dataset: { name: 'e', contentHash: 'sha256:bb' } },
      ),
    ];
    expect(pairs.map(({ result }) => result)).toEqual([null, null, null, null]);
    expect(pairs.map(({ reason }) => reason)).toEqual([
      'The labels of the patients that both tested disagree.',
      'No patient was tested by both.',
      'All patients that both tested have the same label.',
      'They were tested on different datasets.',
    ]);
  });

  it('Holm counts the pairs that have a result', async () => {
    const at = home('holm');
    const runs = [];
    for (const [i, step] of [31, 17, 5].entries()) {
      const scores = i === 2 ? labels.map((label) => 0.1 + 0.8 * label) : noisy(step);
      runs.push(await plant(at, { patients: everyone(n), labels, scores }, { seed: i + 1 }));
    }
    runs.push(
      await plant(at, { patients: everyone(n).map((id) => `X${id}`), labels, scores: noisy(3) }, { seed: 9 }),
    );
    const { pairs } = await compareRuns({ home: at, runs });
    expect(pairs).toHaveLength(6);
    const results = pairs.flatMap(({ result }) => result ?? []);
    expect(results).toHaveLength(3);
    const smallest = Math.min(...results.map(({ p }) => p));
    expect(results.find(({ p }) => p === smallest)!.holmP).toBeCloseTo(3 * smallest, 15);
    results.forEach(({ p, holmP }) => expect(holmP).toBeGreaterThanOrEqual(p));
  });
});

describe('a run that cannot be measured', () => {
  it('fails alone: scores that are no probabilities, and labels of one class', async () => {
    const at = home('unmeasurable');
    const patients = everyone(40);
    const labels = patients.map((_, i) => i % 2);
    const scores = labels.map((label, i) => 0.3 + 0.3 * label + ((i * 7) % 41) / 120);
    const runs = [
      await plant(at, { patients, labels, scores }, { seed: 1 }),
      await plant(at, { patients, labels, scores: scores.map((p) => 3 * p) }, { seed: 2 }),
      await plant(at, { patients, labels: labels.map(() => 0), scores }, { seed: 3 }),
      await plant(at, { patients, labels, scores: [...scores].reverse() }, { seed: 4 }),
    ];
    const { runs: listed, tests, pairs, seeds } = await compareRuns({ home: at, runs });
    expect(listed.map(({ problem }) => problem)).toEqual([
      null,
      expect.stringContaining('outside [0, 1]'),
      expect.stringContaining('All 40 labels are 0'),
      null,
    ]);
    expect(tests.map(({ run }) => run)).toEqual([runs[0], runs[3]]);
    expect(pairs.map(({ row, column }) => [row, column])).toEqual([[runs[3], runs[0]]]);
    expect(seeds.map((group) => group.seeds)).toEqual([[1, 4]]);
  });
});

describe('the threshold', () => {
  it('has Wilson intervals of sensitivity, specificity and precision, by hand', async () => {
    const at = home('threshold');
    const patients = everyone(60);
    // 20 cases, 15 of them called; 40 controls, 4 of them called.
    const labels = patients.map((_, i) => (i < 20 ? 1 : 0));
    const scores = patients.map((_, i) => (i < 15 || (i >= 20 && i < 24) ? 0.9 : 0.1) + i / 1000);
    const run = await plant(at, { patients, labels, scores });
    const { operatingPoint } = (await compareRuns({ home: at, runs: [run] })).tests[0]!;
    const { sensitivity, specificity, precision } = operatingPoint;
    expect([sensitivity.value, specificity.value, precision!.value]).toEqual([15 / 20, 36 / 40, 15 / 19]);
    // From the closed formula, computed apart: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    const wilson = (k: number, n: number): number[] => {
      const [p, z2] = [k / n, 1.959963984540054 ** 2];
      const half = Math.sqrt(z2 * ((p * (1 - p)) / n + z2 / (4 * n * n)));
      return [-1, 1].map((side) => (p + z2 / (2 * n) + side * half) / (1 + z2 / n));
    };
    for (const [figure, k, n] of [
      [sensitivity, 15, 20],
      [specificity, 36, 40],
      [precision!, 15, 19],
    ] as const) {
      figure.ci95!.forEach((end, i) => expect(end).toBeCloseTo(wilson(k, n)[i]!, 12));
    }
  });
});

describe('small numbers of patients', () => {
  const minimumCellCount = 10;
  async function tested(name: string, cases: number, controls: number): Promise<string[]> {
    const patients = everyone(cases + controls);
    const labels = patients.map((_, i) => (i < cases ? 1 : 0));
    const scores = patients.map((_, i) => 0.2 + 0.3 * labels[i]! + ((i * 37) % 101) / 250);
    const run = await plant(home(name), { patients, labels, scores });
    const text = await compareRuns({ home: home(name), runs: [run], minimumCellCount });
    return [
      ...[text.tests[0]!.n, text.tests[0]!.positives].map(String),
      String(text.tests[0]!.calibration.length > 0),
      ...comparisonTsv(text).split('\n')[1]!.split('\t'),
    ];
  }

  it('are not told: neither few cases nor few controls, also not in the table', async () => {
    const few = await tested('few-cases', 4, 200);
    expect(few.slice(0, 3)).toEqual(['204', 'small', 'false']);
    expect(few.slice(3)).toContain('<10');
    expect((await tested('few-controls', 200, 4)).slice(0, 3)).toEqual(['204', 'withheld', 'false']);
    expect((await tested('few', 4, 5)).slice(0, 3)).toEqual(['small', 'small', 'false']);
    expect((await tested('many', 60, 200)).slice(0, 3)).toEqual(['260', '60', 'true']);
  });

  it('do not follow from a calibration group and its share', async () => {
    const at = home('calibration');
    const n = 500;
    const patients = everyone(n);
    // One patient in fifty has the outcome where the risk is low.
    const labels = patients.map((_, i) => (i < 250 ? (i % 50 === 0 ? 1 : 0) : i % 3 === 0 ? 1 : 0));
    const scores = patients.map((_, i) => i / n);
    const run = await plant(at, { patients, labels, scores });
    const [open, closed] = await Promise.all(
      [0, minimumCellCount].map(async (minimum) => {
        const { tests } = await compareRuns({ home: at, runs: [run], minimumCellCount: minimum });
        return tests[0]!;
      }),
    );
    expect(open!.calibration[0]).toMatchObject({ n: 50, observed: 0.02 });
    expect(closed!.calibration.length).toBeGreaterThan(3);
    let [all, cases] = [0, 0];
    for (const { n: size, observed } of closed!.calibration) {
      const positives = Math.round(size * observed);
      for (const count of [positives, size - positives]) expect(count === 0 || count >= 10).toBe(true);
      all += size;
      cases += positives;
    }
    // Nobody is left out, or they could be subtracted.
    expect([all, cases]).toEqual([closed!.n, closed!.positives]);
  });

  it('of patients that both or only one of two runs tested are not told', async () => {
    const at = home('few-shared');
    const labels = everyone(60).map((_, i) => i % 2);
    const scores = labels.map((label, i) => 0.3 + 0.3 * label + ((i * 7) % 41) / 120);
    const run = (from: number, seed: number): Promise<string> => {
      const patients = everyone(300).slice(from, from + 60);
      return plant(at, { patients, labels, scores }, { seed });
    };
    const runs = [await run(0, 1), await run(4, 2), await run(54, 3), await run(20, 4)];
    const { pairs } = await compareRuns({ home: at, runs, minimumCellCount });
    const of = (row: number, column: number): PairedAuroc =>
      pairs.find((pair) => pair.row === runs[row] && pair.column === runs[column])!;
    // 4 of 60 are only in the one.
    expect(of(1, 0)).toMatchObject({ rowPatients: 60, shared: 'withheld', reason: null });
    expect(of(2, 0)).toMatchObject({
      shared: 'small',
      result: null,
      reason: expect.stringContaining('few') as string,
    });
    expect(of(3, 0)).toMatchObject({ shared: 40, reason: null });
  });
});

describe('seeds and names', () => {
  it('runs that differ in their seed alone are one group; the same seed counts once', async () => {
    const at = home('seeds');
    const patients = everyone(40);
    const labels = patients.map((_, i) => i % 2);
    const scores = (k: number): number[] =>
      labels.map((label, i) => 0.3 + 0.3 * label + ((i * k) % 41) / 120);
    const runs = [
      await plant(at, { patients, labels, scores: scores(3) }, { seed: 1 }),
      await plant(at, { patients, labels, scores: scores(7) }, { seed: 2 }),
      await plant(at, { patients, labels, scores: scores(7) }, { seed: 2 }),
      await plant(at, { patients, labels, scores: scores(5) }, { seed: 1, learningRate: 1e-3 }),
    ];
    const { seeds, tests, runs: listed } = await compareRuns({ home: at, runs });
    expect(seeds).toHaveLength(1);
    expect(seeds[0]).toMatchObject({ seeds: [1, 2], runs: runs.slice(0, 2), name: 'learningRate 0.00005' });
    const [a, b] = tests.map(({ auroc }) => auroc.value);
    expect(seeds[0]!.mean).toBeCloseTo((a! + b!) / 2, 14);
    expect(seeds[0]!.sd).toBeCloseTo(Math.abs(a! - b!) / Math.SQRT2, 14);
    // Two runs of the same set-up can only be told apart by their ids.
    expect(listed.map(({ name }) => name)).toEqual([
      'learningRate 0.00005 · seed 1',
      runs[1],
      runs[2],
      'learningRate 0.001 · seed 1',
    ]);
  });
});
