import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { discard, partialPath } from '../files/atomic';
import { explainFileError } from '../files/explain';

/** Writes objects as lines of JSON, beside the file first. Nothing is left behind on failure. Returns how many. */
export async function writeLines(file: string, objects: AsyncIterable<unknown>): Promise<number> {
  const partial = partialPath(file);
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const object of objects) {
      count++;
      yield `${JSON.stringify(object)}\n`;
    }
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(partial, { flush: true }));
    await rename(partial, file);
  } catch (error) {
    discard(partial);
    throw explainFileError(error, file);
  }
  return count;
}
