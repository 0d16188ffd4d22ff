/**
 * Where an unexpected error happened, a line a place. Nothing of its text, which may quote a record: a stack begins
 * with the text, whose lines may look like places.
 */
export function placesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { stack = '', message } = error;
  const told = stack.indexOf(message);
  const rest = told < 0 ? stack : stack.slice(told + message.length);
  // Node indents with spaces, the editor's extension host with a tab.
  return rest.split('\n').filter((line) => /^\s+at /.test(line));
}
