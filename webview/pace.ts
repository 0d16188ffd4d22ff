/**
 * Calls back at most once in a while, and never while the page is hidden: what came in between is drawn at the next
 * turn, or when the page is visible again.
 *
 * @param between least milliseconds between two calls
 */
export function paced(draw: () => void, between: number): () => void {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting = false;
  const run = (): void => {
    clearTimeout(timer);
    timer = undefined;
    waiting = document.hidden;
    if (waiting) return;
    last = performance.now();
    draw();
  };
  document.addEventListener('visibilitychange', () => {
    if (waiting && !document.hidden) run();
  });
  return () => {
    const wait = last + between - performance.now();
    if (wait <= 0) run();
    else timer ??= setTimeout(run, wait);
  };
}
