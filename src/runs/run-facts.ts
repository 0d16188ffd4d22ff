import type { RunManifest, RunState } from '../protocol/run';
import type { DamagedRun } from './store';

/** A checkpoint on the disk, and whether it is the best one. */
export interface CheckpointFact {
  readonly step: number;
  readonly best: boolean;
  /** Path of its folder. */
  readonly folder: string;
}

/**
 * Everything that a list of runs shows of one run, read from its folder. Moments are milliseconds since 1970; null
 * means that it is not known (yet).
 */
export interface RunFacts {
  readonly damaged: false;
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly state: RunState;
  /** Why it ended, in words: the error, or how training came to its end; null while it has not ended. */
  readonly endingMessage: string | null;
  /** Optimizer steps done, and planned. */
  readonly step: number;
  readonly steps: number | null;
  readonly epoch: number | null;
  /** When its first process began. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly lastEventAt: number | null;
  /** Since when it waits for its turn; null when it does not, also when whoever made it never put it into the queue. */
  readonly waitingSince: number | null;
  /** Step of the checkpoint that its last process went on from; null = it began at the beginning. */
  readonly resumedFrom: number | null;
  /** Latest mean training loss. */
  readonly trainLoss: number | null;
  /** Step of the best checkpoint, and the figures of the validation patients there. */
  readonly bestStep: number | null;
  readonly validLoss: number | null;
  readonly validAuroc: number | null;
  readonly mlmAccuracy: number | null;
  readonly losAuroc: number | null;
  /** AUROC on the test patients with its 95 % interval: finished fine-tuning only. */
  readonly testAuroc: number | null;
  readonly testAurocCi95: readonly [number, number] | null;
  /** Test patients behind it. */
  readonly testPatients: number | null;
  readonly patientsPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  /** Seconds that are left as seen at the refresh; null unless it is running and its pace is known. */
  readonly etaSeconds: number | null;
  /** The moment that {@link etaSeconds} points to; unlike that, it stays the same while nothing happens. */
  readonly expectedEnd: number | null;
  /** Checkpoints on the disk, by rising step. */
  readonly checkpoints: readonly CheckpointFact[];
  /** What went wrong, when it failed (or its figures are damaged). */
  readonly error: string | null;
  /** The error is a bug of ours, as opposed to something that the person can mend. */
  readonly bug: boolean;
  /** The process that works on it now. */
  readonly pid: number | null;
}

/** A run, or a folder that cannot be read as one. */
export type ListedRun = RunFacts | DamagedRun;
