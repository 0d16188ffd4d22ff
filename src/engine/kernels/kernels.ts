import { UserError } from '../../protocol/errors';
import { kernelsBase64 } from './kernels.generated';

/** The exports of kernels.as.ts. Pointers are byte offsets; `n` counts floats and is a multiple of 4. */
interface KernelExports {
  adamw(
    parameter: number,
    gradient: number,
    m: number,
    v: number,
    n: number,
    gradientScale: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    keep: number,
    stepSize: number,
    rootScale: number,
  ): void;
  sumOfSquares(x: number, n: number): number;
  add(target: number, source: number, n: number): void;
  addRows(table: number, ids: number, rows: number, count: number, width: number): void;
  dropoutMask(out: number, n: number, key0: number, key1: number, threshold: number, scale: number): void;
}

/** The part of WebAssembly's JavaScript interface used here; Node's typings leave it to the DOM library. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const pageBytes = 65536;
/** WebAssembly's address space of 4 GiB. */
const maximumPages = 65536;

const smallerStep =
  'Lower batchSize, or raise accumulate so that a step is made of smaller parts; a smaller model (hidden, layers) needs less too.';

/** Floats in a region, rounded up so that SIMD loops need no tail and every region starts on a cache line. */
export function paddedLength(floats: number): number {
  return Math.ceil(floats / 16) * 16;
}

/**
 * The SIMD kernels and the memory that they and the runtime share. The runtime reads and writes views of it
 * without copying. Growing the memory moves it: take views when they are needed, never keep them.
 */
export class Kernels {
  readonly run: KernelExports;
  private readonly memory = new WebAssembly.Memory({ initial: 1, maximum: maximumPages });
  private top = 1024;

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(kernelsBase64, 'base64'));
    this.run = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as KernelExports;
  }

  /** Reserves room for so many floats, for good, and fills it with 0. Returns its byte offset. */
  reserve(floats: number): number {
    const pointer = this.top;
    const length = paddedLength(floats);
    this.ensure(pointer + length * 4);
    this.top = pointer + length * 4;
    // Scratch of earlier steps may have stood here.
    this.floats(pointer, length).fill(0);
    return pointer;
  }

  /** First byte behind everything reserved: scratch that every step may use from here on, after {@link ensure}. */
  get scratch(): number {
    return this.top;
  }

  /** Makes the memory reach to this byte offset. @throws UserError when it cannot */
  ensure(bytes: number): void {
    const missing = Math.ceil(bytes / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    if (missing <= 0) return;
    const needed = `A training step would need ${Math.ceil(bytes / 2 ** 20)} MiB`;
    if (bytes / pageBytes > maximumPages) {
      throw new UserError(`${needed} in one memory of 4096 MiB.`, { advice: smallerStep });
    }
    try {
      this.memory.grow(missing);
    } catch (error) {
      throw new UserError(
        `${needed}, which this computer does not give.`,
        { advice: smallerStep },
        { cause: error },
      );
    }
  }

  /**
   * Fills a region with a dropout mask: element i is 0 or 1/(1 − rate) by `halfAt(key, i)`. The rate is taken
   * in steps of 2⁻¹⁶ (0.1 becomes 0.100006), and the scale is that of the rate taken.
   */
  drawMask(pointer: number, length: number, [key0, key1]: readonly [number, number], rate: number): void {
    const threshold = Math.round(rate * 0x10000);
    const scale = 0x10000 / (0x10000 - threshold);
    this.run.dropoutMask(pointer, paddedLength(length), key0, key1, threshold, scale);
  }

  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }
}
