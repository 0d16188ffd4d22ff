import type { Comparison, Estimate } from '../../protocol/panels/compare';

type Cell = string | number | boolean | null;

/**
 * A comparison as tab-separated text at full precision: a table of runs (settings in which they differ, figures with
 * intervals), and beneath an empty line a table of pairs.
 */
export function comparisonTsv(comparison: Comparison): string {
  const tables = [runTable(comparison), ...(comparison.pairs.length > 0 ? [pairTable(comparison)] : [])];
  return tables.map((rows) => rows.map((row) => `${row.map(text).join('\t')}\n`).join('')).join('\n');
}

function runTable({ runs, differences, tests, pretraining }: Comparison): Cell[][] {
  const settings = differences.filter(({ key }) => !['kind', 'dataset', 'seed'].includes(key));
  const head = [
    ...['run', 'name', 'kind', 'dataset', 'state', 'seed', 'step', 'bestStep'],
    ...settings.map(({ key }) => key),
    ...['n', 'positives'],
    ...['auroc', 'auprc', 'brier', 'logLoss', 'calibrationSlope', 'calibrationIntercept'].flatMap(
      withInterval,
    ),
    'ece',
    ...['trainLoss', 'validLoss', 'mlmAccuracy', 'losAuroc'],
  ];
  const rows = runs.map((run, i): Cell[] => {
    const test = tests.find((figures) => figures.run === run.run);
    const encoder = pretraining.find((figures) => figures.run === run.run);
    return [
      ...[run.run, run.name, run.kind, run.dataset, run.state, run.seed, run.step, run.bestStep],
      ...settings.map(({ values }) => values[i] ?? null),
      ...[test?.n ?? null, test?.positives ?? null],
      ...[test?.auroc, test?.auprc, test?.brier, test?.logLoss].flatMap(estimate),
      ...[test?.calibrationSlope, test?.calibrationIntercept].flatMap(estimate),
      test?.ece ?? null,
      ...[encoder?.trainLoss, encoder?.validLoss, encoder?.mlmAccuracy, encoder?.losAuroc].map(
        (v) => v ?? null,
      ),
    ];
  });
  return [head, ...rows];
}

function pairTable({ pairs }: Comparison): Cell[][] {
  const head = [
    ...['run', 'minus', 'runPatients', 'minusPatients', 'sharedPatients'],
    ...withInterval('aurocDifference'),
    ...['delongP', 'holmP', 'notComparable'],
  ];
  const rows = pairs.map(({ row, column, rowPatients, columnPatients, shared, result, reason }): Cell[] => [
    ...[row, column, rowPatients, columnPatients, shared],
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

function text(cell: Cell): string {
  return cell === null ? '' : String(cell).replace(/[\t\r\n]+/g, ' ');
}
