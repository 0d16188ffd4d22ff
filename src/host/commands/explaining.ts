import * as vscode from 'vscode';
import type { RunFacts } from '../../runs/run-facts';
import type { Host } from '../host';
import { canExplain } from '../inline/inline-model';
import { withProgress } from '../long-work';
import { showPanel } from '../panels/panel';
import { patientPanel } from '../panels/patient-panel';
import { type RunTarget, chooseRun, runIdOf } from '../targets';
import type { CommandTable } from './command';

/** Explanations of single patients: the panel, the patient's page, and those inline in editors. */
export const explainingCommands = {
  'medbert.explainPatient': {
    needsTrust: true,
    async run(host, run, patient) {
      const chosen = await chooseExplaining(host, run, vscode.l10n.t('Explain by which run?'));
      if (chosen === undefined) return;
      // The panel has a list of patients of its own. (The tree gives its selected rows in place of a patient.)
      const subject = { run: chosen.id, patient: typeof patient === 'string' ? patient : null };
      showPanel(patientPanel, subject, host);
    },
  },
  'medbert.openPatient': {
    needsTrust: true,
    async run(host, run, patient) {
      const about = await choosePage(host, run, patient);
      if (about === undefined) return;
      const document = await vscode.workspace.openTextDocument(host.patientDocuments.addresses.of(about));
      await vscode.window.showTextDocument(document, { preview: true });
    },
  },
  'medbert.useForInline': {
    needsTrust: false,
    async run(host, target) {
      const run = await chooseRun(host, target, {
        question: vscode.l10n.t('Which run explains patients in editors?'),
        suits: canExplain,
        none: vscode.l10n.t('Only a run with a checkpoint can explain patients.'),
      });
      if (run !== undefined) await host.inlineModel.use(run.id);
    },
  },
  'medbert.stopInline': {
    needsTrust: false,
    async run(host) {
      await host.inlineModel.use(null);
    },
  },
  'medbert.toggleShading': {
    needsTrust: false,
    async run(host) {
      const section = vscode.workspace.getConfiguration('medbert');
      const { shading } = host.settings.inlineExplanations;
      const written = section.inspect<Readonly<Record<string, boolean>>>('inlineExplanations');
      // Where the person has set it; a workspace's own word goes before the person's.
      const { ConfigurationTarget } = vscode;
      const [target, value] =
        written?.workspaceFolderValue !== undefined
          ? [ConfigurationTarget.WorkspaceFolder, written.workspaceFolderValue]
          : written?.workspaceValue !== undefined
            ? [ConfigurationTarget.Workspace, written.workspaceValue]
            : [ConfigurationTarget.Global, written?.globalValue];
      await section.update('inlineExplanations', { ...value, shading: !shading }, target);
    },
  },
} satisfies Partial<CommandTable>;

/** The given run, else the pinned one, else one that the person picks. */
function chooseExplaining(
  host: Host,
  target: RunTarget | undefined,
  question: string,
): Promise<RunFacts | undefined> {
  return chooseRun(host, runIdOf(target) ?? host.inlineModel.facts?.id, {
    question,
    suits: canExplain,
    none: vscode.l10n.t('Only a run with a checkpoint can explain patients.'),
  });
}

/** The given run and patient, or those that the person picks. */
async function choosePage(
  host: Host,
  target: RunTarget | undefined,
  patient: unknown,
): Promise<{ run: string; patient: string } | undefined> {
  const run = await chooseExplaining(host, target, vscode.l10n.t('Open a patient of which run?'));
  if (run === undefined) return undefined;
  // The tree gives the selected rows in this place.
  if (typeof patient === 'string') return { run: run.id, patient };
  const entries = await withProgress(vscode.l10n.t('Reading the patients of {0}', run.id), (work) =>
    host.explain.ask('patients', { home: host.home, run: run.id }, work),
  );
  const { choosePatient } = await import('../patient-document/choose-patient');
  const picked = await choosePatient(entries);
  return picked === undefined ? undefined : { run: run.id, patient: picked };
}
