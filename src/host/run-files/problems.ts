import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { runFileSuffix } from '../../protocol/run-file';
import { datasetsFolder, runsFolder } from '../../runs/home';
import type { Host } from '../host';
import { type Surroundings, checkRunFile } from './check-run-file';
import { nodeAt, readJsonTree } from './json-tree';
import { understoodOf } from './read-run-file';

/** Typing rests this long before a file is looked at. */
const restMs = 300;

/**
 * Shows what a JSON schema cannot say about open run configurations: values that contradict each other, and
 * datasets, runs and files that are not there.
 */
export class RunFileProblems implements vscode.Disposable {
  private readonly shown = vscode.languages.createDiagnosticCollection('medbert');
  private readonly resting = new Map<string, NodeJS.Timeout>();
  private readonly listening: vscode.Disposable;

  constructor(private readonly host: Host) {
    const { workspace } = vscode;
    this.listening = vscode.Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.check(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.checkSoon(document)),
      workspace.onDidSaveTextDocument(() => this.checkAll()),
      workspace.onDidCloseTextDocument((document) => this.forget(document)),
      host.datasets.onDidChange(() => this.checkAll()),
      host.runs.onDidChange(({ appeared, vanished }) => {
        if (appeared.length + vanished.length > 0) this.checkAll();
      }),
    );
    this.checkAll();
  }

  dispose(): void {
    this.listening.dispose();
    this.shown.dispose();
    for (const timer of this.resting.values()) clearTimeout(timer);
  }

  private checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.check(document);
  }

  private checkSoon(document: vscode.TextDocument): void {
    if (!isRunFile(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.resting.get(key));
    this.resting.set(
      key,
      setTimeout(() => this.check(document), restMs),
    );
  }

  private check(document: vscode.TextDocument): void {
    if (!isRunFile(document) || document.isClosed) return;
    const text = document.getText();
    const { root, mistake } = readJsonTree(text);
    const file = mistake === undefined ? understoodOf(text) : undefined;
    // Wrong JSON and wrong values are shown by the editor itself, by the schema.
    const remarks = file === undefined ? [] : checkRunFile(file, surroundings(this.host, document.fileName));
    this.shown.set(
      document.uri,
      remarks.map(({ path, message, isError }) => {
        const { start, end } = nodeAt(root, path);
        const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
        const { Error, Warning } = vscode.DiagnosticSeverity;
        const problem = new vscode.Diagnostic(range, message, isError ? Error : Warning);
        problem.source = 'Med-BERT';
        return problem;
      }),
    );
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.resting.get(key));
    this.resting.delete(key);
    this.shown.delete(document.uri);
  }
}

function isRunFile({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && uri.fsPath.endsWith(runFileSuffix);
}

function surroundings({ home, runs }: Host, file: string): Surroundings {
  return {
    hasDataset: (name) => existsSync(join(datasetsFolder(home), name, 'dataset.json')),
    run: (id) => runs.facts(id)?.manifest ?? existsSync(join(runsFolder(home), id, 'run.json')),
    hasFile: (path) => existsSync(resolve(dirname(file), path)),
  };
}
