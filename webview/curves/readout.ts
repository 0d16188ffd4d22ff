import type {
  CurveFigures,
  CurveLine,
  CurveRun,
  CurvesData,
  Measure,
} from '../../src/protocol/panels/curves';
import { heightAt, nearest } from '../cursor';

/** Figures of one entry at one place, with the lowest and the highest seed where it has several. */
export interface Readout {
  readonly figures: CurveFigures<number>;
  /** Null with one seed, and until the host has answered. */
  readonly range: CurveRun['seedRange'];
}

/**
 * Figures of a run at the cursor. The host tells them exactly once the cursor rests; until its answer is there they
 * are read off the drawn lines, which are right to a pixel.
 */
export function readout(data: CurvesData, run: CurveRun, cursor: number | null): Readout {
  if (cursor === data.cursor) return { figures: run.atCursor, range: run.seedRange };
  return { figures: cursor === null ? latest(data, run) : drawnAt(data, run, cursor), range: null };
}

function drawnAt(data: CurvesData, run: CurveRun, cursor: number): CurveFigures<number> {
  const at = (measure: Measure, split: CurveLine['split']): number | null => {
    const line = lineOf(data, run, measure, split);
    return line === undefined ? null : heightAt(line.x, line.y, cursor);
  };
  return {
    trainLoss: at('loss', 'train'),
    validLoss: at('loss', 'validation'),
    mlmAccuracy: at('mlmAccuracy', 'validation'),
    losAuroc: at('losAuroc', 'validation'),
    auroc: at('auroc', 'validation'),
  };
}

/** The x values that the arrow keys walk along: drawn validations of the main run, or its training reports. */
export function cursorPlaces(data: CurvesData): readonly number[] {
  const run = data.runs[0];
  if (run === undefined) return [];
  const validations = lineOf(data, run, 'loss', 'validation')?.x ?? [];
  return validations.length > 0 ? validations : (lineOf(data, run, 'loss', 'train')?.x ?? []);
}

/** The drawn place nearest to a pointer, so that a pinned cursor stands on a measured point. */
export function snapped(data: CurvesData, x: number): number {
  const places = cursorPlaces(data);
  return places.length === 0 ? x : places[nearest(places, x)]!;
}

function latest(data: CurvesData, run: CurveRun): CurveFigures<number> {
  const last = (measure: Measure, split: CurveLine['split']): number | null =>
    lineOf(data, run, measure, split)?.y.findLast((value) => value !== null) ?? null;
  return {
    trainLoss: last('loss', 'train'),
    validLoss: last('loss', 'validation'),
    mlmAccuracy: last('mlmAccuracy', 'validation'),
    losAuroc: last('losAuroc', 'validation'),
    auroc: last('auroc', 'validation'),
  };
}

function lineOf(
  data: CurvesData,
  run: CurveRun,
  measure: Measure,
  split: CurveLine['split'],
): CurveLine | undefined {
  return data.charts
    .find((chart) => chart.measure === measure)
    ?.lines.find((line) => line.run === run.id && line.split === split);
}
