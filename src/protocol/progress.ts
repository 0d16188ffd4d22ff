/** One report of long work on its way. */
export interface ProgressReport {
  /** What is being done, in words a person understands: `reading claims`, `writing the dataset`. */
  readonly phase: string;
  /** How much is done, in `unit`s. */
  readonly done: number;
  /** How much there is in all; absent when nobody can know. */
  readonly total?: number;
  /** `rows`, `patients`, `bytes`, `steps` … */
  readonly unit?: string;
  /** A few live figures beside the bar, such as `loss 4.31 · 312 patients/s`. */
  readonly note?: string;
}

/** Receives progress; called often, so it must be cheap (whoever draws throttles). */
export type Progress = (report: ProgressReport) => void;

/** What long work accepts beside its own arguments. */
export interface LongWork {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}
