import type { Chart } from 'chart.js';
import { type Box, placeLabels } from './label-places';
import type { Line, Picture } from './picture';
import type { Theme } from './theme';

/** What a painter works with: the chart's own canvas, its axes, and the picture. */
export interface Stage {
  readonly chart: Chart;
  readonly picture: Picture;
  readonly theme: Theme;
}

/** Pixels of a size given for the usual font of 13 px. */
export function scaled(theme: Theme, size: number): number {
  return (size * theme.fontSize) / 13;
}

/** Font of axes and notes. */
export function noteFont(theme: Theme, weight = ''): string {
  return `${weight} ${scaled(theme, 11)}px ${theme.fontFamily}`.trim();
}

/** From the end of a line to its name, in pixels. */
export function nameDistance(theme: Theme): number {
  return scaled(theme, 12);
}

/** Where a value lies on the x-axis, in CSS pixels. */
export function pixelX(chart: Chart, value: number): number {
  return chart.scales['x']!.getPixelForValue(value);
}

/** Where a value lies on the y-axis, in CSS pixels. */
export function pixelY(chart: Chart, value: number): number {
  return chart.scales['y']!.getPixelForValue(value);
}

/** Beneath the lines: bands, bars and vertical marks. */
export function paintBeneath(stage: Stage): void {
  const { chart, picture } = stage;
  const { ctx } = chart;
  ctx.save();
  clipToArea(chart);
  for (const line of picture.lines ?? []) if (line.band) paintBand(chart, line.band);
  for (const bar of picture.bars ?? []) paintBar(stage, bar);
  ctx.restore();
  paintMarks(stage);
}

/** On top of the lines: end marks, their names, and triangles on the axis. */
export function paintAbove(stage: Stage): void {
  const { chart, picture, theme } = stage;
  for (const line of picture.lines ?? []) if (line.end) paintEnd(chart, line, theme);
  paintNames(stage);
  paintTriangles(stage);
}

function paintBand(chart: Chart, band: NonNullable<Line['band']>): void {
  const { ctx } = chart;
  ctx.beginPath();
  band.x.forEach((x, index) => ctx.lineTo(pixelX(chart, x), pixelY(chart, band.high[index]!)));
  for (let index = band.x.length - 1; index >= 0; index -= 1) {
    ctx.lineTo(pixelX(chart, band.x[index]!), pixelY(chart, band.low[index]!));
  }
  ctx.closePath();
  ctx.fillStyle = band.color;
  ctx.fill();
}

function paintBar({ chart, theme }: Stage, bar: NonNullable<Picture['bars']>[number]): void {
  const { ctx, chartArea } = chart;
  const left = pixelX(chart, bar.from);
  const right = pixelX(chart, bar.to);
  const top = Math.min(chartArea.bottom, pixelY(chart, bar.value));
  // A bar that stands for somebody is never invisible.
  const height = bar.value > 0 ? Math.max(1, chartArea.bottom - top) : 0;
  const gap = right - left > 3 ? 0.5 : 0;
  ctx.fillStyle = bar.color;
  ctx.fillRect(left + gap, chartArea.bottom - height, right - left - 2 * gap, height);
  if (bar.strong !== true) return;
  ctx.strokeStyle = theme.strong;
  ctx.lineWidth = 2;
  ctx.strokeRect(left + 1, chartArea.bottom - height, right - left - 2, height);
}

function paintMarks({ chart, picture, theme }: Stage): void {
  const { ctx, chartArea } = chart;
  const lineHeight = scaled(theme, 15);
  const taken: Box[] = [];
  ctx.save();
  ctx.font = noteFont(theme);
  ctx.textBaseline = 'top';
  for (const mark of picture.marks ?? []) {
    const x = pixelX(chart, mark.x);
    if (x < chartArea.left - 1 || x > chartArea.right + 1) continue;
    const width = Math.max(0, ...mark.text.map(({ text }) => ctx.measureText(text).width));
    const toLeft = x + 7 + width > chartArea.right && x - 7 - width >= chartArea.left;
    const box = {
      left: toLeft ? x - 7 - width : Math.min(x + 7, chart.width - width),
      top: 0,
      width,
      height: mark.text.length * lineHeight,
    };
    const top = freeTop(box, chartArea.top, taken);
    taken.push({ ...box, top });
    ctx.strokeStyle = mark.color;
    ctx.lineWidth = 1;
    ctx.setLineDash([...mark.dash]);
    ctx.beginPath();
    // Where neither side has room the words stand on top of the line.
    const isBeside = x <= box.left - 3 || x >= box.left + box.width + 3;
    const start = mark.text.length === 0 ? 0 : isBeside ? 2 : box.height + 2;
    ctx.moveTo(Math.round(x) + 0.5, top + start);
    ctx.lineTo(Math.round(x) + 0.5, chartArea.bottom);
    ctx.stroke();
    mark.text.forEach(({ text, color }, row) => {
      ctx.fillStyle = color;
      ctx.fillText(
        text,
        toLeft ? box.left + width - ctx.measureText(text).width : box.left,
        top + row * lineHeight,
      );
    });
  }
  ctx.restore();
}

