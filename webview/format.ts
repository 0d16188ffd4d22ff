import type { Count } from '../src/protocol/panels/cohort';

/** How numbers are written on every page. Units are joined by a space that does not break. */

const space = '\u00a0';
const minus = '\u2212';

/** What stands where there is no figure. */
export const none = '–';

/** `61,400`. */
export function count(value: number): string {
  return withMinus(Math.round(value).toLocaleString('en-US'));
}

/** A number with a fixed count of decimals and a true minus: `4.02`, `−0.15`. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : withMinus(text);
}

/** Like {@link fixed}, or `–` for null. */
export function fixedOrNone(value: number | null | undefined, decimals: number): string {
  return value === null || value === undefined ? none : fixed(value, decimals);
}

/** A signed number: `+0.27`, `−0.15`, `0.00`. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return Number(value.toFixed(decimals)) > 0 ? `+${text}` : text;
}

/** A share of 0 to 1: `34.1 %`. */
export function share(value: number, decimals = 1): string {
  return `${fixed(value * 100, decimals)}${space}%`;
}

/** A learning rate: `5e-5`, `1.2e-4`. */
export function rate(value: number): string {
  if (value === 0) return '0';
  return value.toExponential(1).replace('.0e', 'e').replace('e+0', '').replace('e-', `e${minus}`);
}

/** `p < 0.001`, `p = 0.034`. */
export function pValue(p: number): string {
  if (p < 0.001) return `p${space}<${space}0.001`;
  return `p${space}=${space}${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

/** An interval: `0.834–0.874`; with a minus in it `−0.02 to 0.13`. */
export function interval([low, high]: readonly [number, number], decimals: number): string {
  const joint = low < 0 || high < 0 ? ' to ' : '–';
  return `${fixed(low, decimals)}${joint}${fixed(high, decimals)}`;
}

/** A span of time: `45 s`, `38 min`, `1 h 22 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}${space}s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes}${space}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min');
  const allHours = Math.round(minutes / 60);
  return pair(Math.floor(allHours / 24), 'd', allHours % 24, 'h');
}

/** A time of the day in the person's own zone: `15:42`. */
export function clock(at: Date): string {
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}

/** Bytes: `61 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = value;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size < 10 && unit > 0 ? 1 : 0)}${space}${units[unit]!}`;
}

/** One `1 run`, or many `4 runs`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}${space}${Math.round(value) === 1 ? one : many}`;
}

/** How the values of an axis are written. */
export type AxisStyle = 'number' | 'share' | 'rate' | 'duration';

/** Labels of an axis, written alike: all in thousands when the largest is (`0`, `0.8 k`, `1.6 k`). */
export function axisLabels(ticks: readonly number[], style: AxisStyle): string[] {
  if (style === 'share') {
    const decimals = decimalsFor(ticks.map((tick) => tick * 100));
    return ticks.map((tick) => `${fixed(tick * 100, decimals)}${space}%`);
  }
  if (style === 'rate') return ticks.map(rate);
  if (style === 'duration') return ticks.map((tick) => (tick === 0 ? '0' : duration(tick)));
  const largest = Math.max(0, ...ticks.map(Math.abs));
  const [divisor, unit] = largest >= 1e6 ? [1e6, 'M'] : largest >= 1e3 ? [1e3, 'k'] : [1, ''];
  const scaled = ticks.map((tick) => tick / divisor);
  const decimals = decimalsFor(scaled);
  return scaled.map((tick) =>
    tick === 0 || unit === ''
      ? fixed(tick, tick === 0 && unit !== '' ? 0 : decimals)
      : `${fixed(tick, decimals)}${space}${unit}`,
  );
}

/** As few decimals as tell the ticks apart exactly. */
function decimalsFor(values: readonly number[]): number {
  for (let decimals = 0; decimals < 6; decimals += 1) {
    const exact = values.every(
      (value) => Math.abs(value - Number(value.toFixed(decimals))) < 1e-9 * Math.max(1, Math.abs(value)),
    );
    if (exact) return decimals;
  }
  return 6;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = `${large}${space}${largeUnit}`;
  return small === 0 ? first : `${first} ${small}${space}${smallUnit}`;
}

function withMinus(text: string): string {
  return text.replace('-', minus);
}

/** What tells which numbers of patients are withheld. */
interface Minimum {
  readonly minimumCellCount: number;
}

/** `<10`, in the minimum that the figures were made with. */
export function smallText({ minimumCellCount }: Minimum): string {
  return `<${minimumCellCount}`;
}

/** A number of patients, `<10`, or `withheld`. */
export function countText(value: Count, report: Minimum): string {
  return typeof value === 'number' ? count(value) : value === 'small' ? smallText(report) : 'withheld';
}
