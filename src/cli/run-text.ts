import type { RunSummary } from '../tasks/summary';

const decimals = 4;

/** A figure for people: four decimals, or a dash where there is none. */
export function figure(value: unknown): string {
  return typeof value === 'number'
    ? Number.isInteger(value)
      ? String(value)
      : value.toFixed(decimals)
    : '–';
}

/** `0.8123 (0.7801–0.8402)` */
export function interval(value: unknown, ci: unknown): string {
  const [low, high] = Array.isArray(ci) ? (ci as unknown[]) : [];
  return `${figure(value)} (${figure(low)}–${figure(high)})`;
}

/** A run for people, a few lines. */
export function renderSummary(summary: RunSummary): string {
  const rows: [string, string][] = [
    [
      'state',
      `${summary.state}, step ${summary.step}${summary.steps === null ? '' : ` of ${summary.steps}`}`,
    ],
    ['dataset', `${summary.dataset}, trained on ${summary.patients} patients`],
    ['loss', `training ${figure(summary['trainLoss'])}, validation ${figure(summary['validLoss'])}`],
  ];
  if (summary.kind === 'pretrain') {
    rows.push(['masked codes', `accuracy ${figure(summary['mlmAccuracy'])} (validation)`]);
    rows.push(['long stay', `AUROC ${figure(summary['losAuroc'])} (validation)`]);
  } else {
    rows.push(['from', String(summary['from'])]);
    rows.push(['validation', `AUROC ${figure(summary['validAuroc'])}`]);
    if ('auroc' in summary) {
      rows.push([
        'test AUROC',
        `${interval(summary['auroc'], summary['aurocCi95'])}, ${figure(summary['n'])} patients`,
      ]);
      rows.push(['test AUPRC', figure(summary['auprc'])]);
      rows.push(['Brier', figure(summary['brier'])]);
      rows.push([
        'calibration',
        `slope ${figure(summary['calibrationSlope'])}, intercept ${figure(summary['calibrationIntercept'])}`,
      ]);
    }
  }
  rows.push(['speed', `${figure(Math.round(Number(summary['patientsPerSecond'] ?? 0)))} patients/s`]);
  rows.push(['folder', summary.folder]);
  if (typeof summary['error'] === 'string') rows.push(['failed', summary['error']]);
  return [summary.run, ...rows.map(([key, value]) => `  ${key.padEnd(13)}${value}`)].join('\n');
}
