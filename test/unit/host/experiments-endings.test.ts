import { describe, expect, it } from 'vitest';
import { Endings, noticeOf } from '../../../src/host/experiments/endings';
import type { RunState } from '../../../src/protocol/run';
import type { CatalogueChange } from '../../../src/runs/catalogue';
import type { RunFacts } from '../../../src/runs/run-facts';
import { english, facts, finetuning, minutes, noon, pretraining } from './run-facts';

const pre = (state: RunState, known: Partial<RunFacts> = {}): RunFacts =>
  facts(pretraining('p1'), state, known);
const notice = (run: RunFacts, wanted: 'always' | 'failures' | 'never' = 'always') =>
  noticeOf(run, wanted, english);

describe('what is said when a run ends', () => {
  it('is its result, with the way to it', () => {
    expect(notice(pre('finished', { validLoss: 4.36, losAuroc: 0.8 }))).toEqual({
      severity: 'information',
      text: 'p1 has finished: 4.36 valid loss · 0.80 LOS AUROC.',
      action: 'Show Curves',
      command: 'medbert.showCurves',
    });
    const tuned = facts(finetuning('f1'), 'finished', { testAuroc: 0.854, testAurocCi95: [0.81, 0.89] });
    expect(notice(tuned)).toMatchObject({
      text: 'f1 has finished: 0.854 (0.81–0.89) test AUROC.',
      action: 'Show Result',
    });
    expect(notice(pre('finished'))?.text).toBe('p1 has finished.');
  });

  it('is why it failed, with the log; never the text of a bug', () => {
    const failed = pre('failed', { error: 'The disk is full.\nFree some space.' });
    expect(notice(failed)).toEqual({
      severity: 'error',
      text: 'p1 failed: The disk is full.',
      action: 'Open Log',
      command: 'medbert.openLog',
    });
    const bug = notice(pre('failed', { error: 'cannot read P000418', bug: true }))!;
    expect(bug.text).toBe('p1 failed: this is a bug in Med-BERT Explorer.');
    expect(notice(pre('failed', { error: 'x'.repeat(500) }))!.text).toHaveLength('p1 failed: '.length + 200);
  });

  it('offers to resume a run whose process is gone', () => {
    expect(notice(pre('interrupted', { step: 4210 }))).toMatchObject({
      severity: 'error',
      text: 'p1 failed at step 4,210: its process ended without a word.',
      action: 'Resume',
      command: 'medbert.resumeRun',
    });
  });

  it('is nothing for a run that the person stopped, or what they do not want to hear', () => {
    expect(notice(pre('stopped'))).toBeUndefined();
    expect(notice(pre('finished'), 'failures')).toBeUndefined();
    expect(notice(pre('failed'), 'failures')).toBeDefined();
    expect(notice(pre('interrupted'), 'failures')).toBeDefined();
    expect(notice(pre('failed'), 'never')).toBeUndefined();
  });
});

describe('which ends are news', () => {
  const change = (...ended: RunFacts[]): CatalogueChange => ({
    appeared: [],
    vanished: [],
    changed: ended.map(({ id }) => id),
    endedNow: ended.map(({ id, state }) => ({ id, state })),
  });
  const idle = change();
  const ids = (runs: RunFacts[]): string[] => runs.map(({ id }) => id);

  it('are those of runs that were seen at work, whenever their last sign of life was', () => {
    const endings = new Endings(noon);
    endings.among(idle, [pre('running')]);
    const ended = pre('interrupted', { endedAt: noon - minutes });
    expect(ids(endings.among(change(ended), [ended]))).toEqual(['p1']);
  });

  it('are those of runs that ended since the window opened', () => {
    const endings = new Endings(noon);
    const ended = pre('finished', { endedAt: noon + minutes });
    expect(ids(endings.among(change(ended), [ended]))).toEqual(['p1']);
  });

  it('are not those of runs that had ended before', () => {
    const endings = new Endings(noon);
    const ended = pre('finished', { endedAt: noon - minutes });
    expect(endings.among({ ...idle, appeared: ['p1'] }, [ended])).toEqual([]);
    // A failed run was put into the queue, and taken out again.
    const failed = pre('failed', { endedAt: noon - minutes });
    endings.among(idle, [pre('queued')]);
    expect(endings.among(change(failed), [failed])).toEqual([]);
  });

  it('are told once', () => {
    const endings = new Endings(noon);
    const failed = pre('failed', { endedAt: noon + minutes });
    endings.among(idle, [pre('running')]);
    expect(endings.among(change(failed), [failed])).toHaveLength(1);
    endings.among(idle, [pre('queued')]);
    expect(endings.among(change(failed), [failed])).toEqual([]);
  });
});
