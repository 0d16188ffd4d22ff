import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDocument, type FakeEditor, editor } from './inline-editor';
import { type ToldCode, riskExplanation, riskGlance } from './inline-patients';
import { InlineWindow, codes, idOf } from './inline-window';

vi.mock('vscode', async () => (await import('./inline-editor')).vscodeModule);

let window: InlineWindow;
beforeEach(() => {
  vi.useFakeTimers();
  window = new InlineWindow();
});
afterEach(() => {
  window.close();
  vi.useRealTimers();
});
const rest = (ms = 2000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Milliseconds and lines read of one pass: what the lenses say, compared with what they said, and shading. */
function measure({ document }: FakeEditor): { median: number; reads: number } {
  document.reads = 0;
  const times: number[] = [];
  for (let pass = 0; pass < 61; pass++) {
    const began = performance.now();
    window.lens.provideCodeLenses(document as never);
    window.watch.look();
    times.push(performance.now() - began);
  }
  return { median: times.sort((a, b) => a - b)[30]!, reads: document.reads / 61 };
}

describe('a file of 100,000 lines', () => {
  it('costs a few lines and a few milliseconds a pass', async () => {
    const shown = window.open(50_001, 50_060);
    await rest();
    window.set({ shading: true });
    await rest();
    vi.useRealTimers();
    const { median, reads } = measure(shown);
    process.stdout.write(
      `inline, 60 of 100,000 rows in view: ${median.toFixed(2)} ms, ${reads.toFixed(0)} lines a pass\n`,
    );
    expect(median).toBeLessThan(20);
    expect(reads).toBeLessThan(2000);
  });

  it('does so too where every line holds a history of 512 codes', async () => {
    window.set({ shading: true });
    const long = Array.from({ length: 512 }, (_, at) => codes[at % 5]!);
    const visits = long.map((_, at) => 1 + Math.floor(at / 4));
    const day = (visit: number): string =>
      `20${String(10 + Math.floor(visit / 300)).padStart(2, '0')}-${String(
        1 + Math.floor((visit % 300) / 25),
      ).padStart(2, '0')}-${String(1 + (visit % 25)).padStart(2, '0')}`;
    const toldLong = long.map((code, at): ToldCode => [day(visits[at]!), code]);
    window.query.answers.glance = ({ patient }) => riskGlance(patient, toldLong);
    window.query.answers.attributed = ({ patient }) =>
      riskExplanation(
        riskGlance(patient, toldLong),
        long.map((_, at) => Math.sin(at)),
      );
    const lines = Array.from({ length: 100_000 }, (_, patient) =>
      patient < 20_000 ? JSON.stringify({ patient: idOf(patient), codes: long, visits }) : '{}',
    );
    const shown = window.open(5000, 5060, new FakeDocument('/study/sequences.ndjson', lines));
    await rest(20_000);
    expect(window.lenses(shown)).toHaveLength(81);
    expect(window.lenses(shown).every((text) => text.includes('risk'))).toBe(true);
    vi.useRealTimers();
    const first = performance.now();
    editor.scroll(shown, 6000, 6060);
    window.lenses(shown);
    const fresh = performance.now() - first;
    editor.scroll(shown, 5000, 5060);
    const { median } = measure(shown);
    process.stdout.write(
      `inline, 61 lines of 512 codes in view: ${median.toFixed(2)} ms a pass, ${fresh.toFixed(0)} ms when new\n`,
    );
    expect(median).toBeLessThan(100);
  });
});
