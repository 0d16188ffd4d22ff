import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runHostSuite } from './host-suite';
import { projectFolder } from './workbench';

const timeout = 120_000;

test('the suite inside the extension host passes', { timeout: timeout + 30_000 }, async () => {
  execFileSync(process.execPath, [join(projectFolder, 'test/host/bundle.mjs')]);
  const { exitCode, log } = await runHostSuite({
    extension: projectFolder,
    tests: join(projectFolder, 'dist/test/host/index.js'),
    timeout,
  });
  process.stdout.write(`${log}\n`);
  expect(exitCode, log).toBe(0);
});
