const millisecondsPerDay = 86_400_000;

/**
 * Days from 1970-01-01 to a date written `YYYY-MM-DD`, or undefined when the text is not a real date in
 * that form. The same number as DuckDB's `date - DATE '1970-01-01'`.
 */
export function epochDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  // Engines roll 31 April over to 1 May instead of refusing it.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) return undefined;
  return date.getTime() / millisecondsPerDay;
}
