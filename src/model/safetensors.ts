import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import * as z from 'zod';
import { UserError } from '../protocol/errors';
import { explainFileError } from '../files/explain';

/** A float32 tensor with its shape. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const whole = z.int().nonnegative();
const entry = z.object({ dtype: z.string(), shape: z.array(whole), data_offsets: z.tuple([whole, whole]) });
type Entry = z.infer<typeof entry>;
const header = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(entry);

/**
 * Writes tensors in the safetensors layout: header length (u64), JSON header, then the numbers, little-endian.
 * The same tensors give the same bytes. A hash of the numbers stands in the header, so that one that changed on the
 * disk is noticed: a wrong exponent gives a plausible wrong prediction. Not atomic: checkpoints are made whole by
 * their folder.
 */
export function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const hash = createHash('sha256');
  for (const { data } of tensors.values()) hash.update(bytesOf(data));
  const listed: Record<string, unknown> = {
    __metadata__: { format: 'pt', sha256: hash.digest('hex'), ...metadata },
  };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    listed[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  // Padded with spaces so that the numbers start on a multiple of 8 bytes.
  const json = Buffer.from(JSON.stringify(listed));
  const text = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  try {
    const handle = openSync(file, 'w');
    try {
      writeWhole(handle, length);
      writeWhole(handle, text);
      for (const { data } of tensors.values()) {
        writeWhole(handle, bytesOf(data));
      }
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw explainFileError(error, file);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** One write may take fewer bytes than it was given. */
function writeWhole(handle: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
}

/**
 * Reads float32 tensors from a safetensors file.
 * @throws UserError when the file is missing, torn, changed since it was written, or holds other number types
 */
export function readSafetensors(file: string): Map<string, Tensor> {
  try {
    const handle = openSync(file, 'r');
    try {
      return readTensors(handle, statSync(file).size, file);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw explainFileError(error, file);
  }
}

function readTensors(handle: number, size: number, file: string): Map<string, Tensor> {
  const damaged = (why: string): UserError =>
    new UserError(`This is not a whole safetensors file: ${why}.`, {
      file,
      advice: 'Take it from a copy, or run again.',
    });
  const read = (position: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length;) {
      const got = readSync(handle, bytes, done, length - done, position + done);
      if (got === 0) throw damaged('it ends too early');
      done += got;
    }
    return bytes;
  };
  if (size < 8) throw damaged('it ends too early');
  const headerLength = Number(read(0, 8).readBigUInt64LE());
  if (headerLength > size - 8) throw damaged('its header is longer than the file');
  const parsed = parseHeader(read(8, headerLength).toString('utf8'));
  if (!parsed) throw damaged('its header cannot be read');
  const { entries, sha256 } = parsed;
  const dataLength = size - 8 - headerLength;
  if (!coverWhole(entries, dataLength)) throw damaged('its tensors do not lie side by side up to its end');
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    const [start, end] = offsets;
    if (dtype !== 'F32') throw damaged(`a tensor holds ${dtype} numbers, F32 is expected`);
    if (end - start !== 4 * shape.reduce((a, b) => a * b, 1)) {
      throw damaged('a tensor has another size than its shape says');
    }
    const bytes = read(8 + headerLength + start, end - start);
    tensors.set(name, { shape, data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) });
  }
  // Files of other programs, and of older versions of this one, bear no hash.
  if (sha256 !== undefined && sha256 !== hashOf(entries, tensors)) {
    throw damaged('its numbers are not those that were written');
  }
  return tensors;
}

/** Over the numbers in the order in which they lie in the file. */
function hashOf(entries: readonly [string, Entry][], tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256');
  const inFile = [...entries].sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [name] of inFile) hash.update(bytesOf(tensors.get(name)!.data));
  return hash.digest('hex');
}

/** The tensors that a header lists, in its order, and the hash of their numbers; undefined when it is no header. */
function parseHeader(text: string): { entries: [string, Entry][]; sha256: string | undefined } | undefined {
  try {
    const { __metadata__: metadata, ...tensors } = header.parse(JSON.parse(text));
    return { entries: Object.entries(tensors) as [string, Entry][], sha256: metadata?.['sha256'] };
  } catch {
    return undefined;
  }
}

/** Whether the tensors fill the numbers' part of the file without gaps and overlaps, as the layout demands. */
function coverWhole(entries: readonly [string, Entry][], length: number): boolean {
  let covered = 0;
  const offsets = entries
    .map(([, { data_offsets }]) => data_offsets)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [start, end] of offsets) {
    if (start !== covered || end < start) return false;
    covered = end;
  }
  return covered === length;
}
