import { availableParallelism } from 'node:os';
import { version } from '../../package.json';

/** Version of this program, recorded in every run. */
export const codeVersion: string = version;

/** Threads of the matrix products: frozen into a run, because the order of sums depends on it. */
export function resolveThreads(asked: number): number {
  return asked > 0 ? asked : availableParallelism();
}
