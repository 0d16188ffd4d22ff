import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import {
  freePort,
  installExtension,
  processesOf,
  type ServerProcess,
  startCodeServer,
  writeSettings,
} from '../../scripts/code-server.mjs';
import { type BrowserRecord, openBrowser } from './browser';
import { Editor } from './editor';
import { type Connection, openNetwork } from './network';

/** The folder of the project. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Colour themes by what screenshots call them: in the settings, in the list of themes, as a class of the window. */
export const themes = {
  dark: { setting: 'Default Dark Modern', label: 'Dark Modern', bodyClass: 'vs-dark' },
  light: { setting: 'Default Light Modern', label: 'Light Modern', bodyClass: 'vs' },
  'hc-dark': { setting: 'Default High Contrast', label: 'Dark High Contrast', bodyClass: 'hc-black' },
  'hc-light': {
    setting: 'Default High Contrast Light',
    label: 'Light High Contrast',
    bodyClass: 'hc-light',
  },
} as const;
export type Theme = keyof typeof themes;

export interface WorkbenchStart {
  /** The folder to open; one of its own, empty, when left out. */
  readonly workspace?: string;
  readonly theme?: Theme;
  /** Further settings of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The package to install; the one in dist/ when left out, none when null. */
  readonly vsix?: string | null;
  /** False: the workspace opens in restricted mode, and the editor may be told to trust it. */
  readonly trust?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A VS Code with the extension, in a browser, with nothing of this machine's own editor in it. */
export interface Workbench {
  readonly page: Page;
  readonly editor: Editor;
  readonly workspace: string;
  /** Where server and browser keep everything of theirs: settings, logs, profile, state. The workspace may lie in it. */
  readonly home: string;
  /** What the browser did so far. */
  readonly record: BrowserRecord;
  /** True: no packet of server or browser can leave. False: their connections are only watched. */
  readonly sealed: boolean;
  /** Connections, and attempts at them, to other machines; of the server, all that it started, and the browser. */
  connections(): readonly Connection[];
  /** The processes of the server, runs in the background included. */
  processes(): ServerProcess[];
  /** Kills the extension host as a crash would; the window then starts another one. Returns its process id. */
  killExtensionHost(): number;
  /** Changes the theme of the open window. */
  setTheme(theme: Theme): Promise<void>;
  /** A picture of the window: test-results/screenshots/<panel>-<state>-<theme>.png. Returns its path. */
  shoot(panel: string, state: string): Promise<string>;
  /** Opens the same workspace in a second window of the same browser. */
  secondWindow(): Promise<Editor>;
  /** Ends browser, server and every run that it started. Throws when anything reached for another machine. */
  close(): Promise<void>;
}

/** The package that `npm run package` made for this platform. */
export function packagedExtension(): string {
  const dist = join(projectFolder, 'dist');
  const mine = readdirSync(dist).filter(
    (name) => name.endsWith('.vsix') && name.includes(`-${process.platform}-${process.arch}-`),
  );
  if (mine.length !== 1) throw new Error(`${mine.length} packages in dist/: run "npm run package".`);
  return join(dist, mine[0]!);
}

/** Starts a VS Code of its own and opens it in a browser of its own. */
export async function startWorkbench(start: WorkbenchStart = {}): Promise<Workbench> {
  const home = mkdtempSync(join(tmpdir(), 'medbert-workbench-'));
  const workspace = start.workspace ?? join(home, 'workspace');
  mkdirSync(workspace, { recursive: true });
  const trust = start.trust ?? true;
  let theme: Theme = start.theme ?? 'dark';
  writeSettings(home, {
    'security.workspace.trust.startupPrompt': 'never',
    ...start.settings,
    'workbench.colorTheme': themes[theme].setting,
  });

  const network = await openNetwork(home);
  const { sealed, prefix } = network;
  const vsix = start.vsix === undefined ? packagedExtension() : start.vsix;
  if (vsix !== null) await installExtension(home, vsix);
  const server = await startCodeServer({ home, port: await freePort(), trust, prefix });
  const viewport = start.viewport ?? { width: 1280, height: 800 };
  const browser = await openBrowser({ home, prefix, viewport });
  const { page, record } = browser;
  const address = `${server.address}?folder=${encodeURIComponent(workspace)}`;
  await page.goto(address);
  const editor = new Editor(page);
  await editor.ready();

  const themed = (wanted: Theme): Promise<void> =>
    page.locator(`.monaco-workbench.${themes[wanted].bodyClass}`).waitFor();
  await themed(theme);

  return {
    page,
    editor,
    workspace,
    home,
    record,
    sealed,
    connections: () => network.connections(),
    processes: () => processesOf(home),
    killExtensionHost: () => {
      const hosts = processesOf(home).filter(({ command }) => command.includes('--type=extensionHost'));
      if (hosts.length !== 1) throw new Error(`${hosts.length} extension hosts are running.`);
      process.kill(hosts[0]!.pid, 'SIGKILL');
      return hosts[0]!.pid;
    },
    setTheme: async (wanted) => {
      await editor.command('Preferences: Color Theme');
      await editor.quickInput.pick(themes[wanted].label);
      await themed(wanted);
      theme = wanted;
    },
    shoot: async (panel, state) => {
      const path = join(projectFolder, 'test-results', 'screenshots', `${panel}-${state}-${theme}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      return path;
    },
    secondWindow: async () => {
      const second = await page.context().newPage();
      await second.goto(address);
      const other = new Editor(second);
      await other.ready();
      return other;
    },
    close: async () => {
      const connections = network.connections();
      await browser.close();
      await server.stop();
      network.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      refuseStrays(connections, record);
    },
  };
}

/** @throws Error that names what went to another machine */
function refuseStrays(connections: readonly Connection[], { strayRequests }: BrowserRecord): void {
  const reached = connections.map(({ protocol, remote, program }) => `${protocol} ${remote} by ${program}`);
  const strays = [...strayRequests.map((address) => `request ${address}`), ...reached];
  if (strays.length > 0) throw new Error(`Something reached for another machine:\n${strays.join('\n')}`);
}
