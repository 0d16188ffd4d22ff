import type { LogOutputChannel, Memento } from 'vscode';
import type { DatasetWatch } from './dataset-watch';
import type { InlineModel } from './inline/inline-model';
import type { OpenPanels } from './panels/open-panels';
import type { PatientDocuments } from './patient-document/patient-documents';
import type { QueryClient } from './query-client';
import type { RunWatch } from './run-watch';
import type { Settings } from './settings';
import type { Study } from './study';

/** What the parts of the extension share: one object for a window. */
export interface Host extends Study {
  readonly runs: RunWatch;
  /** Throws when the workspace is not trusted, because a question starts a process. */
  readonly query: QueryClient;
  /** The same for explanations of patients, so that neither waits for the other. */
  readonly explain: QueryClient;
  /** The run that explains patients in editors. */
  readonly inlineModel: InlineModel;
  readonly patientDocuments: PatientDocuments;
  readonly settings: Settings;
  readonly openPanels: OpenPanels;
  readonly log: LogOutputChannel;
  readonly datasets: DatasetWatch;
  /** What the person answered last time, kept for the workspace. Never anything of a patient. */
  readonly memory: Memento;
  /** Shows an error to the person: a mistake as it is, a bug as a bug, a cancellation not at all. */
  tell(error: unknown): void;
  /** Shows a run in the tree. */
  reveal(runId: string): void;
  /** Runs one of our commands, or the editor's. */
  execute(command: string, ...args: readonly unknown[]): Thenable<unknown>;
  /** Where the extension is installed. */
  readonly extensionFolder: string;
}
