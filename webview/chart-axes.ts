import type { ChartOptions, Scale } from 'chart.js';
import { scaled } from './chart-paint';
import { axisLabels } from './format';
import type { Axis, Picture } from './picture';
import type { Theme } from './theme';
import { extentOf, logRange, logTicks, niceRange, niceTicks, type Range, timeTicks } from './ticks';

/** Options of one scale. Chart.js tells its types by the literal `type`, which is only known when it draws. */
type ScaleOptions = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

/** Chart.js options for both axes of a picture. */
export function axes(picture: Picture, theme: Theme, height: number): Record<'x' | 'y', ScaleOptions> {
  const room = Math.max(2, Math.round(height / scaled(theme, height < scaled(theme, 200) ? 30 : 48)));
  return {
    x: axis(picture.x, xRange(picture), theme, 'x', 0),
    y: axis(picture.y, yRange(picture, room), theme, 'y', room),
  };
}

function axis(
  spec: Axis,
  found: Range | undefined,
  theme: Theme,
  which: 'x' | 'y',
  room: number,
): ScaleOptions {
  let labels: readonly string[] = [];
  const range = found ?? (spec.scale === 'log' ? [1, 10] : [0, 1]);
  const fontSize = scaled(theme, 11);
  return {
    type: spec.scale === 'log' ? 'logarithmic' : 'linear',
    min: range[0],
    max: range[1],
    border: { display: which === 'x', color: theme.hairline },
    grid: { display: which === 'y', color: theme.grid, drawTicks: false, lineWidth: 1 },
    title: {
      display: spec.title !== undefined,
      text: spec.title ?? '',
      color: theme.muted,
      font: { size: fontSize, family: theme.fontFamily, weight: 'normal' },
      padding: 0,
    },
    ticks: {
      color: theme.muted,
      font: { size: fontSize, family: theme.fontFamily },
      padding: which === 'x' ? 5 : 7,
      maxRotation: 0,
      autoSkip: false,
      align: 'center',
      callback: (_value: unknown, index: number) => labels[index] ?? '',
    },
    afterBuildTicks: (scale: Scale) => {
      const most = which === 'y' ? room : Math.round(scale.chart.width / scaled(theme, 92));
      const given = spec.ticks;
      const values =
        given?.map(({ value }) => value) ?? (found === undefined ? [] : tickValues(spec, range, most, which));
      labels = given?.map(({ label }) => label) ?? axisLabels(values, spec.style);
      scale.ticks = values.map((value) => ({ value }));
    },
    afterFit: (scale: Scale) => {
      // Equal widths let the axes of pictures above one another agree.
      if (which === 'y') scale.width = Math.max(scale.width, scaled(theme, 36));
    },
  } as ScaleOptions;
}

function tickValues(spec: Axis, range: Range, most: number, which: 'x' | 'y'): number[] {
  if (spec.scale === 'log') return logTicks(range, most);
  if (spec.style === 'duration') return timeTicks(range, most);
  const ticks = niceTicks(range, most);
  // Where there is room for few, both ends and the middle tell more.
  if (which === 'y' || most > 3 || ticks.length > 2 || !isRound(range[1])) {
    // A single tick tells no scale.
    return which === 'x' && ticks.length < 2 ? niceTicks(range, most + 1) : ticks;
  }
  return most < 2 ? [...range] : [range[0], (range[0] + range[1]) / 2, range[1]];
}

/** Whether a value and its half can be written in two digits or three. */
function isRound(value: number): boolean {
  return Number(value.toPrecision(2)) === value;
}

function xRange({ x, lines = [], bars = [] }: Picture): Range {
  if (x.range !== undefined && x.range[1] > x.range[0]) return x.range;
  const found = extentOf([...lines.map((line) => line.x), ...bars.map(({ from, to }) => [from, to])]);
  const [low, high] = x.range ?? found ?? [0, 1];
  if (high > low) return [low, high];
  return x.scale === 'log' ? logRange([low, high]) : [low, low + 1];
}

/** Undefined when nothing is drawn: an axis without a scale then says nothing. */
function yRange({ y, lines = [], bars = [] }: Picture, room: number): Range | undefined {
  if (y.range !== undefined) return y.range;
  const log = y.scale === 'log';
  const values = [
    ...lines.flatMap((line) => [line.y, line.band?.low ?? [], line.band?.high ?? []]),
    bars.map(({ value }) => value),
  ];
  const found = extentOf(values, (value) => Number.isFinite(value) && (!log || value > 0));
  if (found === undefined) return undefined;
  if (log) return logRange(found);
  const whole: Range = y.fromZero === true ? [Math.min(0, found[0]), Math.max(0, found[1])] : found;
  // Rounded to half a tick: to whole ticks would leave much of a small picture empty.
  const [low, high] = niceRange(whole, 2 * room);
  return y.style === 'share' ? [low, Math.max(low, Math.min(high, Math.max(1, whole[1])))] : [low, high];
}
