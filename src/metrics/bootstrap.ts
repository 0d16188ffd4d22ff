import { checkLabelledScores } from './labelled-scores';

/** A metric of labels and one or more sets of scores, all resampled together. */
export type BootstrapMetric = (labels: Float64Array, ...scores: Float64Array[]) => number;

/** How to resample. */
export interface BootstrapOptions {
  /** Uniform numbers in [0, 1); a seeded generator gives the same interval every time. */
  readonly random: () => number;
  /** Number of resamples; 2000 when absent. */
  readonly resamples?: number;
  /** Draw positives and negatives apart, so that each resample keeps the class counts. */
  readonly stratified?: boolean;
  /** Coverage of the interval; 0.95 when absent. */
  readonly level?: number;
}

/** A metric with its percentile interval. */
export interface BootstrapInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap interval of any metric by resampling patients with replacement. With two sets of
 * scores the same patients are drawn for both, so a difference of metrics gets a paired interval.
 * An unstratified resample in which a class is missing is drawn again, for no metric exists on it.
 *
 * @param columns Sets of scores, one entry per patient; handed to `metric` after the labels, in buffers
 *   that are reused for the next resample.
 * @throws UserError for labels that are not 0/1, a missing class, different lengths, or scores that are
 *   not finite.
 */
export function bootstrapInterval(
  labels: ArrayLike<number>,
  columns: readonly ArrayLike<number>[],
  metric: BootstrapMetric,
  { random, resamples = 2000, stratified = false, level = 0.95 }: BootstrapOptions,
): BootstrapInterval {
  checkLabelledScores(labels, columns);
  if (!(resamples >= 1) || !(level > 0 && level < 1)) throw new RangeError('No such bootstrap.');
  const source = [labels, ...columns].map((column) => Float64Array.from(column));
  const [drawnLabels, ...drawnColumns] = source.map((column) => new Float64Array(column.length));
  const rows = new Uint32Array(labels.length);
  const draw = stratified ? stratifiedDraw(labels, random) : simpleDraw(labels, random);
  const statistics = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    draw(rows);
    gather(source[0]!, rows, drawnLabels!);
    drawnColumns.forEach((drawn, c) => gather(source[c + 1]!, rows, drawn));
    statistics[resample] = metric(drawnLabels!, ...drawnColumns);
    if (Number.isNaN(statistics[resample]!)) throw new Error('The metric is undefined on a resample.');
  }
  statistics.sort();
  return {
    estimate: metric(source[0]!, ...source.slice(1)),
    low: quantile(statistics, (1 - level) / 2),
    high: quantile(statistics, (1 + level) / 2),
  };
}

type Draw = (rows: Uint32Array) => void;

function simpleDraw(labels: ArrayLike<number>, random: () => number): Draw {
  const n = labels.length;
  return (rows) => {
    // One class of one patient is missing from a third of the draws; a thousand misses are a broken generator.
    for (let attempt = 0; attempt < 1000; attempt++) {
      let positives = 0;
      for (let i = 0; i < n; i++) {
        rows[i] = Math.floor(random() * n);
        positives += labels[rows[i]!]!;
      }
      if (positives > 0 && positives < n) return;
    }
    throw new Error('The random generator draws one class only.');
  };
}

function stratifiedDraw(labels: ArrayLike<number>, random: () => number): Draw {
  const members: [number[], number[]] = [[], []];
  for (let i = 0; i < labels.length; i++) members[labels[i] === 1 ? 1 : 0].push(i);
  return (rows) => {
    for (let i = 0; i < rows.length; i++) {
      const stratum = members[labels[i] === 1 ? 1 : 0];
      rows[i] = stratum[Math.floor(random() * stratum.length)]!;
    }
  };
}

function gather(from: Float64Array, rows: Uint32Array, to: Float64Array): void {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
}

/** Quantile of rising values, interpolated linearly between order statistics (Hyndman & Fan type 7). */
function quantile(rising: Float64Array, q: number): number {
  const at = q * (rising.length - 1);
  const below = Math.floor(at);
  const lower = rising[below]!;
  return lower + (at - below) * ((rising[below + 1] ?? lower) - lower);
}
