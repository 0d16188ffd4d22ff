import { describe, expect, test } from 'vitest';
import type { CurveLine, CurveRun, CurvesData } from '../../../src/protocol/panels/curves';
import { cursorPlaces, readout, snapped } from '../../../webview/curves/readout';

const exact = { trainLoss: 4.03, validLoss: 4.31, mlmAccuracy: 0.318, losAuroc: 0.798, auroc: null };
const run: CurveRun = {
  id: 'a',
  name: 'base-192',
  kind: 'pretrain',
  seeds: 1,
  series: 0,
  state: 'running',
  step: 400,
  steps: 1000,
  seconds: 60,
  problem: null,
  begun: 1,
  meanEnd: null,
  atCursor: exact,
  seedRange: null,
};
function line(split: CurveLine['split'], x: number[], y: (number | null)[]): CurveLine {
  return { run: 'a', split, x, y, band: null, end: null };
}
function dataWith(cursor: number | null, lines: CurveLine[]): CurvesData {
  return { runs: [run], cursor, charts: [{ measure: 'loss', lines }] } as unknown as CurvesData;
}
const lines = [line('validation', [100, 200, 400], [6, 5, 4]), line('train', [0, 200, 400], [8, 4, null])];

describe('the readout of the run list', () => {
  test('is the exact answer of the host where that is for this cursor', () => {
    expect(readout(dataWith(200, lines), run, 200)).toEqual({ figures: exact, range: null });
  });

  test('is read off the lines until the host has answered', () => {
    expect(readout(dataWith(null, lines), run, 300)).toEqual({
      figures: { trainLoss: null, validLoss: 4.5, mlmAccuracy: null, losAuroc: null, auroc: null },
      range: null,
    });
  });

  test('is the latest of each line when the cursor has just left', () => {
    expect(readout(dataWith(200, lines), run, null)).toMatchObject({
      figures: { trainLoss: 4, validLoss: 4 },
    });
  });
});

describe('the arrow keys', () => {
  test('walk along validations', () => {
    expect(cursorPlaces(dataWith(null, lines))).toEqual([100, 200, 400]);
    expect(snapped(dataWith(null, lines), 310)).toBe(400);
  });

  test('walk along training reports before the first validation', () => {
    expect(cursorPlaces(dataWith(null, [line('validation', [], []), lines[1]!]))).toEqual([0, 200, 400]);
    expect(snapped(dataWith(null, []), 310)).toBe(310);
  });
});
