// Opens the sample study in a VS Code of its own, in the browser, with the packaged extension:
//   npm run workbench [-- --folder DIR] [-- --port N] [-- --patients N]
// Nothing of the machine's own editor is used or changed. Ends with Ctrl-C; runs in the background go on.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, installExtension, startCodeServer, writeSettings } from './code-server.mjs';
import { setUpWorkbench } from './set-up-workbench.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join(root, 'study') },
    port: { type: 'string' },
    patients: { type: 'string', default: '5000' },
  },
});
const workspace = resolve(values.folder);

setUpWorkbench({ browser: false });
node('scripts/package.mjs');
makeStudy();

const home = join(root, 'dist', 'workbench');
mkdirSync(home, { recursive: true });
writeSettings(home, { 'workbench.colorTheme': 'Default Dark Modern' });
const [vsix] = readdirSync(join(root, 'dist')).filter(
  (name) => name.endsWith('.vsix') && name.includes(`-${process.platform}-${process.arch}-`),
);
await installExtension(home, join(root, 'dist', vsix));
const port = values.port ? Number(values.port) : await freePort();
const server = await startCodeServer({ home, port });
say(`\n${server.address}?folder=${encodeURIComponent(workspace)}\n`);
say('Open this address in a browser on this machine. Ctrl-C ends the editor; runs in the background go on.');

const isRun = ({ command }) => command.some((word) => /[\\/]dist[\\/]worker\.js$/.test(word));
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => void server.stop(isRun));
await server.ended;

/** A folder with synthetic records, imported as the dataset “sample”; left alone when it is there. */
function makeStudy() {
  const records = join(workspace, 'records');
  const datasets = join(workspace, '.medbert');
  if (!existsSync(records)) node('dist/cli.js', 'sample', '--patients', values.patients, '--out', records);
  if (!existsSync(join(datasets, 'datasets', 'sample'))) {
    node('dist/cli.js', 'import', records, '--name', 'sample', '--home', datasets);
  }
}

function node(script, ...args) {
  execFileSync(process.execPath, [join(root, script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
