/** Spaces and tabs, which editors and exports leave around a value. */
const blanks = ' \t';

/**
 * A patient id (or another name that rows are joined by) without the ASCII blanks around it. Any other character
 * belongs to the name, even a non-breaking space: cutting it off could make one patient of two. A name of nothing but
 * white space of whatever kind is empty.
 */
export function trimName(text: string): string {
  if (text.trim() === '') return '';
  let [start, end] = [0, text.length];
  while (blanks.includes(text[start]!)) start += 1;
  while (blanks.includes(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

/** SQL that does to an expression what {@link trimName} does to a text. */
export function sqlTrimName(name: string): string {
  // Cutting a set of characters takes ten times as long as seeing that a name needs none of it.
  return `CASE WHEN regexp_matches(${name}, '^[!-~](.*[!-~])?$') THEN ${name}
    WHEN trim(${name}, ${sqlWhiteSpace}) = '' THEN '' ELSE trim(${name}, ' ' || chr(9)) END`;
}

/** All that `String.prototype.trim` takes for white space, as an SQL expression. */
const sqlWhiteSpace = [
  ...[9, 10, 11, 12, 13, 32, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, i) => 0x2000 + i),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
]
  .map((character) => `chr(${character})`)
  .join(' || ');
