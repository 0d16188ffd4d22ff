import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { readSafetensors, type Tensor, writeSafetensors } from '../../../src/model/safetensors';
import { UserError } from '../../../src/protocol/errors';

const folder = mkdtempSync(join(tmpdir(), 'medbert-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'model.safetensors');

function tensor(shape: readonly number[], key: number): Tensor {
  const random = new RandomStream(key);
  const length = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float32Array.from({ length }, () => random.normal()) };
}
const tensors = new Map([
  ['embeddings.code.weight', tensor([7, 3], 1)],
  ['a number', tensor([], 2)],
  ['nothing', tensor([0, 4], 3)],
  ['größe', tensor([5], 4)],
  ['encoder.0.attention.qkv.weight', tensor([2, 3, 4], 5)],
]);

/**
 * A reader of the published layout, which shares nothing with ours: 8 bytes of header length, JSON, numbers.
 * Offsets count from the end of the header; together the tensors cover all that is behind it, without gaps.
 */
function readByTheBook(bytes: Buffer): { metadata: Record<string, string>; tensors: Map<string, Tensor> } {
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const text = bytes.toString('utf8', 8, 8 + headerLength);
  expect(text.startsWith('{')).toBe(true);
  const { __metadata__: metadata, ...entries } = JSON.parse(text) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  > & { __metadata__: Record<string, string> };
  const begin = 8 + headerLength;
  let covered = 0;
  const read = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const [from, to] = offsets;
    expect(dtype).toBe('F32');
    expect(from).toBe(covered);
    covered = to;
    const data = new Float32Array((to - from) / 4);
    for (let i = 0; i < data.length; i++) data[i] = bytes.readFloatLE(begin + from + 4 * i);
    read.set(name, { shape, data });
  }
  expect(begin + covered).toBe(bytes.length);
  return { metadata, tensors: read };
}

describe('writeSafetensors', () => {
  it('writes the published layout, with numbers on multiples of 8 bytes', () => {
    writeSafetensors(file, tensors, { run: 'r1' });
    const bytes = readFileSync(file);
    const { metadata, tensors: read } = readByTheBook(bytes);
    expect(read).toEqual(tensors);
    const numbers = bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
    const sha256 = createHash('sha256').update(numbers).digest('hex');
    expect(metadata).toEqual({ format: 'pt', run: 'r1', sha256 });
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0);
  });

  it('writes the same bytes for the same tensors', () => {
    writeSafetensors(file, tensors);
    const once = readFileSync(file);
    writeSafetensors(file, tensors);
    expect(Buffer.compare(readFileSync(file), once)).toBe(0);
  });

  it('writes views of a larger memory as they are', () => {
    const memory = new Float32Array([9, 1, 2, 3, 9]);
    writeSafetensors(file, new Map([['x', { shape: [3], data: memory.subarray(1, 4) }]]));
    expect([...readSafetensors(file).get('x')!.data]).toEqual([1, 2, 3]);
  });

  it('explains a place where nothing can be written', () => {
    expect(() => writeSafetensors(join(folder, 'missing', 'm.safetensors'), tensors)).toThrow(UserError);
  });

  const python = '/usr/bin/python3';
  const hasNumpy = (() => {
    try {
      execFileSync(python, ['-c', 'import numpy'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  it.skipIf(!hasNumpy)('is read by NumPy as it was meant (skipped without python3 and numpy)', () => {
    const script = [
      'import json, sys, numpy as np',
      'raw = open(sys.argv[1], "rb").read()',
      'n = int.from_bytes(raw[:8], "little")',
      'head = json.loads(raw[8:8 + n]); head.pop("__metadata__")',
      'read = lambda e: np.frombuffer(raw[8 + n:][slice(*e["data_offsets"])], "<f4").reshape(e["shape"])',
      'print(json.dumps({k: [list(read(e).shape), float(read(e).astype("f8").sum())] for k, e in head.items()}))',
    ].join('\n');
    writeSafetensors(file, tensors);
    const seen = JSON.parse(execFileSync(python, ['-c', script, file], { encoding: 'utf8' })) as Record<
      string,
      [number[], number]
    >;
    expect(Object.keys(seen)).toEqual([...tensors.keys()]);
    for (const [name, { shape, data }] of tensors) {
      expect(seen[name]![0]).toEqual(shape);
      expect(Math.abs(seen[name]![1] - data.reduce((a, b) => a + b, 0))).toBeLessThan(1e-5);
    }
  });
});

/** A file with this header and so many bytes of numbers. */
function withHeader(header: string, bytes = 24): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(bytes)]);
}
const entry = (change: object): string =>
  JSON.stringify({ secret: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...change } });

