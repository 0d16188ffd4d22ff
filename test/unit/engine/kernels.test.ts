import { describe, expect, it } from 'vitest';
import { Kernels, paddedLength } from '../../../src/engine/kernels/kernels';
import { halfAt, keyPair, RandomStream } from '../../../src/engine/random';
import { UserError } from '../../../src/protocol/errors';

function normals(length: number, ...key: number[]): Float32Array {
  const stream = new RandomStream(...key);
  return Float32Array.from({ length }, () => stream.normal());
}

/** Puts numbers into the kernels' memory. */
function place(kernels: Kernels, values: Float32Array): number {
  const pointer = kernels.reserve(values.length);
  kernels.floats(pointer, values.length).set(values);
  return pointer;
}

describe('adamw', () => {
  it.each([0, 0.3])('follows a float64 reference for 50 steps, decay %d', (weightDecay) => {
    const n = 48;
    const [rate, beta1, beta2, epsilon] = [0.02, 0.9, 0.999, 1e-8];
    const kernels = new Kernels();
    const start = normals(n, 1);
    const [p, m, v] = [place(kernels, start), kernels.reserve(n), kernels.reserve(n)];
    const g = kernels.reserve(n);
    const reference = Float64Array.from(start);
    const [first, second] = [new Float64Array(n), new Float64Array(n)];
    for (let t = 1; t <= 50; t++) {
      // Sizes over six orders of magnitude: epsilon matters for some.
      const gradient = normals(n, 2, t).map((x, i) => x * 10 ** ((i % 7) - 6));
      kernels.floats(g, n).set(gradient);
      kernels.run.adamw(
        p,
        g,
        m,
        v,
        n,
        0.5,
        beta1,
        beta2,
        epsilon,
        1 - rate * weightDecay,
        rate / (1 - Math.fround(beta1) ** t),
        1 / Math.sqrt(1 - Math.fround(beta2) ** t),
      );
      for (let i = 0; i < n; i++) {
        const x = 0.5 * gradient[i]!;
        first[i] = beta1 * first[i]! + (1 - beta1) * x;
        second[i] = beta2 * second[i]! + (1 - beta2) * x * x;
        const [mean, square] = [first[i]! / (1 - beta1 ** t), second[i]! / (1 - beta2 ** t)];
        reference[i]! -= rate * weightDecay * reference[i]!;
        reference[i]! -= (rate * mean) / (Math.sqrt(square) + epsilon);
      }
    }
    kernels.floats(p, n).forEach((value, i) => {
      const moved = Math.abs(reference[i]! - start[i]!);
      // Fifty roundings of numbers around 1.
      expect(Math.abs(value - reference[i]!)).toBeLessThan(4e-6 + 1e-6 * moved);
    });
  });
});

describe('sumOfSquares', () => {
  it('keeps its digits over a million numbers of unlike size', () => {
    const values = normals(2 ** 20, 3).map((x, i) => (i % 1000 === 0 ? 1000 * x : 1e-3 * x));
    const kernels = new Kernels();
    const expected = values.reduce((sum, x) => sum + x * x, 0);
    const got = kernels.run.sumOfSquares(place(kernels, values), values.length);
    expect(Math.abs(got - expected) / expected).toBeLessThan(1e-12);
  });
});

describe('add', () => {
  it('adds element by element and touches nothing behind', () => {
    const kernels = new Kernels();
    const [a, b] = [normals(32, 4), normals(16, 5)];
    const target = place(kernels, a);
    kernels.run.add(target, place(kernels, b), 16);
    const expected = a.map((x, i) => (i < 16 ? x + b[i]! : x));
    expect(kernels.floats(target, 32)).toEqual(expected);
  });
});

