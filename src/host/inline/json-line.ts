import type { Span } from './record-line';

/** A scalar of a JSON text: where it stands (a string without its quotation marks), and the keys that lead to it. */
export interface JsonScalar extends Span {
  /** Keys of objects, and `[]` for a list, joined by dots: `code.coding.[].code`. */
  readonly path: string;
  /** Number of the object that it stands in: what belongs together has the same. */
  readonly object: number;
  readonly text: string;
}

/** A bracket that is open: the path to it and, in an object, the key whose value comes next. */
interface Open {
  readonly path: string;
  readonly isList: boolean;
  readonly object: number;
  key: string | null;
}

/**
 * The scalars of one line of NDJSON, in their order.
 * @returns undefined when the line is no whole JSON object
 */
export function scalarsOf(line: string): JsonScalar[] | undefined {
  const scalars: JsonScalar[] = [];
  const open: Open[] = [];
  let objects = 0;
  const token = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/y;
  const space = /\s*/y;
  let at = 0;
  const skip = (): void => {
    space.lastIndex = at;
    space.exec(line);
    at = space.lastIndex;
  };
  for (skip(); at < line.length; skip()) {
    token.lastIndex = at;
    const found = token.exec(line)?.[0];
    const inside = open.at(-1);
    if (found === undefined || (inside === undefined && found !== '{')) return undefined;
    const path = pathIn(inside);
    if (found === '{') open.push({ path, isList: false, object: ++objects, key: null });
    else if (found === '[') open.push({ path, isList: true, object: inside?.object ?? 0, key: null });
    else if (found === '}' || found === ']') {
      open.pop();
      if (open.length === 0) return line.slice(at + 1).trim() === '' ? scalars : undefined;
    } else if (found === ',') {
      if (inside !== undefined && !inside.isList) inside.key = null;
    } else if (found !== ':') {
      const isString = found.startsWith('"');
      const text = isString ? unquoted(found) : found;
      if (text === undefined) return undefined;
      if (inside !== undefined && !inside.isList && inside.key === null) inside.key = text;
      else scalars.push({ path, object: inside?.object ?? 0, text, ...spanOf(at, found, isString) });
    }
    at += found.length;
  }
  return undefined;
}

function pathIn(inside: Open | undefined): string {
  if (inside === undefined) return '';
  const last = inside.isList ? '[]' : (inside.key ?? '');
  return inside.path === '' ? last : `${inside.path}.${last}`;
}

function spanOf(at: number, found: string, isString: boolean): Span {
  const rim = isString ? 1 : 0;
  return { start: at + rim, end: at + found.length - rim };
}

function unquoted(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
