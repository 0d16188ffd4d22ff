import { basename, dirname, join, relative } from 'node:path';
import { readdirSync } from 'node:fs';

/** A box as the person sees it: a list to choose from, or a line to type into. */
export interface Box {
  title?: string;
  placeholder?: string;
  prompt?: string;
  value: string;
  validationMessage?: string | undefined;
  step?: number;
  totalSteps?: number;
  ignoreFocusOut?: boolean;
  busy?: boolean;
  buttons: readonly unknown[];
  items: readonly { label: string; description?: string; detail?: string; kind?: number }[];
  activeItems: readonly { label: string }[];
  selectedItems: readonly unknown[];
}
type Listener = (argument?: unknown) => void;
interface Driven extends Box {
  fire(event: 'accept' | 'hide' | 'button' | 'value', argument?: unknown): void;
}
/** What the person does in one box. */
export type Move = (box: Driven) => void;

const back = { back: true };

/** An editor whose person follows a script: one move for each box that opens. Only what forms use of it is there. */
export class ScriptedEditor {
  /** Boxes as they stood when the person moved. */
  readonly seen: Box[] = [];
  readonly opened: string[] = [];
  script: Move[] = [];
  dialogs: (string | undefined)[] = [];

  readonly module = {
    l10n: {
      t: (text: string, ...values: unknown[]) =>
        text.replaceAll(/\{(\d)\}/g, (_, i) => String(values[Number(i)])),
    },
    QuickInputButtons: { Back: back },
    QuickPickItemKind: { Separator: -1 },
    CancellationTokenSource: class {
      token = { isCancellationRequested: false };
      cancel(): void {
        this.token.isCancellationRequested = true;
      }
      dispose(): void {}
    },
    RelativePattern: class {
      constructor(
        readonly base: { fsPath: string },
        readonly pattern: string,
      ) {}
    },
    Uri: {
      file: (fsPath: string) => ({ fsPath }),
      joinPath: (uri: { fsPath: string }, ...parts: string[]) => ({ fsPath: join(uri.fsPath, ...parts) }),
    },
    workspace: {
      findFiles: ({ base, pattern }: { base: { fsPath: string }; pattern: string }) =>
        Promise.resolve(
          filesIn(base.fsPath)
            .filter(matches(pattern))
            .map((fsPath) => ({ fsPath })),
        ),
    },
    window: {
      createQuickPick: () => this.box(),
      createInputBox: () => this.box(),
      showOpenDialog: () => this.dialog((path) => [{ fsPath: path }]),
      showSaveDialog: () => this.dialog((path) => ({ fsPath: path })),
      showTextDocument: ({ fsPath }: { fsPath: string }) => {
        this.opened.push(fsPath);
        return Promise.resolve();
      },
    },
  };

  /** Forgets everything, for the next test. */
  reset(): void {
    this.script = [];
    this.dialogs = [];
    this.seen.length = 0;
    this.opened.length = 0;
  }

  /** The last box that was open. */
  get last(): Box {
    return this.seen.at(-1)!;
  }

  private dialog<T>(answer: (path: string) => T): Promise<T | undefined> {
    const path = this.dialogs.shift();
    return Promise.resolve(path === undefined ? undefined : answer(path));
  }

  private box(): object {
    const listeners = new Map<string, Listener[]>();
    const on = (event: string) => (listener: Listener) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return { dispose: () => undefined };
    };
    const box = {
      value: '',
      buttons: [],
      items: [],
      activeItems: [],
      selectedItems: [],
      onDidAccept: on('accept'),
      onDidHide: on('hide'),
      onDidTriggerButton: on('button'),
      onDidChangeValue: on('value'),
      fire: (event: string, argument?: unknown) =>
        listeners.get(event)?.forEach((listener) => listener(argument)),
      show: () => void this.follow(box),
      dispose: () => box.fire('hide'),
    };
    return box;
  }

  private async follow(box: Driven): Promise<void> {
    do await new Promise((resolve) => setTimeout(resolve, 1));
    while (box.busy === true);
    this.seen.push({ ...box });
    const move = this.script.shift();
    if (move === undefined) throw new Error(`Nobody answers “${box.title}”.`);
    move(box);
  }
}

/** Takes what stands selected or typed already. */
export const enter: Move = (box) => {
  box.selectedItems = box.activeItems.length > 0 ? box.activeItems : box.items.slice(0, 1);
  box.fire('accept');
};
/** Picks the first entry that begins with a label (icons aside). */
export const pick =
  (label: string): Move =>
  (box) => {
    const item = box.items.find((entry) => entry.label.replace(/^\$\([^)]*\) /, '').startsWith(label));
    if (item === undefined) {
      throw new Error(
        `“${box.title}” has no ${label}, but ${box.items.map((entry) => entry.label).join(', ')}.`,
      );
    }
    box.selectedItems = [item];
    box.fire('accept');
  };
/** Types a text over what stands there, and presses Enter. */
export const type =
  (text: string): Move =>
  (box) => {
    box.value = text;
    box.fire('value');
    box.fire('accept');
  };
export const goBack: Move = (box) => box.fire('button', back);
export const escape: Move = (box) => box.fire('hide');

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(folder, dirname(file)).startsWith('.'));
}

/** Patterns of the form `**` + `/name.{a,b}`. */
function matches(pattern: string): (file: string) => boolean {
  const name = pattern
    .replace('**/', '')
    .replaceAll('.', '\\.')
    .replaceAll('*', '.*')
    .replaceAll(/\{([^}]*)\}/g, (_, list: string) => `(${list.replaceAll(',', '|')})`);
  return (file) => new RegExp(`^${name}$`).test(basename(file));
}
