import { describe, expect, it } from 'vitest';
import { plain, verbatim } from '../../../src/host/experiments/markdown';
import { type RunTooltip, datasetTooltip, runTooltip } from '../../../src/host/experiments/tooltip';
import type { RunFacts } from '../../../src/runs/run-facts';
import { dataset, english, facts, finetuning, minutes, noon, pretraining } from './run-facts';

const parent = facts(pretraining('p1', {}, { learningRate: 1e-4 }), 'finished');
const earlier = facts(finetuning('f1', { from: 'p1' }, { seed: 7 }), 'finished');
const run = facts(finetuning('f2', { from: 'p1', fromStep: 60_000 }, { trainSize: 500 }), 'running', {
  step: 61_400,
  steps: 90_000,
  startedAt: noon - 60 * minutes,
  validAuroc: 0.8472,
  expectedEnd: noon + 38 * minutes,
});
const tooltip = (run: RunFacts, about: Partial<RunTooltip> = {}): string =>
  runTooltip(
    {
      run,
      parent: undefined,
      earlier: undefined,
      datasetHash: 'sha256:0123456789abcdef',
      log: [],
      minimumCellCount: 10,
      now: noon,
      ...about,
    },
    english,
  );

describe('the tooltip of a run', () => {
  it('tells its figures, where it comes from and on what it runs', () => {
    const text = tooltip(run, { parent });
    expect(text).toContain('**f2**');
    expect(text).toContain('Fine\\-tuning · claims · running');
    expect(text).toContain(
      '| Step | 61,400 of 90,000 (68 %) |'.replaceAll('(', '\\(').replaceAll(')', '\\)'),
    );
    expect(text).toContain('| Time left | 38 min |');
    expect(text).toContain('| Validation AUROC | 0.847 |');
    expect(text).toContain('| Dataset | claims · 01234567 |');
    expect(text).toContain('| Encoder | p1 · step 60,000 |');
    expect(text).toContain('| Device | onnxruntime\\-cpu · version 0.1.0 |');
  });

  it('says when parent or dataset are gone, or the dataset is another one now', () => {
    expect(tooltip(run)).toContain('p1 · step 60,000 · no longer there');
    expect(tooltip(run, { datasetHash: undefined })).toContain('01234567 · no longer there');
    expect(tooltip(run, { datasetHash: 'sha256:ffff' })).toContain('01234567 · changed since this run');
  });

  it('compares its settings with those of the run before it and of its parent', () => {
    const text = tooltip(run, { parent, earlier });
    expect(text).toContain('| Differs in | this run | f1 | p1 |');
    expect(text).toContain('| seed | 1 | 7 | 1 |');
    expect(text).toContain('| trainSize | 500 | 0 | – |');
    expect(text).toContain('| learningRate | 0.00005 | 0.00005 | 0.0001 |');
    expect(text).not.toContain('| kind |');
  });

  it('tells why a run failed, with the last lines of its log', () => {
    const failed = facts(pretraining('p2'), 'failed', { error: 'The disk is full.' });
    const text = tooltip(failed, { log: ['step 1', 'a `tick`'] });
    expect(text).toContain('The disk is full.');
    expect(text).toContain('```text\nstep 1\na `tick`\n```');
  });

  it('says what to do about an interrupted run', () => {
    const gone = facts(pretraining('p2'), 'interrupted', { step: 4210 });
    expect(tooltip(gone)).toContain('at step 4,210. Resuming goes on from the last checkpoint.');
  });
});

describe('the tooltip of a dataset', () => {
  it('tells what was kept of the source, and the problems', () => {
    const { name, description } = dataset('claims');
    const text = datasetTooltip(name, description, 5, english);
    expect(text).toContain('| Patients | 48,210 of 48,215 in the source |');
    expect(text).toContain('| Problems | in 1,234 rows |');
    // Five were left out: with a minimum of ten neither that nor what it follows from is told.
    expect(datasetTooltip(name, description, 10, english)).toContain('| Patients | 48,210 |');
    expect(datasetTooltip(name, description, 2000, english)).toContain('in \\<2000 rows');
    expect(datasetTooltip('old', undefined, 5, english)).toContain('import the records again');
  });
});

describe('Markdown', () => {
  it('says what the text says, whatever it holds', () => {
    expect(plain('a|b *c* [d](e)\n<f>')).toBe('a\\|b \\*c\\* \\[d\\]\\(e\\) \\<f\\>');
    expect(verbatim(['```']).startsWith('````text')).toBe(true);
  });
});

describe('a text in Markdown', () => {
  const addresses = [
    'https://example.org/a?b=c',
    'HTTP://x.y',
    'ftp://example.org',
    'www.example.org',
    'www.1a.org',
    'example.org',
    'mailto:a.b@example.org',
  ];

  it('makes no link of a bare address', () => {
    for (const address of addresses) {
      const written = plain(`see ${address}, or not`);
      // What GitHub's extended autolinks begin with, and bare domains.
      expect(written, address).not.toMatch(/(?:https?|ftp):\/\/|www\.|[\w.+-]@\w|[a-z]\.[a-z]/i);
    }
  });

  it('is to the eye what it was', () => {
    const texts = [...addresses, 'I50.9: 0.21 (a. b), 12:30, 1/2', '[x](https://y) `z` <b> | & $(x)'];
    for (const text of texts) {
      expect(plain(text).replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(text);
    }
    expect(plain('0.21, 428.0 and 12:30.')).toBe('0.21, 428.0 and 12:30.');
  });
});
