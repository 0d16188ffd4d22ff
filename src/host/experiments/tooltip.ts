import type { DatasetDescription } from '../../protocol/dataset';
import type { ConfigDifference } from '../../protocol/panels/compare';
import { configDifferences } from '../../runs/config-difference';
import type { RunFacts } from '../../runs/run-facts';
import { facts, plain, table, verbatim } from './markdown';
import { secondsLeft, shareDone, stateName } from './run-row';
import { type Words, auroc, count, countOrLess, dot, duration, fixed, moment, percent } from './wording';

/** What is told of a run when the pointer rests on it. */
export interface RunTooltip {
  readonly run: RunFacts;
  /** The pretraining run that it starts from; undefined when there is none, or it is gone. */
  readonly parent: RunFacts | undefined;
  /** The run of its kind that was made before it in the same place. */
  readonly earlier: RunFacts | undefined;
  /** Hash of the dataset as it is now; undefined when it is gone. */
  readonly datasetHash: string | undefined;
  /** Last lines of its log; asked for failed and interrupted runs. */
  readonly log: readonly string[];
  /** Smaller numbers of patients are not told. */
  readonly minimumCellCount: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** More would not fit on the screen; the comparison shows all. */
const mostDifferences = 10;

/** The tooltip of a run, in Markdown: how it stands, what went wrong, where it comes from, how it differs. */
export function runTooltip(about: RunTooltip, l10n: Words): string {
  const { run, log } = about;
  const { manifest } = run;
  const [kind, data] =
    manifest.kind === 'pretrain'
      ? [l10n.t('Pretraining'), manifest.dataset.name]
      : [l10n.t('Fine-tuning'), manifest.dataset.name];
  const title = `**${plain(run.id)}**  \n${plain([kind, data, stateName(run.state, l10n)].join(dot))}`;
  const wrong = run.error ?? (run.state === 'interrupted' ? interruption(run, l10n) : null);
  const parts = [
    title,
    wrong === null ? '' : plain(wrong),
    log.length === 0 ? '' : verbatim(log),
    facts([...progressRows(about, l10n), ...figureRows(run, l10n)]),
    differences(about, l10n),
    facts([...timeRows(run, l10n), ...originRows(about, l10n)]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/**
 * The tooltip of a dataset, in Markdown.
 * @param minimum smaller numbers of patients, and of rows that may be one patient's, are not told
 */
export function datasetTooltip(
  name: string,
  description: DatasetDescription | undefined,
  minimum: number,
  l10n: Words,
): string {
  const title = `**${plain(name)}**`;
  if (description === undefined) {
    return `${title}\n\n${plain(l10n.t('Its description is gone or cannot be read. Runs keep what they need of it; import the records again to train more.'))}`;
  }
  const { counts, format, source, importedAt, contentHash, problems } = description;
  const { visits, rows, codes } = counts.kept;
  const concerned = problems.reduce((sum, problem) => sum + problem.count, 0);
  const table = facts([
    [l10n.t('Patients'), patientsOf(counts, minimum, l10n)],
    [l10n.t('Visits'), countOrLess(visits, minimum)],
    [l10n.t('Codes'), l10n.t('{0}, {1} different', countOrLess(rows, minimum), count(codes))],
    [
      l10n.t('Problems'),
      concerned === 0 ? l10n.t('none') : l10n.t('in {0} rows', countOrLess(concerned, minimum)),
    ],
    [l10n.t('Source'), `${format}${dot}${source}`],
    [l10n.t('Imported'), moment(Date.parse(importedAt))],
    [l10n.t('Content'), shortHash(contentHash)],
  ]);
  return `${title}\n\n${table}`;
}

/** Beside those that were kept, those of the source would tell how many were not: only where these are none or enough. */
function patientsOf({ kept, source }: DatasetDescription['counts'], minimum: number, l10n: Words): string {
  const left = source.patients - kept.patients;
  const told = countOrLess(kept.patients, minimum);
  return left > 0 && left < minimum
    ? told
    : l10n.t('{0} of {1} in the source', told, countOrLess(source.patients, minimum));
}

type Row = readonly [name: string, value: string | null];

function progressRows({ run, now }: RunTooltip, l10n: Words): Row[] {
  const { step, steps, epoch } = run;
  const share = shareDone(run);
  const left = secondsLeft(run, now);
  return [
    [
      l10n.t('Step'),
      share === null || steps === null
        ? step === 0
          ? null
          : count(step)
        : l10n.t('{0} of {1}', count(step), `${count(steps)} (${percent(share)})`),
    ],
    [l10n.t('Epoch'), epoch === null || run.state === 'finished' ? null : fixed(epoch, 1)],
    [l10n.t('Time left'), left === null ? null : duration(left)],
    [
      l10n.t('Speed'),
      run.patientsPerSecond === null ? null : l10n.t('{0} patients/s', count(run.patientsPerSecond)),
    ],
    [l10n.t('Waiting since'), run.waitingSince === null ? null : moment(run.waitingSince)],
  ];
}

function timeRows(run: RunFacts, l10n: Words): Row[] {
  const { startedAt, endedAt, resumedFrom, manifest } = run;
  const length = startedAt === null || endedAt === null ? null : duration((endedAt - startedAt) / 1000);
  return [
    [l10n.t('Made'), startedAt === null ? moment(Date.parse(manifest.createdAt)) : null],
    [l10n.t('Started'), startedAt === null ? null : moment(startedAt)],
    [l10n.t('Ended'), endedAt === null ? null : [moment(endedAt), length].filter(Boolean).join(dot)],
    [l10n.t('Resumed'), resumedFrom === null ? null : l10n.t('from step {0}', count(resumedFrom))],
  ];
}

function figureRows(run: RunFacts, l10n: Words): Row[] {
  const figure = (value: number | null, decimals: number): string | null =>
    value === null ? null : fixed(value, decimals);
  return [
    [l10n.t('Test AUROC'), run.testAuroc === null ? null : `${auroc(run.testAuroc, run.testAurocCi95)}`],
    [l10n.t('Validation AUROC'), figure(run.validAuroc, 3)],
    [l10n.t('Training loss'), figure(run.trainLoss, 2)],
    [l10n.t('Validation loss'), figure(run.validLoss, 2)],
    [l10n.t('Masked codes found'), run.mlmAccuracy === null ? null : `${fixed(100 * run.mlmAccuracy, 1)} %`],
    [l10n.t('Long-stay AUROC'), figure(run.losAuroc, 3)],
    [l10n.t('Best step'), run.bestStep === null ? null : count(run.bestStep)],
  ];
}

function originRows({ run, parent, datasetHash, minimumCellCount }: RunTooltip, l10n: Words): Row[] {
  const { manifest } = run;
  const { name, contentHash } = manifest.dataset;
  const standing =
    datasetHash === undefined
      ? l10n.t('no longer there')
      : datasetHash === contentHash
        ? null
        : l10n.t('changed since this run');
  return [
    [l10n.t('Dataset'), [name, shortHash(contentHash), standing].filter(Boolean).join(dot)],
    [l10n.t('Patients'), l10n.t('{0} to train on', countOrLess(manifest.split.train, minimumCellCount))],
    [l10n.t('Encoder'), manifest.kind === 'pretrain' ? null : encoder(manifest, parent, l10n)],
    [l10n.t('Head'), manifest.kind === 'pretrain' ? null : manifest.config.head],
    [l10n.t('Device'), `${manifest.device}${dot}${l10n.t('version {0}', manifest.codeVersion)}`],
  ];
}

function encoder(
  { from, fromStep }: { from: string; fromStep: number | null },
  parent: RunFacts | undefined,
  l10n: Words,
): string {
  if (from === 'untrained') return l10n.t('untrained');
  const step = fromStep === null ? null : l10n.t('step {0}', count(fromStep));
  return [from, step, parent === undefined ? l10n.t('no longer there') : null].filter(Boolean).join(dot);
}

/** A table of the settings in which the run differs from its parent and from the run made before it. */
function differences({ run, parent, earlier }: RunTooltip, l10n: Words): string {
  const others = [earlier, parent].filter((other) => other !== undefined);
  const rows: readonly ConfigDifference[] = configDifferences(
    [run, ...others].map(({ manifest }) => manifest),
  );
  // What a parent cannot be like is no difference to learn from.
  const telling = rows.filter(({ key, values }) => key !== 'kind' && isDifferent(values));
  if (telling.length === 0) return '';
  const head = [l10n.t('Differs in'), l10n.t('this run'), ...others.map(({ id }) => id)];
  const shown = telling.slice(0, mostDifferences).map(({ key, values }) => [key, ...values.map(cell)]);
  const rest = telling.length - shown.length;
  return table(head, shown) + (rest > 0 ? `\n\n${plain(l10n.t('and {0} more', rest))}` : '');
}

/** Whether this run has a value, and one of the others has another one. */
function isDifferent([own, ...others]: ConfigDifference['values']): boolean {
  return own !== null && others.some((other) => other !== null && other !== own);
}

function cell(value: ConfigDifference['values'][number]): string {
  if (value === null) return '–';
  return Number.isInteger(value) ? count(Number(value)) : String(value);
}

function interruption({ step }: RunFacts, l10n: Words): string {
  return l10n.t(
    'Its process ended without a word, at step {0}. Resuming goes on from the last checkpoint.',
    count(step),
  );
}

function shortHash(hash: string): string {
  return hash.replace(/^\w+:/, '').slice(0, 8);
}
