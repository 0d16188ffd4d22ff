import type { HostMessage, KeptPanel, PageMessage, PanelState } from '../src/protocol/panels/panel';

/** What VS Code gives to the script of a webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** What survives a reload of the window, on the disk. The serializer of the host reads `subject`. */
interface Kept<Subject, View, Local> {
  readonly subject: Subject | undefined;
  readonly view: View;
  readonly local: Local;
}

/** The link of a page with its host. */
export interface Link<Subject, View, Local, Data, Action> {
  /** What the panel is about; undefined before the first snapshot. */
  readonly subject: Subject | undefined;
  /** The newest state; undefined before the first snapshot. */
  readonly state: PanelState<Data> | undefined;
  /** What the person chose to look at, and the host must know. */
  readonly view: View;
  /** What the person chose, and only the page must know. */
  readonly local: Local;
  /** Changes the view, keeps it if the host allows, and asks the host for what it shows. Does not draw. */
  look(change: Partial<View>): void;
  /** Changes what only the page knows, keeps it if the host allows, and draws. */
  set(change: Partial<Local>): void;
  /** Asks the host to do something. */
  act(action: Action): void;
}

/**
 * Links a page with its host: asks for data when the page is ready, visible again or has another view; receives
 * snapshots and leaves out those that are older than what is shown.
 *
 * @param options.draw called with each snapshot, and after `set`
 */
export function connect<Subject, View extends object, Local extends object, Data, Action>(options: {
  readonly initialView: View;
  readonly initialLocal: Local;
  readonly draw: (link: Link<Subject, View, Local, Data, Action>) => void;
}): Link<Subject, View, Local, Data, Action> {
  const code = acquireVsCodeApi();
  const kept = code.getState() as Partial<Kept<Subject, View, Local>> | undefined;
  let subject = kept?.subject;
  let view: View = { ...options.initialView, ...kept?.view };
  let local: Local = { ...options.initialLocal, ...kept?.local };
  let state: PanelState<Data> | undefined;
  let seq = 0;
  /** Nothing is kept before the host has said what may be: the subject may be a patient. */
  let mayKeep: 'all' | KeptPanel | undefined;

  const keep = (): void => {
    if (mayKeep === undefined) return;
    code.setState(
      mayKeep === 'all' ? ({ subject, view, local } satisfies Kept<Subject, View, Local>) : mayKeep,
    );
  };
  const send = (message: PageMessage<View, Action>): void => code.postMessage(message);
  const ask = (): void => send({ type: 'since', seq, view });

  const link: Link<Subject, View, Local, Data, Action> = {
    get subject() {
      return subject;
    },
    get state() {
      return state;
    },
    get view() {
      return view;
    },
    get local() {
      return local;
    },
    look(change) {
      view = { ...view, ...change };
      keep();
      ask();
    },
    set(change) {
      local = { ...local, ...change };
      keep();
      options.draw(link);
    },
    act(action) {
      send({ type: 'act', action });
    },
  };

  window.addEventListener('message', (event: MessageEvent<HostMessage<Subject, Data>>) => {
    const message = event.data;
    // A host that was restarted counts from the beginning again, but only ever to a page that has reloaded too.
    if (message?.type !== 'snapshot' || message.seq < seq) return;
    ({ seq, subject, kept: mayKeep, state } = message);
    keep();
    options.draw(link);
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) ask();
  });
  // The caller must hold the link before the first drawing.
  queueMicrotask(() => {
    options.draw(link);
    ask();
  });
  return link;
}

/** The element that a page draws into. */
export function pageRoot(): HTMLElement {
  const root =
    document.querySelector<HTMLElement>('#root') ?? document.body.appendChild(document.createElement('div'));
  root.id = 'root';
  root.setAttribute('role', 'main');
  return root;
}
