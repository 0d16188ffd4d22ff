import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work without a pause, so that nobody who waits for the same thread notices. */
const longestStretch = 4;

/** Lets a long piece of work share its thread with everything else. */
export class Breather {
  #since: number;

  /** @param clock milliseconds from any beginning */
  constructor(private readonly clock: () => number = () => performance.now()) {
    this.#since = clock();
  }

  /** Whether it is time to {@link breathe}. */
  get due(): boolean {
    return this.clock() - this.#since >= longestStretch;
  }

  /** Lets others have a turn, when this has worked long enough since the last one. */
  async breathe(): Promise<void> {
    if (!this.due) return;
    await nextTurn();
    this.#since = this.clock();
  }
}
