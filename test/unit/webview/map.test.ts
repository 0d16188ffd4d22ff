import { describe, expect, it } from 'vitest';
import type { CodePoints, EmbeddingMap, PatientPoints } from '../../../src/protocol/panels/map';
import { defaultMapSettings, readMapSettings, unknownMethod } from '../../../src/protocol/panels/map';
import { projectionMethods } from '../../../src/protocol/projections';
import { chapterGroups } from '../../../src/protocol/icd-chapters';
import {
  centredOn,
  panned,
  pointAt,
  pointTowards,
  toScreen,
  wholeMap,
  zoomed,
} from '../../../webview/map/camera';
import { firstSlots, groupsOf, mostSlots, toggled } from '../../../webview/map/groups';
import { bareCode, findCodes } from '../../../webview/map/search';
import { extentText, methodText, unknownMethodText } from '../../../webview/map/words';

const size = { width: 800, height: 500 };
const columns = { x: [-1, 0, 1, 0.2], y: [0, 0.5, -0.5, 0.4] };
const whole = wholeMap(columns, size);

describe('the camera', () => {
  it('sees every point of the whole map', () => {
    columns.x.forEach((x, i) => {
      const [px, py] = toScreen(whole, size, x, columns.y[i]!);
      expect(px >= 0 && px <= size.width && py >= 0 && py <= size.height).toBe(true);
    });
  });

  it('zooms about a pixel, which keeps its point', () => {
    const near = zoomed(whole, size, 3, 123, 45, whole);
    const back = zoomed(near, size, 1 / 3, 123, 45, whole);
    expect(near.scale).toBeCloseTo(3 * whole.scale);
    expect(back.x).toBeCloseTo(whole.x);
    expect(back.y).toBeCloseTo(whole.y);
    const before = [whole.x + (123 - 400) / whole.scale, whole.y - (45 - 250) / whole.scale] as const;
    const [px, py] = toScreen(near, size, ...before);
    expect(px).toBeCloseTo(123);
    expect(py).toBeCloseTo(45);
  });

  it('goes neither endlessly near nor far', () => {
    expect(zoomed(whole, size, 1e9, 0, 0, whole).scale).toBeLessThan(100 * whole.scale);
    expect(zoomed(whole, size, 1e-9, 0, 0, whole).scale).toBeGreaterThan(0.1 * whole.scale);
  });

  it('moves the map with the pointer', () => {
    const [x, y] = toScreen(whole, size, 0, 0);
    expect(toScreen(panned(whole, 30, -20), size, 0, 0)).toEqual([x + 30, y - 20]);
  });

  it('brings a point to the middle', () => {
    expect(toScreen(centredOn(whole, whole, 0.2, 0.4), size, 0.2, 0.4)).toEqual([400, 250]);
  });

  it('finds the point under the pointer, and none beyond its reach', () => {
    const [px, py] = toScreen(whole, size, 0.2, 0.4);
    expect(pointAt(columns, whole, size, px + 3, py - 3, 10)).toBe(3);
    expect(pointAt(columns, whole, size, px + 13, py + 3, 10)).toBeUndefined();
  });

  it('follows arrows to the next point in that direction', () => {
    const from = (i: number): { x: number; y: number } => ({ x: columns.x[i]!, y: columns.y[i]! });
    expect(pointTowards(columns, from(0), 'right')).toBe(1);
    expect(pointTowards(columns, from(3), 'left')).toBe(1);
    expect(pointTowards(columns, from(1), 'up')).toBeUndefined();
  });
});

const circulatory = chapterGroups.indexOf('circulatory');
const codes: CodePoints = {
  kind: 'codes',
  codes: ['ICD9_428.0', 'ICD10_I50.9', 'ICD10_I48.91', 'ICD10_Z79.01', 'X'],
  descriptions: ['Congestive heart failure', 'Heart failure, unspecified', 'Atrial fibrillation', null, null],
  chapters: [
    circulatory,
    circulatory,
    circulatory,
    chapterGroups.indexOf('contacts'),
    chapterGroups.indexOf('other'),
  ],
  numerals: ['VII', 'IX', 'IX', 'XXI', ''],
  ranks: [1, 2, 3, 4, 5],
  occurrences: [90, 80, 70, 20, 'small'],
  minimumCellCount: 10,
  nearest: [[1], [0], [0], [0], [0]],
  cosines: [[0.9], [0.9], [0.5], [0.1], [0]],
};
const mapOf = (points: EmbeddingMap['points'], candidates: number, x: number[]): EmbeddingMap => ({
  run: 'r',
  kind: 'finetune',
  step: 1,
  settings: defaultMapSettings,
  dimensions: 8,
  ...{ x, y: x, candidates, faithfulness: null, explained: null, points },
});

