import type * as vscode from 'vscode';
import type { Queries } from '../../../src/protocol/queries';
import { CancelledError } from '../../../src/protocol/errors';

/** The editor, as far as inline explanations use it. One for a test file; `reset` before each test. */
class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

class Range {
  readonly start: { line: number; character: number };
  readonly end: { line: number; character: number };
  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = { line: startLine, character: startCharacter };
    this.end = { line: endLine, character: endCharacter };
  }
  union(other: Range): Range {
    return new Range(this.start.line, this.start.character, other.end.line, other.end.character);
  }
}

interface FakeUri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** An open text that counts how often it is looked into. */
export class FakeDocument {
  reads = 0;
  readonly furthest = { first: Infinity, last: -1 };
  readonly uri: FakeUri;
  constructor(
    uri: FakeUri | string,
    public lines: string[],
  ) {
    this.uri = typeof uri === 'string' ? { scheme: 'file', authority: '', path: uri } : uri;
  }
  get lineCount(): number {
    return this.lines.length;
  }
  lineAt(line: number): { text: string; range: Range } {
    const text = this.lines[line];
    if (text === undefined) throw new Error(`There is no line ${line}.`);
    this.reads += 1;
    return { text, range: new Range(line, 0, line, text.length) };
  }
  getText(): never {
    throw new Error('The whole text was asked for.');
  }
}

export class FakeEditor {
  readonly decorations = new Map<FakeDecoration, Range[]>();
  visibleRanges: Range[];
  constructor(
    readonly document: FakeDocument,
    first: number,
    last: number,
  ) {
    this.visibleRanges = [new Range(first, 0, last, 0)];
  }
  setDecorations(type: FakeDecoration, ranges: Range[]): void {
    if (type.isDisposed) throw new Error('A decoration that is gone was used.');
    this.decorations.set(type, ranges);
  }
  /** Shaded stretches with the colour name or sign that they bear. */
  get shaded(): string[] {
    return [...this.decorations]
      .flatMap(([{ style }, ranges]) =>
        ranges.map((range) => {
          const text = this.document.lines[range.start.line]!.slice(
            range.start.character,
            range.end.character,
          );
          const fill = style['backgroundColor'] as { id: string } | undefined;
          const sign = (style['after'] as { contentText: string } | undefined)?.contentText;
          return `${range.start.line} ${text} ${sign ?? fill?.id.replace('medbert.attribution.', '')}`;
        }),
      )
      .sort();
  }
}

interface FakeDecoration {
  readonly style: Record<string, unknown>;
  isDisposed: boolean;
}

const events = {
  ranges: new Emitter<{ textEditor: FakeEditor }>(),
  editors: new Emitter<unknown>(),
  text: new Emitter<{ document: FakeDocument }>(),
  trust: new Emitter<void>(),
  settings: new Emitter<{ affectsConfiguration(name: string): boolean }>(),
  theme: new Emitter<unknown>(),
  closed: new Emitter<FakeDocument>(),
};

const none = (): { dispose(): void } => ({ dispose: () => undefined });

