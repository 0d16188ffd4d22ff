import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { ComputedBench, showing } from './computed-bench';

const editor = vi.hoisted(() => ({ onTrust: new Set<() => void>() }));
vi.mock('vscode', () => ({
  l10n: { t: (text: string) => text },
  Disposable: {
    from: (...parts: { dispose(): void }[]) => ({ dispose: () => parts.forEach((part) => part.dispose()) }),
  },
  workspace: {
    onDidChangeConfiguration: () => ({ dispose: () => undefined }),
    onDidGrantWorkspaceTrust: (listener: () => void) => {
      editor.onTrust.add(listener);
      return { dispose: () => editor.onTrust.delete(listener) };
    },
  },
}));

describe('a computed report', () => {
  it('is made by the first look alone, out of the cache, with progress', async () => {
    const bench = new ComputedBench();
    expect(bench.asked).toEqual([]);
    bench.source.judge();
    expect(bench.shown, 'nobody looks yet').toEqual([]);
    bench.source.look();
    bench.source.look();
    expect(bench.asked.map(({ afresh }) => afresh)).toEqual([false]);
    bench.last.work.progress?.({ phase: 'counting', done: 1, total: 4 });
    await bench.answer('A');
    bench.source.look();
    expect(bench.shown).toEqual(['beginning', 'counting 0.25', 'A']);
    expect(bench.source.made).toBe('A');
  });

  it('is made anew on demand, not out of the cache', async () => {
    const bench = await showing();
    await bench.recompute();
    expect(bench.last.afresh).toBe(true);
    expect(bench.page).toBe('beginning');
    await bench.answer('B');
    expect(bench.page).toBe('B');
  });

  it('says once why it is old, says another reason too, and is young again when made anew', async () => {
    const bench = await showing();
    bench.reason = 'changed';
    bench.source.judge();
    bench.source.judge();
    bench.source.look();
    expect(bench.shown.slice(2)).toEqual(['A: changed']);
    bench.reason = 'gone';
    bench.source.judge();
    expect(bench.page).toBe('A: gone');
    bench.reason = undefined;
    bench.source.judge();
    expect(bench.page, 'old stays old').toBe('A: gone');
    await bench.recompute();
    await bench.answer('B');
    expect(bench.page).toBe('B');
    bench.reason = 'gone';
    bench.source.judge();
    expect(bench.page, 'the same reason holds for another report').toBe('B: gone');
  });

  it('is shown as old when it grew old while it was made', async () => {
    const bench = new ComputedBench();
    bench.source.look();
    bench.reason = 'changed';
    bench.source.judge();
    expect(bench.page).toBe('beginning');
    await bench.answer('A');
    expect(bench.shown).toEqual(['beginning', 'A: changed']);
  });
});

describe('trust', () => {
  it('makes what was refused without it, and nothing that nobody has looked at or that stands there', async () => {
    const grant = (): void => editor.onTrust.forEach((listener) => listener());
    const bench = new ComputedBench();
    grant();
    expect(bench.asked).toEqual([]);
    bench.source.look();
    await bench.refuse(new UserError('This workspace is not trusted.'));
    grant();
    expect(bench.page).toBe('beginning');
    await bench.answer('A');
    grant();
    expect(bench.page).toBe('A');
    bench.source.dispose();
    grant();
    expect(bench.asked).toHaveLength(2);
  });
});

