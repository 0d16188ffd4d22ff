import type { ExplainedCode } from '../../src/protocol/explanation';
import type { ShownSquare } from '../../src/protocol/panels/patient';
import { attentionColor } from '../palette';
import type { Theme } from '../theme';
import { inside, matrixPixels, type MatrixWindow, type Ramp, zoomed } from './matrix-pixels';
import { choiceName, shortCode } from './words';

/** What a {@link Matrix} draws. */
export interface MatrixPicture {
  readonly square: ShownSquare;
  readonly codes: readonly ExplainedCode[];
  readonly selected: number | null;
  /** Weight at which the colour is full. */
  readonly full: number;
  readonly theme: Theme;
}

/**
 * A square of attention on a canvas: rows read, columns are read. Brackets name the visits; the pointer names two
 * codes and their weight; a click selects the row's code; wheel (while it has the focus, or with Ctrl) and buttons
 * zoom, dragging pans.
 */
export class Matrix {
  private host: HTMLElement | undefined;
  private shown: MatrixPicture | undefined;
  private window: MatrixWindow = { x: 0, y: 0, size: 1 };
  private readonly drawing = document.createElement('canvas');
  private readonly tip = document.createElement('div');
  /** Of the host; told by the browser, because asking makes it lay out the page. */
  private width = 0;
  private readonly sizes = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
    this.draw();
  });
  private drag:
    { readonly x: number; readonly y: number; readonly from: MatrixWindow; moved: boolean } | undefined;
  private ramp: { readonly kind: string; readonly levels: Ramp } | undefined;

  constructor(private readonly pick: (code: number) => void) {
    this.tip.className = 'matrix-tip';
    this.tip.hidden = true;
    this.drawing.tabIndex = 0;
    this.drawing.setAttribute('role', 'img');
    this.listen();
  }

  /** For lit's `ref`. */
  readonly attach = (element: Element | undefined): void => {
    if (element === this.host) return;
    this.sizes.disconnect();
    this.width = 0;
    this.host = element as HTMLElement | undefined;
    if (this.host === undefined) return;
    this.host.replaceChildren(this.drawing, this.tip);
    this.sizes.observe(this.host);
  };

  /** Draws another square, or the same with another selection. The zoom stays while the patient does. */
  show(picture: MatrixPicture): void {
    if (this.shown !== undefined && isSamePicture(this.shown, picture)) return;
    const { length } = picture.square;
    if (
      this.shown === undefined ||
      this.shown.codes !== picture.codes ||
      this.shown.square.length !== length
    ) {
      const isSame = this.shown !== undefined && isSameCodes(this.shown.codes, picture.codes);
      if (!isSame) this.window = { x: 0, y: 0, size: length };
    }
    this.shown = picture;
    this.draw();
  }

  /** Zooms about the selected code, or the middle; 0 shows everything. */
  zoom(factor: number): void {
    if (this.shown === undefined) return;
    const { square, selected } = this.shown;
    const { length } = square;
    if (factor === 0) this.window = { x: 0, y: 0, size: length };
    else {
      const middle = { x: this.window.x + this.window.size / 2, y: this.window.y + this.window.size / 2 };
      const about = selected === null ? middle : { x: middle.x, y: selected + 0.5 };
      this.window = zoomed(this.window, factor, about, length);
    }
    this.draw();
  }

  /** What is drawn; undefined when there is nothing. */
  get canvas(): HTMLCanvasElement | undefined {
    return this.host?.isConnected === true ? this.drawing : undefined;
  }

  private get margin(): number {
    return Math.round(((this.shown?.theme.fontSize ?? 13) / 13) * 24);
  }

  private draw(): void {
    const { host, shown } = this;
    if (host === undefined || shown === undefined || !host.isConnected) return;
    const { width } = this;
    const side = width - this.margin - 1;
    if (side < 20) return;
    const ratio = window.devicePixelRatio || 1;
    const pixels = Math.round(width * ratio);
    const { drawing } = this;
    if (drawing.width !== pixels) drawing.width = drawing.height = pixels;
    drawing.style.width = drawing.style.height = `${width}px`;
    drawing.setAttribute('aria-label', this.label());
    const brush = drawing.getContext('2d')!;
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, pixels, pixels);
    this.paintCells(brush, Math.round(side * ratio), Math.round(this.margin * ratio));
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paintBrackets(brush, side);
    this.paintSelected(brush, side);
    drawing.dataset['cells'] = `${Math.round(this.window.size)}`;
  }

  private paintCells(brush: CanvasRenderingContext2D, side: number, at: number): void {
    const { square, full, theme } = this.shown!;
    if (this.ramp?.kind !== theme.kind) this.ramp = { kind: theme.kind, levels: rampOf(theme) };
    const pixels = matrixPixels(square, this.window, side, full, this.ramp.levels);
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer as ArrayBuffer), side, side);
    brush.putImageData(image, at, at);
  }

  /** Where a visit begins and ends, above and to the left, with its number where there is room. */
  private paintBrackets(brush: CanvasRenderingContext2D, side: number): void {
    const { codes, theme, selected } = this.shown!;
    const { margin } = this;
    const scale = theme.fontSize / 13;
    brush.font = `${11 * scale}px ${theme.fontFamily}`;
    const chosen = selected === null ? undefined : codes[selected]?.visit;
    let end = 0;
    for (let start = 0; start < codes.length; start = end) {
      const { visit } = codes[start]!;
      end = start;
      while (codes[end]?.visit === visit) end += 1;
      for (const [axis, from] of [
        ['x', this.window.x],
        ['y', this.window.y],
      ] as const) {
        const a = Math.max(0, ((start - from) / this.window.size) * side);
        const b = Math.min(side, ((end - from) / this.window.size) * side);
        if (b - a < 1) continue;
        this.paintBracket(
          brush,
          { axis, a: margin + a, b: margin + b, text: String(visit) },
          visit === chosen,
        );
      }
    }
  }

  private paintBracket(
    brush: CanvasRenderingContext2D,
    {
      axis,
      a,
      b,
      text,
    }: { readonly axis: 'x' | 'y'; readonly a: number; readonly b: number; readonly text: string },
    isChosen: boolean,
  ): void {
    const { theme } = this.shown!;
    const { margin } = this;
    const [near, far] = [margin - 2, margin - 6];
    brush.strokeStyle = isChosen ? theme.strong : theme.muted;
    brush.fillStyle = isChosen ? theme.strong : theme.muted;
    brush.lineWidth = isChosen ? 2 : 1;
    brush.beginPath();
    const points = [
      [a + 0.5, near],
      [a + 0.5, far],
      [b - 1, far],
      [b - 1, near],
    ] as const;
    points.forEach(([along, across], index) => {
      const [x, y] = axis === 'x' ? [along, across] : [across, along];
      if (index === 0) brush.moveTo(x, y);
      else brush.lineTo(x, y);
    });
    brush.stroke();
    if (b - a < brush.measureText(text).width + 2) return;
    brush.textAlign = axis === 'x' ? 'center' : 'right';
    brush.textBaseline = axis === 'x' ? 'alphabetic' : 'middle';
    if (axis === 'x') brush.fillText(text, (a + b) / 2, margin - 9);
    else brush.fillText(text, margin - 9, (a + b) / 2);
  }

  private paintSelected(brush: CanvasRenderingContext2D, side: number): void {
    const { selected, theme } = this.shown!;
    if (selected === null) return;
    const { y, size } = this.window;
    const height = Math.max(2, side / size);
    const top = ((selected - y) / size) * side;
    if (top + height < 0 || top > side) return;
    brush.strokeStyle = theme.strong;
    brush.lineWidth = 1.5;
    brush.strokeRect(this.margin - 1, this.margin + top - 1, side + 1, height + 2);
  }

  private label(): string {
    const { square, codes, selected } = this.shown!;
    const whole = `${choiceName(square.choice)}: attention among ${codes.length} codes`;
    return selected === null ? whole : `${whole}; the row of ${shortCode(codes[selected]!.code)} is selected`;
  }

  /** The cell under the pointer. */
  private cellAt(event: MouseEvent): { x: number; y: number } | undefined {
    const { shown, drawing, margin, window } = this;
    if (shown === undefined) return undefined;
    const bounds = drawing.getBoundingClientRect();
    const side = bounds.width - margin - 1;
    const x = window.x + ((event.clientX - bounds.left - margin) / side) * window.size;
    const y = window.y + ((event.clientY - bounds.top - margin) / side) * window.size;
    const { length } = shown.square;
    return x < 0 || y < 0 || x >= length || y >= length ? undefined : { x, y };
  }

  private listen(): void {
    const { drawing } = this;
    drawing.addEventListener('pointermove', (event) => this.move(event));
    drawing.addEventListener('pointerleave', () => (this.tip.hidden = true));
    drawing.addEventListener('pointerdown', (event) => {
      this.drag = { x: event.clientX, y: event.clientY, from: this.window, moved: false };
      drawing.setPointerCapture(event.pointerId);
    });
    drawing.addEventListener('pointerup', (event) => {
      const cell = this.drag?.moved === false ? this.cellAt(event) : undefined;
      this.drag = undefined;
      if (cell !== undefined) this.pick(Math.floor(cell.y));
    });
    drawing.addEventListener(
      'wheel',
      (event) => {
        // The page scrolls past the matrix, unless the person has turned to it.
        if (!event.ctrlKey && document.activeElement !== drawing) return;
        event.preventDefault();
        const cell = this.cellAt(event);
        if (cell === undefined || this.shown === undefined) return;
        this.window = zoomed(this.window, event.deltaY < 0 ? 1.25 : 0.8, cell, this.shown.square.length);
        this.draw();
      },
      { passive: false },
    );
  }

  private move(event: PointerEvent): void {
    const { drag, shown } = this;
    if (shown === undefined) return;
    if (drag !== undefined && event.buttons === 1) {
      const side = this.drawing.clientWidth - this.margin - 1;
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (Math.hypot(dx, dy) > 3) drag.moved = true;
      const cells = drag.from.size / side;
      const moved = { ...drag.from, x: drag.from.x - dx * cells, y: drag.from.y - dy * cells };
      this.window = inside(moved, shown.square.length);
      this.draw();
      return;
    }
    this.point(event, this.cellAt(event));
  }

  private point(event: PointerEvent, cell: { x: number; y: number } | undefined): void {
    const { tip, shown } = this;
    tip.hidden = cell === undefined;
    if (cell === undefined || shown === undefined) return;
    const { square, codes } = shown;
    const [row, column] = [Math.floor(cell.y), Math.floor(cell.x)];
    const weight = square.weights[row * square.length + column]!;
    const name = ({ code, visit, description }: ExplainedCode): string =>
      `${shortCode(code)} (visit ${visit})${description === null ? '' : ` ${description}`}`;
    tip.textContent = `${name(codes[row]!)}\nattends to ${name(codes[column]!)}\n${weight.toFixed(4)}`;
    const bounds = this.drawing.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    const isRight = x > bounds.width / 2;
    tip.style.left = isRight ? '' : `${x + 12}px`;
    tip.style.right = isRight ? `${bounds.width - x + 12}px` : '';
    tip.style.top = `${y + 14}px`;
  }
}

function isSamePicture(a: MatrixPicture, b: MatrixPicture): boolean {
  return a.square === b.square && a.codes === b.codes && a.selected === b.selected && a.theme === b.theme;
}

function isSameCodes(a: readonly ExplainedCode[], b: readonly ExplainedCode[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ code, visit }, index) => code === b[index]!.code && visit === b[index]!.visit)
  );
}

function rampOf(theme: Theme): Ramp {
  const levels = new Uint32Array(256);
  for (let level = 0; level < 256; level++) {
    const color = attentionColor(level / 255, theme.kind);
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as [
      number,
      number,
      number,
    ];
    levels[level] = 0xff000000 + (blue << 16) + (green << 8) + red;
  }
  return levels;
}
