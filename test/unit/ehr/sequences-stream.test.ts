import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { loadSequences } from '../../../src/ehr/sequences';
import { streamSequences, type SequenceRecord } from '../../../src/ehr/sequence-stream';
import { withEnoughCodes } from '../../../src/ehr/shortening';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { labelsOf, runSql, scratchFolder, writeDataset, type Visit } from './dataset-fixture';

const scratch = scratchFolder();
const shared = resolve(process.cwd(), '../shared/data');

async function collect(dataset: { folder: string }, limit?: number): Promise<SequenceRecord[]> {
  const records: SequenceRecord[] = [];
  for await (const record of streamSequences(dataset, limit === undefined ? {} : { limit }))
    records.push(record);
  return records;
}

/** Med-BERT's own example, in its published order. */
const published: readonly Visit[] = [
  ['1', '2014-03-01', '2014-03-01', ['ICD9_150.6', 'ICD9_152.53']],
  ['1', '2015-11-27', '2015-11-29', ['ICD10_I15.6', 'ICD10_C50']],
  ['2', '2012-03-17', '2012-03-17', ['ICD9_150', 'ICD9_240.1']],
  ['2', '2014-03-24', '2014-03-24', ['ICD9_001.2', 'ICD9_240.1']],
  ['2', '2014-03-26', '2014-04-07', ['ICD9_157']],
];

describe('streamSequences', () => {
  it('tells codes, visits and ranks of each code, stays and gaps of each visit', async () => {
    expect(await collect(await writeDataset(join(scratch, 'published'), published))).toEqual([
      {
        patient: '1',
        codes: ['ICD9_150.6', 'ICD9_152.53', 'ICD10_I15.6', 'ICD10_C50'],
        visits: [1, 1, 2, 2],
        ranks: [1, 2, 1, 2],
        stays: [0, 2],
        gaps: [0, 636],
      },
      {
        patient: '2',
        codes: ['ICD9_150', 'ICD9_240.1', 'ICD9_001.2', 'ICD9_240.1', 'ICD9_157'],
        visits: [1, 1, 2, 2, 3],
        ranks: [1, 2, 1, 2, 1],
        stays: [0, 0, 12],
        gaps: [0, 737, 2],
      },
    ]);
  });

  it('has negative gaps where stays overlap', async () => {
    const overlapping = await writeDataset(join(scratch, 'overlapping'), [
      ['p', '2010-01-05', '2010-01-10', ['ICD9_1']],
      ['p', '2010-01-08', '2010-01-12', ['ICD9_2']],
    ]);
    expect((await collect(overlapping))[0]!.gaps).toEqual([0, -2]);
  });

  it('stops after the first patients when limited', async () => {
    const dataset = await writeDataset(join(scratch, 'limited'), published);
    expect((await collect(dataset, 1)).map(({ patient }) => patient)).toEqual(['1']);
    expect((await collect(dataset, 2)).length).toBe(2);
    expect((await collect(dataset, 99)).length).toBe(2);
    expect(await collect(dataset, 0)).toEqual([]);
  });

  it('sees what loadSequences sees', async () => {
    const dataset = await writeDataset(join(scratch, 'same'), published);
    const flat = await loadSequences(dataset);
    const records = await collect(dataset);
    expect(records.map(({ patient }) => patient)).toEqual(flat.patients);
    expect(records.flatMap(({ codes }) => codes)).toEqual(Array.from(flat.codes, (c) => flat.codeNames[c]));
    expect(records.flatMap(({ visits }) => visits)).toEqual([...flat.visits]);
    expect(records.flatMap(({ ranks }) => ranks)).toEqual([...flat.ranks]);
  });

  it('tells with labels what fine-tuning sees, and no more', async () => {
    const dataset = { ...(await writeDataset(join(scratch, 'labelled'), published)), rules: { minCodes: 2 } };
    // Patient 1 has two codes before the second visit; of patient 2 the stay from 26 March on reaches too far.
    const labels = labelsOf({ 1: [0, '2015-11-29'], 2: [1, '2014-04-07'] });
    const seen: SequenceRecord[] = [];
    for await (const record of streamSequences(dataset, { labels })) seen.push(record);
    expect(seen).toEqual([
      {
        patient: '1',
        codes: ['ICD9_150.6', 'ICD9_152.53'],
        visits: [1, 1],
        ranks: [1, 2],
        stays: [0],
        gaps: [0],
      },
      {
        patient: '2',
        codes: ['ICD9_150', 'ICD9_240.1', 'ICD9_001.2', 'ICD9_240.1'],
        visits: [1, 1, 2, 2],
        ranks: [1, 2, 1, 2],
        stays: [0, 0],
        gaps: [0, 737],
      },
    ]);
    const flat = withEnoughCodes(await loadSequences(dataset, { labels }), 2);
    expect(flat.patients).toEqual(['1', '2']);
    expect(seen.flatMap(({ codes }) => codes)).toEqual(Array.from(flat.codes, (c) => flat.codeNames[c]));
  });

  it('limits what is given, not what is looked at, and leaves out who has too few codes', async () => {
    const dataset = await writeDataset(join(scratch, 'few'), published);
    const labels = labelsOf({ 1: [0, '2015-11-29'], 2: [1, '2014-04-07'] });
    const first = async (minCodes: number): Promise<string[]> => {
      const patients: string[] = [];
      for await (const { patient } of streamSequences(
        { ...dataset, rules: { minCodes } },
        { labels, limit: 1 },
      ))
        patients.push(patient);
      return patients;
    };
    expect([await first(2), await first(3), await first(4)]).toEqual([['1'], ['2'], []]);
  });

  it('lets go when its reader leaves early', async () => {
    const dataset = await writeDataset(join(scratch, 'left'), published);
    for await (const record of streamSequences(dataset)) {
      expect(record.patient).toBe('1');
      break;
    }
  });

  it('reports cancellation and damage as such', async () => {
    const dataset = await writeDataset(join(scratch, 'cancelled'), published);
    const next = streamSequences(dataset, { signal: AbortSignal.abort() }).next();
    await expect(next).rejects.toThrow(CancelledError);
    await expect(collect({ folder: join(scratch, 'nowhere') })).rejects.toThrow(UserError);
  });
});

