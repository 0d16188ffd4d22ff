import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishFolder, writeFileAtomic } from '../../../src/files/atomic';
import { UserError } from '../../../src/protocol/errors';
import { canMount, childProgram, onOwnDisk, scratchFolder } from '../runs/child-program';

const told = (action: () => void): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('Nothing was thrown.');
};

describe('writing a file whole or not at all', () => {
  it('writes text and bytes, replaces what was there, and leaves nothing beside it', () => {
    const folder = scratchFolder();
    const path = join(folder, 'metrics.json');
    writeFileAtomic(path, 'µ\n');
    expect(readFileSync(path, 'utf8')).toBe('µ\n');
    writeFileAtomic(path, Uint8Array.of(1, 2, 255));
    expect([...readFileSync(path)]).toEqual([1, 2, 255]);
    expect(readdirSync(folder)).toEqual(['metrics.json']);
  });

  it('writes through a link and keeps the link', () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'labels.tsv'), 'old');
    symlinkSync(join(folder, 'real', 'labels.tsv'), join(folder, 'labels.tsv'));
    writeFileAtomic(join(folder, 'labels.tsv'), 'new');
    expect(readFileSync(join(folder, 'real', 'labels.tsv'), 'utf8')).toBe('new');
    expect(lstatSync(join(folder, 'labels.tsv')).isSymbolicLink()).toBe(true);
  });

  it('tells of a missing folder, of a file in place of a folder, and of a folder in place of a file', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'file'), 'kept');
    mkdirSync(join(folder, 'folder'));
    expect(told(() => writeFileAtomic(join(folder, 'no', 'x'), ''))).toMatch(/no such file or folder/);
    expect(told(() => writeFileAtomic(join(folder, 'file', 'x'), ''))).toMatch(
      /file where a folder is needed/,
    );
    expect(told(() => writeFileAtomic(join(folder, 'folder'), ''))).toMatch(/folder where a file is needed/);
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('kept');
  });

  it.skipIf(!existsSync('/dev/full'))('writes to a device directly and never replaces it (/dev/full)', () => {
    expect(told(() => writeFileAtomic('/dev/full', 'x'))).toMatch(/disk is full/);
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  const overwrite = (size: number): string => `
    import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
    import { writeFileAtomic } from './src/files/atomic';
    process.on('SIGXFSZ', () => undefined);
    const disk = process.argv[2];
    let told = '';
    try { writeFileSync(disk + '/a', 'old'); } catch (error) { told = error.code + ' '; }
    try { writeFileAtomic(disk + '/a', 'x'.repeat(${size})); } catch (error) { told += error.name + ': ' + error.message; }
    const names = readdirSync(disk);
    process.stdout.write(JSON.stringify({ told, names, text: names.length ? readFileSync(disk + '/a', 'utf8') : '' }));`;

  it.skipIf(!canMount)('keeps the old content on a full disk (needs the right to mount a tmpfs)', () => {
    const folder = scratchFolder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const output = onOwnDisk(disk, 'size=64k', childProgram(folder, overwrite(200_000)));
    expect(JSON.parse(output)).toEqual({ told: 'UserError: The disk is full.', names: ['a'], text: 'old' });
  });

  it.skipIf(!canMount)('tells of a read-only disk (needs the right to mount a tmpfs)', () => {
    const folder = scratchFolder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const output = onOwnDisk(disk, 'ro', childProgram(folder, overwrite(5)));
    expect(JSON.parse(output)).toEqual({
      told: 'EROFS UserError: The disk is read-only.',
      names: [],
      text: '',
    });
  });

  it.skipIf(process.platform === 'win32')('keeps the old content when the file may not grow so large', () => {
    const folder = scratchFolder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const program = childProgram(folder, overwrite(200_000));
    const words = ['-c', 'ulimit -f 64; exec "$1" "$2" "$3"', 'sh', process.execPath, program, disk];
    const { stdout, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ names: ['a'], text: 'old' });
    expect(JSON.parse(stdout)).toHaveProperty('told', expect.stringMatching(/^UserError: .*larg/));
  });
});

describe('publishing a folder', () => {
  const partialWith = (folder: string, text: string): string => {
    const partial = join(folder, `.partial-${process.pid}-${text}`);
    mkdirSync(join(partial, 'inner'), { recursive: true });
    writeFileSync(join(partial, 'inner', 'a'), text);
    return partial;
  };
  const content = (final: string): string => readFileSync(join(final, 'inner', 'a'), 'utf8');

  it('gives it its final name, also where an empty folder stands', () => {
    const folder = scratchFolder();
    publishFolder(partialWith(folder, 'one'), join(folder, 'data'));
    mkdirSync(join(folder, 'empty'));
    publishFolder(partialWith(folder, 'two'), join(folder, 'empty'));
    expect([content(join(folder, 'data')), content(join(folder, 'empty'))]).toEqual(['one', 'two']);
    expect(readdirSync(folder).sort()).toEqual(['data', 'empty']);
  });

  it('refuses a name that is taken, and touches neither folder', () => {
    const folder = scratchFolder();
    publishFolder(partialWith(folder, 'one'), join(folder, 'data'));
    const partial = partialWith(folder, 'two');
    expect(told(() => publishFolder(partial, join(folder, 'data')))).toMatch(
      /something at this path already/,
    );
    expect([content(join(folder, 'data')), content(partial)]).toEqual(['one', 'two']);
    writeFileSync(join(folder, 'file'), '');
    expect(told(() => publishFolder(partial, join(folder, 'file')))).toMatch(
      /something at this path already/,
    );
  });

  it('replaces on demand, and leaves nothing of the old folder', () => {
    const folder = scratchFolder();
    const final = join(folder, 'data');
    publishFolder(partialWith(folder, 'one'), final, { replace: true });
    writeFileSync(join(final, 'only-in-the-old'), '');
    publishFolder(partialWith(folder, 'two'), final, { replace: true });
    expect(content(final)).toBe('two');
    expect(readdirSync(final)).toEqual(['inner']);
    expect(readdirSync(folder)).toEqual(['data']);
  });

  it('keeps the old folder when the new one does not exist', () => {
    const folder = scratchFolder();
    const final = join(folder, 'data');
    publishFolder(partialWith(folder, 'one'), final);
    expect(told(() => publishFolder(join(folder, 'missing'), final, { replace: true }))).toMatch(/no such/);
    expect(content(final)).toBe('one');
  });
});
