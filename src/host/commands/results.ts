import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import { mostRuns } from '../../protocol/panels/compare';
import { evaluationText } from '../evaluation-text';
import type { Host } from '../host';
import { withProgress } from '../long-work';
import { comparePanel } from '../panels/compare-panel';
import { curvesPanel } from '../panels/curves-panel';
import { showPanel } from '../panels/panel';
import { type RunTarget, chooseRun, chooseRuns, runIdOf } from '../targets';
import type { CommandTable } from './command';

/** What comes out of runs. */
export const resultCommands = {
  'medbert.showCurves': {
    needsTrust: false,
    async run(host, target, selected) {
      const several = idsOf(selected);
      if (several.length > 1) {
        showPanel(curvesPanel, { runs: several }, host);
        return;
      }
      const run = await chooseRun(host, target, {
        question: vscode.l10n.t('Training curves of which run?'),
        suits: () => true,
        none: vscode.l10n.t('There is no run yet: pretrain or fine-tune first.'),
      });
      if (run !== undefined) showPanel(curvesPanel, { runs: [run.id] }, host);
    },
  },
  'medbert.compareRuns': {
    needsTrust: false,
    async run(host, target, selected) {
      const several = idsOf(selected);
      const runs = several.length > 1 ? several : await askRuns(host, target);
      if (runs !== undefined && runs.length > 0) showPanel(comparePanel, { runs }, host);
    },
  },
  'medbert.evaluate': {
    needsTrust: true,
    async run(host, target) {
      const run = runIdOf(target);
      const { askEvaluate } = await import('../forms/forms');
      const asked = await askEvaluate(host, run === undefined ? {} : { run });
      if (asked === undefined) return;
      const facts = await withProgress(vscode.l10n.t('Evaluating {0}', asked.run), (work) =>
        host.query.ask('evaluate', { ...asked, home: host.home }, work),
      );
      await showText('markdown', evaluationText(facts, host.settings.minimumCellCount, vscode.l10n));
    },
  },
  'medbert.exportModel': {
    needsTrust: true,
    async run(host, target) {
      const run = runIdOf(target);
      const { askExport } = await import('../forms/forms');
      const asked = await askExport(host, run === undefined ? {} : { run });
      if (asked === undefined) return;
      const { files } = await withProgress(vscode.l10n.t('Exporting {0}', asked.run), (work) =>
        host.query.ask('export', { ...asked, home: host.home }, work),
      );
      const reveal = vscode.l10n.t('Reveal');
      const text = vscode.l10n.t(
        '{0}: {1} written.',
        asked.run,
        files.map((file) => vscode.workspace.asRelativePath(file)).join(', '),
      );
      void vscode.window.showInformationMessage(text, reveal).then((answer) => {
        if (answer === reveal) return host.execute('revealInExplorer', vscode.Uri.file(files[0]!));
        return undefined;
      });
    },
  },
} satisfies Partial<CommandTable>;

function idsOf(targets: readonly RunTarget[] | undefined): string[] {
  return Array.isArray(targets) ? targets.map(runIdOf).filter((id) => id !== undefined) : [];
}

async function askRuns(host: Host, target: unknown): Promise<string[] | undefined> {
  const first = runIdOf(target);
  const runs = await chooseRuns(host, first === undefined ? [] : [first], {
    question: vscode.l10n.t('Compare which runs? (up to {0})', mostRuns),
    suits: () => true,
    none: vscode.l10n.t('There is no run yet: pretrain or fine-tune first.'),
  });
  if (runs === undefined) return undefined;
  if (runs.length > mostRuns) {
    throw new UserError(
      vscode.l10n.t('{0} runs are too many to be compared: choose up to {1}.', runs.length, mostRuns),
    );
  }
  return runs.map(({ id }) => id);
}

/** A text of its own in an editor, that the person may keep or throw away. */
export async function showText(language: string, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { preview: true });
}
