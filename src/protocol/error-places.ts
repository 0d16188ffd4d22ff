/**
 * Where an unexpected error happened, a line a place. Nothing of its text, which may quote a record: a stack begins
 * with the text, whose lines may look like places. Where the text has changed since, nobody knows how far it goes, and
 * there are no places.
 */
export function placesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { stack = '', message } = error;
  const told = stack.indexOf(message);
  if (told < 0) return [];
  const rest = stack.slice(told + message.length);
  // Node indents with spaces, the editor's extension host with a tab.
  return rest.split('\n').filter((line) => /^\s+at /.test(line));
}
