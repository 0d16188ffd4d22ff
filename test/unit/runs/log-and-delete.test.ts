import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { RunCatalogue } from '../../../src/runs/catalogue';
import { writeCheckpoint } from '../../../src/runs/checkpoints';
import { claimRun } from '../../../src/runs/claim';
import { childrenOf, deleteRun } from '../../../src/runs/delete';
import { lastLogLines } from '../../../src/runs/log-tail';
import { currentProcess } from '../../../src/runs/process';
import { scratchFolder } from './child-program';
import { finetuneRun, makeRun, pretrainRun, started } from './run-folders';

describe('the log of a run', () => {
  it('is told by its last lines', () => {
    const folder = scratchFolder();
    expect(lastLogLines(folder, 3)).toEqual([]);
    writeFileSync(join(folder, 'log.txt'), 'one\n\ntwo\r\nthree\nfour');
    expect(lastLogLines(folder, 3)).toEqual(['two', 'three', 'four']);
    expect(lastLogLines(folder, 9)).toEqual(['one', 'two', 'three', 'four']);
    writeFileSync(join(folder, 'log.txt'), `${'x'.repeat(100_000)}\nlast\n`);
    expect(lastLogLines(folder, 2)).toEqual(['last']);
  });
});

describe('deleting a run', () => {
  it('removes its folder whole, and nothing while it is worked on', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started()]);
    writeCheckpoint(folder, 4, (partial) => writeFileSync(join(partial, 'model.safetensors'), 'x'));
    const claim = claimRun(folder, currentProcess());
    expect(() => deleteRun(folder)).toThrow(/worked on/);
    claim.release();
    const child = makeRun(home, { ...finetuneRun, from: id } as typeof finetuneRun);
    const like = makeRun(home, { ...finetuneRun, like: id } as typeof finetuneRun);
    const catalogue = new RunCatalogue(home);
    await catalogue.refresh();
    expect(
      childrenOf(catalogue.runs, id)
        .map((run) => run.id)
        .sort(),
    ).toEqual([child.id, like.id].sort());
    deleteRun(folder);
    expect(readdirSync(join(home, 'runs')).sort()).toEqual([child.id, like.id].sort());
    expect(() => deleteRun(folder), 'gone already').not.toThrow(UserError);
  });
});
