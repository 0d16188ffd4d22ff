import type { SourceFormat } from './dataset';

/** First and last day of a stay that is believed, `YYYY-MM-DD`. */
export type PlausibleDays = readonly [first: string, last: string];

/** Stays outside of these days are left out by the import of a format: placeholders such as 9999-12-31. */
export const plausibleDays: Readonly<Record<SourceFormat, PlausibleDays>> = {
  // The last year leaves room for shifted dates such as MIMIC's.
  medbert: ['1900-01-01', '2299-12-31'],
  // Shifted years reach from about 2100 into the 2210s; a patient's real dates would also be accepted.
  'mimic-iv': ['1900-01-01', '2299-12-31'],
  synpuf: ['1965-01-01', '2099-12-31'],
};
