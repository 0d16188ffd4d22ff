import { describe, expect, it } from 'vitest';
import { evaluationText } from '../../../src/host/evaluation-text';
import type { EvaluationFacts } from '../../../src/protocol/queries';
import { english } from './run-facts';

const facts: EvaluationFacts = {
  run: 'finetune-20261122-1',
  state: 'finished',
  step: 1200,
  dataset: 'claims',
  patients: 'test',
  unknownCodeShare: null,
  overlap: 0,
  leftOut: 0,
  n: 4821,
  positives: 1203,
  auroc: 0.8541,
  aurocCi95: [0.8412, 0.8659],
  aurocVariance: 0.00004,
  auprc: 0.6123,
  brier: 0.1312,
  logLoss: 0.4123,
  ece: 0.0211,
  calibrationSlope: 0.9871,
  calibrationIntercept: -0.0312,
  intervals: {
    auprc: [0.58, 0.64],
    brier: [0.126, 0.137],
    logLoss: [0.4, 0.425],
    calibrationSlope: [0.91, 1.06],
    calibrationIntercept: [-0.1, 0.04],
  },
};
const told = (change: Partial<EvaluationFacts> = {}, minimum = 10): string =>
  evaluationText({ ...facts, ...change }, minimum, english);
const elsewhere = { patients: 'labelled', dataset: 'other', unknownCodeShare: 0.0312 } as const;

describe('the document of an evaluation', () => {
  it('has every figure with its interval', () => {
    const rows = told()
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows).toEqual([
      '| Metric | Value | 95 % interval |',
      '| Patients | 4,821 |  |',
      '| With the outcome | 1,203 |  |',
      '| AUROC | 0.854 | 0.841 to 0.866 |',
      '| AUPRC | 0.612 | 0.580 to 0.640 |',
      '| Brier score | 0.131 | 0.126 to 0.137 |',
      '| Log loss | 0.412 | 0.400 to 0.425 |',
      '| Calibration slope | 0.987 | 0.910 to 1.060 |',
      '| Calibration intercept | −0.031 | −0.100 to 0.040 |',
      '| ECE | 0.021 | – |',
    ]);
    const separated = { calibrationSlope: null, calibrationIntercept: null };
    const line = told({ ...separated, intervals: { ...facts.intervals, ...separated } });
    expect(line).toContain('| Calibration slope | – | – |');
  });

  it('says whom it was measured on, and which model', () => {
    expect(told()).toContain('# finetune-20261122-1 on claims\n\nMeasured on the test patients of the run');
    expect(told()).toContain('Best checkpoint, step 1,200.');
    expect(told(elsewhere)).toContain('Measured on all labelled patients of other.');
    expect(told(elsewhere)).toContain('| Codes unknown to the model | 3.1 % |');
    expect(told({ ...elsewhere, leftOut: 250 })).toContain(
      'Measured on the labelled patients of other that the model had not seen; 250 were left out.',
    );
    expect(told({ ...elsewhere, overlap: 250 })).toContain('| Seen by the model before | 250 |');
    expect(told({ state: 'stopped' })).toContain('The run is stopped, not finished.');
    expect(told()).not.toContain('not finished');
  });

  it('tells no small number of patients, nor one that gives it away', () => {
    expect(told({ positives: 7 })).toContain('| With the outcome | fewer than 10 |');
    const few = told({ n: 4821, positives: 4815 });
    expect(few).toContain('| With the outcome | withheld: fewer than 10 others |');
    expect(few).not.toContain('4,815');
    expect(told({ n: 9, positives: 4 })).toContain('| Patients | fewer than 10 |');
    expect(told({ ...elsewhere, leftOut: 3 })).toContain('fewer than 10 were left out');
    expect(told({ ...elsewhere, overlap: 3 })).toContain('| Seen by the model before | fewer than 10 |');
    expect(told({ n: 9, positives: 4 }, 0)).toContain('| Patients | 9 |');
  });
});
