/** Where a value of a JSON text stands: offsets of its first character and behind its last. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  /** A string, number, boolean or null; undefined for objects, lists and what cannot be read. */
  readonly value?: unknown;
  /** Members of an object; the last of one name counts. */
  readonly members?: ReadonlyMap<string, JsonMember>;
}
export interface JsonMember {
  readonly key: JsonNode;
  readonly node: JsonNode;
}

/** A JSON text with the places of its values, and the first mistake in it. */
export interface JsonTree {
  readonly root: JsonNode;
  readonly mistake: { readonly offset: number; readonly message: string } | undefined;
}

/**
 * Reads JSON that may be unfinished, as it is while somebody types: what cannot be read is skipped, and the first
 * mistake is told.
 */
export function readJsonTree(text: string): JsonTree {
  const reader = new Reader(text);
  const root = reader.value();
  reader.end();
  return { root, mistake: reader.mistake };
}

/** The node at a path of keys, or the deepest one on the way to it. */
export function nodeAt(root: JsonNode, path: readonly PropertyKey[]): JsonNode {
  let node = root;
  for (const key of path) {
    const member = node.members?.get(String(key));
    if (member === undefined) break;
    node = member.node;
  }
  return node;
}

/** The keys that lead to the string around an offset, and its node; undefined when there is no string. */
export function stringAt(root: JsonNode, offset: number): { path: string[]; node: JsonNode } | undefined {
  let node = root;
  const path: string[] = [];
  while (node.members !== undefined) {
    const inside = [...node.members].find(
      ([, member]) => member.node.start <= offset && offset <= member.node.end,
    );
    if (inside === undefined) return undefined;
    path.push(inside[0]);
    node = inside[1].node;
  }
  return typeof node.value === 'string' && node.start < offset ? { path, node } : undefined;
}

/** No run configuration goes as deep; a text that does would end in a stack that is too deep. */
const deepest = 100;

class Reader {
  private at = 0;
  private depth = 0;
  mistake: JsonTree['mistake'];

  constructor(private readonly text: string) {}

  value(): JsonNode {
    this.space();
    const start = this.at;
    const first = this.text[this.at];
    if (first === '{' || first === '[') return this.nested(first);
    return first === '"' ? this.string() : this.word(start);
  }

  private nested(first: '{' | '['): JsonNode {
    if (this.depth >= deepest) {
      this.wrong('This is nested too deeply.');
      const start = this.at;
      this.at = this.text.length;
      return { start, end: this.at };
    }
    this.depth += 1;
    const node = first === '{' ? this.object() : this.list();
    this.depth -= 1;
    return node;
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) this.wrong('Something stands behind the end.');
  }

  private object(): JsonNode {
    const start = this.at++;
    const members = new Map<string, JsonMember>();
    for (;;) {
      this.space();
      if (this.take('}')) {
        if (members.size > 0 && this.text[this.before(this.at - 1)] === ',')
          this.wrong('There is a comma too many.');
        break;
      }
      if (this.text[this.at] !== '"') {
        this.wrong('A key in double quotes is missing.');
        if (!this.skipTo(/["}]/)) break;
        continue;
      }
      const key = this.string();
      this.space();
      if (!this.take(':')) this.wrong('A colon is missing.');
      const node = this.value();
      members.set(String(key.value), { key, node });
      this.space();
      if (!this.take(',') && this.text[this.at] !== '}') {
        this.wrong('A comma or a closing brace is missing.');
        if (!this.skipTo(/["}]/)) break;
      }
    }
    return { start, end: this.at, members };
  }

  /** No run configuration has lists: their content is read, and not kept. */
  private list(): JsonNode {
    const start = this.at++;
    this.space();
    while (!this.take(']')) {
      const before = this.at;
      this.value();
      this.space();
      if (!this.take(',') && this.text[this.at] !== ']')
        this.wrong('A comma or a closing bracket is missing.');
      this.space();
      if (this.at === before) break;
    }
    return { start, end: this.at };
  }

  private string(): JsonNode {
    const start = this.at;
    const literal = /"(?:[^"\\\n\r]|\\.)*"?/y;
    literal.lastIndex = start;
    const found = literal.exec(this.text)?.[0] ?? '"';
    this.at = start + found.length;
    const value = parsed(found);
    if (value !== undefined) return { start, end: this.at, value };
    this.wrong('This text in quotes cannot be read.');
    // Unfinished: what stands there so far is still worth completing.
    return { start, end: this.at, value: found.slice(1) };
  }

  private word(start: number): JsonNode {
    const word = /[^\s,:{}[\]"]*/y;
    word.lastIndex = start;
    const found = word.exec(this.text)?.[0] ?? '';
    this.at = start + found.length;
    const value = parsed(found);
    if (value === undefined)
      this.wrong(found === '' ? 'A value is missing.' : 'This is no value of JSON.', start);
    return { start, end: this.at, value };
  }

  private space(): void {
    while (/[\s\ufeff]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private before(offset: number): number {
    let at = offset - 1;
    while (/\s/.test(this.text[at] ?? '')) at--;
    return at;
  }

  private skipTo(stop: RegExp): boolean {
    while (this.at < this.text.length && !stop.test(this.text[this.at]!)) this.at++;
    return this.at < this.text.length;
  }

  private wrong(message: string, offset = Math.min(this.at, this.text.length)): void {
    this.mistake ??= { offset, message };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