/** The highest place at which a text covers none before it. */
function freeTop(box: Box, from: number, taken: readonly Box[]): number {
  let top = from;
  for (const other of taken) {
    const beside = box.left > other.left + other.width + 8 || other.left > box.left + box.width + 8;
    if (!beside && top < other.top + other.height) top = other.top + other.height;
  }
  return top;
}

function paintEnd(chart: Chart, line: Line, theme: Theme): void {
  const { ctx, chartArea } = chart;
  const { x, y, mark } = line.end!;
  const [left, top] = [pixelX(chart, x), pixelY(chart, y)];
  if (left < chartArea.left - 1 || left > chartArea.right + 1) return;
  ctx.save();
  ctx.fillStyle = line.color;
  ctx.strokeStyle = line.color;
  ctx.lineWidth = 2;
  ctx.beginPath();
  if (mark === 'square') ctx.rect(left - 3, top - 3, 6, 6);
  else if (mark === 'cross') {
    ctx.moveTo(left - 3.5, top - 3.5);
    ctx.lineTo(left + 3.5, top + 3.5);
    ctx.moveTo(left + 3.5, top - 3.5);
    ctx.lineTo(left - 3.5, top + 3.5);
    ctx.stroke();
  } else ctx.arc(left, top, 3, 0, 2 * Math.PI);
  ctx.fill();
  if (mark === 'live') {
    ctx.globalAlpha = theme.kind === 'light' ? 0.35 : 0.4;
    ctx.beginPath();
    ctx.arc(left, top, 6, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

function paintNames({ chart, picture, theme }: Stage): void {
  const { ctx, chartArea } = chart;
  const named = (picture.lines ?? []).flatMap((line) => {
    const place = line.end ?? lastPoint(line);
    return line.name === undefined || place === undefined ? [] : [{ line, place, name: line.name }];
  });
  if (named.length === 0) return;
  ctx.save();
  ctx.font = noteFont(theme);
  const height = scaled(theme, 14);
  const requests = named.map(({ place, name }) => ({
    x: pixelX(chart, place.x),
    y: pixelY(chart, place.y),
    width: ctx.measureText(name).width,
    height,
  }));
  const { left, top, width } = chartArea;
  const area = { left, top, width: Math.max(width, chart.width - left), height: chartArea.height };
  const boxes = placeLabels(requests, area, drawnPoints(chart, picture), nameDistance(theme));
  ctx.textBaseline = 'middle';
  boxes.forEach((box, index) => {
    // The background as an outline keeps a name readable where a line cannot be avoided.
    ctx.strokeStyle = theme.background;
    ctx.lineWidth = 3;
    ctx.lineJoin = 'round';
    ctx.strokeText(named[index]!.name, box.left, box.top + box.height / 2);
    ctx.fillStyle = named[index]!.line.color;
    ctx.fillText(named[index]!.name, box.left, box.top + box.height / 2);
  });
  ctx.restore();
}

function lastPoint(line: Line): { x: number; y: number } | undefined {
  const at = line.y.findLastIndex((y) => y !== null);
  return at < 0 ? undefined : { x: line.x[at]!, y: line.y[at]! };
}

/** Pixels of drawn points and of the lines between them, at most some thousands: enough to see where lines run. */
function drawnPoints(chart: Chart, picture: Picture): Float64Array {
  const pixels: number[] = [];
  for (const { x, y, width } of picture.lines ?? []) {
    const every = Math.max(1, Math.floor(x.length / 800));
    let before: readonly [number, number] | undefined;
    for (let index = 0; index < x.length; index += every) {
      const value = y[index];
      if (value === null || value === undefined) {
        before = undefined;
        continue;
      }
      const here = [pixelX(chart, x[index]!), pixelY(chart, value)] as const;
      if (before !== undefined && width > 0) pixels.push(...between(before, here));
      pixels.push(...here);
      before = here;
    }
  }
  return Float64Array.from(pixels);
}

/** Places on the way from one point to the next, every few pixels. */
function between(from: readonly [number, number], to: readonly [number, number]): number[] {
  const steps = Math.min(200, Math.floor(Math.hypot(to[0] - from[0], to[1] - from[1]) / 6));
  return Array.from({ length: Math.max(0, steps - 1) }, (_, step) => (step + 1) / steps).flatMap((part) => [
    from[0] + (to[0] - from[0]) * part,
    from[1] + (to[1] - from[1]) * part,
  ]);
}

function paintTriangles({ chart, picture, theme }: Stage): void {
  const { ctx, chartArea } = chart;
  const half = scaled(theme, 3);
  let before = -Infinity;
  ctx.save();
  ctx.fillStyle = theme.muted;
  for (const value of picture.triangles ?? []) {
    const x = pixelX(chart, value);
    // Where they would touch, one stands for several.
    if (x < chartArea.left - 1 || x > chartArea.right + 1 || x - before < 2 * half + 1) continue;
    before = x;
    ctx.beginPath();
    ctx.moveTo(x, chartArea.bottom);
    ctx.lineTo(x + half, chartArea.bottom + 1.7 * half);
    ctx.lineTo(x - half, chartArea.bottom + 1.7 * half);
    ctx.fill();
  }
  ctx.restore();
}

function clipToArea({ ctx, chartArea }: Chart): void {
  ctx.beginPath();
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
  ctx.clip();
}
