// Bundles the tests that run inside the extension host, mocha included: dist/test/host/index.js needs nothing but an
// editor, so that it runs in code-server and in a desktop VS Code without a network.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
await build({
  absWorkingDir: root,
  entryPoints: ['test/host/index.ts'],
  outfile: 'dist/test/host/index.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  external: ['vscode'],
  // mocha is written in ES modules and asks where it lies.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
  // Parts of mocha that only its parallel mode asks for.
  logOverride: { 'require-resolve-not-external': 'silent' },
});
