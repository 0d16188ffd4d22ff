import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLabels } from '../../../src/ehr/label-funnel';
import { excludeLabelled } from '../../../src/ehr/label-standing';
import { loadSequences } from '../../../src/ehr/sequences';
import { streamSequences } from '../../../src/ehr/sequence-stream';
import { cohortStatistics } from '../../../src/ehr/statistics';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { labelsOf, runSql, scratchFolder } from './dataset-fixture';

const scratch = scratchFolder();
let datasets = 0;
const patients = 20_000;
const labels = labelsOf({ p0: [0, '2015-01-01'], p1: [1, '2015-01-01'], left1: [1, '2015-01-01'] });

/** Large enough to have pages in the middle that the end of the file does not tell of. */
async function wholeDataset(): Promise<{ folder: string }> {
  const folder = join(scratch, `d${datasets++}`);
  mkdirSync(folder);
  await runSql(
    `COPY (SELECT 'p' || p AS patient_id, 1::INTEGER AS visit, DATE '2010-01-01' AS admit,
                  DATE '2010-01-01' + (hash(p) % 90)::INTEGER AS discharge, 'ICD9_' || hash(p) AS code, 'ICD9' AS system,
                  1::INTEGER AS priority
           FROM range(${patients}) t(p)) TO '${join(folder, 'events.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    `COPY (SELECT 'p' || p AS patient_id, DATE '1950-01-01' + (hash(p) % 999)::INTEGER AS birth_date, 'F' AS sex,
                  1::INTEGER AS visits, 1::INTEGER AS codes
           FROM range(${patients}) t(p)) TO '${join(folder, 'patients.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    `COPY (SELECT 'left' || p AS patient_id FROM range(${patients}) t(p))
     TO '${join(folder, 'excluded.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  return { folder };
}

const readers: Readonly<Record<string, (dataset: { folder: string }) => Promise<unknown>>> = {
  loadSequences: (dataset) => loadSequences(dataset),
  streamSequences: async (dataset) => {
    for await (const { codes } of streamSequences(dataset)) expect(codes.length).toBe(1);
  },
  cohortStatistics: (dataset) => cohortStatistics(dataset, { minimumCellCount: 10 }),
  checkLabels: (dataset) => checkLabels(labels, dataset),
  excludeLabelled: (dataset) => excludeLabelled(labels, dataset),
};

const damages: Readonly<Record<string, (file: string) => Promise<void> | void>> = {
  'is empty': (file) => writeFileSync(file, ''),
  'is cut off': (file) => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length >> 1));
  },
  'is overwritten in the middle': (file) => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x5a, 100, bytes.length - 5000));
  },
  'is text': (file) => writeFileSync(file, 'patient_id\nsecret\n'),
  'is another table': (file) => runSql(`COPY (SELECT 7 AS x) TO '${file}' (FORMAT parquet)`),
};

describe.each(Object.entries(damages))('a dataset of which a file %s', (_, damage) => {
  it.each(Object.entries(readers))('is refused by %s, naming the file', async (name, read) => {
    const byLabels = name === 'checkLabels' || name === 'excludeLabelled';
    for (const part of ['events', 'patients', ...(byLabels ? ['excluded'] : [])]) {
      const dataset = await wholeDataset();
      const file = join(dataset.folder, `${part}.parquet`);
      await damage(file);
      const error: unknown = await read(dataset).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      // Sequences need to know of patients only how many there are, which the end of the file still tells.
      if (error === undefined && part === 'patients' && name.endsWith('Sequences')) continue;
      expect(error).toBeInstanceOf(UserError);
      const { details, message } = error as UserError;
      // A table with too few rows is found out by comparing the files, before its columns are looked at.
      const place = message.includes('do not belong together') ? dataset.folder : file;
      expect(details).toMatchObject({ file: place, advice: expect.stringMatching(/import/) as string });
      expect((error as UserError).explain()).not.toMatch(/secret|p\d/);
    }
  });
});

describe('a whole dataset', () => {
  it('is read by all of them', async () => {
    const dataset = await wholeDataset();
    for (const read of Object.values(readers)) await read(dataset);
  });

  it('is not blamed for a bug, nor for being cancelled', async () => {
    const dataset = await wholeDataset();
    const bug = (): never => {
      throw new Error('a bug of ours');
    };
    await expect(loadSequences(dataset, { progress: bug })).rejects.toThrow('a bug of ours');
    await expect(streamSequences(dataset, { progress: bug }).next()).rejects.toThrow('a bug of ours');
    const stop = new AbortController();
    const stopping = loadSequences(dataset, { signal: stop.signal, progress: () => stop.abort() });
    await expect(stopping).rejects.toThrow(CancelledError);
  });
});
