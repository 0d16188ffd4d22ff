import * as vscode from 'vscode';
import { withProgress } from '../long-work';
import type { ExperimentsView } from '../experiments/experiments-view';
import type { CommandTable } from './command';
import { showText } from './results';

/** The tree itself, and the health of the whole. */
export const workbenchCommands = (view: ExperimentsView) =>
  ({
    'medbert.diagnose': {
      needsTrust: true,
      async run(host) {
        const checks = await withProgress(
          vscode.l10n.t('Trying everything that Med-BERT Explorer needs'),
          (work) => host.query.ask('diagnose', { home: host.home }, work),
        );
        const lines = checks.map(
          ({ name, ok, required, detail }) => `| ${ok ? '✓' : required ? '✗' : '–'} | ${name} | ${detail} |`,
        );
        const bad = checks.filter(({ ok, required }) => required && !ok).length;
        const verdict =
          bad === 0 ? 'Everything that is needed works.' : `${bad} of the needed things do not work.`;
        await showText(
          'markdown',
          `# Diagnosis\n\n${verdict}\n\n| | What | Result |\n|---|---|---|\n${lines.join('\n')}\n`,
        );
      },
    },
    'medbert.filterRuns': { needsTrust: false, run: () => view.askFilter() },
    'medbert.clearFilter': { needsTrust: false, run: () => view.clearFilter() },
    'medbert.sortRuns': { needsTrust: false, run: () => view.askSort() },
    'medbert.refresh': {
      needsTrust: false,
      async run(host) {
        host.datasets.refresh();
        await host.runs.refresh();
      },
    },
  }) satisfies Partial<CommandTable>;
