import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { importRecords } from '../../../src/ehr/import';
import { readPool } from '../../../src/ehr/predictions';
import { finetuneConfig } from '../../../src/protocol/config';
import { type FinetuneSummary, summarizeRun } from '../../../src/runs/summary';
import { readRun } from '../../../src/runs/store';
import { executeRun } from '../../../src/tasks/execute';
import { createFinetuneRun, untrained } from '../../../src/tasks/finetune';

const folder = mkdtempSync(join(tmpdir(), 'medbert-censoring-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const now = (): Date => new Date('2026-01-01T00:00:00Z');
const indexDate = '2015-06-15';

/**
 * Patients whose history before the index date says nothing of their label: one to five random codes each.
 * After it (on it, and in a stay that reaches over it) cases get codes that controls never have.
 */
function makeRecords(
  name: string,
  futures: boolean,
): { source: string; labels: string; eligible: Set<string> } {
  const random = new RandomStream(17);
  const rows = ['patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind'];
  const labels = ['patient_id\tlabel\tindex_date'];
  const eligible = new Set<string>();
  for (let p = 0; p < 1500; p++) {
    const id = `P${10_000 + p}`;
    const label = p % 2;
    const codes = new Set(Array.from({ length: 1 + random.below(5) }, () => 401 + random.below(60)));
    [...codes].forEach((code, i) =>
      rows.push(`${id}\t2015-0${i + 1}-01\t2015-0${i + 1}-02\tICD9_${code}.9\t1\t1\t0`),
    );
    if (codes.size >= 3) eligible.add(id);
    if (futures && label === 1) {
      rows.push(`${id}\t${indexDate}\t${indexDate}\tICD9_428.0\t1\t1\t0`);
      rows.push(`${id}\t2015-06-10\t2015-06-20\tICD9_428.1\t1\t1\t0`);
      rows.push(`${id}\t2015-07-01\t2015-07-02\tICD9_428.9\t1\t1\t0`);
    }
    labels.push(`${id}\t${label}\t${indexDate}`);
  }
  const source = join(folder, name);
  mkdirSync(source);
  writeFileSync(join(source, 'records.tsv'), `${rows.join('\n')}\n`);
  writeFileSync(join(source, 'labels.tsv'), `${labels.join('\n')}\n`);
  return { source, labels: join(source, 'labels.tsv'), eligible };
}

async function train(name: string, futures: boolean) {
  const { source, labels, eligible } = makeRecords(name, futures);
  const home = join(folder, `${name}-home`);
  await importRecords({ source, name: 'd', home, format: 'auto', now });
  const settings = {
    hidden: 12,
    layers: 1,
    heads: 2,
    intermediate: 8,
    maxLength: 16,
    threads: 1,
    epochs: 6,
    learningRate: 3e-3,
    patience: 0,
  };
  const { id, folder: run } = await createFinetuneRun({
    home,
    dataset: 'd',
    labels,
    from: untrained,
    like: null,
    config: finetuneConfig.parse(settings),
    given: new Set(Object.keys(settings)),
    allowSeenTestPatients: false,
    now,
  });
  await executeRun({ home, folder: run, progress: () => {}, signal: new AbortController().signal });
  const used = new Set((await readPool(join(run, 'pool.parquet'))).keys());
  return { summary: summarizeRun(home, id), manifest: readRun(home, id).manifest, used, eligible };
}

it(
  'what happens on or after the index date decides neither the input nor who is in the cohort',
  { timeout: 120_000 },
  async () => {
    const withFuture = await train('with-future', true);
    const without = await train('without-future', false);
    expect(withFuture.used).toEqual(withFuture.eligible);
    expect(withFuture.used).toEqual(without.used);
    // Codes of the future are not even in the vocabulary, and the predictions are the same to the last bit.
    expect(withFuture.manifest.vocabulary).toBe(without.manifest.vocabulary);
    const { auroc, brier, n, positives } = without.summary as FinetuneSummary;
    expect(n).toBeGreaterThan(100);
    expect(withFuture.summary).toMatchObject({ auroc, brier, n, positives });
  },
);
