import { describe, expect, it, test } from 'vitest';
import { leastWeight } from '../../../src/protocol/attention-partners';
import type { Edit } from '../../../src/protocol/case-file';
import type { PatientData } from '../../../src/protocol/panels/patient';
import type { PanelState } from '../../../src/protocol/panels/panel';
import { editMarks, editWords } from '../../../webview/patient/edits';
import { applyEdits } from '../../../src/explain/edits';
import { Held } from '../../../webview/patient/held';
import { fullWeight, inside, matrixPixels, zoomed } from '../../../webview/patient/matrix-pixels';
import { attendedBy, readersOf, topEdges } from '../../../webview/patient/partners';

/** Rows that sum to 1, the same on every machine. */
function squareOf(length: number, seed = 1): { length: number; weights: Float32Array } {
  let state = seed;
  const next = (): number => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const weights = new Float32Array(length * length);
  for (let row = 0; row < length; row++) {
    const values = Array.from({ length }, () => next() ** 6);
    const sum = values.reduce((total, value) => total + value, 0);
    values.forEach((value, column) => (weights[row * length + column] = value / sum));
  }
  return { length, weights };
}

describe('strongest connections', () => {
  const square = squareOf(40);

  it('are what sorting all weights would give', () => {
    const all = Array.from(square.weights, (weight, at) => ({
      from: Math.floor(at / 40),
      to: at % 40,
      weight,
    }))
      .filter(({ from, to }) => from !== to)
      .sort((a, b) => b.weight - a.weight);
    expect(topEdges(square, 25).map(({ weight }) => weight)).toEqual(
      all.slice(0, 25).map(({ weight }) => weight),
    );
    expect(topEdges(square, 0)).toEqual([]);
    expect(topEdges(squareOf(1), 5)).toEqual([]);
  });

  it('of a code are its row; of who reads it, its column; never itself, never below the least weight', () => {
    for (const partner of attendedBy(square, 7)) {
      expect(partner.index).not.toBe(7);
      expect(partner.weight).toBe(square.weights[7 * 40 + partner.index]);
      expect(partner.weight).toBeGreaterThanOrEqual(leastWeight(40));
    }
    const readers = readersOf(square, 7);
    expect(readers.length).toBeGreaterThan(0);
    for (const { index, weight } of readers) expect(weight).toBe(square.weights[index * 40 + 7]);
    const even = { length: 200, weights: new Float32Array(200 * 200).fill(1 / 200) };
    expect(attendedBy(even, 0), 'an even share is nothing to draw').toEqual([]);
    expect(attendedBy(square, 99)).toEqual([]);
  });
});

describe('the matrix', () => {
  const ramp = Uint32Array.from({ length: 256 }, (_, level) => level);

  it.each([
    [40, { x: 0, y: 0, size: 40 }, 97],
    [40, { x: 3.3, y: 11.9, size: 9.5 }, 61],
    [300, { x: 0, y: 0, size: 300 }, 50],
  ])('of %i codes shows under each pixel the largest weight that it covers', (length, window, side) => {
    const square = squareOf(length, 3);
    const pixels = matrixPixels(square, window, side, 0.2, ramp);
    const cells = (start: number, pixel: number): [number, number] => {
      const from = Math.min(length - 1, Math.floor(start + (pixel / side) * window.size));
      return [
        from,
        Math.min(length, Math.max(from + 1, Math.floor(start + ((pixel + 1) / side) * window.size))),
      ];
    };
    for (let at = 0; at < side * side; at += 17) {
      const [top, bottom] = cells(window.y, Math.floor(at / side));
      const [left, right] = cells(window.x, at % side);
      let most = 0;
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) most = Math.max(most, square.weights[i * length + j]!);
      expect(pixels[at]).toBe(Math.min(255, Math.round((most / 0.2) * 255)));
    }
  });

  it('has its full colour where sorting puts 99.5 % of the weights below', () => {
    const square = squareOf(120, 5);
    const sorted = Float32Array.from(square.weights).sort();
    const { weight, isCapped } = fullWeight(square);
    expect(Math.abs(weight - sorted[Math.floor(0.995 * sorted.length)]!)).toBeLessThanOrEqual(
      sorted.at(-1)! / 2048,
    );
    expect(isCapped).toBe(true);
    expect(fullWeight({ length: 1, weights: new Float32Array([1]) })).toEqual({ weight: 1, isCapped: false });
    expect(
      fullWeight({ length: 2, weights: new Float32Array(4) }).weight,
      'never nothing to divide by',
    ).toBeGreaterThan(0);
  });

  it('zooms about a cell and never leaves the square', () => {
    let window = { x: 0, y: 0, size: 100 };
    for (let time = 0; time < 30; time++) {
      window = zoomed(window, 1.5, { x: 90, y: 2 }, 100);
      expect(window.x).toBeGreaterThanOrEqual(0);
      expect(window.x + window.size).toBeLessThanOrEqual(100 + 1e-9);
    }
    expect(window.size).toBe(8);
    expect(window.x).toBeLessThanOrEqual(90);
    expect(window.x + window.size).toBeGreaterThanOrEqual(90);
    expect(zoomed(window, 0.01, { x: 50, y: 50 }, 100)).toEqual({ x: 0, y: 0, size: 100 });
    expect(inside({ x: 99, y: -5, size: 10 }, 100)).toEqual({ x: 90, y: 0, size: 10 });
  });
});

