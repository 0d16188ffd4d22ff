import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Before the first interface test: an editor, a browser, and the extension packed from what was built. */
export default function setUp(): void {
  const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
  for (const script of ['set-up-workbench.mjs', 'package.mjs']) {
    execFileSync(process.execPath, [join(scripts, script)], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
