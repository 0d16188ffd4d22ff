/** What Markdown gives a meaning to; and what makes a link of a bare address: `://`, `@`, a dot before a letter. */
const special = /[\\`*_{}[\]()#+!|<>~$&@-]|:(?=\/)|\.(?=\p{L})|(?<=\p{L})\.(?=\d)/gu;

/** A text that says in Markdown what it says, on one line and whole in a cell of a table. No part of it is a link. */
export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(special, '\\$&');
}

/** Rows of two cells without a head: name and value, both plain. */
export function facts(rows: readonly (readonly [string, string | null])[]): string {
  const told = rows.filter(([, value]) => value !== null);
  if (told.length === 0) return '';
  return ['| | |', '|:--|:--|', ...told.map(([name, value]) => `| ${plain(name)} | ${plain(value!)} |`)].join(
    '\n',
  );
}

/** A table with a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [line(head), `|${head.map(() => ':--').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Lines as they are. The fence is longer than any run of backticks within. */
export function verbatim(lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length))),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence].join('\n');
}
