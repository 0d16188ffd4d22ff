import { CancelledError } from '../../protocol/errors';

/** What is known of a question: its answer, or why there is none. */
export type Known<T> = { readonly answer: T } | { readonly error: unknown };

interface UnderWay<T> {
  readonly answer: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/** A failure is remembered for this long, so that scrolling does not ask for it again and again. */
const failureMs = 10_000;

/**
 * Answers that several places wait for, asked for once and kept in memory. The least recently used are forgotten. A
 * question is cancelled when nobody waits for it any more.
 *
 * Not more than one question is under way: a person scrolls faster than the worker answers, and what waits in here
 * can still be taken back at no cost.
 */
export class SharedAnswers<T> {
  private readonly known = new Map<string, { readonly value: Known<T>; readonly since: number }>();
  private readonly underWay = new Map<string, UnderWay<T>>();

  constructor(
    /** How many answers are kept. */
    private readonly most: number,
    private readonly turn: Turn,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What is known already; undefined when it has to be asked. */
  peek(key: string): Known<T> | undefined {
    const entry = this.known.get(key);
    if (entry === undefined) return undefined;
    if ('error' in entry.value && this.now() - entry.since > failureMs) {
      this.known.delete(key);
      return undefined;
    }
    this.known.delete(key);
    this.known.set(key, entry);
    return entry.value;
  }

  /**
   * The answer to a question.
   * @throws CancelledError when the signal fires, or whatever asking throws
   */
  async get(key: string, ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const known = this.peek(key);
    if (known !== undefined) {
      if ('answer' in known) return known.answer;
      throw known.error;
    }
    if (signal.aborted) throw new CancelledError();
    const work = this.underWay.get(key) ?? this.start(key, ask);
    work.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        work.waiting -= 1;
        if (work.waiting === 0) this.stop(key, work);
        reject(new CancelledError());
      };
      signal.addEventListener('abort', leave, { once: true });
      work.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Forgets everything, and cancels what is under way. */
  clear(): void {
    this.known.clear();
    for (const [key, work] of this.underWay) this.stop(key, work);
  }

  private start(key: string, ask: (signal: AbortSignal) => Promise<T>): UnderWay<T> {
    const abort = new AbortController();
    const answer = this.turn.take(() => ask(abort.signal), abort.signal);
    const work: UnderWay<T> = { answer, abort, waiting: 0 };
    this.underWay.set(key, work);
    answer.then(
      (value) => this.keep(key, work, { answer: value }),
      (error: unknown) => this.keep(key, work, { error }),
    );
    return work;
  }

  private keep(key: string, work: UnderWay<T>, value: Known<T>): void {
    if (this.underWay.get(key) !== work) return;
    this.underWay.delete(key);
    if ('error' in value && value.error instanceof CancelledError) return;
    this.known.set(key, { value, since: this.now() });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= this.most) break;
      this.known.delete(oldest);
    }
  }

  private stop(key: string, work: UnderWay<T>): void {
    if (this.underWay.get(key) === work) this.underWay.delete(key);
    work.abort.abort();
  }
}

/** Lets one thing happen after another; what was cancelled while it waited does not happen. */
export class Turn {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.last.then(() => {
      if (signal.aborted) throw new CancelledError();
      return act();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
