import type { Chart } from 'chart.js';
import { pixelX, pixelY } from './chart-paint';
import { type Cursor, heightAt } from './cursor';
import { translucent } from './palette';
import type { Picture } from './picture';
import type { Theme } from './theme';
import type { Range } from './ticks';

/** What the pointer does on a plot. */
export interface OverlayHandlers {
  readonly cursor?: Cursor;
  /** A range of x was dragged over; null = double click, back to all. */
  readonly onRange?: (range: Range | null) => void;
  /** A click without a drag, at these values. */
  readonly onClick?: (x: number, y: number) => void;
  /** The pointer rests at these values; undefined = it has left. */
  readonly onHover?: (at: { readonly x: number; readonly y: number } | undefined) => void;
}

/** Pixels that a pointer may tremble in a click. */
const tremble = 4;

/**
 * A second canvas above the picture for what follows the pointer: the cursor shared between plots, and the range
 * being dragged. Moving the pointer so never draws the picture itself again.
 */
export class Overlay {
  private readonly canvas = document.createElement('canvas');
  private readonly unfollow: (() => void) | undefined;
  private picture: Picture | undefined;
  private theme: Theme | undefined;
  private drag: { readonly from: number; to: number } | undefined;
  private frame: number | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly plot: Chart,
    private readonly handlers: OverlayHandlers,
  ) {
    this.canvas.className = 'overlay';
    host.append(this.canvas);
    this.unfollow = handlers.cursor?.follow(() => this.drawSoon());
    for (const [kind, listener] of this.listeners) host.addEventListener(kind, listener as EventListener);
  }

  /** Follows another picture. */
  show(picture: Picture, theme: Theme): void {
    this.picture = picture;
    this.theme = theme;
    this.draw();
  }

  dispose(): void {
    this.unfollow?.();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    for (const [kind, listener] of this.listeners)
      this.host.removeEventListener(kind, listener as EventListener);
    this.canvas.remove();
  }

  private drawSoon(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  /** Draws cursor and selection anew. */
  draw(): void {
    const { picture, theme, plot } = this;
    // Chart.js has no area before it is laid out.
    if (picture === undefined || theme === undefined || (plot.chartArea as unknown) === undefined) return;
    const ratio = plot.currentDevicePixelRatio;
    const [width, height] = [Math.round(plot.width * ratio), Math.round(plot.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
      Object.assign(this.canvas.style, { width: `${plot.width}px`, height: `${plot.height}px` });
    }
    const context = this.canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, plot.width, plot.height);
    if (this.drag !== undefined) this.drawSelection(context, theme, this.drag);
    const x = this.handlers.cursor?.x ?? null;
    if (x !== null) this.drawCursor(context, picture, theme, x);
  }

  private drawSelection(
    context: CanvasRenderingContext2D,
    theme: Theme,
    drag: { from: number; to: number },
  ): void {
    const { top, height } = this.plot.chartArea;
    const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    const color = theme.palette.series[0];
    context.fillStyle = translucent(color, 0.18);
    context.fillRect(left, top, right - left, height);
    context.strokeStyle = color;
    context.strokeRect(Math.round(left) + 0.5, top, Math.round(right - left), height);
  }

  private drawCursor(context: CanvasRenderingContext2D, picture: Picture, theme: Theme, value: number): void {
    const { left, right, top: ceiling, bottom } = this.plot.chartArea;
    const x = pixelX(this.plot, value);
    if (x < left - 1 || x > right + 1) return;
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.beginPath();
    context.globalAlpha = 0.6;
    context.moveTo(Math.round(x) + 0.5, ceiling);
    context.lineTo(Math.round(x) + 0.5, bottom);
    context.stroke();
    context.globalAlpha = 1;
    for (const line of picture.lines ?? []) {
      const top = line.ring === true ? heightAt(line.x, line.y, value, (y) => pixelY(this.plot, y)) : null;
      if (top === null) continue;
      context.beginPath();
      context.arc(x, top, 3, 0, 2 * Math.PI);
      context.fillStyle = theme.background;
      context.fill();
      context.strokeStyle = line.color;
      context.lineWidth = 2;
      context.stroke();
    }
  }

  private readonly down = (event: PointerEvent): void => {
    if (event.button !== 0 || (this.handlers.onRange === undefined && this.handlers.onClick === undefined))
      return;
    const x = this.within(event);
    this.drag = { from: x, to: x };
    this.host.setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent): void => {
    const x = this.within(event);
    if (this.drag !== undefined && this.handlers.onRange !== undefined) this.drag.to = x;
    this.handlers.cursor?.hover(this.valueX(x));
    this.handlers.onHover?.({ x: this.valueX(x), y: this.valueY(event) });
    if (this.drag !== undefined) this.drawSoon();
  };

  private readonly up = (event: PointerEvent): void => {
    const { drag } = this;
    if (drag === undefined) return;
    this.drag = undefined;
    if (Math.abs(drag.to - drag.from) > tremble) {
      const ends = [this.valueX(drag.from), this.valueX(drag.to)].sort((a, b) => a - b);
      this.handlers.onRange?.([ends[0]!, ends[1]!]);
    } else this.handlers.onClick?.(this.valueX(drag.from), this.valueY(event));
    this.drawSoon();
  };

  private readonly cancel = (): void => {
    this.drag = undefined;
    this.drawSoon();
  };

  private readonly leave = (): void => {
    if (this.drag !== undefined) return;
    this.handlers.cursor?.hover(null);
    this.handlers.onHover?.(undefined);
  };

  private readonly double = (): void => this.handlers.onRange?.(null);

  private readonly listeners: readonly (readonly [string, unknown])[] = [
    ['pointerdown', this.down],
    ['pointermove', this.move],
    ['pointerup', this.up],
    ['pointercancel', this.cancel],
    ['pointerleave', this.leave],
    ['dblclick', this.double],
  ];

  /** Where the pointer is, held inside the plot, in CSS pixels from its left edge. */
  private within(event: PointerEvent): number {
    const { left, right } = this.plot.chartArea;
    const x = event.clientX - this.host.getBoundingClientRect().left;
    return Math.min(right, Math.max(left, x));
  }

  private valueX(pixel: number): number {
    return this.plot.scales['x']!.getValueForPixel(pixel) ?? 0;
  }

  private valueY(event: PointerEvent): number {
    return (
      this.plot.scales['y']!.getValueForPixel(event.clientY - this.host.getBoundingClientRect().top) ?? 0
    );
  }
}
