import type { Uri } from 'vscode';
import type { DatasetTarget, RunTarget } from '../targets';
import type { Host } from '../host';

/** Every command of the extension with what it may be given: by the tree, a panel, a lens, or nothing by the palette. */
export interface CommandArguments {
  'medbert.newSampleStudy': [];
  'medbert.importRecords': [source?: Uri];
  'medbert.showCohort': [dataset?: DatasetTarget];
  'medbert.pretrain': [dataset?: DatasetTarget];
  'medbert.finetune': [from?: RunTarget | DatasetTarget];
  'medbert.runConfiguration': [file?: Uri];
  'medbert.stopRun': [run?: RunTarget];
  'medbert.resumeRun': [run?: RunTarget];
  'medbert.showCurves': [run?: RunTarget, selected?: readonly RunTarget[]];
  'medbert.compareRuns': [run?: RunTarget, selected?: readonly RunTarget[]];
  'medbert.showMap': [run?: RunTarget];
  'medbert.evaluate': [run?: RunTarget];
  'medbert.exportModel': [run?: RunTarget];
  'medbert.revealRun': [run?: RunTarget];
  'medbert.openLog': [run?: RunTarget];
  'medbert.deleteRun': [run?: RunTarget, selected?: readonly RunTarget[]];
  /** Of the patient with this id; the tree gives the selected rows in its place. */
  'medbert.explainPatient': [run?: RunTarget, patient?: unknown];
  'medbert.openPatient': [run?: RunTarget, patient?: unknown];
  'medbert.useForInline': [run?: RunTarget];
  'medbert.stopInline': [];
  'medbert.toggleShading': [];
  'medbert.diagnose': [];
  'medbert.filterRuns': [];
  'medbert.clearFilter': [];
  'medbert.sortRuns': [];
  'medbert.refresh': [];
}
export type CommandId = keyof CommandArguments;

/** One command: what it does and what it needs. Its title stands in package.json. */
export interface Command<Arguments extends readonly unknown[]> {
  /** Whether it starts a process or writes: then a workspace without trust refuses it. */
  readonly needsTrust: boolean;
  run(host: Host, ...args: Arguments): Promise<void> | void;
}

/** All commands: a missing or superfluous one does not compile. */
export type CommandTable = { readonly [Id in CommandId]: Command<CommandArguments[Id]> };
