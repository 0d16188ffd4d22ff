import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../../src/host/experiments/pace';
import { statusOf } from '../../../src/host/experiments/status';
import type { RunFacts } from '../../../src/runs/run-facts';
import { english, facts, finetuning, minutes, noon, pretraining } from './run-facts';

const status = (...runs: RunFacts[]) => statusOf(runs, noon, english);
const one = facts(pretraining('p1'), 'running', {
  step: 61_400,
  steps: 90_000,
  trainLoss: 4.02,
  expectedEnd: noon + 38 * minutes,
});
const other = facts(finetuning('f1'), 'running', { step: 3, steps: 4, expectedEnd: noon + 82 * minutes });

describe('status bar', () => {
  it('is hidden while nothing runs', () => {
    expect(status()).toBeUndefined();
    expect(status(facts(pretraining('p1'), 'finished'), facts(pretraining('p2'), 'queued'))).toBeUndefined();
  });

  it('names the run, its share and the time left, and leads to its curves', () => {
    expect(status(one)).toMatchObject({
      text: '$(sync~spin) p1 68 % · 38 min',
      spoken: 'Med-BERT: p1 68 % · 38 min running',
      runId: 'p1',
    });
  });

  it('names only what is known', () => {
    expect(status(facts(pretraining('p1'), 'running'))?.text).toBe('$(sync~spin) p1');
    expect(status({ ...one, expectedEnd: null })?.text).toBe('$(sync~spin) p1 68 %');
  });

  it('counts several runs, with the time until the last is done', () => {
    expect(status(one, other)).toMatchObject({
      text: '$(sync~spin) 2 running · 1 h 22 min',
      runId: undefined,
    });
    expect(status(one, { ...other, expectedEnd: null })?.text).toBe('$(sync~spin) 2 running');
  });

  it('has every run and those that wait in its tooltip', () => {
    const tooltip = status(one, other, facts(pretraining('p9'), 'queued'))!.tooltip;
    expect(tooltip).toContain('| p1 | 68 % · loss 4.02 · 38 min |');
    expect(tooltip).toContain('| f1 | 75 % · 1 h 22 min |');
    expect(tooltip).toContain('1 waiting');
  });
});

describe('pace', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('acts at once, then at most once in a pause, and never loses the last request', () => {
    const act = vi.fn();
    const pace = new Pace(act, 2000);
    pace.soon();
    expect(act).toHaveBeenCalledTimes(1);
    for (let passed = 0; passed < 1900; passed += 100) {
      vi.advanceTimersByTime(100);
      pace.soon();
    }
    expect(act).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(act).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_000);
    expect(act).toHaveBeenCalledTimes(2);
  });

  it('acts at once when it is urgent, which counts as the next time', () => {
    const act = vi.fn();
    const pace = new Pace(act, 2000);
    pace.soon();
    pace.soon();
    pace.now();
    expect(act).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1999);
    expect(act).toHaveBeenCalledTimes(2);
  });

  it('does nothing after its end', () => {
    const act = vi.fn();
    const pace = new Pace(act, 2000);
    pace.soon();
    pace.soon();
    pace.dispose();
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
