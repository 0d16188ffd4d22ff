import { type Computation, ComputedSource } from '../../../src/host/panels/computed-source';
import { CancelledError } from '../../../src/protocol/errors';
import type { PanelState } from '../../../src/protocol/panels/panel';
import type { LongWork } from '../../../src/protocol/progress';

/** One question on its way, answered by the test. Like the query worker it ends with CancelledError when told to. */
interface Asked {
  readonly work: LongWork;
  readonly afresh: boolean;
  readonly answer: (report: string) => void;
  readonly refuse: (error: unknown) => void;
}

/** A source whose world the test moves, and what its page was shown, each state in a word. */
export class ComputedBench {
  readonly shown: string[] = [];
  readonly told: unknown[] = [];
  readonly asked: Asked[] = [];
  missing = false;
  reason: string | undefined;
  /** Whether the work notices that it is cancelled. */
  heedsCancel = true;
  readonly source: ComputedSource<string, { report: string }>;

  constructor() {
    const computation: Computation<string, { report: string }> = {
      missing: () => (this.missing ? { kind: 'empty', title: 'missing', text: '', steps: [] } : undefined),
      compute: (work, afresh) =>
        new Promise((answer, refuse) => {
          this.asked.push({ work, afresh, answer, refuse });
          work.signal?.addEventListener('abort', () => {
            if (this.heedsCancel) refuse(new CancelledError('The work'));
          });
        }),
      data: (report) => ({ report }),
      outdated: () => this.reason,
      mistakeSteps: () => [{ label: 'Other', do: 'other' }],
      words: {
        beginning: 'beginning',
        cancelled: { title: 'cancelled', text: '', steps: [] },
        earlier: 'earlier',
        failed: { title: 'failed', bug: 'a bug' },
      },
    };
    const page = { show: (state: PanelState<{ report: string }>) => void this.shown.push(wordOf(state)) };
    this.source = new ComputedSource(computation, page, {
      tell: (error) => void this.told.push(error),
      log: {} as never,
    });
  }

  get last(): Asked {
    return this.asked.at(-1)!;
  }

  get page(): string | undefined {
    return this.shown.at(-1);
  }

  /** Lets everything happen that is due. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  async answer(report: string): Promise<void> {
    this.last.answer(report);
    await this.settle();
  }

  async refuse(error: unknown): Promise<void> {
    this.last.refuse(error);
    await this.settle();
  }

  async recompute(): Promise<void> {
    void this.source.act('recompute');
    await this.settle();
  }

  async cancel(): Promise<void> {
    await this.source.act('cancel');
    await this.settle();
  }
}

function wordOf(state: PanelState<{ report: string }>): string {
  switch (state.kind) {
    case 'ready':
      return state.stale === null ? state.data.report : `${state.data.report}: ${state.stale.text}`;
    case 'loading':
      return state.share === null ? state.phase : `${state.phase} ${state.share}`;
    case 'empty':
      return `${state.title} [${state.steps.map((step) => step.do).join(' ')}]`;
    case 'error':
      return `${state.title}: ${state.text} [${state.steps.map((step) => step.do).join(' ')}]`;
  }
}

/** A bench on which the first report is shown. */
export async function showing(report = 'A'): Promise<ComputedBench> {
  const bench = new ComputedBench();
  bench.source.look();
  await bench.answer(report);
  return bench;
}
