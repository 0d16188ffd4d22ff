// Bundles the programs (extension, worker, query worker, command line) and the pages of the panels into dist/.
import { readdirSync, existsSync } from 'node:fs';
import { build } from 'esbuild';

const production = process.argv.includes('--production');
const shared = {
  bundle: true,
  logLevel: 'warning',
  minify: production,
  sourcemap: production ? false : 'linked',
};

const programs = build({
  ...shared,
  entryPoints: ['src/extension.ts', 'src/worker.ts', 'src/query.ts', 'src/cli.ts'],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Stack traces of a bug name our functions.
  keepNames: true,
  outdir: 'dist',
  external: ['vscode', 'onnxruntime-node', '@duckdb/node-api'],
});

const pages = readdirSync('webview', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`webview/${entry.name}/main.ts`))
  .map(({ name }) => name);
const panels = build({
  ...shared,
  entryPoints: [
    ...pages.map((name) => ({ in: `webview/${name}/main.ts`, out: name })),
    ...pages.map((name) => ({ in: `webview/${name}/${name}.css`, out: name })),
    { in: 'webview/panel.css', out: 'panel' },
  ],
  platform: 'browser',
  target: 'chrome124',
  format: 'iife',
  minify: true,
  loader: { '.svg': 'text' },
  outdir: 'dist/webview',
});

await Promise.all([programs, panels]);
