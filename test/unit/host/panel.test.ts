import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/host/host';
import { OpenPanels } from '../../../src/host/panels/open-panels';
import { type PanelDefinition, type PanelPage, showPanel } from '../../../src/host/panels/panel';
import type { HostMessage } from '../../../src/protocol/panels/panel';

const editor = vi.hoisted(() => ({ made: [] as unknown[] }));
vi.mock('vscode', () => ({
  ViewColumn: { Active: -1 },
  TabInputWebview: class {},
  Uri: {
    file: (path: string) => ({ path }),
    joinPath: (_uri: unknown, ...parts: string[]) => parts.join('/'),
  },
  window: {
    tabGroups: { all: [], close: () => Promise.resolve(true) },
    createWebviewPanel: (_viewType: string, title: string) => {
      const panel = new FakePanel(title);
      editor.made.push(panel);
      return panel;
    },
  },
}));

/** A webview panel, as far as it is used. */
class FakePanel {
  readonly posted: HostMessage<unknown, unknown>[] = [];
  readonly visible = true;
  reveals = 0;
  readonly onDispose: (() => void)[] = [];
  receive: (message: unknown) => void = () => undefined;
  readonly webview = {
    ...{ html: '', cspSource: 'self' },
    asWebviewUri: String,
    postMessage: (message: HostMessage<unknown, unknown>) => Promise.resolve(this.posted.push(message) > 0),
    onDidReceiveMessage: (listener: (message: unknown) => void) => {
      this.receive = listener;
      return { dispose: () => undefined };
    },
  };
  constructor(public title: string) {}
  reveal(): void {
    this.reveals += 1;
  }
  onDidDispose(listener: () => void): void {
    this.onDispose.push(listener);
  }
  close(): void {
    for (const listener of this.onDispose) listener();
  }
}

interface Subject {
  readonly run: string;
  readonly patient: string;
}
interface View {
  readonly layer: number;
  readonly visit: number;
}
let page: PanelPage<Subject, string>;
const definition = (keep?: PanelDefinition<Subject, View, string, never>['keep']) =>
  ({
    ...{ viewType: 'medbert.patient', page: 'patient', ...(keep === undefined ? {} : { keep }) },
    title: ({ run }) => run,
    parseSubject: () => undefined,
    open: (_subject, given) => {
      page = given;
      return {
        look: () => page.show({ kind: 'ready', stale: null, data: '' }),
        act: () => {},
        dispose: () => {},
      };
    },
  }) as PanelDefinition<Subject, View, string, never>;
const subject: Subject = { run: 'r', patient: '4711' };
let host: Host;
const open = (given: ReturnType<typeof definition>, about = subject): FakePanel => {
  showPanel(given, about, host);
  return editor.made.at(-1) as FakePanel;
};
beforeEach(() => {
  editor.made.length = 0;
  host = { openPanels: new OpenPanels(), extensionFolder: '/' } as unknown as Host;
});

describe('what a page may keep', () => {
  it('is everything, unless the panel says otherwise', () => {
    const panel = open(definition());
    panel.receive({ type: 'since', seq: 0, view: { layer: 1, visit: 2 } });
    expect(panel.posted[0]).toMatchObject({ kept: 'all', subject });
  });

  it('is what the panel says of the subject and the view of that moment', () => {
    const panel = open(definition(({ run }, view) => ({ subject: { run }, view: { layer: view?.layer } })));
    page.show({ kind: 'ready', stale: null, data: '' });
    panel.receive({ type: 'since', seq: 1, view: { layer: 3, visit: 2 } });
    page.setSubject({ run: 'q', patient: '4712' });
    page.show({ kind: 'ready', stale: null, data: '' });
    expect(panel.posted.map(({ kept }) => kept)).toEqual([
      { subject: { run: 'r' }, view: { layer: undefined } },
      { subject: { run: 'r' }, view: { layer: 3 } },
      { subject: { run: 'q' }, view: { layer: 3 } },
    ]);
    expect(JSON.stringify(panel.posted.map(({ kept }) => kept))).not.toContain('471');
  });
});

describe('the open panels', () => {
  it('are found by what they are about now, and by their title, until they are closed', () => {
    const panel = open(definition());
    const other = { run: 'other', patient: '1' };
    const listening = panel.onDispose.length;
    for (let i = 0; i < 20; i++) page.setSubject({ ...other, patient: String(i) });
    page.setSubject(other);
    expect(panel.onDispose.length, 'renaming listens to nothing anew').toBe(listening);
    expect(open(definition(), other)).toBe(panel);
    expect(panel.reveals).toBe(1);
    expect(host.openPanels.hasTitle('medbert.patient', 'other')).toBe(true);
    panel.close();
    page.setSubject(subject);
    expect(host.openPanels.find('medbert.patient', subject), 'a closed one stays forgotten').toBeUndefined();
    expect(host.openPanels.hasTitle('medbert.patient', panel.title)).toBe(false);
    expect(open(definition(), subject)).not.toBe(panel);
  });
});
