/** A part of an axis, or the values that it must show. */
export type Range = readonly [number, number];

/**
 * Round values inside a range (steps of 1, 2, 2.5 or 5 times a power of ten).
 * @param most about how many are wanted, at least 2
 */
export function niceTicks([low, high]: Range, most: number): number[] {
  if (!(high > low)) return [low];
  const step = niceStep((high - low) / Math.max(1, most - 1));
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    // `+ 0` turns −0 into 0; the rounding takes away what the multiplication added.
    ticks.push(Number((index * step).toPrecision(12)) + 0);
  }
  return ticks;
}

/** Ticks of an axis that counts seconds: steps that a clock knows. */
export function timeTicks([low, high]: Range, most: number): number[] {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
  const wanted = (high - low) / Math.max(1, most - 1);
  const step = steps.find((candidate) => candidate >= wanted) ?? Math.ceil(wanted / 86400) * 86400;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high * (1 + 1e-9); index += 1)
    ticks.push(index * step + 0);
  return ticks;
}

/** Ticks of a logarithmic axis: round values where it spans little, else 1–2–5 or powers of ten. */
export function logTicks([low, high]: Range, most: number): number[] {
  if (!(high > low) || low <= 0) return [];
  if (high / low < 4) return niceTicks([low, high], most);
  const exponents: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e += 1) exponents.push(e);
  for (const mantissas of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = exponents
      .flatMap((e) => mantissas.map((mantissa) => Number((mantissa * 10 ** e).toPrecision(3))))
      .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
    if (ticks.length <= most) return ticks;
  }
  const powers = exponents.map((e) => 10 ** e).filter((tick) => tick >= low && tick <= high);
  const every = Math.ceil(powers.length / most);
  return powers.filter((_, index) => index % every === 0);
}

/** A range widened to round ends. A range without width gets one. */
export function niceRange([low, high]: Range, most: number): Range {
  if (!(high > low)) {
    const room = Math.abs(low) * 0.1 || 1;
    return niceRange([low - room, low + room], most);
  }
  const step = niceStep((high - low) / Math.max(1, most - 1));
  const tidy = (value: number): number => Number((value * step).toPrecision(12)) + 0;
  return [tidy(Math.floor(low / step + 1e-9)), tidy(Math.ceil(high / step - 1e-9))];
}

/** A range of positive values widened by a share at both ends, on a logarithmic axis. */
export function logRange([low, high]: Range, room = 0.03): Range {
  if (!(high > low)) return [low / 1.5, high * 1.5];
  const factor = (high / low) ** room;
  return [low / factor, high * factor];
}

/** Smallest and largest of all finite values; undefined without any. */
export function extentOf(
  lists: Iterable<readonly (number | null)[]>,
  keep: (value: number) => boolean = Number.isFinite,
): Range | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists) {
    for (const value of list) {
      if (value === null || !keep(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const mantissa = rough / power;
  const nice = [1, 2, 2.5, 5, 10].find((candidate) => mantissa <= candidate * (1 + 1e-9)) ?? 10;
  return nice * power;
}
