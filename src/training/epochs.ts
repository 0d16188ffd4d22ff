import { RandomStream } from '../engine/random';

/** Optimizer steps of one pass over so many patients. The last batch may be smaller. */
export function stepsOfEpoch(patients: number, batchSize: number): number {
  return Math.max(1, Math.ceil(patients / batchSize));
}

/**
 * The order in which patients are trained on: each epoch is a fresh shuffle that depends on (seed, epoch)
 * alone, so step s always has the same batch, whether or not the run was interrupted before it.
 */
export class EpochOrder {
  private epoch = -1;
  private order: Int32Array = new Int32Array(0);
  private readonly stepsPerEpoch: number;

  constructor(
    private readonly patients: Int32Array,
    private readonly batchSize: number,
    private readonly seed: number,
  ) {
    this.stepsPerEpoch = stepsOfEpoch(patients.length, batchSize);
  }

  /** Patients of an optimizer step (from 0) with the epoch that it belongs to. */
  at(step: number): { epoch: number; patients: Int32Array } {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.epoch) {
      this.order = new RandomStream(this.seed, 0x5eed, epoch).shuffle(this.patients.slice());
      this.epoch = epoch;
    }
    const first = (step % this.stepsPerEpoch) * this.batchSize;
    return { epoch, patients: this.order.subarray(first, first + this.batchSize) };
  }
}

/** Cuts a step's patients into at most `count` micro-batches of like size, none empty. */
export function microBatches(patients: Int32Array, count: number): Int32Array[] {
  const size = Math.ceil(patients.length / count);
  const parts: Int32Array[] = [];
  for (let first = 0; first < patients.length; first += size)
    parts.push(patients.subarray(first, first + size));
  return parts;
}
