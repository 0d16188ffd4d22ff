import { basename, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { ImportAnswers } from '../forms/import-form';
import type { Host } from '../host';
import { withProgress } from '../long-work';
import { showPanel } from '../panels/panel';
import { cohortPanel } from '../panels/cohort-panel';
import { chooseDataset } from '../targets';
import type { CommandTable } from './command';
import { countOrLess } from '../experiments/wording';

/** From records to a dataset, and what stands in it. */
export const recordCommands = {
  'medbert.newSampleStudy': {
    needsTrust: true,
    async run(host) {
      const { askSample, freeDatasetName } = await import('../forms/forms');
      const asked = await askSample(host, {});
      if (asked === undefined) return;
      const made = await withProgress(vscode.l10n.t('Making a sample study'), (work) =>
        host.query.ask('sample', asked, work),
      );
      host.log.info(`Sample study: ${made.patients} patients, ${made.labelled} labelled.`);
      await importAndTell(host, {
        source: asked.out,
        name: freeDatasetName(host, basename(asked.out)),
        format: 'medbert',
        minCodes: 3,
        inconsistent: 'patient',
        dots: 'normalise',
        overwrite: false,
      });
    },
  },
  'medbert.importRecords': {
    needsTrust: true,
    async run(host, source) {
      const { askImport } = await import('../forms/forms');
      const asked = await askImport(host, source instanceof vscode.Uri ? { source: source.fsPath } : {});
      if (asked !== undefined) await importAndTell(host, asked);
    },
  },
  'medbert.showCohort': {
    needsTrust: false,
    async run(host, target) {
      const dataset = await chooseDataset(host, target, vscode.l10n.t('Statistics of which dataset?'));
      if (dataset === undefined) return;
      showPanel(cohortPanel, { dataset: dataset.name, labels: null }, host);
    },
  },
} satisfies Partial<CommandTable>;

async function importAndTell(host: Host, asked: ImportAnswers): Promise<void> {
  const source = resolve(host.workspaceFolder, asked.source);
  const dataset = await withProgress(vscode.l10n.t('Importing into {0}', asked.name), (work) =>
    host.query.ask('import', { ...asked, source, home: host.home }, work),
  );
  host.datasets.refresh();
  const { patients, visits, rows } = dataset.counts.kept;
  const told = (n: number): string => countOrLess(n, host.settings.minimumCellCount);
  host.log.info(
    `Imported ${dataset.name}: ${told(patients)} patients, ${told(visits)} visits, ${told(rows)} rows.`,
  );
  const show = vscode.l10n.t('Show Statistics');
  const problems = dataset.problems.reduce((sum, { count }) => sum + count, 0);
  const text = vscode.l10n.t(
    'Dataset {0}: {1} patients, {2} visits, {3} diagnoses.',
    dataset.name,
    told(patients),
    told(visits),
    told(rows),
  );
  const remark = problems === 0 ? '' : ` ${vscode.l10n.t('{0} rows had problems.', told(problems))}`;
  // Not awaited: the command is done, whether or not the person answers.
  void vscode.window.showInformationMessage(text + remark, show).then((answer) => {
    if (answer === show) return host.execute('medbert.showCohort', { dataset: dataset.name });
    return undefined;
  });
}