/** What `import * as vscode` gives in a test. */
export const vscodeModule = {
  EventEmitter: Emitter,
  Range,
  CodeLens: class {
    constructor(
      readonly range: Range,
      readonly command: vscode.Command,
    ) {}
  },
  Hover: class {
    constructor(
      readonly contents: { value: string },
      readonly range?: Range,
    ) {}
  },
  MarkdownString: class {
    isTrusted: unknown;
    constructor(readonly value: string) {}
  },
  ThemeColor: class {
    constructor(readonly id: string) {}
  },
  FoldingRange: class {
    constructor(
      readonly start: number,
      readonly end: number,
    ) {}
  },
  DocumentSymbol: class {
    children: unknown[] = [];
    constructor(
      readonly name: string,
      readonly detail: string,
      readonly kind: number,
      readonly range: Range,
      readonly selectionRange: Range,
    ) {}
  },
  SymbolKind: { Event: 23, Key: 19 },
  ColorThemeKind: { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 },
  OverviewRulerLane: { Right: 4 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
  CancellationError: class extends Error {},
  Disposable: class {
    constructor(readonly dispose: () => void) {}
    static from(...all: { dispose(): void }[]): { dispose(): void } {
      return { dispose: () => all.forEach((each) => each.dispose()) };
    }
  },
  Uri: { from: (uri: FakeUri) => ({ ...uri }) },
  FileType: { File: 1, Directory: 2 },
  FilePermission: { Readonly: 1 },
  FileChangeType: { Changed: 1 },
  FileSystemError: { NoPermissions: () => new Error('no'), FileIsADirectory: () => new Error('folder') },
  l10n: {
    t: (text: string, ...values: unknown[]) =>
      text.replaceAll(/\{(\d+)\}/g, (_, index) => String(values[Number(index)])),
  },
  commands: { executeCommand: () => Promise.resolve() },
  languages: {
    registerCodeLensProvider: none,
    registerHoverProvider: none,
    registerFoldingRangeProvider: none,
    registerDocumentSymbolProvider: none,
  },
  window: {
    visibleTextEditors: [] as FakeEditor[],
    activeColorTheme: { kind: 2 },
    onDidChangeTextEditorVisibleRanges: events.ranges.event,
    onDidChangeVisibleTextEditors: events.editors.event,
    onDidChangeActiveColorTheme: events.theme.event,
    createTextEditorDecorationType: (style: Record<string, unknown>) => {
      const decoration = { style, isDisposed: false, dispose: () => void (decoration.isDisposed = true) };
      return decoration;
    },
    createStatusBarItem: () => statusItem,
    showTextDocument: () => Promise.resolve(),
  },
  workspace: {
    isTrusted: true,
    textDocuments: [] as FakeDocument[],
    onDidChangeTextDocument: events.text.event,
    onDidChangeConfiguration: events.settings.event,
    onDidGrantWorkspaceTrust: events.trust.event,
    onDidCloseTextDocument: events.closed.event,
    getConfiguration: () => configuration,
    openTextDocument: (uri: FakeUri) => {
      opened.push(uri);
      return Promise.resolve(new FakeDocument(uri, ['']));
    },
  },
};

/** Addresses of the texts that were opened. */
export const opened: FakeUri[] = [];

/** The person's settings, as far as they are written. */
export const configuration = {
  written: {} as Record<string, unknown>,
  updates: [] as unknown[][],
  inspect: () => configuration.written,
  update: (...change: unknown[]) => Promise.resolve(void configuration.updates.push(change)),
};

export const statusItem = {
  text: '',
  tooltip: undefined as { value: string } | undefined,
  isShown: false,
  show: () => void (statusItem.isShown = true),
  hide: () => void (statusItem.isShown = false),
  dispose: () => undefined,
};

/** What a person or the editor does. */
export const editor = {
  events,
  show(...editors: FakeEditor[]): void {
    vscodeModule.window.visibleTextEditors = editors;
    vscodeModule.workspace.textDocuments = editors.map(({ document }) => document);
    events.editors.fire(undefined);
  },
  scroll(textEditor: FakeEditor, first: number, last: number): void {
    textEditor.visibleRanges = [new Range(first, 0, last, 0)];
    events.ranges.fire({ textEditor });
  },
  theme(kind: number): void {
    vscodeModule.window.activeColorTheme = { kind };
    events.theme.fire(undefined);
  },
};

type Asked = { readonly name: string; readonly patient: string | undefined; readonly signal: AbortSignal };

/** A query worker that answers from tables, when it is told to. */
export class FakeQuery {
  readonly asked: Asked[] = [];
  answers: Partial<{ [K in keyof Queries]: (question: Queries[K]['params']) => unknown }> = {};
  /** Fulfilled before every answer. */
  pause: () => Promise<void> = () => Promise.resolve();

  readonly ask = async (
    name: keyof Queries,
    question: never,
    { signal }: { signal: AbortSignal },
  ): Promise<never> => {
    this.asked.push({ name, patient: (question as { patient?: string }).patient, signal });
    await this.pause();
    if (signal.aborted) throw new CancelledError();
    const answer = this.answers[name];
    if (answer === undefined) throw new Error(`Nobody answers ${name}.`);
    return answer(question) as never;
  };

  names(): string[] {
    return this.asked.map(({ name, patient }) => (patient === undefined ? name : `${name} ${patient}`));
  }
}
