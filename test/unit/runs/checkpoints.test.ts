import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import {
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  writeCheckpoint,
} from '../../../src/runs/checkpoints';
import { canMount, childProgram, deadPid, onOwnDisk, scratchFolder } from './child-program';

const write =
  (text: string) =>
  (partial: string): void =>
    writeFileSync(join(partial, 'model.safetensors'), text);

describe('checkpoints', () => {
  it('stand under the step with leading zeros, in the order of steps', () => {
    const folder = scratchFolder();
    expect(latestCheckpoint(folder)).toBeUndefined();
    for (const step of [120, 0, 45_000_000, 9]) writeCheckpoint(folder, step, write(String(step)));
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual([
      '000000000',
      '000000009',
      '000000120',
      '045000000',
    ]);
    expect(listCheckpoints(folder).map(({ step }) => step)).toEqual([0, 9, 120, 45_000_000]);
    const latest = latestCheckpoint(folder)!;
    expect(latest).toMatchObject({ step: 45_000_000, name: '045000000' });
    expect(readFileSync(join(latest.folder, 'model.safetensors'), 'utf8')).toBe('45000000');
  });

  it('are replaced when the same step is written again', () => {
    const folder = scratchFolder();
    const first = writeCheckpoint(folder, 5, write('old'));
    expect(writeCheckpoint(folder, 5, write('new'))).toBe(first);
    expect(readFileSync(join(first, 'model.safetensors'), 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['000000005']);
  });

  it('leave nothing behind when writing fails, and the error comes through', () => {
    const folder = scratchFolder();
    writeCheckpoint(folder, 5, write('old'));
    const bug = new Error('bug');
    const fail = (partial: string): void => {
      write('new')(partial);
      throw bug;
    };
    expect(() => writeCheckpoint(folder, 5, fail)).toThrow(bug);
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['000000005']);
    expect(readFileSync(join(latestCheckpoint(folder)!.folder, 'model.safetensors'), 'utf8')).toBe('old');
  });

  it('tell of a file in place of their folder, and refuse half steps as a bug', () => {
    const folder = scratchFolder();
    for (const step of [-1, 0.5, Number.NaN]) {
      expect(() => writeCheckpoint(folder, step, write(''))).toThrow(/whole step/);
    }
    writeFileSync(join(folder, 'checkpoints'), '');
    expect(() => writeCheckpoint(folder, 1, write(''))).toThrow(UserError);
    expect(() => listCheckpoints(folder)).toThrow(UserError);
  });

  it('are pruned down to the ones to keep, with what a killed process left half-written or half-deleted', () => {
    const folder = scratchFolder();
    for (const step of [1, 2, 3, 4]) writeCheckpoint(folder, step, write(String(step)));
    const parent = join(folder, 'checkpoints');
    mkdirSync(join(parent, `.partial-${deadPid()}-000000007`));
    mkdirSync(join(parent, `.000000006.partial-${deadPid()}-0`));
    writeFileSync(join(parent, 'notes.txt'), 'kept');
    expect(listCheckpoints(folder).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    pruneCheckpoints(folder, new Set(['000000002', '000000004', 'unheard-of']));
    expect(readdirSync(parent)).toEqual(['000000002', '000000004', 'notes.txt']);
    pruneCheckpoints(scratchFolder(), new Set());
  });

  it.skipIf(!canMount)('keep the older one on a full disk (needs the right to mount a tmpfs)', () => {
    const folder = scratchFolder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const program = childProgram(
      folder,
      `import { readdirSync, writeFileSync } from 'node:fs';
       import { writeCheckpoint } from './src/runs/checkpoints';
       const disk = process.argv[2];
       const write = (size) => (partial) => writeFileSync(partial + '/model.safetensors', 'x'.repeat(size));
       writeCheckpoint(disk, 1, write(100));
       let told = '';
       try { writeCheckpoint(disk, 2, write(200_000)); } catch (error) { told = error.name + ': ' + error.message; }
       console.log(JSON.stringify({ told, names: readdirSync(disk + '/checkpoints') }));`,
    );
    expect(JSON.parse(onOwnDisk(disk, 'size=64k', program))).toEqual({
      told: 'UserError: The disk is full.',
      names: ['000000001'],
    });
  });

  it('are written in a hidden folder first', () => {
    const folder = scratchFolder();
    writeCheckpoint(folder, 3, (partial) => {
      expect(basename(partial)).toMatch(/^\.partial-/);
      expect(existsSync(join(folder, 'checkpoints', '000000003'))).toBe(false);
    });
  });
});
