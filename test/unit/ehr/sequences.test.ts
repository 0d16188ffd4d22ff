import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepLast, withEnoughCodes } from '../../../src/ehr/shortening';
import { loadSequences, type PatientSequences } from '../../../src/ehr/sequences';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { labelsOf, runSql, scratchFolder, writeDataset, type Visit } from './dataset-fixture';

const scratch = scratchFolder();
let datasets = 0;
const dataset = (visits: readonly Visit[]) => writeDataset(join(scratch, `d${datasets++}`), visits);

/** Patients 0, 1, 2 … with three visits of three codes each, in row groups small enough for several threads. */
async function regularDataset(patients: number): Promise<{ folder: string }> {
  const { folder } = await dataset(twoPatients);
  await runSql(
    `COPY (SELECT lpad(p::VARCHAR, 6, '0') AS patient_id, v::INTEGER AS visit, DATE '2010-01-01' AS admit,
                  DATE '2010-01-01' AS discharge, 'ICD9_' || (p * 7 + v * 3 + r) % 997 AS code, 'ICD9' AS system,
                  r::INTEGER AS priority
           FROM range(${patients}) t(p), range(1, 4) u(v), range(1, 4) w(r) ORDER BY patient_id, visit, priority)
     TO '${join(folder, 'events.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
    `COPY (SELECT lpad(p::VARCHAR, 6, '0') AS patient_id FROM range(${patients}) t(p))
     TO '${join(folder, 'patients.parquet')}' (FORMAT parquet)`,
  );
  return { folder };
}

/** `code@visit.rank` of each token, by patient. */
function readable(s: PatientSequences): Record<string, string[]> {
  return Object.fromEntries(
    s.patients.map((patient, p) => [
      patient,
      Array.from({ length: s.offsets[p + 1]! - s.offsets[p]! }, (_, i) => {
        const t = s.offsets[p]! + i;
        return `${s.codeNames[s.codes[t]!]!}@${s.visits[t]!}.${s.ranks[t]!}`;
      }),
    ]),
  );
}

const twoPatients: readonly Visit[] = [
  ['b', '2010-01-01', '2010-01-09', ['ICD9_428.0', 'ICD9_250.00']],
  ['a', '2011-03-01', '2011-03-08', ['ICD9_401.9']],
  ['a', '2012-01-01', '2012-01-01', ['ICD9_250.00', 'ICD10_I50.9', 'ICD9_401.9']],
];

describe('loadSequences', () => {
  it('lays all patients out by id, tokens by visit and rank', async () => {
    const s = await loadSequences(await dataset(twoPatients));
    expect(s.patients).toEqual(['a', 'b']);
    expect([...s.offsets]).toEqual([0, 4, 6]);
    expect(s.codeNames).toEqual(['ICD10_I50.9', 'ICD9_250.00', 'ICD9_401.9', 'ICD9_428.0']);
    expect([...s.codes]).toEqual([2, 1, 0, 2, 3, 1]);
    expect([...s.visits]).toEqual([1, 2, 2, 2, 1, 1]);
    expect([...s.ranks]).toEqual([1, 1, 2, 3, 1, 2]);
  });

  it('calls a stay long from its eighth day on', async () => {
    const s = await loadSequences(await dataset(twoPatients));
    expect([...s.longStay]).toEqual([0, 1]);
  });

  it('sorts patients by bytes, not by the rules of a language', async () => {
    const ids = ['Z', 'a', 'É', '10', '9', '\u{1f600}', '\uff5e'];
    const s = await loadSequences(
      await dataset(ids.map((id) => [id, '2010-01-01', '2010-01-01', ['ICD9_1']])),
    );
    expect(s.patients).toEqual([...ids].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
  });

  it('leaves excluded patients and the codes that only they have out', async () => {
    const s = await loadSequences(await dataset(twoPatients), { exclude: new Set(['b', 'nobody']) });
    expect(s.patients).toEqual(['a']);
    expect(s.codeNames).toEqual(['ICD10_I50.9', 'ICD9_250.00', 'ICD9_401.9']);
    expect([...s.longStay]).toEqual([0]);
  });

  it('keeps the order of rows over many chunks and threads', async () => {
    const patients = 40_000;
    const { folder } = await regularDataset(patients);
    const s = await loadSequences({ folder });
    expect(s.codes.length).toBe(patients * 9);
    let wrong = 0;
    for (let t = 0; t < s.codes.length; t++) {
      const [p, v, r] = [Math.floor(t / 9), Math.floor((t % 9) / 3) + 1, (t % 3) + 1];
      const code = `ICD9_${(p * 7 + v * 3 + r) % 997}`;
      if (s.codeNames[s.codes[t]!] !== code || s.visits[t] !== v || s.ranks[t] !== r) wrong += 1;
    }
    expect(wrong).toBe(0);
    expect(s.patients.every((id, p) => Number(id) === p && s.offsets[p] === p * 9)).toBe(true);
  });

  it('reports rows on its way and ends with all of them', async () => {
    const reports: unknown[] = [];
    await loadSequences(await dataset(twoPatients), { progress: (report) => reports.push(report) });
    expect(reports.at(-1)).toEqual({ phase: 'reading sequences', done: 6, total: 6, unit: 'rows' });
  });

  it('stops when it is cancelled, before or on its way', async () => {
    const stop = new AbortController();
    const large = await regularDataset(40_000);
    let reports = 0;
    const progress = (): void => {
      reports += 1;
      stop.abort();
    };
    await expect(loadSequences(large, { signal: stop.signal, progress })).rejects.toThrow(CancelledError);
    expect(reports).toBe(1);
    await expect(loadSequences(large, { signal: stop.signal })).rejects.toThrow(CancelledError);
  });

  it('works in a folder whose name looks like a pattern', async () => {
    const odd = await writeDataset(join(scratch, "it's [a] *?"), twoPatients);
    expect((await loadSequences(odd)).patients).toEqual(['a', 'b']);
  });

  it('refuses a dataset with a missing file, foreign patients or unsorted rows', async () => {
    const missing = await dataset(twoPatients);
    rmSync(join(missing.folder, 'events.parquet'));
    await expect(loadSequences(missing)).rejects.toThrow(UserError);

    const foreign = await dataset(twoPatients);
    await runSql(
      `COPY (SELECT 'x' AS patient_id) TO '${join(foreign.folder, 'patients.parquet')}' (FORMAT parquet)`,
    );
    await expect(loadSequences(foreign)).rejects.toThrow(/do not belong together/);

    const unsorted = await dataset(twoPatients);
    const file = join(unsorted.folder, 'events.parquet');
    await runSql(
      `CREATE TABLE e AS SELECT * FROM '${file}' ORDER BY patient_id, visit DESC, priority DESC`,
      `COPY e TO '${file}' (FORMAT parquet)`,
    );
    await expect(loadSequences(unsorted)).rejects.toThrow(/not sorted/);
  });
});

describe('censoring', () => {
  const history: readonly Visit[] = [
    ['p', '2010-01-01', '2010-01-20', ['ICD9_1']],
    ['p', '2010-02-01', '2010-02-03', ['ICD9_2', 'ICD9_3']],
    ['p', '2010-03-01', '2010-03-05', ['ICD9_4']],
    ['q', '2010-02-01', '2010-02-03', ['ICD9_1', 'ICD9_5']],
  ];
  const seenBefore = async (indexDate: string) =>
    readable(await loadSequences(await dataset(history), { labels: labelsOf({ p: [1, indexDate] }) }));

  it('keeps labelled patients only', async () => {
    expect(Object.keys(await seenBefore('2030-01-01'))).toEqual(['p']);
  });

  it('keeps a visit that was discharged the day before the index date', async () => {
    expect(await seenBefore('2010-02-04')).toEqual({ p: ['ICD9_1@1.1', 'ICD9_2@2.1', 'ICD9_3@2.2'] });
  });

  it('hides a visit that was discharged on the index date', async () => {
    expect(await seenBefore('2010-02-03')).toEqual({ p: ['ICD9_1@1.1'] });
  });

  it('hides a stay that straddles the index date', async () => {
    expect(await seenBefore('2010-02-02')).toEqual({ p: ['ICD9_1@1.1'] });
    expect(await seenBefore('2010-02-01')).toEqual({ p: ['ICD9_1@1.1'] });
  });

  it('leaves a patient out who has nothing before the index date', async () => {
    expect(await seenBefore('2010-01-20')).toEqual({});
  });

  it('takes long stays from what is kept only', async () => {
    const longStay = async (indexDate: string) => {
      const visits: readonly Visit[] = [
        ['p', '2010-01-01', '2010-01-02', ['ICD9_1']],
        ['p', '2010-02-01', '2010-02-20', ['ICD9_2']],
      ];
      const s = await loadSequences(await dataset(visits), { labels: labelsOf({ p: [0, indexDate] }) });
      return [...s.longStay];
    };
    expect(await longStay('2010-02-20')).toEqual([0]);
    expect(await longStay('2010-02-21')).toEqual([1]);
  });

  it('numbers visits without gaps when a hidden stay began before a kept one', async () => {
    const visits: readonly Visit[] = [
      ['p', '2010-01-01', '2010-01-02', ['ICD9_1']],
      ['p', '2010-01-05', '2010-04-01', ['ICD9_2']],
      ['p', '2010-02-01', '2010-02-02', ['ICD9_3']],
    ];
    const s = await loadSequences(await dataset(visits), { labels: labelsOf({ p: [0, '2010-03-01'] }) });
    expect(readable(s)).toEqual({ p: ['ICD9_1@1.1', 'ICD9_3@2.1'] });
  });

  it('gives no hidden code a name', async () => {
    const s = await loadSequences(await dataset(history), { labels: labelsOf({ p: [1, '2010-02-01'] }) });
    expect(s.codeNames).toEqual(['ICD9_1']);
  });

  it('excludes labelled patients too when told so', async () => {
    const s = await loadSequences(await dataset(history), {
      labels: labelsOf({ p: [1, '2030-01-01'], q: [0, '2030-01-01'] }),
      exclude: new Set(['p']),
    });
    expect(s.patients).toEqual(['q']);
  });
});

describe('keepLast', () => {
  const visits: readonly Visit[] = [
    ['long', '2010-01-01', '2010-01-20', ['ICD9_1']],
    ['long', '2010-02-01', '2010-02-01', ['ICD9_2', 'ICD9_3', 'ICD9_4']],
    ['long', '2010-03-01', '2010-03-01', ['ICD9_5', 'ICD9_6']],
    ['short', '2010-01-01', '2010-01-01', ['ICD9_1', 'ICD9_2', 'ICD9_3', 'ICD9_4']],
  ];

  it('keeps the last codes, renumbers visits and leaves ranks as they were', async () => {
    const s = keepLast(await loadSequences(await dataset(visits)), 4, 'keep-last');
    expect(readable(s)).toEqual({
      long: ['ICD9_3@1.2', 'ICD9_4@1.3', 'ICD9_5@2.1', 'ICD9_6@2.2'],
      short: ['ICD9_1@1.1', 'ICD9_2@1.2', 'ICD9_3@1.3', 'ICD9_4@1.4'],
    });
    expect([...s.offsets]).toEqual([0, 4, 8]);
    expect([...s.longStay]).toEqual([1, 0]);
  });

  it('drops long patients when told so', async () => {
    const s = keepLast(await loadSequences(await dataset(visits)), 4, 'drop');
    expect(s.patients).toEqual(['short']);
    expect([...s.offsets]).toEqual([0, 4]);
    expect([...s.longStay]).toEqual([0]);
    expect([...s.visits]).toEqual([1, 1, 1, 1]);
  });

  it('returns the same object when every patient is short enough', async () => {
    const s = await loadSequences(await dataset(visits));
    expect(keepLast(s, 6, 'keep-last')).toBe(s);
    expect(keepLast(s, 6, 'drop')).toBe(s);
  });
});

describe('withEnoughCodes', () => {
  const visits: readonly Visit[] = [
    ['a', '2010-01-01', '2010-01-01', ['ICD9_1', 'ICD9_2']],
    ['a', '2010-02-01', '2010-02-20', ['ICD9_2', 'ICD9_1']],
    ['b', '2010-01-01', '2010-01-01', ['ICD9_2', 'ICD9_3']],
    ['b', '2010-02-01', '2010-02-01', ['ICD9_4']],
  ];

  it('counts a code once, however often it comes', async () => {
    const s = withEnoughCodes(await loadSequences(await dataset(visits)), 3);
    expect(readable(s)).toEqual({ b: ['ICD9_2@1.1', 'ICD9_3@1.2', 'ICD9_4@2.1'] });
    expect([...s.offsets]).toEqual([0, 3]);
    expect([...s.longStay]).toEqual([0]);
  });

  it('leaves no name of a code that nobody has any longer', async () => {
    expect(withEnoughCodes(await loadSequences(await dataset(visits)), 3).codeNames).toEqual([
      'ICD9_2',
      'ICD9_3',
      'ICD9_4',
    ]);
  });

  it('returns the same object when everybody has enough, and nobody when nobody has', async () => {
    const s = await loadSequences(await dataset(visits));
    expect(withEnoughCodes(s, 2)).toBe(s);
    expect(withEnoughCodes(s, 4)).toMatchObject({ patients: [], codeNames: [] });
  });
});
