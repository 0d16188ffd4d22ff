import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import {
  type CompareAction,
  type CompareSubject,
  type CompareView,
  type Comparison,
  mostRuns,
} from '../../protocol/panels/compare';
import type { PanelState, Step } from '../../protocol/panels/panel';
import type { LongWork } from '../../protocol/progress';
import type { Host } from '../host';
import { chooseAnew } from '../targets';
import { comparisonTsv } from './compare-tsv';
import { type Computation, ComputedSource } from './computed-source';
import type { PanelDefinition, PanelPage, PanelSource } from './panel';
import { askWhereToSave, pictureBytes } from './save-file';

/** Chosen runs side by side. */
export const comparePanel: PanelDefinition<CompareSubject, CompareView, Comparison, CompareAction> = {
  viewType: 'medbert.compare',
  page: 'compare',
  icon: 'compare',
  title: ({ runs }) =>
    runs.length === 1 ? vscode.l10n.t('Compare 1 run') : vscode.l10n.t('Compare {0} runs', runs.length),
  parseSubject(value) {
    if (typeof value !== 'object' || value === null || !('runs' in value)) return undefined;
    const { runs } = value;
    if (!Array.isArray(runs) || !runs.every((run) => typeof run === 'string')) return undefined;
    return { runs: [...new Set<string>(runs)].slice(0, mostRuns) };
  },
  open: (subject, page, host) => new CompareSource(subject, page, host),
};

/** What the runs were when the comparison was made, so that a change since can be told. */
type Stamps = ReadonlyMap<string, string>;

interface Made {
  readonly data: Comparison;
  readonly stamps: Stamps;
}

class CompareSource implements PanelSource<CompareView, CompareAction> {
  private readonly computed: ComputedSource<Made, Comparison>;
  private readonly watching: vscode.Disposable;

  constructor(
    private subject: CompareSubject,
    private readonly page: PanelPage<CompareSubject, Comparison>,
    private readonly host: Host,
  ) {
    this.computed = new ComputedSource(this.computation(), page, host);
    this.watching = host.runs.onDidChange(() => this.computed.judge());
  }

  /** Nothing that a person looks at changes the comparison; the first look makes it. */
  look(): void {
    this.computed.look();
  }

  async act(action: CompareAction): Promise<void> {
    switch (action.do) {
      case 'addRuns':
        return this.addRuns();
      case 'removeRun':
        return this.choose(this.subject.runs.filter((run) => run !== action.run));
      case 'openRun':
        await this.host.execute('medbert.showCurves', action.run);
        return;
      case 'recompute':
      case 'cancel':
      case 'openLog':
        return this.computed.act(action.do);
      case 'exportTable':
        return this.save('comparison.tsv', ({ data }) => comparisonTsv(data));
      case 'exportPng':
        return this.save(`comparison-${action.curve}.png`, () => pictureBytes(action.png));
    }
  }

  dispose(): void {
    this.watching.dispose();
    this.computed.dispose();
  }

  private async addRuns(): Promise<void> {
    const question = vscode.l10n.t('Compare which runs? (up to {0})', mostRuns);
    const next = await chooseAnew(this.host, this.subject.runs, question, mostRuns);
    if (next !== undefined) await this.choose(next);
  }

  private async choose(runs: readonly string[]): Promise<void> {
    this.subject = { runs };
    this.page.setSubject(this.subject);
    await this.computed.restart();
  }

  private computation(): Computation<Made, Comparison> {
    return {
      missing: () => (this.subject.runs.length < 2 ? tooFew() : undefined),
      compute: (work) => this.ask(work),
      data: ({ data }) => data,
      outdated: (made) => this.outdated(made),
      mistakeSteps: () => [addRunsStep()],
      words: {
        beginning: vscode.l10n.t('reading runs'),
        cancelled: {
          title: vscode.l10n.t('The comparison was cancelled'),
          text: vscode.l10n.t('The runs are untouched.'),
          steps: [addRunsStep()],
        },
        earlier: vscode.l10n.t('This is the earlier comparison; the new one was cancelled'),
        failed: {
          title: vscode.l10n.t('The runs could not be compared'),
          bug: vscode.l10n.t('This is a bug. The runs are untouched; the log holds the places.'),
        },
      },
    };
  }

  private async ask(work: LongWork): Promise<Made> {
    const { runs } = this.subject;
    await this.host.runs.refresh();
    const stamps = this.stampsOf(runs);
    const { home, settings } = this.host;
    const question = { home, runs, minimumCellCount: settings.minimumCellCount };
    return { data: await this.host.query.ask('compare', question, work), stamps };
  }

  /** Says which runs have changed since the comparison was made. */
  private outdated({ stamps }: Made): string | undefined {
    const now = this.stampsOf([...stamps.keys()]);
    const changed = [...stamps].filter(([run, stamp]) => now.get(run) !== stamp).map(([run]) => run);
    if (changed.length === 0) return undefined;
    return changed.length === 1
      ? vscode.l10n.t('{0} has changed since this was computed', changed[0]!)
      : vscode.l10n.t('{0} runs have changed since this was computed', changed.length);
  }

  /** Only a finished run has figures that another best step would change. */
  private stampsOf(runs: readonly string[]): Stamps {
    return new Map(
      runs.map((run) => {
        const facts = this.host.runs.facts(run);
        const step = facts?.state === 'finished' ? facts.bestStep : null;
        return [run, facts === undefined ? 'gone' : `${facts.state} ${step ?? ''}`];
      }),
    );
  }

  private async save(name: string, content: (made: Made) => string | Uint8Array): Promise<void> {
    if (this.computed.made === undefined) return;
    const target = await askWhereToSave(this.host, name);
    if (target === undefined) return;
    // While the person chose a place, the comparison may have been forgotten.
    const { made } = this.computed;
    if (made === undefined) throw new UserError(vscode.l10n.t('This comparison is no longer shown.'));
    const written = content(made);
    const bytes = typeof written === 'string' ? new TextEncoder().encode(written) : written;
    await vscode.workspace.fs.writeFile(target, bytes);
  }
}

function tooFew(): PanelState<Comparison> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('Choose two or more runs'),
    text: vscode.l10n.t('Their settings, figures and curves are shown side by side here.'),
    steps: [addRunsStep()],
  };
}

function addRunsStep(): Step {
  return { label: vscode.l10n.t('Add Runs…'), do: 'addRuns' };
}
