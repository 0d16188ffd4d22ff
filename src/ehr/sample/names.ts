/** Reads a table of `code name`, entries parted by ` | ` or a line's end. */
export function parseNames(table: string): ReadonlyMap<string, string> {
  const entries = table.trim().split(/ \| |\n/);
  return new Map(
    entries.map((entry) => [entry.slice(0, entry.indexOf(' ')), entry.slice(entry.indexOf(' ') + 1)]),
  );
}