describe('edits', () => {
  const patient = { codes: ['a', 'b', 'c', 'd'], visits: [1, 1, 2, 3], ranks: [1, 2, 1, 1] };
  const edits: Edit[] = [
    { kind: 'remove', at: 0 },
    { kind: 'mask', at: 0 },
    { kind: 'add', code: 'x', visit: 2, place: 1 },
    { kind: 'move', at: 3, visit: 1, place: 2 },
  ];

  it('are told in words, as the model was asked', () => {
    const { trace } = applyEdits(patient, edits, { maxLength: 9, longPatients: 'keep-last' });
    expect(editWords(edits, trace)).toEqual([
      { verb: 'removed', code: 'a', where: 'from visit 1' },
      { verb: 'masked', code: 'b', where: 'in visit 1' },
      { verb: 'added', code: 'x', where: 'to visit 2' },
      { verb: 'moved', code: 'd', where: 'from visit 3 to 1' },
    ]);
    expect(editWords(edits, []).map(({ verb, code }) => [verb, code])).toEqual([
      ['removed', null],
      ['masked', null],
      ['added', 'x'],
      ['moved', null],
    ]);
  });

  it('mark the codes that were there before', () => {
    const edited = applyEdits(patient, edits, { maxLength: 9, longPatients: 'keep-last' });
    const prediction = { risk: 0.5, logit: 0 };
    const result = {
      ...{ ...edited, before: prediction, after: prediction, seeds: [] },
      codes: edited.codes.map((code, t) => ({ code, visit: edited.visits[t]!, rank: edited.ranks[t]! })),
    };
    expect(Object.fromEntries(editMarks(result, 4))).toEqual({ 0: 'removed', 1: 'masked', 3: 'moved' });
  });
});

test('what a snapshot repeats stays the same object', () => {
  const state = (made: number, square: number): PanelState<PatientData> => ({
    kind: 'ready',
    stale: null,
    data: {
      stage: { kind: 'shown', explanation: { made }, made },
      square: { made: square },
    } as unknown as PatientData,
  });
  const parts = (shown: PanelState<PatientData> | undefined): unknown[] =>
    shown?.kind === 'ready' && shown.data.stage.kind === 'shown'
      ? [shown.data.stage.explanation, shown.data.square]
      : [];
  const held = new Held();
  const [explanation, square] = parts(held.of(state(1, 5)));
  const again = parts(held.of(state(1, 6)));
  expect(again[0]).toBe(explanation);
  expect(again[1]).not.toBe(square);
  expect(parts(held.of(state(2, 6)))[0]).toEqual({ made: 2 });
  held.of({ kind: 'empty', title: '', text: '', steps: [] });
  expect(parts(held.of(state(2, 6)))).toEqual([{ made: 2 }, { made: 6 }]);
});
