const millisecondsPerDay = 86_400_000;

/** Days since 1970-01-01 of a date written `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / millisecondsPerDay;
}

/** The date, `YYYY-MM-DD`, that lies `day` days after 1970-01-01. */
export function dateOf(day: number): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
}
