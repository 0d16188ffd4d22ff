import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { errorCode, explainFileError } from './explain';

/**
 * Reads a small JSON file that its writer replaces as a whole. Undefined when there is none, and when what stands there
 * fits no schema: whole or not at all is how it is written, so whoever damaged it was no process of ours.
 *
 * @throws UserError when the file is there and cannot be read
 */
export function readJsonRecord<T>(path: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explainFileError(error, path);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
