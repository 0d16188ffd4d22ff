import type { Count } from '../../protocol/panels/cohort';
import type { Comparison, Estimate } from '../../protocol/panels/compare';

type Cell = string | number | boolean | null;

/**
 * A comparison as tab-separated text at full precision: a table of runs (settings in which they differ, figures with
 * intervals), and beneath an empty line a table of pairs. Numbers of patients that may not be told stand as `<10` or
 * `withheld`.
 */
export function comparisonTsv(comparison: Comparison): string {
  const tables = [runTable(comparison), ...(comparison.pairs.length > 0 ? [pairTable(comparison)] : [])];
  return tables.map((rows) => rows.map((row) => `${row.map(text).join('\t')}\n`).join('')).join('\n');
}

function runTable({ minimumCellCount, runs, differences, tests, pretraining }: Comparison): Cell[][] {
  const settings = differences.filter(({ key }) => !['kind', 'dataset', 'seed'].includes(key));
  const head = [
    ...['run', 'name', 'kind', 'dataset', 'state', 'seed', 'step', 'bestStep'],
    ...settings.map(({ key }) => key),
    ...['n', 'positives'],
    ...['auroc', 'auprc', 'brier', 'logLoss', 'calibrationSlope', 'calibrationIntercept'].flatMap(
      withInterval,
    ),
    ...['ece', 'threshold'],
    ...['sensitivity', 'specificity', 'precision'].flatMap(withInterval),
    ...['trainLoss', 'validLoss', 'mlmAccuracy', 'losAuroc'],
  ];
  const rows = runs.map((run, i): Cell[] => {
    const test = tests.find((figures) => figures.run === run.run);
    const encoder = pretraining.find((figures) => figures.run === run.run);
    return [
      ...[run.run, run.name, run.kind, run.dataset, run.state, run.seed, run.step, run.bestStep],
      ...settings.map(({ values }) => values[i] ?? null),
      ...[test?.n, test?.positives].map((patients) => told(patients, minimumCellCount)),
      ...[test?.auroc, test?.auprc, test?.brier, test?.logLoss].flatMap(estimate),
      ...[test?.calibrationSlope, test?.calibrationIntercept].flatMap(estimate),
      ...[test?.ece ?? null, test?.operatingPoint.threshold ?? null],
      ...[test?.operatingPoint.sensitivity, test?.operatingPoint.specificity].flatMap(estimate),
      ...estimate(test?.operatingPoint.precision),
      ...[encoder?.trainLoss, encoder?.validLoss, encoder?.mlmAccuracy, encoder?.losAuroc].map(
        (v) => v ?? null,
      ),
    ];
  });
  return [head, ...rows];
}

function pairTable({ minimumCellCount, pairs }: Comparison): Cell[][] {
  const head = [
    ...['run', 'minus', 'runPatients', 'minusPatients', 'sharedPatients'],
    ...withInterval('aurocDifference'),
    ...['delongP', 'holmP', 'notComparable'],
  ];
  const rows = pairs.map(({ row, column, rowPatients, columnPatients, shared, result, reason }): Cell[] => [
    ...[row, column],
    ...[rowPatients, columnPatients, shared].map((patients) => told(patients, minimumCellCount)),
    ...estimate(result === null ? null : { value: result.difference, ci95: result.ci95 }),
    ...[result?.p ?? null, result?.holmP ?? null, reason],
  ]);
  return [head, ...rows];
}

function withInterval(key: string): string[] {
  return [key, `${key}Low`, `${key}High`];
}

function estimate(figure: Estimate | null | undefined): Cell[] {
  return [figure?.value ?? null, figure?.ci95?.[0] ?? null, figure?.ci95?.[1] ?? null];
}

function told(patients: Count | undefined, minimum: number): Cell {
  return patients === 'small' ? `<${minimum}` : (patients ?? null);
}

function text(cell: Cell): string {
  return cell === null ? '' : String(cell).replace(/[\t\r\n]+/g, ' ');
}
