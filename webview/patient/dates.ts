/** Days since 1970 of a `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}

/** A length of stay: `same day`, `1 day`, `6 days`. */
export function stayWords(admit: string, discharge: string): string {
  const days = dayOf(discharge) - dayOf(admit);
  if (days <= 0) return 'same day';
  return days === 1 ? '1 day' : `${days} days`;
}

/** Days from a discharge to the next admission; negative when they overlap. */
export function gapDays(before: { readonly discharge: string }, after: { readonly admit: string }): number {
  return dayOf(after.admit) - dayOf(before.discharge);
}

/** A span in few letters: `12 d`, `8 mo`, `1.3 y`. */
export function spanWords(days: number): string {
  if (days < 90) return `${days}\u00a0d`;
  if (days < 365) return `${Math.round(days / 30.44)}\u00a0mo`;
  return `${(days / 365.25).toFixed(1)}\u00a0y`;
}

/** A tick of the time axis. */
export interface DateTick {
  readonly day: number;
  readonly label: string;
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Round dates between two days: months, quarters or years, at most so many. */
export function dateTicks(from: number, to: number, most: number): DateTick[] {
  const months = ((to - from) / 365.25) * 12;
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((size) => months / size <= most) ?? 240;
  const start = new Date(from * 86_400_000);
  const ticks: DateTick[] = [];
  for (
    let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step;
    ;
    month += step
  ) {
    const year = Math.floor(month / 12);
    const day = Math.round(Date.UTC(year, month % 12, 1) / 86_400_000);
    if (day > to) return ticks;
    if (day < from) continue;
    const label = month % 12 === 0 ? String(year) : `${monthNames[month % 12]!} ${year}`;
    ticks.push({ day, label });
  }
}
