import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds that a piece of work takes, and the longest time that it kept everybody else from the thread. */
export async function timed(work: () => Promise<unknown>): Promise<{ ms: number; longestBlockMs: number }> {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const watch = (async () => {
    while (watching) {
      await nextTurn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  watching = false;
  await watch;
  return { ms: round(ms), longestBlockMs: round(longest) };
}

/** To a tenth. */
export const round = (value: number): number => Math.round(value * 10) / 10;
