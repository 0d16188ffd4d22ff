import { mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readPool, readPredictions, writePool, writePredictions } from '../../../src/ehr/predictions';
import { UserError } from '../../../src/protocol/errors';
import { runSql, scratchFolder } from './dataset-fixture';

const scratch = scratchFolder();

describe('predictions', () => {
  it('come back bit for bit, in the same order', async () => {
    const n = 5000;
    const rows = {
      patient: Array.from({ length: n }, (_, i) => `p'ä ${n - i}`),
      label: Uint8Array.from({ length: n }, (_, i) => i % 2),
      score: Float64Array.from({ length: n }, (_, i) => Math.sin(i) ** 2),
      split: Array.from({ length: n }, (_, i) => ['train', 'validation', 'test'][i % 3]!),
    };
    const file = join(scratch, 'predictions.parquet');
    await writePredictions(file, rows);
    expect(await readPredictions(file)).toEqual(rows);
  });

  it('replace an older file whole', async () => {
    const file = join(scratch, 'replaced.parquet');
    const rows = (patient: string) => ({
      patient: [patient],
      label: Uint8Array.of(1),
      score: Float64Array.of(0.5),
      split: ['test'],
    });
    await writePredictions(file, rows('old'));
    await writePredictions(file, rows('new'));
    expect((await readPredictions(file)).patient).toEqual(['new']);
  });

  it('are the same bytes for the same rows', async () => {
    const rows = {
      patient: ['a', 'b'],
      label: Uint8Array.of(1, 0),
      score: Float64Array.of(0.5, 0.1),
      split: ['test', 'train'],
    };
    await writePredictions(join(scratch, 'one.parquet'), rows);
    await writePredictions(join(scratch, 'two.parquet'), rows);
    expect(
      readFileSync(join(scratch, 'one.parquet')).equals(readFileSync(join(scratch, 'two.parquet'))),
    ).toBe(true);
  });

  it('leave nothing behind when they cannot be written', async () => {
    const folder = join(scratch, 'failed');
    mkdirSync(join(folder, 'predictions.parquet', 'in the way'), { recursive: true });
    const empty = { patient: [], label: new Uint8Array(0), score: new Float64Array(0), split: [] };
    await expect(writePredictions(join(folder, 'predictions.parquet'), empty)).rejects.toThrow(UserError);
    expect(readdirSync(folder)).toEqual(['predictions.parquet']);
    await expect(writePredictions(join(scratch, 'no', 'such', 'folder'), empty)).rejects.toThrow(UserError);
  });

  it('are written under no name but a partial, which a later start knows how to remove', async () => {
    const folder = join(scratch, 'names');
    mkdirSync(folder);
    const names = new Set<string>();
    const watcher = watch(folder, (_, name) => names.add(name!));
    await writePool(join(folder, 'pool.parquet'), ['a', 'b'], Uint8Array.of(0, 1));
    await vi.waitFor(() => expect(names).toContain('pool.parquet'));
    watcher.close();
    const others = [...names].filter((name) => name !== 'pool.parquet');
    expect(others.length).toBeGreaterThan(0);
    for (const name of others) expect(name).toMatch(/^\.pool\.parquet\.partial-/);
  });

  it('refuse columns of different lengths', async () => {
    const rows = { patient: ['a'], label: Uint8Array.of(1, 0), score: Float64Array.of(0.5), split: ['test'] };
    await expect(writePredictions(join(scratch, 'uneven.parquet'), rows)).rejects.toThrow(RangeError);
  });

  it('refuse to be read from a missing, damaged or foreign file', async () => {
    await expect(readPredictions(join(scratch, 'nowhere.parquet'))).rejects.toThrow('The file is missing.');
    writeFileSync(join(scratch, 'damaged.parquet'), 'PAR1');
    await expect(readPredictions(join(scratch, 'damaged.parquet'))).rejects.toThrow(UserError);
    await runSql(`COPY (SELECT 1 AS x) TO '${join(scratch, 'foreign.parquet')}' (FORMAT parquet)`);
    await expect(readPredictions(join(scratch, 'foreign.parquet'))).rejects.toThrow(UserError);
  });
});

describe('the pool', () => {
  it('tells the part of every patient that an encoder has seen', async () => {
    const file = join(scratch, 'pool.parquet');
    await writePool(file, ['x', 'y', 'z', 'w'], Uint8Array.of(0, 1, 2, 0));
    expect([...(await readPool(file))]).toEqual([
      ['x', 'train'],
      ['y', 'validation'],
      ['z', 'test'],
      ['w', 'train'],
    ]);
  });

  it('refuses parts that do not exist, written or read', async () => {
    const file = join(scratch, 'pool-3.parquet');
    await expect(writePool(file, ['x'], Uint8Array.of(3))).rejects.toThrow(RangeError);
    await expect(writePool(file, ['x', 'y'], Uint8Array.of(0))).rejects.toThrow(RangeError);
    await runSql(`COPY (SELECT 'x' AS patient_id, 'other' AS split) TO '${file}' (FORMAT parquet)`);
    await expect(readPool(file)).rejects.toThrow(UserError);
  });
});