describe('addRows', () => {
  it.each([1, 3, 4, 6, 7, 192])('adds rows of width %d in order, repeated ids too', (width) => {
    const kernels = new Kernels();
    const ids = Int32Array.of(2, 0, 2, 2, 4, 0);
    const [table, rows] = [normals(5 * width, 6), normals(ids.length * width, 7)];
    const at = place(kernels, table);
    const idsAt = kernels.reserve(ids.length);
    kernels.integers(idsAt, ids.length).set(ids);
    kernels.run.addRows(at, idsAt, place(kernels, rows), ids.length, width);
    const expected = table.slice();
    ids.forEach((id, r) => {
      for (let i = 0; i < width; i++) expected[id * width + i]! += rows[r * width + i]!;
    });
    expect(kernels.floats(at, table.length)).toEqual(expected);
  });

  it('leaves rows that no id names', () => {
    const kernels = new Kernels();
    const at = place(kernels, normals(12, 8));
    const before = kernels.floats(at, 12).slice();
    const idsAt = kernels.reserve(1);
    kernels.integers(idsAt, 1)[0] = 1;
    kernels.run.addRows(at, idsAt, place(kernels, Float32Array.of(1, 1, 1, 1)), 1, 4);
    expect(kernels.floats(at, 4)).toEqual(before.subarray(0, 4));
    expect(kernels.floats(at + 32, 4)).toEqual(before.subarray(8));
  });
});

describe('dropoutMask', () => {
  const kernels = new Kernels();
  const n = 40_000;
  const pointer = kernels.reserve(n);
  const draw = (key: readonly [number, number], rate: number): Float32Array => {
    kernels.drawMask(pointer, n, key, rate);
    return kernels.floats(pointer, n).slice();
  };

  it.each([0.1, 0.5, 0.9])('is bit for bit what halfAt says, rate %d', (rate) => {
    for (const key of [keyPair(1), keyPair(0xffff_ffff, 12), [0, 0] as const]) {
      const expected = Float32Array.from({ length: n }, (_, i) =>
        halfAt(key, i) >= Math.round(rate * 2 ** 16) ? 2 ** 16 / (2 ** 16 - Math.round(rate * 2 ** 16)) : 0,
      );
      expect(Buffer.compare(Buffer.from(draw(key, rate).buffer), Buffer.from(expected.buffer))).toBe(0);
    }
  });

  it.each([0.1, 0.25, 0.5])('drops a share of %d, within binomial error', (rate) => {
    for (let step = 0; step < 8; step++) {
      const dropped = draw(keyPair(3, step), rate).filter((x) => x === 0).length;
      expect(Math.abs(dropped - n * rate) / Math.sqrt(n * rate * (1 - rate))).toBeLessThan(4.5);
    }
  });

  it('masks of neighbouring steps, micro-batches and layers are independent', () => {
    const rate = 0.3;
    const keys = [
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 0, 1, 0],
      [1, 0, 0, 1],
      [2, 0, 0, 0],
    ];
    const masks = keys.map((key) => draw(keyPair(...key), rate));
    masks.forEach((a, i) =>
      masks.slice(0, i).forEach((b) => {
        const both = a.filter((x, k) => x === 0 && b[k] === 0).length;
        const share = rate * rate;
        expect(Math.abs(both - n * share) / Math.sqrt(n * share * (1 - share))).toBeLessThan(4.5);
      }),
    );
  });
});

describe('the kernels’ memory', () => {
  it('regions are zero, apart and on whole cache lines, and keep their numbers when it grows', () => {
    const kernels = new Kernels();
    const first = place(kernels, Float32Array.of(1, 2, 3));
    const second = kernels.reserve(100_000);
    expect(second - first).toBe(64);
    expect(first % 64).toBe(0);
    expect(kernels.floats(second, 100_000).every((x) => x === 0)).toBe(true);
    expect([...kernels.floats(first, 3)]).toEqual([1, 2, 3]);
    expect([0, 1, 16, 17].map(paddedLength)).toEqual([0, 16, 16, 32]);
  });

  it('says how much a step would need when it is more than one memory can hold', () => {
    const tooMuch = (): void => new Kernels().ensure(2 ** 32 + 1);
    expect(tooMuch).toThrow(UserError);
    expect(tooMuch).toThrow('4097 MiB in one memory of 4096 MiB');
  });

  it('a region is zero also where scratch stood before', () => {
    const kernels = new Kernels();
    kernels.ensure(kernels.scratch + 4096);
    kernels.floats(kernels.scratch, 1024).fill(7);
    expect(kernels.floats(kernels.reserve(500), 512).every((x) => x === 0)).toBe(true);
    expect(kernels.floats(kernels.scratch, 1)[0]).toBe(7);
  });
});
