import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeStalePartials } from '../../../src/files/atomic';
import { childProgram, killAfter, scratchFolder } from '../runs/child-program';

/** Moments of the kill in milliseconds after the child has begun, spread over several writes. */
const moments = Array.from({ length: 15 }, (_, i) => (i * 37) % 50);

describe('a process killed with SIGKILL at any moment', () => {
  it('leaves a file whole: old or new, never a part (15 kills)', async () => {
    const folder = scratchFolder();
    const program = childProgram(
      folder,
      `import { writeFileAtomic } from './src/files/atomic';
       for (let i = 0; ; i += 1) {
         writeFileAtomic(process.argv[2], String(i % 10).repeat(500_000));
         if (i === 0) process.stdout.write('begun');
       }`,
    );
    const path = join(folder, 'file');
    let left = 0;
    for (const moment of moments) {
      await killAfter(moment, program, path);
      const text = readFileSync(path, 'utf8');
      expect(text.length).toBe(500_000);
      expect(new Set(text).size).toBe(1);
      left += readdirSync(folder).filter((name) => name.startsWith('.file.partial-')).length;
      removeStalePartials(folder, '.file.partial-');
      expect(readdirSync(folder).filter((name) => name.startsWith('.file'))).toEqual([]);
    }
    expect(left, 'kills that hit a write').toBeGreaterThan(0);
  });

  it('leaves a replaced folder whole: old or new, never neither (15 kills)', async () => {
    const folder = scratchFolder();
    const program = childProgram(
      folder,
      `import { mkdirSync, writeFileSync } from 'node:fs';
       import { partialPath, publishFolder } from './src/files/atomic';
       const final = process.argv[2];
       for (let i = 0; ; i += 1) {
         const partial = partialPath(final);
         mkdirSync(partial);
         for (const name of ['a', 'b', 'c']) writeFileSync(partial + '/' + name, String(i));
         publishFolder(partial, final, { replace: true });
         if (i === 0) process.stdout.write('begun');
       }`,
    );
    const final = join(folder, 'data');
    for (const moment of moments) {
      await killAfter(moment, program, final);
      removeStalePartials(folder, '.data.partial-');
      expect(readdirSync(folder).filter((name) => name.includes('data'))).toEqual(['data']);
      expect(readdirSync(final).sort()).toEqual(['a', 'b', 'c']);
      const contents = ['a', 'b', 'c'].map((name) => readFileSync(join(final, name), 'utf8'));
      expect(new Set(contents).size).toBe(1);
    }
  });
});
