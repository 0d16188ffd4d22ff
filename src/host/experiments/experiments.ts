import type { DatasetDescription } from '../../protocol/dataset';
import type { DamagedRun } from '../../runs/store';
import type { ListedRun, RunFacts } from '../../runs/run-facts';
import { type RunFilter, isFiltering, runMatcher } from './filter';
import {
  type ExperimentHandle,
  type ExperimentNode,
  type Experiments,
  noExperiments,
  runNodeId,
} from './node';
import { type RunOrder, comparison } from './order';
import { runContext, runDescription, runIcon, stateName } from './run-row';
import { telling } from './telling-apart';
import { type Words, count, countOrLess, dot, fixed } from './wording';

/** What the tree is made from. Nothing of it is read from the disk here. */
export interface ExperimentSources {
  readonly study: string;
  /** Datasets of the home folder, in the order to show; `description` is undefined when it cannot be read. */
  readonly datasets: readonly {
    readonly name: string;
    readonly description: DatasetDescription | undefined;
  }[];
  readonly runs: readonly ListedRun[];
  readonly filter: RunFilter;
  readonly order: RunOrder;
  /** Smaller numbers of patients are not told. */
  readonly minimumCellCount: number;
  /** The run that explains patients in editors; null = none. */
  readonly inlineRun: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly l10n: Words;
}

/** Beside more pretraining runs than this each begins folded. */
const mostUnfolded = 20;

const studyId = 'study';

/**
 * Arranges runs as study → dataset → pretraining run → fine-tuning runs and checkpoints. A fine-tuning run without a
 * parent, or whose parent is gone, stands under its dataset; a dataset that is gone is shown as long as it has runs;
 * damaged runs come last. A run that passes the filter brings along the rows that it hangs from.
 */
export function arrangeExperiments(sources: ExperimentSources): Experiments {
  const { runs, datasets } = sources;
  if (runs.length === 0 && datasets.length === 0) return noExperiments;
  const arrangement = new Arrangement(sources);
  arrangement.addStudy();
  return arrangement.finish();
}

class Arrangement {
  private readonly nodes = new Map<string, ExperimentNode>();
  private readonly readable: RunFacts[] = [];
  private readonly damaged: DamagedRun[] = [];
  /** Rows to show, by the key of the row that they hang from. */
  private readonly beneath = new Map<string, RunFacts[]>();
  private readonly matching: (run: ListedRun) => boolean;
  private shown = 0;

  constructor(private readonly sources: ExperimentSources) {
    this.matching = runMatcher(sources.filter);
    for (const run of sources.runs) {
      if (run.damaged) this.damaged.push(run);
      else this.readable.push(run);
    }
    const pretrained = new Map(
      this.readable.filter(({ manifest }) => manifest.kind === 'pretrain').map((run) => [run.id, run]),
    );
    this.group(pretrained);
  }

  finish(): Experiments {
    const running = this.readable.filter(({ state }) => state === 'running').map(({ id }) => id);
    const { nodes, shown } = this;
    return { roots: [studyId], nodes, shown, total: this.sources.runs.length, running };
  }

  addStudy(): void {
    const { study, runs, datasets, l10n } = this.sources;
    const names = datasets.map(({ name }) => name);
    const missing = [...new Set(this.readable.map(({ manifest }) => manifest.dataset.name))]
      .filter((name) => !names.includes(name))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const children = [
      ...[...names, ...missing].flatMap((name) => this.addDataset(name)),
      ...this.damaged.filter(this.matching).map((run) => this.addDamaged(run)),
    ];
    const running = this.readable.filter(({ state }) => state === 'running').length;
    const total = runs.length === 1 ? l10n.t('1 run') : l10n.t('{0} runs', count(runs.length));
    const description = running === 0 ? total : [total, l10n.t('{0} running', count(running))].join(dot);
    this.add(
      { kind: 'study', id: studyId },
      {
        label: study,
        description,
        spoken: l10n.t('study {0}, {1}', study, description),
        icon: { codicon: 'beaker', colour: null },
        context: 'study',
        parent: null,
        children,
        unfolded: true,
      },
    );
  }

  /** Sorts the runs that are to be shown under the rows that they hang from. */
  private group(pretrained: ReadonlyMap<string, RunFacts>): void {
    const parentOf = ({ manifest }: RunFacts): RunFacts | undefined =>
      manifest.kind === 'finetune' ? pretrained.get(manifest.from) : undefined;
    const shown = new Set<RunFacts>();
    for (const run of this.readable) {
      if (!this.matching(run)) continue;
      this.shown += 1;
      shown.add(run);
      const parent = parentOf(run);
      if (parent !== undefined) shown.add(parent);
    }
    for (const run of shown) {
      const parent = parentOf(run);
      const key = parent === undefined ? datasetId(run.manifest.dataset.name) : runNodeId(parent.id);
      const siblings = this.beneath.get(key);
      if (siblings === undefined) this.beneath.set(key, [run]);
      else siblings.push(run);
    }
    const order = comparison(this.sources.order);
    for (const siblings of this.beneath.values()) siblings.sort(order);
  }

