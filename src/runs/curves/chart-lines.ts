import type { CurveChart, CurveLine, CurvesView, Measure } from '../../protocol/panels/curves';
import type { Breather } from '../breather';
import type { Column } from './column';
import { isMeasured } from './column';
import { decimate } from './decimate';
import { hasMeasured, meanOfSeeds, type SeedLine } from './mean-line';
import { axisOf, type ShownRun } from './shown-run';

/** What a chart shows of runs: `losAuroc` of validation patients, and so on. */
interface Picture {
  readonly measure: Measure;
  readonly splits: readonly ('train' | 'validation')[];
  /** Kinds of runs that have it. */
  readonly of?: 'pretrain' | 'finetune';
}

const pictures: readonly Picture[] = [
  { measure: 'loss', splits: ['train', 'validation'] },
  { measure: 'mlmAccuracy', splits: ['validation'], of: 'pretrain' },
  { measure: 'losAuroc', splits: ['validation'], of: 'pretrain' },
  { measure: 'auroc', splits: ['validation'], of: 'finetune' },
  { measure: 'gradientNorm', splits: ['train'], of: 'finetune' },
  { measure: 'learningRate', splits: ['train'] },
  { measure: 'patientsPerSecond', splits: ['train'] },
];

/** Not smoothed: it is set, not measured, and its corners mean something. */
const exact: ReadonlySet<string> = new Set(['learningRate']);

/** Runs that stand as one line: seeds of the same configuration. */
export interface Group {
  /** Id of the entry in the list. */
  readonly id: string;
  readonly seeds: readonly ShownRun[];
}

/** The lines of all charts, and what they stand for. */
export interface Charts {
  readonly charts: readonly CurveChart[];
  readonly points: number;
  readonly decimated: boolean;
}

/**
 * Draws every chart: smoothed on all figures, then reduced to what the pixels can show.
 * @param kinds of all listed runs; they decide which charts there are
 */
export async function chartsOf(
  groups: readonly Group[],
  kinds: ReadonlySet<'pretrain' | 'finetune'>,
  view: CurvesView,
  range: readonly [number, number],
  breather: Breather,
): Promise<Charts> {
  const charts: CurveChart[] = [];
  let points = 0;
  let decimated = false;
  // The fourth small chart belongs to fine-tuning alone; beside pretraining there is no place for it.
  const wanted = pictures.filter(
    ({ of, measure }) =>
      (of === undefined || kinds.has(of)) && !(measure === 'gradientNorm' && kinds.has('pretrain')),
  );
  for (const { measure, splits } of wanted) {
    const lines: CurveLine[] = [];
    for (const split of splits) {
      for (const group of groups) {
        await prepare(group, measure, split, view.smoothing, breather);
        const drawn = lineOf(group, measure, split, view, range);
        if (drawn === undefined) continue;
        lines.push(drawn.line);
        points += drawn.points;
        decimated ||= drawn.decimated;
        await breather.breathe();
      }
    }
    charts.push({ measure, lines });
  }
  return { charts, points, decimated };
}

async function prepare(
  { seeds }: Group,
  measure: Measure,
  split: 'train' | 'validation',
  smoothing: number,
  breather: Breather,
): Promise<void> {
  for (const { series } of seeds) {
    await series.tables[split].prepare(measure, weightOf(measure, split, smoothing), breather);
  }
}

/** Training reports are smoothed; validations are few and stay as they are. */
function weightOf(measure: string, split: 'train' | 'validation', smoothing: number): number {
  return split === 'validation' || exact.has(measure) ? 0 : smoothing;
}

/** Values of a measure as the view wants them: training reports smoothed. */
export function valuesOf(
  { series }: ShownRun,
  measure: string,
  split: 'train' | 'validation',
  smoothing: number,
): Column | undefined {
  return series.tables[split].smoothed(measure, weightOf(measure, split, smoothing));
}

/** A measure of those seeds that have measured it. */
export function seedLines(
  { seeds }: Group,
  measure: string,
  split: 'train' | 'validation',
  view: CurvesView,
): SeedLine[] {
  const lines = seeds.flatMap((run) => {
    const y = valuesOf(run, measure, split, view.smoothing);
    return y === undefined ? [] : [{ x: axisOf(run, split, view.x), y }];
  });
  return lines.length === 1 ? lines : lines.filter(hasMeasured);
}

function lineOf(
  group: Group,
  measure: Measure,
  split: 'train' | 'validation',
  view: CurvesView,
  range: readonly [number, number],
): { line: CurveLine; points: number; decimated: boolean } | undefined {
  const { id } = group;
  const measured = seedLines(group, measure, split, view);
  const pixels = Math.max(32, Math.round(measure === 'loss' ? view.pixels : view.pixels / 2));
  const [first] = measured;
  if (first === undefined) return undefined;
  if (measured.length === 1) {
    const { x, y, points, decimated } = decimate(first.x, first.y, range, pixels);
    const end = newestIn(first.x, first.y, range);
    return { line: { run: id, split, x, y, band: null, end }, points, decimated };
  }
  const { x, mean, band, end, points } = meanOfSeeds(measured, range, 2 * pixels);
  const drawn = decimate(x, mean, range, pixels);
  const line: CurveLine = {
    run: id,
    split,
    x: drawn.x,
    y: drawn.y,
    band: view.bands && band.x.length > 0 ? band : null,
    end,
  };
  return { line, points, decimated: drawn.decimated || x.length < points / measured.length };
}

/** The newest measured point, where it lies in the range. */
function newestIn(x: Column, y: Column, [low, high]: readonly [number, number]): CurveLine['end'] {
  for (let row = y.length - 1; row >= 0; row -= 1) {
    const value = y.at(row);
    if (isMeasured(value)) return x.at(row) >= low && x.at(row) <= high ? [x.at(row), value] : null;
  }
  return null;
}
