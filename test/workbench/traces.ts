import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import type { Workbench } from './workbench';

/** Words that were found where they may not be: `file: how many`, never the words themselves. */
export type Traces = readonly string[];

/**
 * Looks for words in everything that an editor keeps of a session: files of server and browser (settings, logs, state
 * databases, profile), and the browser's own stores, which lie compressed on the disk and are read through the page.
 */
export async function tracesOf(words: readonly string[], workbench: Workbench): Promise<Traces> {
  return [...inFiles(words, workbench.home), ...(await inBrowser(words, workbench.page))];
}

/** Folders in which the words have a right to be, or which hold what was installed and nothing of a session. */
const passedOver = /^(user-data\/)?(extensions|CachedExtensionVSIXs)$/;

function inFiles(words: readonly string[], home: string): string[] {
  const needles = words.flatMap((word) => [Buffer.from(word, 'latin1'), Buffer.from(word, 'utf16le')]);
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(home, path);
      if (entry.isDirectory()) {
        if (!passedOver.test(name)) walk(path);
        continue;
      }
      const bytes = entry.isFile() ? readWhole(path) : undefined;
      const hits = bytes === undefined ? [] : needles.filter((needle) => bytes.includes(needle));
      if (hits.length > 0) found.push(`${name}: ${hits.length}`);
    }
  };
  walk(home);
  return found;
}

/** Undefined for a file that went away meanwhile. */
function readWhole(path: string): Buffer | undefined {
  try {
    return statSync(path).size > 2 ** 28 ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}

async function inBrowser(words: readonly string[], page: Page): Promise<string[]> {
  const stores = await page.evaluate(readStores);
  return stores.flatMap(([name, text]) => {
    const hits = words.filter((word) => text.includes(word));
    return hits.length === 0 ? [] : [`browser: ${name}: ${hits.length}`];
  });
}

/** Every store of the browser as text, by name. Runs inside the page. */
async function readStores(): Promise<[name: string, text: string][]> {
  const stores: [string, string][] = [
    ['localStorage', JSON.stringify({ ...localStorage })],
    ['sessionStorage', JSON.stringify({ ...sessionStorage })],
  ];
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('not read'));
    });
  const plain = (value: unknown): string => {
    if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new TextDecoder().decode(value);
    return JSON.stringify(value) ?? '';
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name!));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(objects.getAllKeys()), done(objects.getAll())]);
      stores.push([`${name} ${store}`, [...keys, ...values].map(plain).join('\n')]);
    }
    database.close();
  }
  return stores;
}

/** Keeps every text that a notification shows from now on, until the window is loaded anew. */
export async function keepNotifications(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept = new Set<string>();
    (window as unknown as { keptNotifications: Set<string> }).keptNotifications = kept;
    const look = (): void => {
      for (const item of document.querySelectorAll<HTMLElement>(
        '.notification-list-item, .monaco-dialog-box',
      ))
        kept.add(item.innerText);
    };
    new MutationObserver(look).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
}

/** What notifications and questions have said since {@link keepNotifications}. */
export async function keptNotifications(page: Page): Promise<string[]> {
  return page.evaluate(() => [
    ...(window as unknown as { keptNotifications: Set<string> }).keptNotifications,
  ]);
}
