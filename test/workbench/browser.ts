import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/workbench-places.mjs';

/** What a browser did that somebody may want to hold against the page. */
export interface BrowserRecord {
  /** Address of every request, WebSockets included. */
  readonly requests: string[];
  /** Requests to any host but 127.0.0.1. */
  readonly strayRequests: string[];
  /** Every message of the console, as `type: text`. */
  readonly consoleMessages: string[];
  /** Messages of the console about a breach of a content security policy. */
  readonly policyViolations: string[];
  /** Errors that no page caught. */
  readonly pageErrors: string[];
}

/** A page of a browser of its own. */
export interface OpenBrowser {
  readonly page: Page;
  readonly record: BrowserRecord;
  close(): Promise<void>;
}

/** What Chromium needs to run as root and without a screen, and to stay quiet. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,AsyncDns',
  '--force-color-profile=srgb',
  // No name is looked up, so that a page's request to another machine ends at once and stands in the record.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** How a browser is started. */
export interface BrowserStart {
  /** Folder for its profile. */
  readonly home: string;
  /** A command that runs the browser, such as one that enters a network namespace. */
  readonly prefix: readonly string[];
  readonly viewport: { readonly width: number; readonly height: number };
}

/** Starts Chromium with an empty profile and records what it does. */
export async function openBrowser({ home, prefix, viewport }: BrowserStart): Promise<OpenBrowser> {
  const program = findChromium();
  if (program === undefined) throw new Error('No Chromium: run "node scripts/set-up-workbench.mjs".');
  const context = await chromium.launchPersistentContext(join(home, 'browser'), {
    executablePath: prefix.length === 0 ? program : launcher(home, [...prefix, program]),
    headless: true,
    args: flags,
    viewport: { ...viewport },
    // Asked for by the editor's own copy commands; a question would stand in the way of every picture.
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const record = recordOf(context);
  const page = context.pages()[0] ?? (await context.newPage());
  return { page, record, close: () => context.close() };
}

/** Playwright starts one program: a script that runs the browser under a command. */
function launcher(home: string, command: readonly string[]): string {
  const path = join(home, 'chromium.sh');
  writeFileSync(path, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function recordOf(context: BrowserContext): BrowserRecord {
  const record: BrowserRecord = {
    requests: [],
    strayRequests: [],
    consoleMessages: [],
    policyViolations: [],
    pageErrors: [],
  };
  const note = (address: string): void => {
    record.requests.push(address);
    if (isStray(address) && !isWebviewResource(address)) record.strayRequests.push(address);
  };
  const follow = (page: Page): void => {
    page.on('websocket', (socket) => note(socket.url()));
    page.on('pageerror', (error) => record.pageErrors.push(error.stack ?? error.message));
  };
  context.on('request', (request) => note(request.url()));
  context.on('requestfinished', (request) => {
    if (!isWebviewResource(request.url())) return;
    void request.response().then((response) => {
      if (response?.fromServiceWorker() === false) record.strayRequests.push(request.url());
    });
  });
  context.on('requestfailed', (request) => {
    const left = request.failure()?.errorText === 'net::ERR_ABORTED'; // the page was closed meanwhile
    if (isWebviewResource(request.url()) && !left) record.strayRequests.push(request.url());
  });
  context.on('console', (message) => {
    const text = `${message.type()}: ${message.text()}`;
    record.consoleMessages.push(text);
    if (/content security policy/i.test(text)) {
      const { url, lineNumber, columnNumber } = message.location();
      record.policyViolations.push(`${text} (${url}:${lineNumber + 1}:${columnNumber + 1})`);
    }
  });
  context.on('page', follow);
  context.pages().forEach(follow);
  return record;
}

/**
 * The files of a webview have made-up addresses of this domain. The editor's service worker answers them from the
 * server at 127.0.0.1, so they are stray only when it did not.
 */
function isWebviewResource(address: string): boolean {
  return new URL(address).hostname.endsWith('.vscode-resource.vscode-cdn.net');
}

/** Whether an address leads to another machine. Webviews of VS Code in a browser live at 127.0.0.1 as well. */
function isStray(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return !['data:', 'blob:', 'about:'].includes(protocol) && hostname !== '127.0.0.1';
}
