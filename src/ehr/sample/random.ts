/**
 * A small fast counting generator (sfc32: 96 bits of chaotic state and a 32-bit counter).
 * One object serves all patients: {@link seed} starts the stream of one of them, so a patient's
 * numbers depend on the study's seed and on the patient's index, and on nothing else.
 */
export class RandomStream {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;
  #spareNormal = Number.NaN;

  /** Starts the stream of `(seed, index)`; both are unsigned 32-bit integers. */
  seed(seed: number, index: number): void {
    this.#a = seed | 0;
    this.#b = index | 0;
    this.#c = 0x6d656462;
    this.#counter = 1;
    this.#spareNormal = Number.NaN;
    // Twelve rounds carry every seed bit into every state bit.
    for (let round = 0; round < 12; round++) this.integer();
  }

  /** The next unsigned 32-bit integer. */
  integer(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in (0, 1), never 0 or 1. */
  uniform(): number {
    return (this.integer() + 0.5) / 4294967296;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal (Box–Muller; the second of each pair is kept for the next call). */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Standard exponential. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** Standard Gumbel: the largest of `log weight + gumbel` falls on an item in proportion to its weight. */
  gumbel(): number {
    return -Math.log(this.exponential());
  }

  /** Poisson with a small mean (products of uniforms). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }
}

/** Uniform in [0, 1) from a key and two small numbers: a draw that can be repeated without storing it. */
export function hashedUniform(key: number, first: number, second: number): number {
  let x = (key ^ Math.imul(first + 1, 0x9e3779b1) ^ Math.imul(second + 1, 0x85ebca77)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 4294967296;
}
