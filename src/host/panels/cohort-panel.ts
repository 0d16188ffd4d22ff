import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { modelConfig } from '../../protocol/config';
import { CancelledError, UserError } from '../../protocol/errors';
import type {
  CohortAction,
  CohortData,
  CohortReport,
  CohortSubject,
  CohortView,
} from '../../protocol/panels/cohort';
import type { PanelState } from '../../protocol/panels/panel';
import type { Host } from '../host';
import { shareOf } from '../long-work';
import { cohortTsv } from './cohort-tsv';
import type { PanelDefinition, PanelPage, PanelSource } from './panel';

/** Statistics of a dataset, and of a labelled cohort of it. */
export const cohortPanel: PanelDefinition<CohortSubject, CohortView, CohortData, CohortAction> = {
  viewType: 'medbert.cohort',
  page: 'cohort',
  title: ({ dataset, labels }) =>
    labels === null
      ? vscode.l10n.t('Cohort: {0}', dataset)
      : vscode.l10n.t('Cohort: {0} · {1}', dataset, withoutExtension(labels)),
  parseSubject(value) {
    if (typeof value !== 'object' || value === null) return undefined;
    const { dataset, labels } = value as Partial<Record<keyof CohortSubject, unknown>>;
    if (typeof dataset !== 'string') return undefined;
    return { dataset, labels: typeof labels === 'string' ? labels : null };
  },
  open: (subject, page, host) => new CohortSource(subject, page, host),
};

class CohortSource implements PanelSource<CohortView, CohortAction> {
  private work: AbortController | undefined;
  private made: { readonly report: CohortReport; readonly labelsStamp: string } | undefined;
  private isBegun = false;
  private staleText: string | null = null;
  private readonly watching: vscode.Disposable;

