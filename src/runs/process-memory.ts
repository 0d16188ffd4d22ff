import { hostname } from 'node:os';
import type { ProcessRecord } from '../protocol/run';
import { isAlive, type Movement, pidExists } from './process';

/** Milliseconds for which the proof that a pid is still the same process holds, where a proof is dear. */
const proofHolds = 30_000;

/**
 * Judges again and again whether a process lives. To prove by its start time that it is the same one costs a program
 * of its own on macOS and Windows; there the proof holds for half a minute, as long as some process has the pid.
 */
export class ProcessMemory {
  #proven: { readonly key: string; readonly at: number } | undefined;

  constructor(
    private readonly dear: boolean = process.platform !== 'linux',
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** As {@link isAlive} judges, or judged a moment ago. */
  isAlive(record: ProcessRecord, movement?: Movement): boolean {
    const key = `${record.pid} ${record.startTime} ${record.host}`;
    if (this.dear && record.host === hostname() && this.#proven?.key === key) {
      if (!pidExists(record.pid)) return false;
      if (this.clock() - this.#proven.at < proofHolds) return true;
    }
    const alive = isAlive(record, movement);
    this.#proven = alive ? { key, at: this.clock() } : undefined;
    return alive;
  }
}
