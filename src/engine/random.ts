/**
 * Counter-based randomness: every number is a function of a key and a counter, so a stream can be entered at
 * any place, needs no stored state and comes out the same on every machine.
 */

/** A permutation of 32-bit integers in which every input bit changes every output bit with probability near ½. */
export function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A key made of several numbers (seed, step, purpose …); order matters. */
export function keyOf(...parts: readonly number[]): number {
  let key = 0x9e3779b9;
  for (const part of parts) key = scramble((Math.imul(key, 0x85ebca6b) + part) | 0);
  return key;
}

/** The first 32-bit keys of a purpose as a pair: 64 bits of key for the dropout kernel. */
export function keyPair(...parts: readonly number[]): readonly [number, number] {
  return [keyOf(...parts, 1), keyOf(...parts, 2)];
}

/** 32 random bits of element `i` under a key pair. */
export function bitsAt([key0, key1]: readonly [number, number], i: number): number {
  return scramble((scramble((Math.imul(i, 0x9e3779b9) + key0) | 0) + key1) | 0);
}

/** 16 random bits of element `i` under a key pair: halves of {@link bitsAt}; the same function as the dropout kernel's. */
export function halfAt(key: readonly [number, number], i: number): number {
  return (bitsAt(key, i >>> 1) >>> (16 * (i & 1))) & 0xffff;
}

/** A stream of numbers under one key. */
export class RandomStream {
  private counter = 0;
  private readonly key: readonly [number, number];

  constructor(...key: readonly number[]) {
    this.key = keyPair(...key);
  }

  /** Uniform 32-bit integer. */
  bits(): number {
    return bitsAt(this.key, this.counter++);
  }

  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 0x4000000 + (this.bits() >>> 6)) / 0x20000000000000;
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Normal with standard deviation σ, redrawn until within ±2σ, as BERT initialises its weights. */
  truncatedNormal(sigma: number): number {
    for (;;) {
      const x = this.normal();
      if (Math.abs(x) <= 2) return x * sigma;
    }
  }

  /** Shuffles in place (Fisher–Yates). */
  shuffle<T extends { length: number; [i: number]: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swap = items[i]!;
      items[i] = items[j]!;
      items[j] = swap;
    }
    return items;
  }
}