  constructor(
    private subject: CohortSubject,
    private readonly page: PanelPage<CohortSubject, CohortData>,
    private readonly host: Host,
  ) {
    this.watching = vscode.Disposable.from(
      host.datasets.onDidChange(() => this.judge()),
      // Another minimum may forbid what is on the page, so the report does not wait for a click.
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('medbert.minimumCellCount') && this.isBegun) void this.compute(false);
      }),
    );
  }

  /** Nothing that a person looks at changes the report; the first look asks for it. */
  look(): void {
    if (this.isBegun) {
      this.judge();
      return;
    }
    this.isBegun = true;
    void this.compute(false);
  }

  async act(action: CohortAction): Promise<void> {
    switch (action.do) {
      case 'recompute':
        return this.compute(true);
      case 'cancel':
        this.work?.abort();
        return;
      case 'importRecords':
        await this.host.execute('medbert.importRecords');
        return;
      case 'openLog':
        this.host.log.show();
        return;
      case 'chooseLabels':
        return this.chooseLabels();
      case 'clearLabels':
        return this.show({ ...this.subject, labels: null });
      case 'export':
        return this.save();
      case 'showRows':
        return this.showRows(action.problem);
    }
  }

  dispose(): void {
    this.watching.dispose();
    this.work?.abort();
    this.work = undefined;
  }

  private async compute(afresh: boolean): Promise<void> {
    this.work?.abort();
    const work = new AbortController();
    this.work = work;
    const { dataset, labels } = this.subject;
    this.host.datasets.refresh();
    if (this.host.datasets.find(dataset) === undefined) {
      this.work = undefined;
      this.page.show(noDataset(dataset));
      return;
    }
    this.page.show(loading(vscode.l10n.t('looking for figures'), null));
    try {
      const labelsStamp = stampOf(labels);
      const report = await this.host.query.ask(
        'cohort',
        {
          home: this.host.home,
          dataset,
          labels,
          minimumCellCount: this.host.settings.minimumCellCount,
          maxLength: modelConfig.parse({}).maxLength,
          afresh,
        },
        {
          signal: work.signal,
          progress: (report) => {
            if (this.work === work) this.page.show(loading(report.phase, shareOf(report)));
          },
        },
      );
      if (this.work !== work) return;
      this.work = undefined;
      this.made = { report, labelsStamp };
      this.staleText = null;
      this.page.show({ kind: 'ready', stale: null, data: this.data(report) });
      this.judge();
    } catch (error) {
      // Work that was given up, for other labels or with the panel, has nothing to say any more.
      if (this.work !== work) return;
      this.work = undefined;
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (error instanceof CancelledError) {
      if (this.made === undefined) this.page.show(cancelled());
      else this.showStale(vscode.l10n.t('These are the earlier figures; computing anew was cancelled'));
      return;
    }
    this.made = undefined;
    const title = vscode.l10n.t('The statistics could not be computed');
    if (error instanceof UserError) {
      const other = this.subject.labels === null ? [] : [chooseLabelsStep(), clearLabelsStep()];
      this.page.show({ kind: 'error', title, text: error.explain(), steps: [again(), ...other] });
      return;
    }
    this.host.tell(error);
    const text = vscode.l10n.t('This is a bug. The dataset is untouched; the log holds the places.');
    const log = { label: vscode.l10n.t('Show Log'), do: 'openLog' };
    this.page.show({ kind: 'error', title, text, steps: [again(), log] });
  }

  /** Says so when dataset or labels are no longer those of the report. */
  private judge(): void {
    if (this.made === undefined || this.work !== undefined) return;
    const { report, labelsStamp } = this.made;
    const now = this.host.datasets.find(this.subject.dataset)?.description?.contentHash;
    if (now !== report.contentHash) {
      this.showStale(
        now === undefined
          ? vscode.l10n.t('The dataset can no longer be read; these are its earlier figures')
          : vscode.l10n.t('The dataset was imported again since this was computed'),
      );
    } else if (stampOf(this.subject.labels) !== labelsStamp) {
      this.showStale(vscode.l10n.t('The labels file has changed since this was computed'));
    }
  }

  private showStale(text: string): void {
    if (this.made === undefined || this.staleText === text) return;
    this.staleText = text;
    this.page.show({ kind: 'ready', stale: { text, step: again() }, data: this.data(this.made.report) });
  }

  private data(report: CohortReport): CohortData {
    const { labels } = this.subject;
    return { report, labelsName: labels === null ? null : withoutExtension(labels) };
  }

  private async chooseLabels(): Promise<void> {
    const chosen = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Labels: patient_id, label (0 or 1), index_date'),
      defaultUri: vscode.Uri.file(this.subject.labels ?? this.host.workspaceFolder),
      filters: { [vscode.l10n.t('Labels')]: ['tsv', 'txt', 'parquet'], [vscode.l10n.t('All files')]: ['*'] },
      openLabel: vscode.l10n.t('Show Cohort'),
    });
    if (chosen?.[0] !== undefined) await this.show({ ...this.subject, labels: chosen[0].fsPath });
  }

  private async show(subject: CohortSubject): Promise<void> {
    this.subject = subject;
    this.made = undefined;
    this.page.setSubject(subject);
    await this.compute(false);
  }

  private async save(): Promise<void> {
    if (this.made === undefined) return;
    const name = `${this.subject.dataset}-statistics.tsv`;
    const target = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.file(join(this.host.workspaceFolder, name)),
      filters: { TSV: ['tsv'] },
    });
    if (target === undefined) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(cohortTsv(this.made.report)));
  }

  /** Lets the person choose one of the rows that a problem names, and opens the source there. */
  private async showRows(index: number): Promise<void> {
    const dataset = this.host.datasets.find(this.subject.dataset)?.description;
    const problem = dataset?.problems[index];
    if (dataset === undefined || problem === undefined) return;
    const source = resolve(this.host.workspaceFolder, dataset.source);
    const file = isFile(source) ? source : join(source, problem.file);
    const place = vscode.l10n.t('The rows are counted in {0}; the header is row 1.', problem.file);
    if (file.endsWith('.gz') || file.endsWith('.parquet') || !isFile(file)) {
      throw new UserError(vscode.l10n.t('The editor cannot show rows of this file.'), {
        file,
        advice: place,
      });
    }
    const rows = problem.rows.map((row) => ({
      label: vscode.l10n.t('Row {0}', row.toLocaleString('en-US')),
      row,
    }));
    const chosen = await vscode.window.showQuickPick(rows, { title: problem.message, placeHolder: place });
    if (chosen === undefined) return;
    const line = new vscode.Range(chosen.row - 1, 0, chosen.row - 1, 0);
    await this.host.execute('vscode.open', vscode.Uri.file(file), { selection: line, preview: true });
  }
}

function loading(phase: string, share: number | null): PanelState<CohortData> {
  return { kind: 'loading', phase, share, cancellable: true };
}

function noDataset(name: string): PanelState<CohortData> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('There is no dataset {0}', name),
    text: vscode.l10n.t('Import records under this name, and their statistics are shown here.'),
    steps: [{ label: vscode.l10n.t('Import Records…'), do: 'importRecords' }, again()],
  };
}

function cancelled(): PanelState<CohortData> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('Computing the statistics was cancelled'),
    text: vscode.l10n.t('The dataset is untouched.'),
    steps: [again()],
  };
}

function again(): { label: string; do: string } {
  return { label: vscode.l10n.t('Recompute'), do: 'recompute' };
}

function chooseLabelsStep(): { label: string; do: string } {
  return { label: vscode.l10n.t('Other Labels…'), do: 'chooseLabels' };
}

function clearLabelsStep(): { label: string; do: string } {
  return { label: vscode.l10n.t('Without Labels'), do: 'clearLabels' };
}

function withoutExtension(file: string): string {
  return basename(file).replace(/\.[^.]+$/, '');
}

/** Changes whenever the file does; empty for no file. */
function stampOf(file: string | null): string {
  const stat = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeMs} ${stat.size}`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
