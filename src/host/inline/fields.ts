import type { Span } from './record-line';

/** One field of a delimited line: its value, and where it stands without quotation marks and blanks around it. */
export interface Field extends Span {
  readonly text: string;
}

/** Splits a line of a table; fields in quotation marks may hold the delimiter. */
export function fieldsOf(line: string, delimiter: string): Field[] {
  const fields: Field[] = [];
  let at = 0;
  for (;;) {
    const end = line[at] === '"' ? endOfQuoted(line, at, delimiter) : endOfPlain(line, at, delimiter);
    fields.push(fieldOf(line, at, end));
    if (end >= line.length) return fields;
    at = end + 1;
  }
}

function endOfPlain(line: string, from: number, delimiter: string): number {
  const end = line.indexOf(delimiter, from);
  return end < 0 ? line.length : end;
}

function endOfQuoted(line: string, from: number, delimiter: string): number {
  let at = from + 1;
  for (;;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return line.length;
    if (line[quote + 1] !== '"') return endOfPlain(line, quote + 1, delimiter);
    at = quote + 2;
  }
}

function fieldOf(line: string, from: number, to: number): Field {
  let [start, end] = [from, to];
  while (start < end && isBlank(line[start]!)) start += 1;
  while (end > start && isBlank(line[end - 1]!)) end -= 1;
  const isQuoted = end - start >= 2 && line[start] === '"' && line[end - 1] === '"';
  if (!isQuoted) return { start, end, text: line.slice(start, end) };
  const text = line.slice(start + 1, end - 1).replaceAll('""', '"');
  return { start: start + 1, end: end - 1, text };
}

/** Of white space only the ASCII blanks: anything else may belong to a name (as the import has it). */
function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}

/** `2014-03-01`, `20140301` or a time of that day as `2014-03-01`; null for anything else. */
export function dayOf(text: string): string | null {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})(?:[ T].*)?$/.exec(text) ?? [];
  return day === undefined ? null : `${year}-${month}-${day}`;
}
