import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PanelState } from '../../../src/protocol/panels/panel';

interface Choices {
  readonly view: { readonly layer: number };
  readonly local: { readonly tab: string };
}
/** The link of a page, without the types of a browser, which this side of the checks does not know. */
interface Shown extends Choices {
  readonly subject: unknown;
  look(change: Partial<Choices['view']>): void;
  set(change: Partial<Choices['local']>): void;
}
const { connect } = await vi.importActual<{ connect(options: object): Shown }>('../../../webview/rpc');
/** What VS Code wrote to the disk for the page. */
let disk: unknown;
let receive: (event: { data: unknown }) => void;
let posted: unknown[];
const ready: PanelState<string> = { kind: 'ready', stale: null, data: 'd' };
const subject = { run: 'r', patient: '4711' };

beforeEach(() => {
  disk = undefined;
  posted = [];
  vi.stubGlobal('acquireVsCodeApi', () => ({
    postMessage: (message: unknown) => void posted.push(message),
    getState: () => disk,
    setState: (state: unknown) => void (disk = structuredClone(state)),
  }));
  vi.stubGlobal('window', {
    addEventListener: (_name: string, listener: typeof receive) => void (receive = listener),
  });
  vi.stubGlobal('document', { addEventListener: () => undefined, hidden: false });
});
afterEach(() => vi.unstubAllGlobals());

const page = (): Shown =>
  connect({ initialView: { layer: 0 }, initialLocal: { tab: 'first' }, draw: () => undefined });

test('a page keeps subject, view and its own choices, at once, when the host allows all', () => {
  const link = page();
  receive({ data: { type: 'snapshot', seq: 1, subject, kept: 'all', state: ready } });
  link.look({ layer: 2 });
  link.set({ tab: 'second' });
  expect(disk).toEqual({ subject, view: { layer: 2 }, local: { tab: 'second' } });
  const again = page();
  expect([again.subject, again.view, again.local]).toEqual([subject, { layer: 2 }, { tab: 'second' }]);
});

test('of a page about a patient only what the host names comes to the disk', () => {
  const link = page();
  const kept = { subject: { run: 'r' }, view: { layer: 0 } };
  receive({ data: { type: 'snapshot', seq: 1, subject, kept, state: ready } });
  link.look({ layer: 2 });
  link.set({ tab: 'patient 4711' });
  expect(disk).toEqual(kept);
  expect(link.subject).toEqual(subject);
  receive({
    data: { type: 'snapshot', seq: 2, subject, kept: { ...kept, view: { layer: 2 } }, state: ready },
  });
  expect(disk).toEqual({ subject: { run: 'r' }, view: { layer: 2 } });
});

test('before the first snapshot nothing is kept, and nothing lost', () => {
  const link = page();
  link.look({ layer: 5 });
  link.set({ tab: 'x' });
  expect(disk).toBeUndefined();
  expect(posted).toEqual([{ type: 'since', seq: 0, view: { layer: 5 } }]);
});
