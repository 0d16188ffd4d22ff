// Starts code-server: a VS Code in the browser, on 127.0.0.1, with a home of its own.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { entry, node, serverMain } from './workbench-places.mjs';

/** A name in the environment that every process of one server inherits, however far it detaches itself. */
const markName = 'MEDBERT_WORKBENCH';

/** Settings that make pictures steady and keep the editor quiet and offline. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** A port of 127.0.0.1 that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Writes the user's settings, before the server starts: a running window sees a change of the file only at times. */
export function writeSettings(home, settings) {
  const user = join(home, 'user-data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...quiet, ...settings }, null, 2));
}

/** Installs a VSIX into the server whose home is `home`. */
export async function installExtension(home, vsix) {
  const args = [...ownFolders(home), '--install-extension', vsix, '--force'];
  await promisify(execFile)(node, [entry, ...args], { env: environment(home), cwd: home });
}

/**
 * Starts code-server and waits until it listens.
 * @param {import('./code-server.d.mts').ServerStart} start
 * @returns {Promise<import('./code-server.d.mts').RunningServer>}
 */
export async function startCodeServer({ home, port, trust = true, prefix = [] }) {
  const args = [
    ...[entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...ownFolders(home),
    ...['--config', join(home, 'code-server.yaml')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...['--disable-proxy', '--ignore-last-opened'],
    ...(trust ? ['--disable-workspace-trust'] : []),
  ];
  return startServer({ home, port, prefix, args, ready: /HTTP server listening on/ });
}

/**
 * Starts the editor's own server with the driver of tests inside the extension host. It opens whatever extension
 * folder the address names, without a VSIX; toasts and dialogs are refused in it.
 * @param {import('./code-server.d.mts').ServerStart} start
 * @returns {Promise<import('./code-server.d.mts').RunningServer>}
 */
export async function startTestServer({ home, port, prefix = [] }) {
  const args = [
    ...[serverMain, '--host', '127.0.0.1', '--port', String(port)],
    ...['--server-data-dir', join(home, 'server-data'), '--user-data-dir', join(home, 'user-data')],
    ...['--extensions-dir', join(home, 'extensions'), '--telemetry-level', 'off'],
    ...['--without-connection-token', '--accept-server-license-terms', '--enable-smoke-test-driver'],
  ];
  return startServer({ home, port, prefix, args, ready: /Extension host agent listening on/ });
}

async function startServer({ home, port, prefix, args, ready }) {
  mkdirSync(join(home, 'extensions'), { recursive: true });
  writeFileSync(join(home, 'code-server.yaml'), '');
  const logPath = join(home, 'server.log');
  const log = createWriteStream(logPath);
  const [program, ...rest] = [...prefix, node, ...args];
  const child = spawn(program, rest, {
    cwd: home,
    env: environment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        log.write(chunk);
        text = (text + chunk).slice(-10_000);
        if (ready.test(text)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with exit code ${code}:\n${text}`)));
  });
  const stop = async (keep = () => false) => {
    const end = (name) => {
      for (const found of processesOf(home)) if (!keep(found)) signal(found.pid, name);
      if (child.exitCode === null && child.signalCode === null) signal(child.pid, name);
    };
    end('SIGTERM');
    const patience = setTimeout(() => end('SIGKILL'), 3000);
    await ended;
    clearTimeout(patience);
    end('SIGKILL');
    log.end();
  };
  return {
    address: `http://127.0.0.1:${port}/`,
    log: logPath,
    processes: () => processesOf(home),
    stop,
    ended,
  };
}

/**
 * The processes that the server of this home started, directly or not, those included that have detached
 * themselves. Read from /proc: empty where there is none.
 * @returns {import('./code-server.d.mts').ServerProcess[]}
 */
export function processesOf(home) {
  let names = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  const found = [];
  for (const name of names) {
    try {
      const variables = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      if (!variables.includes(`${markName}=${home}`)) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').filter(Boolean);
      if (command.length > 0) found.push({ pid: Number(name), command });
    } catch {
      // ended meanwhile, or another user's
    }
  }
  return found;
}

function ownFolders(home) {
  return ['--user-data-dir', join(home, 'user-data'), '--extensions-dir', join(home, 'extensions')];
}

/** The environment of a server: a home of its own, no gallery, nothing of an editor in whose terminal we may run. */
function environment(home) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|npm_|VITEST|NODE_ENV$|NODE_OPTIONS$|MEDBERT_)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    [markName]: home,
  };
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // has ended
  }
}
