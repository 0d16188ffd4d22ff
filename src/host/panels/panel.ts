import * as vscode from 'vscode';
import type { HostMessage, KeptPanel, PageMessage, PanelState } from '../../protocol/panels/panel';
import type { Host } from '../host';
import { pageHtml } from './page-html';

/** What one kind of panel is: a new panel is one file with such a definition, and one line in `panels.ts`. */
export interface PanelDefinition<Subject, View, Data, Action> {
  /** Such as `medbert.curves`. */
  readonly viewType: string;
  /** Name of its page: `dist/webview/<page>.js` and `.css`. */
  readonly page: string;
  /** A codicon for the tab: file name in `media/panels`, without `-dark.svg` and `-light.svg`. */
  readonly icon?: string;
  /** Stands in the tab, and in whatever lists or records the tabs of a window: never with the id of a patient. */
  title(subject: Subject, host: Host): string;
  /** Reads a subject that a page kept over a reload; undefined when it is none. */
  parseSubject(value: unknown): Subject | undefined;
  /**
   * What of subject and view may be written to the disk, so that a reload restores the panel; both when it is left
   * out. A panel about a patient keeps who that is out of it, and `parseSubject` reads what is left. Then nothing
   * else of the page is kept either.
   */
  keep?(subject: Subject, view: View | undefined): KeptPanel;
  /** Starts to serve one open panel. */
  open(subject: Subject, page: PanelPage<Subject, Data>, host: Host): PanelSource<View, Action>;
}

/** The page, as the source of its data sees it. */
export interface PanelPage<Subject, Data> {
  /** Shows a whole state. A hidden page asks for it when it comes back. */
  show(state: PanelState<Data>): void;
  readonly visible: boolean;
  /** The panel is now about something else (a run was added): its title and what a reload restores follow. */
  setSubject(subject: Subject): void;
}

/** Where a page's data come from. */
export interface PanelSource<View, Action> {
  /** The page is ready, has become visible again, or shows another view. Answered with `page.show`, now or later. */
  look(view: View): void;
  act(action: Action): void | Promise<void>;
  dispose(): void;
}

/** Opens the panel about a subject, or brings the one that is open already to the front. */
export function showPanel<Subject, View, Data, Action>(
  definition: PanelDefinition<Subject, View, Data, Action>,
  subject: Subject,
  host: Host,
): void {
  const open = host.openPanels;
  const present = open.find(definition.viewType, subject);
  if (present !== undefined) {
    present.reveal();
    return;
  }
  const title = definition.title(subject, host);
  if (!open.hasTitle(definition.viewType, title)) closeUnserved(definition.viewType, title);
  const panel = vscode.window.createWebviewPanel(
    definition.viewType,
    title,
    { viewColumn: vscode.ViewColumn.Active },
    { ...webviewOptions(host), enableFindWidget: true },
  );
  serve(definition, subject, panel, host);
}

/**
 * Closes tabs of panels that nobody serves, because another one takes their place: a crash of the extension host leaves
 * dead ones, and a reload such as were not looked at since.
 */
function closeUnserved(viewType: string, title: string): void {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const unserved = tabs.filter(
    ({ label, input }) =>
      label === title && input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType),
  );
  void vscode.window.tabGroups.close(unserved, true);
}

/** Serves panels that a reload left behind. */
export function restorePanels<Subject, View, Data, Action>(
  definition: PanelDefinition<Subject, View, Data, Action>,
  host: Host,
): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(definition.viewType, {
    deserializeWebviewPanel: (panel, state: unknown) => {
      const kept =
        typeof state === 'object' && state !== null && 'subject' in state ? state.subject : undefined;
      const subject = definition.parseSubject(kept);
      if (subject === undefined) panel.dispose();
      else {
        panel.webview.options = webviewOptions(host);
        serve(definition, subject, panel, host);
      }
      return Promise.resolve();
    },
  });
}

function webviewOptions(host: Host): vscode.WebviewOptions {
  const pages = vscode.Uri.joinPath(vscode.Uri.file(host.extensionFolder), 'dist', 'webview');
  return { enableScripts: true, localResourceRoots: [pages] };
}

function serve<Subject, View, Data, Action>(
  definition: PanelDefinition<Subject, View, Data, Action>,
  first: Subject,
  panel: vscode.WebviewPanel,
  host: Host,
): void {
  const open = host.openPanels;
  let subject = first;
  let seq = 0;
  let latest: HostMessage<Subject, Data> | undefined;
  let view: View | undefined;
  open.add(panel, definition.viewType, subject);
  if (definition.icon !== undefined) panel.iconPath = iconPath(host, definition.icon);

  const page: PanelPage<Subject, Data> = {
    show(state) {
      const kept = definition.keep?.(subject, view) ?? 'all';
      latest = { type: 'snapshot', seq: ++seq, subject, kept, state };
      // What a hidden page is sent may be lost; it asks when it comes back.
      if (panel.visible) void panel.webview.postMessage(latest);
    },
    get visible() {
      return panel.visible;
    },
    setSubject(next) {
      subject = next;
      open.rename(panel, subject);
      panel.title = definition.title(subject, host);
    },
  };
  const source = definition.open(subject, page, host);
  const listening = panel.webview.onDidReceiveMessage((message: PageMessage<View, Action>) => {
    if (message.type === 'act') {
      void act(source, message.action, host);
      return;
    }
    const isSameView = JSON.stringify(message.view) === JSON.stringify(view);
    if (latest !== undefined && isSameView && latest.seq > message.seq) {
      void panel.webview.postMessage(latest);
    }
    view = message.view;
    source.look(message.view);
  });
  panel.onDidDispose(() => {
    listening.dispose();
    source.dispose();
  });
  panel.webview.html = pageHtml(panel.webview, host.extensionFolder, definition.page);
}

async function act<View, Action>(
  source: PanelSource<View, Action>,
  action: Action,
  host: Host,
): Promise<void> {
  try {
    await source.act(action);
  } catch (error) {
    host.tell(error);
  }
}

function iconPath(host: Host, name: string): { light: vscode.Uri; dark: vscode.Uri } {
  const folder = vscode.Uri.joinPath(vscode.Uri.file(host.extensionFolder), 'media', 'panels');
  const file = (theme: string): vscode.Uri => vscode.Uri.joinPath(folder, `${name}-${theme}.svg`);
  return { light: file('light'), dark: file('dark') };
}
