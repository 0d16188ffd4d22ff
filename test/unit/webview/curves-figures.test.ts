import { describe, expect, test } from 'vitest';
import type { CurveRun, CurvesData, CurvesView } from '../../../src/protocol/panels/curves';
import { keyFigures } from '../../../webview/curves/key-figures';
import { brief, listedFigures, seedNote } from '../../../webview/curves/listed-figures';

const figures = { trainLoss: 0.412, validLoss: 0.498, mlmAccuracy: 0.318, losAuroc: 0.798, auroc: 0.8149 };
const range = {
  trainLoss: [0.4, 0.43],
  validLoss: [0.47, 0.52],
  mlmAccuracy: [0.3104, 0.3249],
  losAuroc: [0.7912, 0.8046],
  auroc: [0.802, 0.829],
} as const;

describe('the figures of the run list', () => {
  test('name whose AUROC it is', () => {
    expect(listedFigures({ kind: 'finetune' }, { figures, range: null })).toEqual([
      { label: 'train', value: '0.41', range: null },
      { label: 'valid', value: '0.50', range: null },
      { label: 'valid\u00a0AUROC', value: '0.815', range: null },
    ]);
  });

  test('stand with the lowest and the highest seed', () => {
    const listed = listedFigures({ kind: 'pretrain' }, { figures, range });
    expect(listed.map(({ label, value, range: seeds }) => [label, value, seeds])).toEqual([
      ['train', '0.41', '0.40–0.43'],
      ['valid', '0.50', '0.47–0.52'],
      ['MLM', '31.8\u00a0%', '31.0–32.5'],
      ['LOS', '0.798', '0.791–0.805'],
    ]);
    expect(listedFigures({ kind: 'finetune' }, { figures, range })[2]!.range).toBe('0.802–0.829');
    expect(brief({ figures, range })).toBe('0.50 (0.47–0.52)');
    expect(brief({ figures: { ...figures, validLoss: null }, range })).toBe('0.41 (0.40–0.43)');
    expect(brief({ figures, range: null })).toBe('0.50');
  });

  test('say how many seeds there are, and how far their mean goes', () => {
    const note = (run: Partial<CurveRun>): string =>
      seedNote({ seeds: 3, begun: 3, meanEnd: null, ...run } as CurveRun, 'step').replaceAll('\u00a0', ' ');
    expect(note({})).toBe('3 seeds');
    expect(note({ seeds: 1, begun: 1 })).toBe('');
    expect(note({ begun: 2, meanEnd: 4000 })).toBe('2 of 3 seeds, mean to step 4,000');
  });
});

describe('key figures of the main run', () => {
  const shown = (main: object): Record<string, string> => {
    const data = { main: { tokensPerSecond: null, etaSeconds: null, ...main } } as unknown as CurvesData;
    const list = keyFigures(data, { smoothing: 0 } as CurvesView, new Date(0));
    return Object.fromEntries(list.map(({ label, value, note }) => [label, `${value} · ${note}`]));
  };
  const base = {
    ...{ state: 'finished', step: 9, steps: 9, epoch: null, seconds: 5, trainLoss: 1, validLoss: 1 },
    ...{ bestStep: 7, validationPatients: 4096, minimumCellCount: 10, patientsPerSecond: 1, test: null },
  } as const;

  test('of pretraining name the patients, the step and their number', () => {
    const of = shown({ ...base, kind: 'pretrain', mlmAccuracy: 0.341, losAuroc: 0.802 });
    expect(of).toMatchObject({
      'MLM accuracy, top-1': '34.1\u00a0% · validation, best step, n 4,096',
      'LOS AUROC, stay > 7 days': '0.802 · validation, best step, n 4,096',
    });
  });

  test('of fine-tuning too, beside the test AUROC with its interval', () => {
    const test = { auroc: 0.854, ci95: [0.812, 0.889], n: 1203 } as const;
    expect(shown({ ...base, kind: 'finetune', auroc: 0.847, test })).toMatchObject({
      'Validation AUROC': '0.847 · best step, n 4,096',
      'Test AUROC': '0.854 · 95 % CI 0.812–0.889, n 1,203',
    });
    const few = { ...base, kind: 'finetune', auroc: 0.8, validationPatients: 'small' };
    expect(shown(few)).toMatchObject({ 'Validation AUROC': '0.800 · best step, n <10' });
    expect(shown({ ...base, kind: 'finetune', auroc: null })).toMatchObject({
      'Validation AUROC': '– · not validated yet',
      'Test AUROC': '– · when finished',
    });
  });
});