describe('the search', () => {
  it.each([
    ['I48', [2]],
    ['4280', [0]],
    ['icd10_i', [1, 2]],
    ['failure heart', [0, 1]],
    ['  ', []],
    ['kidney', []],
  ])('for “%s”', (sought, expected) => {
    expect(findCodes(codes, sought)).toEqual(expected);
  });

  it('shows a code without its classification', () => {
    expect(['ICD9_428.0', 'ICD10_I50.9', 'X'].map(bareCode)).toEqual(['428.0', 'I50.9', 'X']);
  });
});

describe('the groups', () => {
  const map = mapOf(codes, 5, [0, 0, 0, 0, 0]);

  it('are the chapters that are there, each code once', () => {
    const groups = groupsOf(map, 'label');
    expect(groups.map(({ key, members }) => [key, members.length])).toEqual([
      ['circulatory', 3],
      ['contacts', 1],
      ['other', 1],
    ]);
    expect(firstSlots(groups, codes)).toEqual(['circulatory', 'contacts']);
  });

  it('keep their colour while others come and go, five at most', () => {
    const five = ['a', 'b', 'c', 'd', 'e'];
    expect(toggled(five, 'f')).toBeUndefined();
    const four = toggled(five, 'b')!;
    expect(four.indexOf('e')).toBe(4);
    expect(toggled(four, 'f')).toEqual(['a', 'f', 'c', 'd', 'e']);
    expect(toggled([], 'a')).toEqual(['a']);
    expect(five).toHaveLength(mostSlots);
  });

  it('of patients are labels, or fifths by risk that hold everybody once', () => {
    const risks = Array.from({ length: 23 }, (_, i) => ((i * 7) % 23) / 23);
    const labels = risks.map((risk) => (risk > 0.6 ? 1 : 0));
    const points: PatientPoints = {
      kind: 'patients',
      labels,
      risks,
      lengths: risks.map(() => 4),
      unknown: 2,
      minimumCellCount: 5,
    };
    const patients = mapOf(points, 40, risks);
    expect(groupsOf(patients, 'label').map(({ key }) => key)).toEqual(['label-1', 'label-0']);
    expect(groupsOf(patients, 'label').map(({ told }) => told)).toEqual([9, 14]);
    // One small group could be had by subtraction, so none is counted.
    const small = mapOf({ ...points, minimumCellCount: 10 }, 40, risks);
    expect(groupsOf(small, 'label').map(({ told }) => told)).toEqual([null, null]);
    const fifths = groupsOf(patients, 'risk');
    expect(fifths.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...risks.keys()]);
    const least = (members: readonly number[]): number => Math.min(...members.map((i) => risks[i]!));
    const floors = fifths.map(({ members }) => least(members));
    expect(floors).toEqual([...floors].sort((a, b) => b - a));
    expect(extentText(patients)).toBe(
      '23 test patients, drawn by seed from 40; 2 without a known code left out',
    );
  });

  it('say how many codes are not shown', () => {
    expect(extentText(mapOf(codes, 9, [0, 0, 0, 0, 0]))).toBe(
      'The 5 most frequent of 9 codes that occur at least 10 times',
    );
  });
});

it('settings out of a page are settings, whatever it kept', () => {
  expect(readMapSettings(undefined)).toEqual(defaultMapSettings);
  expect(readMapSettings({ of: 'everybody', neighbours: 1e9, minDist: 'x', seed: 7.4 })).toEqual({
    ...defaultMapSettings,
    seed: 7,
  });
});

describe('the method of a saved map', () => {
  it('is taken back when it is in the list', () => {
    for (const method of Object.keys(projectionMethods)) {
      expect(readMapSettings({ method }).method).toBe(method);
      expect(unknownMethod({ method })).toBeNull();
    }
    expect(unknownMethod(undefined)).toBeNull();
    expect(unknownMethod({})).toBeNull();
  });

  it.each(['tsne', 'constructor', 7, null])('%s is told, and the usual one taken', (method) => {
    expect(readMapSettings({ method, seed: 3 })).toEqual({ ...defaultMapSettings, seed: 3 });
    expect(unknownMethod({ method })).not.toBeNull();
  });

  it('is told in words, with what it depends on', () => {
    const map = mapOf(codes, 5, [0, 0, 0, 0, 0]);
    expect(methodText(map)).toBe('UMAP, neighbours 15, least distance 0.1, seed 1');
    expect(methodText({ ...map, settings: { ...map.settings, method: 'pca' } })).toBe('PCA');
    expect(unknownMethodText('tsne', map)).toMatch(/“tsne”.*UMAP is shown/);
  });
});
