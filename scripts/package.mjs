// Makes the VSIX of one platform: `node scripts/package.mjs [--target linux-x64]` → dist/<name>-<target>-<version>.vsix
//
// The package is first laid out as a folder (dist/stage), exactly as it will be installed. The native packages that
// the bundles load at run time lie in dist/node_modules of it: found from dist/worker.js by Node's ordinary rule, and
// out of the way of vsce, which drops a node_modules folder at the root.
import { createVSIX } from '@vscode/vsce';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const stage = join(root, 'dist', 'stage');
const here = `${process.platform}-${process.arch}`;
/** Where both native runtimes exist: onnxruntime-node has none for Intel Macs, 32-bit ARM and Alpine. */
const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

const { target } = parseArgs({ options: { target: { type: 'string', default: here } } }).values;
if (!targets.includes(target))
  fail(`No native runtime exists for ${target}. Targets: ${targets.join(', ')}.`);
const [platform, architecture] = target.split('-');

/** Files of the package that are ours: a path, or a folder with the names that belong to it. */
const own = [
  { path: 'README.md' },
  { path: 'CHANGELOG.md' },
  { path: 'LICENSE' },
  { path: 'package.nls.json', optional: true },
  { path: 'l10n', optional: true, keep: /\.json$/ },
  { path: 'media', keep: /\.(svg|png|md|gif)$/ },
  ...['extension', 'worker', 'query', 'cli'].map((door) => ({ path: `dist/${door}.js` })),
  { path: 'dist/webview', keep: /\.(js|css|svg|ttf|woff2)$/ },
  { path: 'dist/schemas', optional: true, keep: /\.json$/ },
];

/** Native packages with the files of them that are needed to run. */
const natives = [
  { name: 'onnxruntime-common', keep: /^(dist\/cjs\/.*\.js|dist\/cjs\/package\.json)$/ },
  {
    name: 'onnxruntime-node',
    // The provider libraries of CUDA and TensorRT are fetched by an install script that never ran; were they there,
    // they would be 300 MB that this package does not use.
    keep: new RegExp(
      `^(dist/.*\\.js|bin/napi-v\\d+/${platform}/${architecture}/(?!.*providers_(cuda|tensorrt)).*)$`,
    ),
  },
  { name: '@duckdb/node-api', keep: /^lib\/.*\.js$/ },
  { name: '@duckdb/node-bindings', keep: /^duckdb\.js$/ },
  { name: `@duckdb/node-bindings-${target}`, keep: /\.(node|so|dylib|dll)$/ },
  // Asked by the bindings whether this Linux is glibc or musl.
  { name: 'detect-libc', keep: /^lib\/.*\.js$/ },
];

rmSync(stage, { recursive: true, force: true });
const manifest = writeManifest();
for (const part of own) place(part);
for (const part of natives) placeNative(part);
checkImports();

for (const name of readdirSync(join(root, 'dist'))) {
  if (name.startsWith(`${manifest.name}-${target}-`) && name.endsWith('.vsix'))
    rmSync(join(root, 'dist', name));
}
const packagePath = join(root, 'dist', `${manifest.name}-${target}-${manifest.version}.vsix`);
await createVSIX({
  cwd: stage,
  packagePath,
  target,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
  // The allow-list of the repository holds for the staged folder as well: two nets instead of one.
  ignoreFile: join(root, '.vscodeignore'),
});
summarise(packagePath);

/** The manifest as it is installed: without what only development needs. */
function writeManifest() {
  const {
    scripts,
    devDependencies,
    dependencies,
    optionalDependencies,
    bin,
    private: _private,
    ...kept
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  write('package.json', JSON.stringify(kept, null, 2));
  return kept;
}

function place({ path, optional = false, keep = /./ }) {
  const from = join(root, path);
  if (!existsSync(from)) return optional ? undefined : fail(`${path} is missing: run "npm run build" first.`);
  for (const file of filesOf(from)) {
    if (keep.test(file)) put(file, join(stage, relative(root, file)));
  }
}

function placeNative({ name, keep }) {
  const from = join(root, 'node_modules', name);
  if (!existsSync(from)) {
    fail(
      `${name} is not installed. For another platform than this one:\n` +
        `  npm install --no-save --force --os=${platform} --cpu=${architecture} ${name}@${versionOf('@duckdb/node-api')}`,
    );
  }
  const files = filesOf(from).map((file) => relative(from, file).split(sep).join('/'));
  // Licences go with the code that they license.
  const wanted = files.filter(
    (file) => file === 'package.json' || /^licen[cs]e/i.test(file) || keep.test(file),
  );
  if (wanted.every((file) => !keep.test(file))) fail(`${name} holds nothing for ${target}.`);
  for (const file of wanted) put(join(from, file), join(stage, 'dist', 'node_modules', name, file));
}

/** Every package that a bundle loads by name has to lie in the stage: a missing one would show only at the user's. */
function checkImports() {
  const dist = join(stage, 'dist');
  for (const script of readdirSync(dist).filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(join(dist, script), 'utf8');
    for (const [, name] of text.matchAll(/\brequire\("([^."/][^"]*)"\)/g)) {
      const provided = name === 'vscode' && script === 'extension.js';
      if (provided || name.startsWith('node:') || builtinModules.includes(name)) continue;
      if (!existsSync(join(dist, 'node_modules', name)))
        fail(`dist/${script} loads ${name}, which is not packed.`);
    }
  }
}

/** Says what the package weighs, and why. */
function summarise(path) {
  const parts = new Map();
  for (const file of filesOf(stage)) {
    const name = relative(stage, file).split(sep).join('/');
    const part =
      /^dist\/node_modules\/((@[^/]+\/)?[^/]+)/.exec(name)?.[1] ??
      /^(dist\/[^/]+|[^/]+)/.exec(name)?.[0] ??
      name;
    const sum = parts.get(part) ?? { files: 0, bytes: 0 };
    parts.set(part, { files: sum.files + 1, bytes: sum.bytes + statSync(file).size });
  }
  const rows = [...parts].sort(([, a], [, b]) => b.bytes - a.bytes);
  for (const [part, { files, bytes }] of rows) say(`${megabytes(bytes).padStart(10)}  ${part} (${files})`);
  const total = rows.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  say(
    `${megabytes(total).padStart(10)}  installed, ${megabytes(statSync(path).size)} to download: ${relative(root, path)}`,
  );
}

function put(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to); // another file system, or one without hard links
  }
}

function write(name, text) {
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(stage, name), text);
}

function filesOf(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) =>
    name === 'node_modules' && path !== join(stage, 'dist') ? [] : filesOf(join(path, name)),
  );
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