const overlapping = JSON.stringify({
  a: { dtype: 'F32', shape: [4], data_offsets: [0, 16] },
  b: { dtype: 'F32', shape: [4], data_offsets: [8, 24] },
});

describe('readSafetensors', () => {
  const refusal = (bytes: Buffer): UserError => {
    writeFileSync(file, bytes);
    try {
      readSafetensors(file);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return error as UserError;
    }
    throw new Error('It was read.');
  };

  it('reads back every tensor, whatever its shape', () => {
    writeSafetensors(file, tensors);
    expect(readSafetensors(file)).toEqual(tensors);
  });

  it('reads what other programs write: no padding, no metadata, tensors in any order', () => {
    const header = JSON.stringify({
      b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    const bytes = withHeader(header, 12);
    bytes.writeFloatLE(2.5, bytes.length - 4);
    writeFileSync(file, bytes);
    const read = readSafetensors(file);
    expect([...read.keys()]).toEqual(['b', 'a']);
    expect([...read.get('b')!.data]).toEqual([2.5]);
    expect([...read.get('a')!.data]).toEqual([0, 0]);
  });

  it('refuses a file that was cut off, wherever', () => {
    writeSafetensors(file, tensors);
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length += 7) {
      const error = refusal(whole.subarray(0, length));
      expect(error.details.file).toBe(file);
      expect(error.message).toMatch(/^This is not a whole safetensors file: /);
    }
  });

  it.each([
    ['text', Buffer.from('patient_id\tlabel\tindex_date\n')],
    ['a header length beyond any memory', Buffer.alloc(64, 0xff)],
    ['a header that is no JSON', withHeader('{"x": ')],
    ['a header that is a list', withHeader('[]')],
    ['a header that is a word', withHeader('"F32"')],
    ['a header that is null', withHeader('null')],
    ['a tensor that is null', withHeader('{"x":null}')],
    ['a tensor without offsets', withHeader(entry({ data_offsets: undefined }))],
    ['a tensor without a shape', withHeader(entry({ shape: undefined }))],
    ['a shape of words', withHeader(entry({ shape: ['2', '3'] }))],
    ['a negative size', withHeader(entry({ shape: [-2, -3] }))],
    ['offsets before the start', withHeader(entry({ data_offsets: [-24, 0] }))],
    ['offsets that are no whole numbers', withHeader(entry({ data_offsets: [0.5, 24.5] }))],
    ['half precision', withHeader(entry({ dtype: 'F16', data_offsets: [0, 12] }))],
    ['offsets beyond the end', withHeader(entry({ data_offsets: [8, 32] }))],
    ['offsets that are more than the shape', withHeader(entry({ shape: [2, 2] }))],
    ['offsets that end before they start', withHeader(entry({ shape: [0], data_offsets: [24, 0] }))],
    ['tensors that overlap', withHeader(overlapping)],
    ['numbers that belong to no tensor', withHeader(entry({}), 48)],
  ])('refuses %s', (_title, bytes) => {
    const { message, details } = refusal(bytes);
    expect(details.file).toBe(file);
    expect(details.advice).toBeDefined();
    expect(message).not.toContain('secret');
  });

  it('says so when there is no such file', () => {
    expect(() => readSafetensors(join(folder, 'none.safetensors'))).toThrow('There is no such file');
  });
});
