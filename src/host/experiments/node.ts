import type { Icon } from './run-row';

/** What a row of the tree is about. Commands are given these: they carry `runId` or `dataset`. */
export type ExperimentHandle =
  | { readonly kind: 'study'; readonly id: string }
  | { readonly kind: 'dataset'; readonly id: string; readonly dataset: string }
  | { readonly kind: 'run'; readonly id: string; readonly runId: string }
  | { readonly kind: 'checkpoint'; readonly id: string; readonly runId: string; readonly step: number };

/** One row of the tree, ready to be shown. */
export interface ExperimentNode {
  readonly handle: ExperimentHandle;
  readonly label: string;
  /** Facts beside the label. */
  readonly description: string;
  /** What a screen reader says: it cannot see the icon. */
  readonly spoken: string;
  readonly icon: Icon;
  /** What `when` clauses go by, as `viewItem`. */
  readonly context: string;
  /** Ids of the row above and of those beneath, in order. */
  readonly parent: string | null;
  readonly children: readonly string[];
  /** Whether it is unfolded when it is seen for the first time. */
  readonly unfolded: boolean;
}

/** The whole tree at one moment. */
export interface Experiments {
  readonly roots: readonly string[];
  readonly nodes: ReadonlyMap<string, ExperimentNode>;
  /** Runs that pass the filter, and all of them; damaged ones count. */
  readonly shown: number;
  readonly total: number;
  /** Ids of the runs at work. */
  readonly running: readonly string[];
}

export const noExperiments: Experiments = { roots: [], nodes: new Map(), shown: 0, total: 0, running: [] };

/** The id of a run's row. */
export function runNodeId(runId: string): string {
  return `run:${runId}`;
}
