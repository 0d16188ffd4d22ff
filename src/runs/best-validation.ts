import type { Breather } from './breather';
import { blocksBackward, type Block } from './lines';
import { looseEvent } from './loose-event';

/** Figures of the validation patients at a step; undefined values = the journal does not tell them. */
export interface Validation {
  readonly step: number;
  readonly values: Readonly<Record<string, number | null>> | undefined;
}

const words = ['"best"', '"validation"', '"started"'].map((word) => Buffer.from(word));

/**
 * The best validation of a journal, searched from its end, because it is mostly near: the last checkpoint that was
 * called best, and the figures at its step. What a later `started` takes back does not count.
 *
 * @param step the best step, where it is known already
 */
export async function findBest(
  path: string,
  step: number | undefined,
  breather: Breather,
): Promise<Validation | undefined> {
  const search = new Search(step);
  for (const block of blocksBackward(path)) {
    if (search.scan(block)) break;
    await breather.breathe();
  }
  return search.found;
}

class Search {
  #values: Validation['values'];
  #bound = Infinity;

  constructor(private step: number | undefined) {}

  get found(): Validation | undefined {
    return this.step === undefined ? undefined : { step: this.step, values: this.#values };
  }

  /** Goes through a block from its end; true when all is found. */
  scan({ bytes }: Block): boolean {
    const at = words.map((word) => bytes.lastIndexOf(word));
    for (;;) {
      const next = Math.max(...at);
      if (next < 0) return false;
      const start = bytes.lastIndexOf('\n', next) + 1;
      const end = bytes.indexOf('\n', next);
      if (this.#consider(bytes.toString('utf8', start, end < 0 ? bytes.length : end))) return true;
      words.forEach((word, index) => {
        // A negative offset would count from the end.
        if (at[index]! >= start) at[index] = start === 0 ? -1 : bytes.lastIndexOf(word, start - 1);
      });
    }
  }

  #consider(text: string): boolean {
    const event = looseEvent(text);
    const step = event?.step;
    if (event === undefined || step === undefined) return false;
    if (event.kind === 'started') this.#bound = Math.min(this.#bound, step);
    else if (step > this.#bound) return false;
    else if (event.kind === 'checkpoint' && event.best === true) this.step ??= step;
    else if (event.kind === 'metric' && event.split === 'validation' && step === this.step) {
      this.#values = event.values;
      return true;
    }
    return false;
  }
}
