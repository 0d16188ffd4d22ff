// Installs a real VS Code for tests and for `npm run workbench`: code-server and a browser driver from npm into
// test/workbench/node_modules, Chromium from Debian. Nothing is compiled; nothing comes from anywhere else.
// A second call finds the stamp and does nothing.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, folder, node, vscode } from './workbench-places.mjs';

const stamp = join(folder, 'node_modules', '.set-up');

/**
 * Installs what is missing; without `browser`, no Chromium: whoever looks at the editor has a browser.
 * Ends the program with advice where something cannot be installed.
 */
export function setUpWorkbench({ browser = true } = {}) {
  const wanted = fingerprint();
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    installPackages();
    writeFileSync(stamp, wanted);
  }
  if (browser && !findChromium()) installChromium();
}

/** Changes when any version does. */
function fingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
}

function installPackages() {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['ci', ...quiet], folder);
  // The packages of the editor itself, which code-server fetches by an install script with a compiler. Its shrinkwrap
  // names the exact versions; `npm ci` refuses it because it lists development packages that were not shipped.
  run('npm', ['install', '--omit=dev', ...quiet], vscode);
  run('npm', ['install', '--omit=dev', ...quiet], join(vscode, 'extensions'));
  run(node, ['postinstall.mjs'], join(vscode, 'extensions'), 'ignore');
}

function installChromium() {
  const root = process.getuid?.() === 0;
  if (!root || !existsSync('/usr/bin/apt-get')) {
    stop(
      'No Chromium was found. Install it ("apt-get install chromium" on Debian and Ubuntu), or set CHROMIUM to the ' +
        'program of a Chromium or Chrome.',
    );
  }
  const install = () =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], '/', 'ignore');
  try {
    install();
  } catch {
    run('apt-get', ['update', '-qq'], '/', 'ignore'); // the list of packages was absent or old
    install();
  }
  if (!findChromium()) stop('apt-get installed chromium, but no program of that name was found.');
}

function run(program, args, cwd, stdout = 'inherit') {
  // npm scripts pass their own settings on as npm_config_…, which must not reach these installations.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  // Node 24 first, for whatever asks for it by name.
  env.PATH = [dirname(node), env.PATH].join(delimiter);
  env.DEBIAN_FRONTEND = 'noninteractive';
  execFileSync(program, args, {
    cwd,
    env,
    stdio: ['ignore', stdout, 'inherit'],
    shell: process.platform === 'win32',
  });
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) setUpWorkbench();
