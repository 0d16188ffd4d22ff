/** A question that somebody wants an answer to. */
export interface Wanted {
  /** What it is about: two questions with one key are the same. */
  readonly key: string;
  isAnswered(): boolean;
  ask(signal: AbortSignal): Promise<unknown>;
}

/**
 * Asks what is wanted, one question after another in the order of the list. A new list takes back what is no longer
 * wanted; what is under way and still wanted goes on. No question of a list is asked twice, whatever came of it.
 */
export class WantedAnswers {
  private list: readonly Wanted[] = [];
  private tried = new Set<string>();
  private current: { readonly key: string; readonly abort: AbortController } | undefined;

  constructor(
    /** Called after every answer, also when there was none. */
    private readonly answered: () => void,
  ) {}

  want(list: readonly Wanted[]): void {
    this.list = list;
    this.tried = new Set(this.current === undefined ? [] : [this.current.key]);
    if (this.current === undefined) void this.work();
    else if (!list.some(({ key }) => key === this.current?.key)) this.current.abort.abort();
  }

  private async work(): Promise<void> {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const { key } = next;
      this.tried.add(key);
      this.current = { key, abort: new AbortController() };
      // What went wrong is remembered with the answers, and shown where the answer would stand.
      await next.ask(this.current.abort.signal).catch(() => undefined);
      this.current = undefined;
      this.answered();
    }
  }

  private next(): Wanted | undefined {
    return this.list.find((wanted) => !this.tried.has(wanted.key) && !wanted.isAnswered());
  }
}