  private addDataset(name: string): string[] {
    const { datasets, filter, l10n, minimumCellCount } = this.sources;
    const id = datasetId(name);
    const sight = datasets.find((dataset) => dataset.name === name);
    const patients = sight?.description?.counts.kept.patients;
    const children = this.addRuns(id);
    const isHidden = children.length === 0 && isFiltering(filter) && !this.isNamed(name);
    if (isHidden) return [];
    const description =
      sight === undefined
        ? l10n.t('(missing)')
        : patients === undefined
          ? l10n.t('cannot be read')
          : l10n.t('{0} patients', countOrLess(patients, minimumCellCount));
    this.add(
      { kind: 'dataset', id, dataset: name },
      {
        label: name,
        description,
        spoken: l10n.t('dataset {0}, {1}', name, description),
        icon:
          patients === undefined
            ? { codicon: 'warning', colour: 'list.warningForeground' }
            : { codicon: 'database', colour: null },
        context:
          sight === undefined ? 'dataset.missing' : patients === undefined ? 'dataset.damaged' : 'dataset',
        parent: studyId,
        children,
        unfolded: true,
      },
    );
    return [id];
  }

  /** Adds the runs that hang from a row; returns the ids of their rows. */
  private addRuns(parent: string): string[] {
    const siblings = this.beneath.get(parent) ?? [];
    const [pretraining, finetuning] = [
      siblings.filter(isPretraining),
      siblings.filter((run) => !isPretraining(run)),
    ];
    const told = new Map([...telling(pretraining), ...telling(finetuning)]);
    return siblings.map((run) =>
      this.addRun(run, parent, told.get(run.id), pretraining.length <= mostUnfolded),
    );
  }

  private addRun(run: RunFacts, parent: string, differing: string | undefined, unfolded: boolean): string {
    const { now, l10n, inlineRun } = this.sources;
    const inline = run.id === inlineRun ? l10n.t('explains inline') : undefined;
    const telling = [inline, differing].filter((part) => part !== undefined).join(dot) || undefined;
    const id = runNodeId(run.id);
    const tuned = this.addRuns(id);
    const facts = runDescription(run, now, l10n);
    const kind = isPretraining(run) ? l10n.t('pretraining run') : l10n.t('fine-tuning run');
    this.add(
      { kind: 'run', id, runId: run.id },
      {
        label: run.id,
        description: telling === undefined ? facts : `${facts}${dot}${telling}`,
        spoken: spoken(`${kind} ${run.id}`, stateName(run.state, l10n), facts, telling),
        icon: runIcon(run),
        context: runContext(run),
        parent,
        children: [...tuned, ...run.checkpoints.map(({ step }) => this.addCheckpoint(run, step))],
        unfolded: unfolded && tuned.length > 0,
      },
    );
    return id;
  }

  private addCheckpoint(run: RunFacts, step: number): string {
    const { l10n } = this.sources;
    const id = `checkpoint:${run.id}/${step}`;
    const best = step === run.bestStep || run.checkpoints.some((one) => one.step === step && one.best);
    const label = l10n.t('step {0}', count(step));
    const description = best
      ? bestFacts(run, l10n)
      : run.checkpoints.at(-1)?.step === step
        ? l10n.t('latest')
        : '';
    this.add(
      { kind: 'checkpoint', id, runId: run.id, step },
      {
        label,
        description,
        spoken: [l10n.t('checkpoint at {0}', label), description].filter(Boolean).join(', '),
        icon: { codicon: best ? 'star-full' : 'save', colour: null },
        context: best ? 'checkpoint.best' : 'checkpoint',
        parent: runNodeId(run.id),
        children: [],
        unfolded: false,
      },
    );
    return id;
  }

  private addDamaged(run: DamagedRun): string {
    const { l10n } = this.sources;
    const id = runNodeId(run.id);
    const [line = ''] = run.problem.split('\n');
    // The file stands before the problem; in a row there is room for the problem only.
    const problem = line.replace(/^.*?\.(json|jsonl)(, row \d+)?: /, '');
    this.shown += 1;
    this.add(
      { kind: 'run', id, runId: run.id },
      {
        label: run.id,
        description: l10n.t('damaged: {0}', problem),
        spoken: l10n.t('damaged run {0}, {1}', run.id, problem),
        icon: { codicon: 'circle-slash', colour: 'list.errorForeground' },
        context: 'run.damaged',
        parent: studyId,
        children: [],
        unfolded: false,
      },
    );
    return id;
  }

  private add(handle: ExperimentHandle, row: Omit<ExperimentNode, 'handle'>): void {
    this.nodes.set(handle.id, { handle, ...row });
  }

  private isNamed(dataset: string): boolean {
    const { text, states } = this.sources.filter;
    return states.length === 0 && dataset.toLowerCase().includes(text.trim().toLowerCase());
  }
}

function isPretraining({ manifest }: RunFacts): boolean {
  return manifest.kind === 'pretrain';
}

function datasetId(name: string): string {
  return `dataset:${name}`;
}

/** `best · 4.36 valid loss`; of fine-tuning the AUROC that chose it. */
function bestFacts(run: RunFacts, l10n: Words): string {
  const { validLoss, validAuroc } = run;
  if (isPretraining(run)) {
    return validLoss === null ? l10n.t('best') : l10n.t('best · {0} valid loss', fixed(validLoss, 2));
  }
  return validAuroc === null ? l10n.t('best') : l10n.t('best · {0} valid AUROC', fixed(validAuroc, 3));
}

/** The state is left out where the facts begin with it. */
function spoken(name: string, state: string, facts: string, telling: string | undefined): string {
  return [name, facts.startsWith(state) ? undefined : state, facts, telling].filter(Boolean).join(', ');
}
