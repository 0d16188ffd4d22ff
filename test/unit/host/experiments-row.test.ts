import { describe, expect, it } from 'vitest';
import { runContext, runDescription, runIcon } from '../../../src/host/experiments/run-row';
import { auroc, count, duration, fixed, percent } from '../../../src/host/experiments/wording';
import type { RunState } from '../../../src/protocol/run';
import type { RunFacts } from '../../../src/runs/run-facts';
import { english, facts, finetuning, minutes, noon, pretraining } from './run-facts';

const pre = (state: RunState, known: Partial<RunFacts> = {}): RunFacts =>
  facts(pretraining('pretrain-20261122-1'), state, known);
const fine = (state: RunState, known: Partial<RunFacts> = {}): RunFacts =>
  facts(finetuning('finetune-20261122-1'), state, known);
const told = (run: RunFacts): string => runDescription(run, noon, english);

describe('how figures are written', () => {
  it('groups thousands, and has a true minus and no negative zero', () => {
    expect([61_400, 999, 1_234_567.4, -1500].map(count)).toEqual(['61,400', '999', '1,234,567', '−1,500']);
    expect([fixed(4.024, 2), fixed(-0.15, 2), fixed(-0.001, 2)]).toEqual(['4.02', '−0.15', '0.00']);
  });

  it('rounds shares down, so that only all is 100 %', () => {
    expect([0, 0.29, 0.6849, 0.99999, 1, 1.2].map(percent)).toEqual([
      '0 %',
      '29 %',
      '68 %',
      '99 %',
      '100 %',
      '100 %',
    ]);
  });

  it('names at most two units of time', () => {
    const seconds = [0, 45, 59.6, 2280, 3599, 4920, 7200, 86_390, 183_600];
    expect(seconds.map(duration)).toEqual([
      '0 s',
      '45 s',
      '1 min',
      '38 min',
      '1 h',
      '1 h 22 min',
      '2 h',
      '1 d',
      '2 d 3 h',
    ]);
  });

  it('writes an AUROC with its interval', () => {
    expect(auroc(0.8541, [0.8149, 0.891])).toBe('0.854 (0.81–0.89)');
    expect(auroc(0.8541, null)).toBe('0.854');
  });
});

describe('the facts beside the name of a run', () => {
  const half = { step: 61_400, steps: 90_000, trainLoss: 4.019 };

  it('are share, loss and time left while it pretrains', () => {
    expect(told(pre('running', { ...half, expectedEnd: noon + 38 * minutes }))).toBe(
      '68 % · loss 4.02 · 38 min',
    );
    expect(told(pre('running', half))).toBe('68 % · loss 4.02');
    expect(told(pre('running', { ...half, expectedEnd: noon - minutes }))).toBe('68 % · loss 4.02');
  });

  it('are what is known when it has only just begun', () => {
    expect(told(pre('running'))).toBe('starting');
    expect(told(pre('running', { step: 1200 }))).toBe('step 1,200');
    expect(told(pre('running', { step: 0, steps: 90_000 }))).toBe('0 %');
  });

  it('name the AUROC on validation patients while it fine-tunes, once there is one', () => {
    const known = { step: 30, steps: 100, trainLoss: 0.514, expectedEnd: noon + 2 * minutes };
    expect(told(fine('running', known))).toBe('30 % · loss 0.51 · 2 min');
    expect(told(fine('running', { ...known, validAuroc: 0.8472 }))).toBe('30 % · valid AUROC 0.847 · 2 min');
  });

  it('are the result when it has finished', () => {
    expect(told(fine('finished', { testAuroc: 0.854, testAurocCi95: [0.8101, 0.8904] }))).toBe(
      '0.854 (0.81–0.89) test AUROC',
    );
    expect(told(pre('finished', { validLoss: 4.362, losAuroc: 0.7999 }))).toBe(
      '4.36 valid loss · 0.80 LOS AUROC',
    );
    expect(told(pre('finished', { validLoss: 4.362 }))).toBe('4.36 valid loss');
    expect(told(pre('finished'))).toBe('finished');
    expect(told(fine('finished', { error: 'The figures of this run are damaged.' }))).toBe(
      'finished, figures damaged',
    );
  });

  it('say where it ended otherwise', () => {
    const at = { step: 37_800, steps: 90_000 };
    expect(told(pre('stopped', at))).toBe('stopped at 42 %');
    expect(told(pre('stopped'))).toBe('stopped');
    expect(told(pre('interrupted', at))).toBe('failed at 42 %: its process ended without a word');
    expect(told(pre('interrupted'))).toBe('failed: its process ended without a word');
    expect(told(pre('failed', { step: 4210, steps: 90_000 }))).toBe('failed, step 4,210');
    expect(told(pre('failed'))).toBe('failed');
  });

  it('tell apart waiting for the first time, waiting to go on, and waiting for nothing', () => {
    expect(told(pre('queued'))).toBe('queued');
    expect(told(pre('queued', { step: 37_800, steps: 90_000 }))).toBe('queued at 42 %');
    expect(told(pre('queued', { waitingSince: null }))).toBe('not started');
  });
});

describe('icon and context of a run', () => {
  it('has a shape of its own for every state, but that a lost process is a failure', () => {
    const states: RunState[] = ['running', 'queued', 'finished', 'stopped', 'failed', 'interrupted'];
    expect(states.map((state) => runIcon(pre(state)).codicon)).toEqual([
      'sync~spin',
      'clock',
      'pass',
      'debug-stop',
      'error',
      'error',
    ]);
    expect(states.map((state) => runContext(pre(state)))).toEqual(
      states.map((state) => `run.pretrain.${state}`),
    );
    expect(runContext(fine('finished'))).toBe('run.finetune.finished');
    expect(runContext(pre('queued', { waitingSince: null }))).toBe('run.pretrain.unstarted');
  });

  it('warns when the figures of a finished run are damaged', () => {
    expect(runIcon(fine('finished', { error: 'damaged' })).codicon).toBe('warning');
  });
});
