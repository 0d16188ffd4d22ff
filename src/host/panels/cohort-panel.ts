import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { modelConfig } from '../../protocol/config';
import { UserError } from '../../protocol/errors';
import type {
  CohortAction,
  CohortData,
  CohortReport,
  CohortSubject,
  CohortView,
} from '../../protocol/panels/cohort';
import type { PanelState } from '../../protocol/panels/panel';
import type { LongWork } from '../../protocol/progress';
import type { Host } from '../host';
import { cohortTsv } from './cohort-tsv';
import { type Computation, ComputedSource } from './computed-source';
import type { PanelDefinition, PanelPage, PanelSource } from './panel';
import { askWhereToSave } from './save-file';

/** Statistics of a dataset, and of a labelled cohort of it. */
export const cohortPanel: PanelDefinition<CohortSubject, CohortView, CohortData, CohortAction> = {
  viewType: 'medbert.cohort',
  page: 'cohort',
  icon: 'cohort',
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

/** A report, and what the labels file was when it was made. */
interface Made {
  readonly report: CohortReport;
  readonly labelsStamp: string;
}

class CohortSource implements PanelSource<CohortView, CohortAction> {
  private readonly computed: ComputedSource<Made, CohortData>;
  private readonly watching: vscode.Disposable;

  constructor(
    private subject: CohortSubject,
    private readonly page: PanelPage<CohortSubject, CohortData>,
    private readonly host: Host,
  ) {
    this.computed = new ComputedSource(this.computation(), page, host);
    this.watching = host.datasets.onDidChange(() => this.computed.judge());
  }

  /** Nothing that a person looks at changes the report; the first look asks for it. */
  look(): void {
    this.host.datasets.refresh();
    this.computed.look();
  }

  async act(action: CohortAction): Promise<void> {
    switch (action.do) {
      case 'recompute':
        this.host.datasets.refresh();
        return this.computed.act(action.do);
      case 'cancel':
      case 'openLog':
        return this.computed.act(action.do);
      case 'importRecords':
        await this.host.execute('medbert.importRecords');
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
    this.computed.dispose();
  }

  private computation(): Computation<Made, CohortData> {
    return {
      missing: () => {
        const { dataset } = this.subject;
        return this.host.datasets.find(dataset) === undefined ? noDataset(dataset) : undefined;
      },
      compute: (work, afresh) => this.ask(work, afresh),
      data: ({ report }) => {
        const { labels } = this.subject;
        return { report, labelsName: labels === null ? null : withoutExtension(labels) };
      },
      outdated: (made) => this.outdated(made),
      mistakeSteps: () => (this.subject.labels === null ? [] : [chooseLabelsStep(), clearLabelsStep()]),
      words: {
        beginning: vscode.l10n.t('looking for figures'),
        cancelled: {
          title: vscode.l10n.t('Computing the statistics was cancelled'),
          text: vscode.l10n.t('The dataset is untouched.'),
          steps: [],
        },
        earlier: vscode.l10n.t('These are the earlier figures; computing anew was cancelled'),
        failed: {
          title: vscode.l10n.t('The statistics could not be computed'),
          bug: vscode.l10n.t('This is a bug. The dataset is untouched; the log holds the places.'),
        },
      },
    };
  }

  private async ask(work: LongWork, afresh: boolean): Promise<Made> {
    const { dataset, labels } = this.subject;
    const labelsStamp = stampOf(labels);
    const { home, settings } = this.host;
    const { minimumCellCount } = settings;
    const { maxLength } = modelConfig.parse({});
    const question = { home, dataset, labels, minimumCellCount, maxLength, afresh };
    return { report: await this.host.query.ask('cohort', question, work), labelsStamp };
  }

  private outdated({ report, labelsStamp }: Made): string | undefined {
    const now = this.host.datasets.find(this.subject.dataset)?.description?.contentHash;
    if (now === undefined) {
      return vscode.l10n.t('The dataset can no longer be read; these are its earlier figures');
    }
    if (now !== report.contentHash) {
      return vscode.l10n.t('The dataset was imported again since this was computed');
    }
    return stampOf(this.subject.labels) === labelsStamp
      ? undefined
      : vscode.l10n.t('The labels file has changed since this was computed');
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
    this.page.setSubject(subject);
    await this.computed.restart();
  }

  private async save(): Promise<void> {
    if (this.computed.made === undefined) return;
    const name = `${this.subject.dataset}-statistics.tsv`;
    const target = await askWhereToSave(this.host, name);
    if (target === undefined) return;
    // While the person chose a place, the report may have been forgotten.
    const { made } = this.computed;
    if (made === undefined) throw new UserError(vscode.l10n.t('These figures are no longer shown.'));
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(cohortTsv(made.report)));
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

function noDataset(name: string): PanelState<CohortData> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('There is no dataset {0}', name),
    text: vscode.l10n.t('Import records under this name, and their statistics are shown here.'),
    steps: [{ label: vscode.l10n.t('Import Records…'), do: 'importRecords' }, again()],
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

/** Changes whenever the file does; empty for no file, or one that nobody may look at. */
function stampOf(file: string | null): string {
  if (file === null) return '';
  try {
    const { mtimeMs, size } = statSync(file);
    return `${mtimeMs} ${size}`;
  } catch {
    return '';
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
