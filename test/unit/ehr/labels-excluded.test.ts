import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDataset } from '../../../src/ehr/dataset';
import { importRecords } from '../../../src/ehr/import';
import { checkLabels } from '../../../src/ehr/label-funnel';
import { readLabels } from '../../../src/ehr/labels';
import { loadSequences } from '../../../src/ehr/sequences';

const folder = mkdtempSync(join(tmpdir(), 'medbert-excluded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const header = 'patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind';
const history = (patient: string, codes: readonly string[]): string[] =>
  codes.map((code, i) => `${patient}\t2014-01-0${i + 1}\t2014-01-0${i + 1}\t${code}\t1\t1\t0`);

it('a label of a patient whom the import left out is counted; one of a patient nobody knows is refused', async () => {
  const records = join(folder, 'records');
  mkdirSync(records);
  const codes = ['ICD9_250.00', 'ICD9_401.9', 'ICD9_428.0'];
  const rows = [header, ...history('a', codes), ...history('b', codes), ...history('few', codes.slice(1))];
  writeFileSync(join(records, 'records.tsv'), `${rows.join('\n')}\n`);
  const home = join(folder, 'home');
  await importRecords({ source: records, name: 'd', home, format: 'auto', now: () => new Date() });
  const dataset = openDataset(home, 'd');
  const labelsOf = async (...patients: string[]) => {
    const file = join(folder, `${patients.join('')}.tsv`);
    const lines = patients.map((patient, i) => `${patient}\t${i % 2}\t2014-06-01`);
    writeFileSync(file, `patient_id\tlabel\tindex_date\n${lines.join('\n')}\n`);
    return readLabels(file);
  };
  const labels = await labelsOf('a', 'b', 'few');
  expect(await checkLabels(labels, dataset)).toEqual({
    labelled: 3,
    positives: 1,
    withoutHistory: 0,
    excluded: 1,
    funnel: [
      { step: 'labelled', patients: 3, positives: 1 },
      { step: 'in the dataset (import exclusions)', patients: 2, positives: 1 },
      { step: 'with a record before the index date', patients: 2, positives: 1 },
      { step: 'with at least 3 distinct codes before the index date', patients: 2, positives: 1 },
    ],
  });
  expect((await loadSequences(dataset, { labels })).patients).toEqual(['a', 'b']);
  await expect(checkLabels(await labelsOf('a', 'b', 'stranger'), dataset)).rejects.toThrow(
    /1 of 3 labelled patients/,
  );
});
