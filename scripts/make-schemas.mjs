// Writes the JSON schema of run configuration files, for completion and checks in the editor: dist/schemas.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = await build({
  stdin: {
    contents: `export { runFileJsonSchema } from './src/protocol/run-file';`,
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
const code = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
const { runFileJsonSchema } = await import(`data:text/javascript;base64,${code}`);
const folder = new URL('../dist/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('run.schema.json', folder), `${JSON.stringify(runFileJsonSchema(), null, 2)}\n`);
