import type { Progress } from '../protocol/progress';
import type { RunManifest } from '../protocol/run';
import type { Journal } from '../runs/journal';

/** What a run works with: its folder is the only thing that it writes to. */
export interface RunContext<M extends RunManifest = RunManifest> {
  /** Home folder, for reading datasets and parent runs. */
  readonly home: string;
  readonly folder: string;
  readonly manifest: M;
  readonly journal: Journal;
  readonly progress: Progress;
  /** Fires when the process is told to end at once (a second Ctrl-C); stops are asked for through the folder. */
  readonly signal: AbortSignal;
}

/** How the work of a run ended; a failure is thrown. */
export type RunEnd = 'completed' | 'early-stopping' | 'stopped';

export interface RunResult {
  readonly end: RunEnd;
  /** Optimizer steps done. */
  readonly step: number;
}

/** A run that was made, with what a person should know before it trains. */
export interface CreatedRun {
  readonly id: string;
  readonly folder: string;
  readonly remarks: readonly string[];
}
