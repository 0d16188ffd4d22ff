/** Turns a message into the language of the editor; `vscode.l10n` is one. `{0}` stands for the first argument. */
export interface Words {
  t(message: string, ...args: (string | number)[]): string;
}

/** Between the facts of a row. */
export const dot = ' · ';

const minus = '\u2212';
/** `61,400`. By hand: the language's own formats take 13 ms to load, a quarter of what starting the extension may. */
export function count(value: number): string {
  return fixed(value, 0).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A number of patients or of their rows: `61,400`, and `<10` for one from 1 to below the minimum of 10. */
export function countOrLess(value: number, minimum: number): string {
  return value > 0 && value < minimum ? `<${minimum}` : count(value);
}

/** A number with a fixed count of decimals and a true minus: `4.02`, `−0.15`, and never `−0.00`. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', minus);
}

/** How much of something is done, 0 to 1, in whole percent rounded down: 100 % means all of it. */
export function percent(share: number): string {
  return `${Math.floor(100 * Math.min(1, Math.max(0, share)) + 1e-9)} %`;
}

/** `0.854 (0.81–0.89)`; without an interval `0.854`. */
export function auroc(value: number, ci95: readonly [number, number] | null): string {
  return ci95 === null ? fixed(value, 3) : `${fixed(value, 3)} (${fixed(ci95[0], 2)}–${fixed(ci95[1], 2)})`;
}

/** A span of time: `45 s`, `38 min`, `1 h 22 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A moment in the person's own zone: `2026-11-22 14:03`. */
export function moment(milliseconds: number): string {
  const at = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
