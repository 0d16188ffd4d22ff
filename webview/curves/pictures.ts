import type { CurveChart, CurveLine, CurveRun, CurvesData, Measure } from '../../src/protocol/panels/curves';
import type { RunState } from '../../src/protocol/run';
import { count } from '../format';
import { seriesColor, seriesDash, translucent } from '../palette';
import type { Line, Picture, VerticalMark } from '../picture';
import type { Theme } from '../theme';
import { measures, placeWords, written } from './measures';

const endMarks: Readonly<Record<RunState, NonNullable<Line['end']>['mark']>> = {
  queued: 'dot',
  running: 'live',
  finished: 'dot',
  stopped: 'square',
  interrupted: 'square',
  failed: 'cross',
};

/** The picture of one chart. Small ones have thinner lines, no names and no words on their marks. */
export function curvePicture(
  data: CurvesData,
  chart: CurveChart,
  theme: Theme,
  options: { readonly log: boolean; readonly small: boolean },
): Picture {
  const style = measures[chart.measure];
  const [from, to] = data.range ?? data.extent;
  // Train lines lie beneath validation, and the main run on top of the others.
  const lines = chart.lines.toReversed().toSorted((a, b) => rank(a) - rank(b));
  return {
    label: finding(data, chart),
    x: { scale: 'linear', style: data.x === 'time' ? 'duration' : 'number', range: [from, to] },
    y: {
      scale: options.log && !options.small ? 'log' : 'linear',
      style: style.axis,
      fromZero: style.fromZero,
    },
    lines: lines.flatMap((line) => drawnLine(line, chart, data, theme, options.small)),
    ...(options.small ? {} : { marks: eventMarks(data, theme), triangles: checkpoints(data) }),
  };
}

function drawnLine(
  line: CurveLine,
  chart: CurveChart,
  data: CurvesData,
  theme: Theme,
  small: boolean,
): Line[] {
  const run = data.runs.find(({ id }) => id === line.run);
  if (run === undefined) return [];
  const color = seriesColor(theme.palette, run.series);
  const leads = isLeading(line, chart);
  const { end } = line;
  return [
    {
      x: line.x,
      y: line.y,
      color: leads ? color : translucent(color, 0.6),
      width: !leads ? 1 : small ? 1.5 : 2,
      dash: leads ? seriesDash(run.series) : [],
      ring: leads,
      band: line.band === null ? null : { ...line.band, color: translucent(color, 0.22) },
      ...(leads && end !== null ? { end: { x: end[0], y: end[1], mark: endMarks[run.state] } } : {}),
      ...(leads && !small ? { name: run.name } : {}),
    },
  ];
}

/** Validation leads where a run has it; a measure of training alone leads itself. */
function isLeading(line: CurveLine, chart: CurveChart): boolean {
  return (
    line.split === 'validation' ||
    !chart.lines.some(({ run, split, x }) => run === line.run && split === 'validation' && x.length > 0)
  );
}

function rank(line: CurveLine): number {
  return line.split === 'train' ? 0 : 1;
}

function eventMarks(data: CurvesData, theme: Theme): VerticalMark[] {
  return data.marks
    .filter(({ kind }) => kind !== 'checkpoint')
    .map(({ kind, x, step }) => {
      const text = kind === 'warm-up' ? 'warm-up ends' : `resumed from checkpoint ${count(step)}`;
      return { x, dash: [2, 3], color: theme.muted, text: [{ text, color: theme.muted }] };
    });
}

function checkpoints(data: CurvesData): number[] {
  return data.marks.filter(({ kind }) => kind === 'checkpoint').map(({ x }) => x);
}

/** What a chart shows, in words: `Validation loss over steps: base-192 4.28 at step 61,400; …`. */
function finding(data: CurvesData, chart: CurveChart): string {
  const { title } = measures[chart.measure];
  const parts = chart.lines.flatMap((line) => {
    const run = data.runs.find(({ id }) => id === line.run);
    return run === undefined || !isLeading(line, chart) ? [] : [lineFinding(data, run, line, chart.measure)];
  });
  const axis = data.x === 'time' ? 'time' : `${data.x}s`;
  return `${title} over ${axis}: ${parts.length === 0 ? 'no points yet' : parts.join('; ')}.`;
}

function lineFinding(data: CurvesData, run: CurveRun, line: CurveLine, measure: Measure): string {
  const last = line.y.findLastIndex((value) => value !== null);
  if (last < 0) return `${run.name} has no points yet`;
  const first = line.y.findIndex((value) => value !== null);
  const [from, to] = [line.y[first]!, line.y[last]!];
  const verb = to < from ? 'fell' : to > from ? 'rose' : 'stayed';
  const way = verb === 'stayed' ? 'at' : `from ${written(measure, from)} to`;
  return `${run.name} ${verb} ${way} ${written(measure, to)} at ${placeWords(data.x, line.x[last]!)}`;
}
