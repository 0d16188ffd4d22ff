// The tests of test/host in a desktop VS Code: the one that VSCODE_EXECUTABLE names, or one that is downloaded
// (VSCODE_VERSION: such as 1.96.0, `stable` when it is not given). In CI, where nothing can be downloaded, the same tests run in
// code-server (test/workbench/host-suite.test.ts).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';

const root = fileURLToPath(new URL('../..', import.meta.url));
execFileSync(process.execPath, [join(root, 'test/host/bundle.mjs')], { stdio: 'inherit' });

const { VSCODE_EXECUTABLE, VSCODE_VERSION = 'stable' } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'medbert-electron-'));
mkdirSync(join(folder, 'workspace'));
try {
  const exitCode = await runTests({
    ...(VSCODE_EXECUTABLE ? { vscodeExecutablePath: VSCODE_EXECUTABLE } : { version: VSCODE_VERSION }),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'dist/test/host/index.js'),
    launchArgs: [
      join(folder, 'workspace'),
      `--user-data-dir=${join(folder, 'user-data')}`,
      '--disable-extensions',
      '--disable-workspace-trust',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  process.exitCode = exitCode;
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? error.message : error}\n` +
      'Without a network, name an installed editor: VSCODE_EXECUTABLE=/usr/share/code/code npm run test:electron\n',
  );
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