describe('cancel', () => {
  it('of the first report leaves none, and says how to begin again', async () => {
    const bench = new ComputedBench();
    bench.source.look();
    await bench.cancel();
    expect(bench.page).toBe('cancelled [recompute]');
    expect([bench.source.made, bench.told]).toEqual([undefined, []]);
    bench.source.look();
    expect(bench.page, 'a look is no wish to compute').toBe('cancelled [recompute]');
  });

  it('brings the earlier report back, as often as it is pressed', async () => {
    const bench = await showing();
    for (let time = 0; time < 3; time++) {
      await bench.recompute();
      expect(bench.page).toBe('beginning');
      await bench.cancel();
      expect(bench.page).toBe('A: earlier');
    }
    bench.reason = 'changed';
    await bench.recompute();
    await bench.cancel();
    expect(bench.page, 'why it is old says more than that it was cancelled').toBe('A: changed');
    await bench.recompute();
    await bench.cancel();
    expect(bench.page).toBe('A: changed');
  });

  it('between two reports is nothing', async () => {
    const bench = await showing();
    await bench.cancel();
    expect(bench.shown).toEqual(['beginning', 'A']);
  });

  it('that came too late leaves what was made', async () => {
    const bench = await showing();
    bench.heedsCancel = false;
    await bench.recompute();
    await bench.cancel();
    await bench.answer('B');
    expect(bench.page).toBe('B');
  });
});

describe('an error', () => {
  it('that a person can mend is explained; the earlier report does not come back over it', async () => {
    const bench = await showing();
    await bench.recompute();
    await bench.refuse(new UserError('No such file.'));
    expect(bench.page).toBe('failed: No such file. [recompute other]');
    expect([bench.source.made, bench.told]).toEqual([undefined, []]);
    bench.reason = 'changed';
    bench.source.judge();
    bench.source.look();
    expect(bench.page).toBe('failed: No such file. [recompute other]');
    bench.reason = undefined;
    await bench.recompute();
    await bench.cancel();
    expect(bench.page, 'there is nothing that a cancel could bring back').toBe('cancelled [recompute]');
    await bench.recompute();
    await bench.answer('B');
    expect(bench.page).toBe('B');
  });

  it('that is a bug goes to the log, not to the page', async () => {
    const bench = new ComputedBench();
    bench.source.look();
    const bug = new Error('patient 4711');
    await bench.refuse(bug);
    expect(bench.page).toBe('failed: a bug [recompute openLog]');
    expect(bench.told).toEqual([bug]);
  });
});

describe('what is no longer wanted', () => {
  it('is silent: only the last of several questions is answered', async () => {
    const bench = await showing();
    bench.heedsCancel = false;
    await bench.recompute();
    const [, first] = bench.asked;
    await bench.recompute();
    expect(first!.work.signal?.aborted).toBe(true);
    first!.work.progress?.({ phase: 'late', done: 0 });
    first!.answer('late');
    await bench.settle();
    expect(bench.page).toBe('beginning');
    await bench.answer('B');
    expect(bench.shown).toEqual(['beginning', 'A', 'beginning', 'beginning', 'B']);
  });

  it('is silent also when it fails', async () => {
    const bench = new ComputedBench();
    bench.heedsCancel = false;
    bench.source.look();
    const [first] = bench.asked;
    await bench.recompute();
    first!.refuse(new Error('late'));
    await bench.settle();
    expect([bench.page, bench.told]).toEqual(['beginning', []]);
  });

  it('ends with the panel, whatever it was doing', async () => {
    const idle = await showing();
    idle.source.dispose();
    idle.reason = 'changed';
    idle.source.judge();
    idle.source.look();
    await idle.recompute();
    await idle.source.restart();
    await idle.cancel();
    expect([idle.shown, idle.source.made]).toEqual([['beginning', 'A'], undefined]);
    for (const heeds of [true, false]) {
      const busy = new ComputedBench();
      busy.heedsCancel = heeds;
      busy.source.look();
      busy.source.dispose();
      expect(busy.last.work.signal?.aborted).toBe(true);
      busy.last.work.progress?.({ phase: 'late', done: 0 });
      await busy.answer('A');
      expect([busy.shown, busy.source.made, busy.told]).toEqual([['beginning'], undefined, []]);
    }
  });
});

