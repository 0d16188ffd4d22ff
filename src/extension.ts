import * as vscode from 'vscode';
import { commandTable, registerCommands } from './host/commands/commands';
import { DatasetWatch } from './host/dataset-watch';
import { ExperimentsView } from './host/experiments/experiments-view';
import type { Host } from './host/host';
import { InlineModel } from './host/inline/inline-model';
import { startWaiting } from './host/launch';
import { notifyOfEndings } from './host/notifications';
import { OpenPanels } from './host/panels/open-panels';
import { restoreAllPanels } from './host/panels/panels';
import { PatientAddresses, patientScheme } from './host/patient-document/addresses';
import { PatientDocuments } from './host/patient-document/patient-documents';
import { QueryClient } from './host/query-client';
import { RunWatch } from './host/run-watch';
import { settingsOf } from './host/settings';
import { StatusBar } from './host/status-bar';
import { studyOf } from './host/study';
import { teller } from './host/tell';
import { followWalkthrough } from './host/walkthrough';

/**
 * Puts the parts of the extension together. Nothing is started and no folder is made here: that takes a command, or
 * a run that waits in the queue.
 */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const started = performance.now();
  const log = vscode.window.createOutputChannel('Med-BERT Explorer', { log: true });
  const settings = settingsOf();
  const tell = teller(log);
  const study = studyOf(settings);
  const query = new QueryClient(context.asAbsolutePath('dist/query.js'), log);
  const explain = new QueryClient(context.asAbsolutePath('dist/query.js'), log);
  const datasets = new DatasetWatch(study.home);
  const runs = new RunWatch(
    study.home,
    settings,
    () => {
      datasets.refresh();
      if (vscode.workspace.isTrusted && runs.isWaiting) startWaiting(host);
    },
    tell,
  );
  const inlineModel = new InlineModel(context.workspaceState, runs);
  const patientDocuments = new PatientDocuments(new PatientAddresses());
  const host: Host = {
    ...study,
    runs,
    datasets,
    query,
    explain,
    inlineModel,
    patientDocuments,
    settings,
    log,
    tell,
    memory: context.workspaceState,
    openPanels: new OpenPanels(),
    extensionFolder: context.extensionPath,
    reveal: (runId) => void view.reveal(runId),
    execute: (command, ...args) => vscode.commands.executeCommand(command, ...args),
  };
  const view = new ExperimentsView(host);
  context.subscriptions.push(
    log,
    query,
    explain,
    inlineModel,
    patientDocuments,
    // Not later: the editor asks for restored pages as soon as we are awake.
    vscode.workspace.registerFileSystemProvider(patientScheme, patientDocuments, { isReadonly: true }),
    datasets,
    runs,
    view,
    registerCommands(commandTable(view), host),
    restoreAllPanels(host),
    new StatusBar(host),
    notifyOfEndings(host),
    followWalkthrough(host),
    reloadWhenHomeChanges(study.home),
  );
  if (study.isOpen) void runs.follow();
  // Editors of run configurations get their help a moment later than the window opens.
  void import('./host/run-files/register').then(({ registerRunFiles }) =>
    context.subscriptions.push(registerRunFiles(host)),
  );
  if (study.isOpen) {
    void import('./host/inline/register').then(({ registerInline }) =>
      context.subscriptions.push(registerInline(host)),
    );
  }
  const activationMs = performance.now() - started;
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return { activationMs, queryPid: () => query.pid };
}

/** What tests of the extension may ask. */
export interface ExtensionApi {
  readonly activationMs: number;
  /** Process of the query worker, while there is one. */
  queryPid(): number | undefined;
}

/** Every part holds the home folder that it was made with; another home is another window. */
function reloadWhenHomeChanges(home: string): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(async (change) => {
    if (!change.affectsConfiguration('medbert.home') || studyOf(settingsOf()).home === home) return;
    const reload = vscode.l10n.t('Reload Window');
    const text = vscode.l10n.t('The home folder of Med-BERT Explorer has changed.');
    if ((await vscode.window.showInformationMessage(text, reload)) === reload) {
      await vscode.commands.executeCommand('workbench.action.reloadWindow');
    }
  });
}
