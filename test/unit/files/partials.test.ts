import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partialPath, removeStalePartials } from '../../../src/files/atomic';
import { deadPid, scratchFolder } from '../runs/child-program';

describe('cleaning up after killed processes', () => {
  it('removes files and folders of dead processes and nothing else', () => {
    const folder = scratchFolder();
    const dead = deadPid();
    const kept = [
      'data',
      `.data.partial-${process.pid}`,
      `.data.partial-${process.ppid}-0`,
      `.data.partial-${dead}-0@another-machine`,
      `.other.partial-${dead}`,
      `data.partial-${dead}`,
      '.data.partial-x',
    ];
    const removed = [`.data.partial-${dead}`, `.data.partial-${dead}-0`, `.data.partial-${dead}-1.parquet`];
    for (const name of [...kept, ...removed]) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, `.data.partial-${dead}-2`, 'inner'), { recursive: true });
    removeStalePartials(folder, '.data.partial-');
    expect(readdirSync(folder).sort()).toEqual([...kept].sort());
  });

  it('does nothing where the folder does not exist', () => {
    expect(() => removeStalePartials(join(scratchFolder(), 'no'), '.')).not.toThrow();
  });

  it('puts a folder back that was moved aside by a replacement which never came', () => {
    const folder = scratchFolder();
    const aside = (name: string): string =>
      `${partialPath(join(folder, name)).replace(`-${process.pid}-`, `-${deadPid()}-`)}.replaced`;
    mkdirSync(aside('lost'));
    mkdirSync(aside('there'));
    mkdirSync(join(folder, 'there'));
    writeFileSync(join(folder, 'there', 'new'), 'new');
    removeStalePartials(folder, '.');
    expect(readdirSync(folder).sort()).toEqual(['lost', 'there']);
    expect(readFileSync(join(folder, 'there', 'new'), 'utf8')).toBe('new');
  });

  it('names partials so that two never meet', () => {
    const folder = scratchFolder();
    const first = partialPath(join(folder, 'data'));
    writeFileSync(first, '');
    const second = partialPath(join(folder, 'data'));
    expect(second).not.toBe(first);
    expect(existsSync(second)).toBe(false);
    expect(basename(first)).toMatch(new RegExp(`^\\.data\\.partial-${process.pid}-\\d+@`));
  });
});