const oracle = join(shared, 'med-bert-oracle-mimic-iv-demo');
test.skipIf(!existsSync(oracle))(
  'MIMIC-IV demo: the same as the published script (needs shared/data/med-bert-oracle-mimic-iv-demo)',
  async () => {
    const folder = join(scratch, 'mimic');
    mkdirSync(folder);
    await importAsPublished(join(oracle, 'mimic_iv_demo.medbert.tsv'), folder);
    const { types, bencs } = JSON.parse(readFileSync(join(oracle, 'mimic_iv_demo.bencs.json'), 'utf8')) as {
      types: Record<string, number>;
      bencs: Record<string, [number, number[], number[], number[], number[]][]>;
    };
    const theirs = new Map(
      Object.values(bencs)
        .flat()
        .map((patient) => [String(patient[0]), patient]),
    );
    const ours = await collect({ folder });
    expect(ours.length).toBe(theirs.size);
    for (const { patient, codes, visits, stays, gaps } of ours) {
      const [, theirStays, theirGaps, theirCodes, theirVisits] = theirs.get(patient)!;
      expect(stays).toEqual(theirStays);
      // The script writes a gap at the visit before it, and 0 at the last.
      expect(gaps).toEqual([0, ...theirGaps.slice(0, -1)]);
      expect(visits).toEqual(theirVisits);
      expect(codes.map((code) => types[code])).toEqual(theirCodes);
    }
  },
);

/** Visits as the published script makes them, in plain SQL, without the importer. */
async function importAsPublished(tsv: string, folder: string): Promise<void> {
  await runSql(
    `CREATE TABLE raw AS
       SELECT *, row_number() OVER () AS line
       FROM read_csv('${tsv}', delim = '\t', header = true, all_varchar = true)`,
    `CREATE TABLE ordered AS
       SELECT patient_id, vddate::DATE AS discharge, diag AS code,
              dense_rank() OVER (PARTITION BY patient_id ORDER BY vddate) AS visit,
              min(vadate::DATE) OVER (PARTITION BY patient_id, vddate) AS admit,
              row_number() OVER (PARTITION BY patient_id, vddate ORDER BY diagnosis_priority::INTEGER, line) AS place
       FROM raw`,
    `CREATE TABLE first_mentions AS
       SELECT patient_id, visit, min(admit) AS admit, min(discharge) AS discharge, code, min(place) AS place
       FROM ordered GROUP BY patient_id, visit, code`,
    `COPY (SELECT patient_id, visit::INTEGER AS visit, admit, discharge, code, split_part(code, '_', 1) AS system,
                  row_number() OVER (PARTITION BY patient_id, visit ORDER BY place)::INTEGER AS priority
           FROM first_mentions ORDER BY patient_id, visit, priority)
     TO '${join(folder, 'events.parquet')}' (FORMAT parquet)`,
    `COPY (SELECT DISTINCT patient_id FROM raw ORDER BY patient_id)
     TO '${join(folder, 'patients.parquet')}' (FORMAT parquet)`,
  );
}
