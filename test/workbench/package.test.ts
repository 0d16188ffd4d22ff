import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installExtension } from '../../scripts/code-server.mjs';
import { packagedExtension } from './workbench';

// The package is installed far from the project, so that nothing can be found in the project's node_modules.

let home: string;
let installed: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medbert-package-'));
  await installExtension(home, packagedExtension());
  const [folder] = readdirSync(join(home, 'extensions')).filter((name) =>
    name.startsWith('med-bert-explorer.'),
  );
  installed = join(home, 'extensions', folder!);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function medbert(...args: string[]): Record<string, unknown> {
  const cli = join(installed, 'dist', 'cli.js');
  const output = execFileSync(process.execPath, [cli, ...args, '--json', '--home', join(home, 'study')], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  return JSON.parse(output) as Record<string, unknown>;
}

test('holds native files of this platform only', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  const natives = files.filter((file) => /\.(node|so|dylib|dll)(\.\d+)*$/.test(file));
  expect(natives.length).toBeGreaterThanOrEqual(4);
  const here = new RegExp(`${process.platform}[/\\\\-]${process.arch}`);
  expect(natives.filter((file) => !here.test(file))).toEqual([]);
  expect(files.filter((file) => /\.(ts|map|vsix)$|cuda|tensorrt/i.test(file))).toEqual([]);
});

test('imports records and trains in the background, with nothing but what it brought along', () => {
  expect(medbert('doctor')).toMatchObject({ ok: true });
  const records = join(home, 'records');
  medbert('sample', '--patients', '500', '--out', records);
  expect(medbert('import', records, '--name', 'sample')).toMatchObject({ name: 'sample' });
  const small = ['steps=3', 'layers=1', 'hidden=16', 'heads=2', 'intermediate=16', 'batchSize=8'];
  const { steps } = medbert('pretrain', 'sample', ...small.flatMap((setting) => ['--set', setting]));
  expect(steps).toBe(3);
});
