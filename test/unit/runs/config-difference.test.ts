import { describe, expect, test } from 'vitest';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import { type RunManifest, runManifest } from '../../../src/protocol/run';
import { configDifferences } from '../../../src/runs/config-difference';

const common = {
  version: 1,
  createdAt: '2026-01-01T00:00:00Z',
  codeVersion: '0.1.0',
  device: 'onnxruntime-cpu',
  dataset: { name: 'claims', contentHash: 'sha256:aaaaaaaaaaaa' },
  split: { train: 100, validation: 20, test: 10 },
  vocabulary: 50,
} as const;

function pretrained(settings: object = {}, rest: object = {}): RunManifest {
  return runManifest.parse({
    ...common,
    kind: 'pretrain',
    id: 'pretrain-1',
    config: pretrainConfig.parse(settings),
    exclude: null,
    ...rest,
  });
}

function finetuned(settings: object = {}, rest: object = {}): RunManifest {
  return runManifest.parse({
    ...common,
    kind: 'finetune',
    id: 'finetune-1',
    config: finetuneConfig.parse(settings),
    labels: { file: '/study/labels.tsv', sha256: 'bbbbbbbbbbbb' },
    from: 'pretrain-1',
    like: null,
    fromStep: 40,
    positions: 512,
    cohort: [],
    disjointness: { testPatients: 10, encoderPatients: 100, overlap: 0, allowed: false },
    ...rest,
  });
}

describe('differences of configuration', () => {
  test('equal runs differ in nothing, and neither does a run from itself', () => {
    expect(configDifferences([finetuned(), finetuned({}, { id: 'finetune-2' })])).toEqual([]);
    expect(configDifferences([pretrained()])).toEqual([]);
    expect(configDifferences([])).toEqual([]);
  });

  test('only keys whose values differ are told, with the value of every run', () => {
    const runs = [finetuned(), finetuned({ seed: 2 }), finetuned({ learningRate: 1e-3 })];
    expect(configDifferences(runs)).toEqual([
      { key: 'learningRate', values: [5e-5, 5e-5, 1e-3] },
      { key: 'seed', values: [1, 2, 1] },
    ]);
  });

  test('switches and optional keys', () => {
    expect(configDifferences([pretrained({ serialization: false }), pretrained({ steps: 500 })])).toEqual([
      { key: 'serialization', values: [false, true] },
      { key: 'steps', values: ['by epochs', 500] },
    ]);
  });

  test('where data and encoder come from', () => {
    const other = finetuned(
      { trainSize: 30 },
      {
        from: 'untrained',
        fromStep: null,
        dataset: { name: 'claims', contentHash: 'sha256:cccccccccccc' },
        labels: { file: 'C:\\study\\other.tsv', sha256: 'dddddddddddd' },
        split: { train: 30, validation: 20, test: 10 },
      },
    );
    expect(configDifferences([finetuned(), other])).toEqual([
      { key: 'dataset content', values: ['aaaaaaaa', 'cccccccc'] },
      { key: 'labels', values: ['labels.tsv', 'other.tsv'] },
      { key: 'labels content', values: ['bbbbbbbb', 'dddddddd'] },
      { key: 'from', values: ['pretrain-1', 'untrained'] },
      { key: 'training patients', values: [100, 30] },
      { key: 'trainSize', values: [0, 30] },
    ]);
  });

  test('a run differs from its parent in what both could choose', () => {
    const parent = pretrained({ hidden: 96, heads: 4, losWeight: 0 });
    const child = finetuned({ hidden: 96, heads: 4, learningRate: 1e-4, trainSize: 30 });
    const differences = configDifferences([parent, child]);
    const keys = differences.map(({ key }) => key);
    expect(keys).toContain('learningRate');
    expect(keys).toContain('epochs');
    for (const key of ['hidden', 'losWeight', 'trainSize', 'head', 'labels']) expect(keys).not.toContain(key);
    expect(differences[0]).toEqual({ key: 'kind', values: ['pretraining', 'fine-tuning'] });
  });

  test('a run of another kind has no value for a key that is not its own', () => {
    const runs = [pretrained(), finetuned({ trainSize: 10 }), finetuned({ trainSize: 20 })];
    const trainSize = configDifferences(runs).find(({ key }) => key === 'trainSize');
    expect(trainSize).toEqual({ key: 'trainSize', values: [null, 10, 20] });
  });
});
