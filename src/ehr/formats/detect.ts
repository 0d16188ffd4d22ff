import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { explainFileError } from '../../files/atomic';
import type { SourceFormat } from '../../protocol/dataset';
import { UserError } from '../../protocol/errors';
import type { SourceFile } from '../source-file';
import type { FoundFile, RecordFormat, Source } from './format';
import { medbert } from './medbert';
import { mimicIv } from './mimic-iv';
import { synpuf } from './synpuf';

/** Every format, in the order in which they are tried. */
const formats: readonly RecordFormat[] = [mimicIv, synpuf, medbert];

/** Folders of folders are looked into, in case every table came in its own; not deeper. */
const folderDepth = 2;

/** Lists the file or folder to import. Throws a UserError when it cannot be read. */
export async function openSource(path: string): Promise<Source> {
  const absolute = resolve(path);
  try {
    const kind = await stat(absolute);
    const isFolder = kind.isDirectory();
    if (!isFolder && !kind.isFile()) {
      // Records are read twice, which a pipe or a device does not stand.
      throw new UserError('This is no regular file.', {
        file: path,
        advice: 'Write the records to a file first.',
      });
    }
    const files = isFolder ? await filesIn(absolute, '', folderDepth) : [fileAt(absolute)];
    return { path, isFolder, files };
  } catch (error) {
    throw explainFileError(error, path);
  }
}

function fileAt(path: string): SourceFile {
  return { path, name: basename(path) };
}

async function filesIn(folder: string, prefix: string, depth: number): Promise<SourceFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: SourceFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // Hidden files are droppings of other programs (`._records.tsv`).
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const kind = await stat(path).catch(() => null);
    if (kind?.isFile()) files.push({ path, name: prefix + entry.name });
    else if (kind?.isDirectory() && depth > 1) {
      files.push(...(await filesIn(path, `${prefix}${entry.name}/`, depth - 1)));
    }
  }
  return files;
}

/**
 * The format to read a source with, and its files: the one asked for, or with `auto` the first that
 * recognises the source by its files and headers. Throws a UserError that lists what was tried.
 */
export async function detectFormat(
  source: Source,
  asked: SourceFormat | 'auto',
): Promise<{ format: RecordFormat; files: readonly FoundFile[] }> {
  const tried = formats.filter(({ name }) => asked === 'auto' || asked === name);
  for (const format of tried) {
    const files = await format.find(source);
    if (files !== null) return { format, files };
  }
  const wanted = tried.map(({ name, recognisedBy }) => `${name}: ${recognisedBy}`).join('; ');
  throw new UserError(
    asked === 'auto' ? 'The records are in no known format.' : `The records are not in the format ${asked}.`,
    { file: source.path, advice: `Tried ${wanted}.` },
  );
}
