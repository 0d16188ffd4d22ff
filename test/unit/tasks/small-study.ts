import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importRecords } from '../../../src/ehr/import';
import { generateSample } from '../../../src/ehr/sample/generate';

/** A generated study, imported into a home of its own under the system's temporary folder. */
export interface SmallStudy {
  readonly home: string;
  readonly dataset: string;
  readonly labels: string;
  remove(): void;
}

export async function makeSmallStudy(patients: number): Promise<SmallStudy> {
  const folder = mkdtempSync(join(tmpdir(), 'medbert-study-'));
  const records = join(folder, 'records');
  const home = join(folder, 'home');
  await generateSample({ patients, seed: 5, out: records });
  await importRecords({ source: records, name: 'study', home, format: 'auto', now: () => new Date() });
  return {
    home,
    dataset: 'study',
    labels: join(records, 'labels.tsv'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
