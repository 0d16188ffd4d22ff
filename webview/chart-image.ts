import type { Theme } from './theme';

/** A drawn plot with the title that stands over it on the page. */
export interface TitledPlot {
  readonly title: string;
  readonly canvas: HTMLCanvasElement | undefined;
}

/** A line of the legend under an image: of what is drawn in a colour, or (null) a line of text. */
export interface LegendEntry {
  readonly text: string;
  readonly color: string | null;
  readonly dash: readonly number[];
}

const gap = 24;
const titleHeight = 28;

/**
 * Puts a panel's pictures on one sheet: the first across the whole width, the others in a row beneath it, then the
 * legend. Returns PNG as base64, or undefined when nothing is drawn.
 */
export function sheet(
  heading: string,
  plots: readonly TitledPlot[],
  legend: readonly LegendEntry[],
  theme: Theme,
): string | undefined {
  const drawn = plots.flatMap(({ title, canvas }) => (canvas && canvas.width > 0 ? [{ title, canvas }] : []));
  const [large, ...small] = drawn;
  if (large === undefined) return undefined;
  const ratio = window.devicePixelRatio || 1;
  const sizes = small.map(({ canvas }) => ({ width: canvas.width / ratio, height: canvas.height / ratio }));
  const rows = rowsOf(sizes, large.canvas.width / ratio);
  const width = large.canvas.width / ratio + 2 * gap;
  const rowHeight = Math.max(0, ...sizes.map(({ height }) => height)) + titleHeight + gap;
  const largeHeight = large.canvas.height / ratio;
  const legendTop = gap + 2 * titleHeight + largeHeight + gap + rows.length * rowHeight;

  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round((legendTop + legend.length * 18 + gap) * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, canvas.height);
  const write = (text: string, x: number, y: number, font: string, color: string): void => {
    context.font = `${font} ${theme.fontFamily}`;
    context.fillStyle = color;
    context.fillText(text, x, y);
  };
  const place = (plot: HTMLCanvasElement, x: number, y: number): void =>
    context.drawImage(plot, x, y, plot.width / ratio, plot.height / ratio);

  write(heading, gap, gap + 12, '600 16px', theme.strong);
  write(large.title, gap, gap + titleHeight + 14, '600 13px', theme.strong);
  place(large.canvas, gap, gap + 2 * titleHeight);
  rows.forEach((row, line) => {
    const top = gap + 2 * titleHeight + largeHeight + gap + line * rowHeight;
    let left = gap;
    for (const index of row) {
      write(small[index]!.title, left, top + 14, '600 13px', theme.strong);
      place(small[index]!.canvas, left, top + titleHeight);
      left += sizes[index]!.width + gap;
    }
  });
  legend.forEach(({ text, color, dash }, index) => {
    const y = legendTop + index * 18;
    if (color === null) {
      write(text, gap, y + 4, '12px', theme.foreground);
      return;
    }
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(gap, y);
    context.lineTo(gap + 24, y);
    context.stroke();
    write(text, gap + 32, y + 4, '12px', theme.foreground);
  });
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

/** Which plots stand in which row, left to right. */
function rowsOf(sizes: readonly { readonly width: number }[], width: number): number[][] {
  const rows: number[][] = [];
  let used = Infinity;
  sizes.forEach((size, index) => {
    // The gaps on the page may be narrower than here: a little too wide still counts as fitting.
    if (used + size.width > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(index);
    used += size.width;
  });
  return rows;
}
