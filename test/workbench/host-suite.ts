import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startTestServer, writeSettings } from '../../scripts/code-server.mjs';
import { openBrowser } from './browser';
import { openNetwork } from './network';

/** How a suite inside the extension host ended. */
export interface HostSuiteResult {
  /** 0: every test passed. */
  readonly exitCode: number;
  /** What the tests wrote, as mocha reports it. */
  readonly log: string;
}

export interface HostSuiteStart {
  /** Folder of the extension. */
  readonly extension: string;
  /** The bundle with the `run` of the tests. */
  readonly tests: string;
  /** The folder to open; an empty one when left out. */
  readonly workspace?: string;
  /** How long the suite may take, in ms. */
  readonly timeout: number;
}

/**
 * Runs a suite inside the extension host of code-server's editor. The page that opens it stands in for the desktop:
 * the editor calls its `codeAutomationLog` and `codeAutomationExit`.
 */
export async function runHostSuite(start: HostSuiteStart): Promise<HostSuiteResult> {
  const home = mkdtempSync(join(tmpdir(), 'medbert-host-'));
  const workspace = start.workspace ?? join(home, 'workspace');
  mkdirSync(workspace, { recursive: true });
  writeSettings(home, { 'security.workspace.trust.enabled': false });
  const network = await openNetwork(home);
  const port = await freePort();
  const { prefix } = network;
  const server = await startTestServer({ home, port, prefix });
  const browser = await openBrowser({ home, prefix, viewport: { width: 1000, height: 700 } });
  const lines: string[] = [];
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`The suite did not end in ${start.timeout} ms:\n${lines.join('\n')}`)),
        start.timeout,
      );
      const open = async (): Promise<void> => {
        const { page } = browser;
        await page.exposeFunction('codeAutomationLog', (_type: string, words: unknown[]) => {
          lines.push(readable(words));
        });
        await page.exposeFunction('codeAutomationExit', (code: number) => {
          clearTimeout(patience);
          resolve(code);
        });
        const at = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
        const payload = JSON.stringify([
          ['extensionDevelopmentPath', at(start.extension)],
          ['extensionTestsPath', at(start.tests)],
        ]);
        const query = new URLSearchParams({ folder: workspace, payload });
        await page.goto(`${server.address}?${query}`);
      };
      open().catch(reject);
    });
    return { exitCode, log: reportIn(lines) };
  } finally {
    await browser.close();
    await server.stop();
    network.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** One call of the console, its format characters and styles left out. */
function readable(words: readonly unknown[]): string {
  const [first, ...rest] = words.map(String);
  const styles = (first?.match(/%c/g) ?? []).length;
  return [first?.replaceAll('%c', ''), ...rest.slice(styles)].join(' ').trimEnd();
}

/** The report of the tests, without the words of the editor around it; all of them when there is no report. */
function reportIn(lines: readonly string[]): string {
  const report = lines.flatMap((line) => line.split('\n')).filter((line) => line.startsWith('│'));
  return report.length > 0 ? report.join('\n') : lines.join('\n');
}
