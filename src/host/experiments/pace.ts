/** Lets something happen at most so often. */
export class Pace {
  private timer: NodeJS.Timeout | undefined;
  private last = -Infinity;

  constructor(
    private readonly act: () => void,
    /** Milliseconds between two times, unless it is urgent. */
    private readonly pauseMs: number,
  ) {}

  /** Now, when the last time is long enough ago; else as soon as it is. */
  soon(): void {
    if (this.timer !== undefined) return;
    const wait = this.last + this.pauseMs - performance.now();
    if (wait <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), wait);
  }

  now(): void {
    this.dispose();
    this.last = performance.now();
    this.act();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
