import { recogniseJson } from './json-records';
import { type LineReader, longestLine } from './record-line';
import { recogniseTable } from './tables';

/** Files that may hold records, by how their names end. */
export const recordEndings = ['tsv', 'csv', 'txt', 'ndjson', 'jsonl'] as const;

/**
 * How the lines of a text are read, by its name and its first two lines; undefined when it holds no records that are
 * known here. Nothing else of it is looked at.
 */
export function recogniseRecords(name: string, first: string, second: string): LineReader | undefined {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  if (!recordEndings.some((known) => known === ending) || first.length > longestLine) return undefined;
  const isJson = ending === 'ndjson' || ending === 'jsonl';
  const reader = isJson
    ? recogniseJson(first)
    : recogniseTable(first, second.length > longestLine ? '' : second);
  if (reader === undefined) return undefined;
  return {
    ...reader,
    read: (text, line) => (text.length > longestLine ? undefined : reader.read(text, line)),
  };
}
