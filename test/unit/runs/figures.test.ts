import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/protocol/journal';
import { currentFigures } from '../../../src/runs/figures';

const time = '2026-01-01T00:00:00.000Z';
let seq = 0;
const started = (step: number): RunEvent => ({ seq: seq++, time, kind: 'started', step, steps: 100, pid: 1 });
const metric = (step: number, split: 'train' | 'validation' | 'test', loss: number): RunEvent => ({
  seq: seq++,
  time,
  kind: 'metric',
  step,
  epoch: step / 10,
  split,
  values: { loss },
});
const checkpoint = (step: number, best: boolean): RunEvent => ({
  seq: seq++,
  time,
  kind: 'checkpoint',
  step,
  folder: String(step).padStart(9, '0'),
  best,
});

it('a run that goes on from an earlier checkpoint takes back what it journalled beyond it', () => {
  const { metrics, bestStep } = currentFigures([
    started(0),
    metric(10, 'validation', 3),
    checkpoint(10, true),
    metric(20, 'validation', 2),
    checkpoint(20, true),
    // A test figure stands at the best step, before later ones: order in the file is not order in steps.
    metric(5, 'test', 9),
    metric(25, 'train', 1),
    { seq: seq++, time, kind: 'something-new' },
    started(10),
    metric(20, 'validation', 2.5),
    checkpoint(20, false),
  ]);
  expect(metrics.map(({ step, values }) => [step, values['loss']])).toEqual([
    [10, 3],
    [5, 9],
    [20, 2.5],
  ]);
  expect(bestStep).toBe(10);
});

it('a run that has not validated yet has no best step', () => {
  expect(currentFigures([started(0), metric(3, 'train', 1)])).toMatchObject({ bestStep: null });
  expect(currentFigures([])).toEqual({ metrics: [], bestStep: null });
});
