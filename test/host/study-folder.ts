import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own, with a home folder of datasets and runs in it. */
export class StudyFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'medbert-host-suite-'));
  readonly home = join(this.path, '.medbert');

  /** Writes a file, with the folders on its way; returns its path. */
  write(name: string, content: string): string {
    const path = join(this.path, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
