import type { RunSummary } from '../runs/summary';

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

/** Positives below which a calibration line says more about chance than about the model. */
const enoughPositives = 10;

/** A run for people, a few lines. */
export function renderSummary(summary: RunSummary): string {
  const { step, steps, bestStep, validationPatients } = summary;
  const planned = steps === null ? '' : ` of ${steps}`;
  const best = bestStep === null ? '' : `, best step ${bestStep}`;
  const rows: [string, string][] = [
    ['state', `${summary.state}, step ${step}${planned}${best}`],
    ['dataset', `${summary.dataset}, trained on ${summary.patients} patients`],
    ['loss', `training ${figure(summary.trainLoss)}, validation ${figure(summary.validLoss)}`],
  ];
  if (summary.kind === 'pretrain') {
    rows.push([
      'masked codes',
      `accuracy ${figure(summary.mlmAccuracy)} on ${validationPatients} validation patients`,
    ]);
    rows.push(['long stay', `AUROC ${figure(summary.losAuroc)} on them`]);
  } else {
    rows.push(['from', `${summary.from}${summary.fromStep === null ? '' : `, step ${summary.fromStep}`}`]);
    rows.push(['validation', `AUROC ${figure(summary.validAuroc)} on ${validationPatients} patients`]);
    rows.push(...testRows(summary));
  }
  if (bestStep !== null && bestStep === steps && summary.state === 'finished') {
    rows.push(['note', 'the best step is the last: still improving; raise epochs or learningRate']);
  }
  rows.push(
    ['speed', `${Math.round(summary.patientsPerSecond ?? 0)} patients/s`],
    ['folder', summary.folder],
  );
  if (summary.error !== undefined) rows.push(['failed', summary.error]);
  return [summary.run, ...rows.map(([key, value]) => `  ${key.padEnd(13)}${value}`)].join('\n');
}

function testRows(summary: Extract<RunSummary, { kind: 'finetune' }>): [string, string][] {
  const { n, positives = 0 } = summary;
  if (n === undefined) return [];
  const rows: [string, string][] = [
    [
      'test AUROC',
      `${interval(summary.auroc, summary.aurocCi95)} on ${n} patients, ${positives} with label 1`,
    ],
    ['test AUPRC', figure(summary.auprc)],
    ['Brier', figure(summary.brier)],
  ];
  const slope = `slope ${figure(summary.calibrationSlope)}, intercept ${figure(summary.calibrationIntercept)}`;
  const few = Math.min(positives, n - positives) < enoughPositives;
  rows.push(['calibration', few ? `${slope} (too few patients of one class to mean much)` : slope]);
  return rows;
}