describe('restart', () => {
  it('forgets: neither cancel nor change nor error bring the report back', async () => {
    const bench = await showing();
    void bench.source.restart();
    expect([bench.page, bench.source.made, bench.last.afresh]).toEqual(['beginning', undefined, false]);
    bench.reason = 'changed';
    bench.source.judge();
    expect(bench.page).toBe('beginning');
    await bench.cancel();
    expect([bench.page, bench.source.made]).toEqual(['cancelled [recompute]', undefined]);
    bench.source.judge();
    expect(bench.page).toBe('cancelled [recompute]');
  });

  it('in the midst of work begins again with what is asked now', async () => {
    const bench = await showing();
    await bench.recompute();
    void bench.source.restart();
    await bench.settle();
    expect(bench.asked.map(({ work }) => work.signal?.aborted)).toEqual([false, true, false]);
    await bench.answer('B');
    expect(bench.page).toBe('B');
  });

  it('of what nobody has looked at waits for the look', async () => {
    const bench = new ComputedBench();
    await bench.source.restart();
    expect([bench.asked, bench.shown]).toEqual([[], []]);
    bench.source.look();
    expect(bench.asked).toHaveLength(1);
  });
});

describe('what is missing', () => {
  it('is said, drops the report, and is computed when it is there', async () => {
    const bench = await showing();
    bench.missing = true;
    bench.reason = 'gone';
    bench.source.judge();
    expect(bench.page, 'a report on the page stays, as old').toBe('A: gone');
    await bench.recompute();
    expect([bench.page, bench.source.made]).toEqual(['missing []', undefined]);
    bench.source.judge();
    bench.source.look();
    expect(bench.asked).toHaveLength(1);
    bench.missing = false;
    bench.reason = undefined;
    bench.source.judge();
    expect(bench.page).toBe('beginning');
    await bench.answer('B');
    expect(bench.page).toBe('B');
  });

  it('gives up the work that is under way', async () => {
    const bench = new ComputedBench();
    bench.source.look();
    bench.missing = true;
    await bench.recompute();
    expect(bench.asked[0]!.work.signal?.aborted).toBe(true);
    expect(bench.page).toBe('missing []');
  });
});

describe('every order of what can happen', () => {
  const deeds: Record<string, (bench: ComputedBench, n: number) => unknown> = {
    look: ({ source }) => source.look(),
    recompute: ({ source }) => void source.act('recompute'),
    cancel: ({ source }) => void source.act('cancel'),
    answer: (bench, n) => bench.asked.at(-1)?.answer(`R${n}`),
    mistake: (bench) => bench.asked.at(-1)?.refuse(new UserError('M.')),
    change: (bench) => {
      bench.reason = 'changed';
      bench.source.judge();
    },
    restart: ({ source }) => void source.restart(),
    dispose: ({ source }) => source.dispose(),
  };
  const names = Object.keys(deeds);
  const orders = (length: number): string[][] =>
    length === 0 ? [[]] : orders(length - 1).flatMap((order) => names.map((name) => [...order, name]));

  // 8 to the power of 4 orders behind the first look.
  it('ends on a page that tells the truth', async () => {
    for (const order of orders(4)) {
      const bench = new ComputedBench();
      bench.source.look();
      let isDisposed = false;
      for (const [n, name] of order.entries()) {
        const before = bench.shown.length;
        deeds[name]!(bench, n);
        await bench.settle();
        if (isDisposed) expect(bench.shown.length, order.join(' ')).toBe(before);
        isDisposed ||= name === 'dispose';
      }
      const what = `${order.join(' ')} → ${bench.page}`;
      if (isDisposed) {
        expect(bench.source.made, what).toBeUndefined();
        continue;
      }
      // A skeleton never stands without work that will end it.
      const isWorking = !bench.last.work.signal?.aborted && bench.page === 'beginning';
      expect(bench.page === 'beginning', what).toBe(isWorking);
      // A report on the page is the one that is held, and it says that it is old when it is.
      const report = /^(R\d)(: .*)?$/.exec(bench.page!);
      if (report !== null) {
        expect(report[1], what).toBe(bench.source.made);
        if (order.includes('change')) expect(report[2], what).toBe(': changed');
      }
      // After a mistake or a restart that nothing followed there is no report.
      if (/^(failed|cancelled)/.test(bench.page!)) expect(bench.source.made, what).toBeUndefined();
    }
  });
});
