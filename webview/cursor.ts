/** One cursor on the x-axis that several plots share. A pinned cursor moves by keys only, never by the pointer. */
export class Cursor {
  private value: number | null = null;
  private fixed = false;
  private readonly listeners = new Set<() => void>();

  /** Where it is, in the unit of the x-axis; null = nowhere. */
  get x(): number | null {
    return this.value;
  }
  get pinned(): boolean {
    return this.fixed;
  }

  /** Follows the pointer; null when it has left. Ignored while pinned. */
  hover(x: number | null): void {
    if (!this.fixed) this.put(x, false);
  }

  /** Moves it in any case. */
  put(x: number | null, pinned: boolean): void {
    if (x === this.value && pinned === this.fixed) return;
    this.value = x;
    this.fixed = pinned && x !== null;
    for (const listener of this.listeners) listener();
  }

  /** Calls back after every move; returns the end of it. */
  follow(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/**
 * Where a key moves the cursor: `by` drawn places along the ascending `places`, from the one nearest to `from`.
 * Without a place to begin with it starts at the last. Undefined when there are no places.
 */
export function stepAlong(places: readonly number[], from: number | null, by: number): number | undefined {
  if (places.length === 0) return undefined;
  if (from === null) return places.at(-1);
  const at = nearest(places, from);
  return places[Math.min(places.length - 1, Math.max(0, at + by))];
}

/** Index of the value nearest to `wanted` in an ascending, non-empty list. */
export function nearest(ascending: readonly number[], wanted: number): number {
  const after = firstFrom(ascending, wanted);
  if (after === 0) return 0;
  if (after === ascending.length) return after - 1;
  return ascending[after]! - wanted < wanted - ascending[after - 1]! ? after : after - 1;
}

/**
 * Height of a line at `x`, straight between its neighbours; null outside the line and in gaps.
 * @param scale turns values into what is wanted before they are joined, such as pixels of a logarithmic axis
 */
export function heightAt(
  x: readonly number[],
  y: readonly (number | null)[],
  at: number,
  scale: (value: number) => number = (value) => value,
): number | null {
  const after = firstFrom(x, at);
  const right = y[after] ?? null;
  if (right === null) return null;
  if (x[after] === at) return scale(right);
  const left = after === 0 ? null : (y[after - 1] ?? null);
  if (left === null) return null;
  const from = x[after - 1]!;
  return scale(left) + ((scale(right) - scale(left)) * (at - from)) / (x[after]! - from);
}

function firstFrom(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
