import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDataset } from '../../../src/ehr/dataset';
import { checkLabels } from '../../../src/ehr/label-funnel';
import { readLabels } from '../../../src/ehr/labels';
import { loadSequences } from '../../../src/ehr/sequences';
import { streamSequences } from '../../../src/ehr/sequence-stream';
import { withEnoughCodes } from '../../../src/ehr/shortening';
import { ImportWorkbench } from './import-workbench';

const bench = new ImportWorkbench();
afterAll(() => bench.remove());

const patients = Array.from({ length: 400 }, (_, i) => ({
  id: `p${String(i).padStart(3, '0')}`,
  label: i % 2,
  // One to five codes before the index date, the same way for cases and controls.
  before: 1 + ((Math.imul(i + 1, 0x9e3779b1) >>> 16) % 5),
}));

/** Records in which `after` tells how many codes each patient has from the index date on. */
function records(after: (label: number) => number): string {
  return bench.records(
    patients.flatMap(({ id, label, before }) => [
      ...Array.from({ length: before }, (_, n) => `${id} 2014-01-01 2014-01-0${n + 1} ICD9_40${n} 1 1 0`),
      ...Array.from(
        { length: after(label) },
        (_, n) => `${id} 2014-06-01 2014-06-0${n + 1} ICD9_50${n} 1 1 0`,
      ),
    ]),
  );
}

it('whatever happens after the index date, the same patients are left to predict for', async () => {
  const file = join(bench.root, 'labels.tsv');
  const rows = patients.map(({ id, label }) => `${id}\t${label}\t2014-06-01\n`);
  writeFileSync(file, `patient_id\tlabel\tindex_date\n${rows.join('')}`);
  const labels = await readLabels(file);

  const cohorts = [];
  for (const after of [(label: number) => 3 * label, (label: number) => 3 - 3 * label, () => 0, () => 3]) {
    const { name } = await bench.import(records(after), { minCodes: 3 });
    const dataset = openDataset(bench.home, name);
    const censored = await loadSequences(dataset, { labels });
    const { funnel } = await checkLabels(labels, dataset);
    const kept = withEnoughCodes(censored, dataset.rules.minCodes);
    const streamed: string[] = [];
    for await (const { patient } of streamSequences(dataset, { labels })) streamed.push(patient);
    expect(streamed).toEqual(kept.patients);
    expect(funnel.at(-1)!.patients).toBe(kept.patients.length);
    cohorts.push({ patients: kept.patients, last: funnel.at(-1), loaded: censored.patients.length });
  }
  const [cases, ...others] = cohorts;
  const expected = patients.filter(({ before }) => before >= 3);
  expect(cases!.patients).toEqual(expected.map(({ id }) => id));
  expect(cases!.last).toMatchObject({ positives: expected.filter(({ label }) => label === 1).length });
  for (const other of others) expect(other).toMatchObject({ patients: cases!.patients, last: cases!.last });
  // The import alone let the future in: of the cases nobody is missing, of the controls many are.
  expect(cases!.loaded).toBeGreaterThan(cases!.patients.length);
});
