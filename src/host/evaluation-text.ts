import type { EvaluationFacts } from '../protocol/queries';
import { type Words, count, fixed } from './experiments/wording';

type Interval = readonly [number, number] | null;
type Row = readonly [name: string, value: string, interval: string];

const none = '–';

/**
 * A document that tells how a run did on patients, in Markdown.
 * @param minimum numbers of patients below it are not told, nor any from which they could be worked out
 */
export function evaluationText(facts: EvaluationFacts, minimum: number, l10n: Words): string {
  const state =
    facts.state === 'finished' ? '' : `\n${l10n.t('The run is {0}, not finished.', facts.state)}\n`;
  const rows = [...patientRows(facts, minimum, l10n), ...figureRows(facts, l10n)];
  return `# ${l10n.t('{0} on {1}', facts.run, facts.dataset)}

${whom(facts, minimum, l10n)}
${l10n.t('Best checkpoint, step {0}.', count(facts.step))}
${state}
| ${l10n.t('Metric')} | ${l10n.t('Value')} | ${l10n.t('95 % interval')} |
|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

${l10n.t('Intervals: DeLong for AUROC; percentile bootstrap over patients for AUPRC; normal for the means over patients, Brier score and log loss; Wald for slope and intercept. ECE has none: resampling biases it upwards.')}
`;
}

function whom({ patients, dataset, leftOut }: EvaluationFacts, minimum: number, l10n: Words): string {
  if (patients === 'test') return l10n.t('Measured on the test patients of the run, in {0}.', dataset);
  if (leftOut === 0) return l10n.t('Measured on all labelled patients of {0}.', dataset);
  return l10n.t(
    'Measured on the labelled patients of {0} that the model had not seen; {1} were left out.',
    dataset,
    told(leftOut, minimum, l10n),
  );
}

function patientRows(facts: EvaluationFacts, minimum: number, l10n: Words): Row[] {
  const { n, positives, overlap, unknownCodeShare } = facts;
  const rows: Row[] = [
    [l10n.t('Patients'), told(n, minimum, l10n), ''],
    [l10n.t('With the outcome'), toldPart(positives, n, minimum, l10n), ''],
  ];
  if (overlap > 0) rows.push([l10n.t('Seen by the model before'), toldPart(overlap, n, minimum, l10n), '']);
  if (unknownCodeShare !== null) {
    rows.push([l10n.t('Codes unknown to the model'), `${fixed(100 * unknownCodeShare, 1)} %`, '']);
  }
  return rows;
}

function figureRows(facts: EvaluationFacts, l10n: Words): Row[] {
  const { intervals } = facts;
  return [
    row(l10n.t('AUROC'), facts.auroc, facts.aurocCi95),
    row(l10n.t('AUPRC'), facts.auprc, intervals.auprc),
    row(l10n.t('Brier score'), facts.brier, intervals.brier),
    row(l10n.t('Log loss'), facts.logLoss, intervals.logLoss),
    row(l10n.t('Calibration slope'), facts.calibrationSlope, intervals.calibrationSlope),
    row(l10n.t('Calibration intercept'), facts.calibrationIntercept, intervals.calibrationIntercept),
    row(l10n.t('ECE'), facts.ece, null),
  ];
}

function row(name: string, value: number | null, interval: Interval): Row {
  if (value === null) return [name, none, none];
  return [
    name,
    fixed(value, 3),
    interval === null ? none : interval.map((end) => fixed(end, 3)).join(' to '),
  ];
}

/** A number of patients that stands alone. */
function told(patients: number, minimum: number, l10n: Words): string {
  return isSmall(patients, minimum) ? l10n.t('fewer than {0}', minimum) : count(patients);
}

/** A part of a number that is told: a small rest withholds it, because the rest could be worked out. */
function toldPart(part: number, whole: number, minimum: number, l10n: Words): string {
  if (isSmall(part, minimum)) return told(part, minimum, l10n);
  return isSmall(whole - part, minimum)
    ? l10n.t('withheld: fewer than {0} others', minimum)
    : told(part, minimum, l10n);
}

function isSmall(patients: number, minimum: number): boolean {
  return patients > 0 && patients < minimum;
}
