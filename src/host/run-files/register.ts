import * as vscode from 'vscode';
import type { Host } from '../host';
import { RunFileCompletion } from './completion';
import { RunFileLens } from './lens';
import { RunFileProblems } from './problems';

/** Everything that editors of run configuration files get from us; the JSON schema gives them the rest. */
export function registerRunFiles(host: Host): vscode.Disposable {
  const files: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.medbert.json' };
  const lens = new RunFileLens();
  return vscode.Disposable.from(
    lens,
    new RunFileProblems(host),
    vscode.languages.registerCodeLensProvider(files, lens),
    vscode.languages.registerCompletionItemProvider(files, new RunFileCompletion(host), '"', '/'),
  );
}
