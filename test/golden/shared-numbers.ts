import { readFileSync } from 'node:fs';
import { scramble } from '../../src/engine/random';
import type { ParameterSpec } from '../../src/engine/learner';
import type { ModelSize } from '../../src/model/parameters';
import { countElements } from '../../src/engine/shape';

/** The numbers that the PyTorch scripts compute too (test/golden/README.md), so that fixtures hold results only. */
export function u(stream: number, i: number): number {
  const start = scramble((stream + 0x9e3779b9) | 0);
  return scramble((start + Math.imul(i, 0x9e3779b9)) | 0) / 2 ** 32;
}

export function goldenParameters(specs: readonly ParameterSpec[], scale: number): Map<string, Float32Array> {
  return new Map(
    specs.map(({ name, shape }, p) => {
      const isScale = name.endsWith('.norm.weight');
      const values = Float32Array.from({ length: countElements(shape) }, (_, i) =>
        isScale ? 1 + 0.2 * (u(p, i) - 0.5) : scale * (u(p, i) - 0.5),
      );
      return [name, values];
    }),
  );
}

/** Mask k of a fixture with dropout 0.1, from its element `first`. */
export function goldenMask(k: number, first: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (u(1000 + k, first + i) >= 0.1 ? 1 / 0.9 : 0));
}

/** Sizes of a fixture's model. */
export interface GoldenConfig {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly layers: number;
  readonly maxLength: number;
}

/** The model of a fixture, with its switches as PyTorch has them. */
export function goldenSize(config: GoldenConfig, dropout: number): ModelSize {
  return { ...config, dropout, serialization: true, losReads: 'mean' };
}

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: string;
}
export function decode({ data }: GoldenArray): Float64Array {
  const bytes = Buffer.from(data, 'base64');
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(`test/fixtures/model/${name}.json`, 'utf8')) as T;
}

/** ‖a − b‖ / ‖b‖; where b is (numerically) nothing, ‖a‖ alone. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return norm > 1e-16 ? Math.sqrt(difference / norm) : Math.sqrt(difference);
}
