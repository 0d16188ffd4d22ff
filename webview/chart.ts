import {
  Chart,
  type ChartDataset,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
  type PointStyle,
} from 'chart.js';
import { axes } from './chart-axes';
import { Overlay, type OverlayHandlers } from './chart-overlay';
import { nameDistance, noteFont, paintAbove, paintBeneath, scaled } from './chart-paint';
import type { Cursor } from './cursor';
import type { Marker } from './palette';
import type { Line, Picture } from './picture';
import type { Theme } from './theme';
import { thinned } from './thin';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

const pointStyles: Readonly<Record<Marker, PointStyle>> = {
  square: 'rect',
  circle: 'circle',
  triangle: 'triangle',
  diamond: 'rectRot',
  plus: 'cross',
};

/** What a plot does beside being looked at. */
export interface PlotOptions extends OverlayHandlers {
  /** Shared with other plots of the same x-axis. */
  readonly cursor?: Cursor;
}

/**
 * One picture on the page. It lives in an element with a height of its own: `<div class="plot" ${ref(plot.attach)}>`,
 * becomes an image with the picture's finding as its label, and tells tests in `data-points` how many points are
 * drawn and in `data-redraws` how often it drew anew.
 */
export class Plot {
  private host: HTMLElement | undefined;
  private chart: Chart<'line', Point[]> | undefined;
  private overlay: Overlay | undefined;
  private shown: { readonly picture: Picture; readonly theme: Theme } | undefined;
  private redraws = 0;
  private resizing: number | undefined;

  constructor(private readonly options: PlotOptions = {}) {}

  /** For lit's `ref`: called with the element, and without one when it leaves the page. */
  readonly attach = (element: Element | undefined): void => {
    if (element === this.host) return;
    this.overlay?.dispose();
    this.chart?.destroy();
    this.host?.replaceChildren();
    this.chart = undefined;
    this.overlay = undefined;
    this.host = element as HTMLElement | undefined;
    // Lit calls before the element is in the document, where it has no size yet.
    queueMicrotask(() => {
      if (this.host === element && this.chart === undefined && this.shown !== undefined) this.draw();
    });
  };

  /** Draws a picture in the place of the last one. */
  show(picture: Picture, theme: Theme): void {
    this.shown = { picture, theme };
    if (this.host?.isConnected === true) this.draw();
  }

  /** Width of what is drawn, in device pixels; undefined before there is anything. */
  get pixels(): number | undefined {
    const area = this.chart?.chartArea;
    return area === undefined ? undefined : Math.round(area.width * this.chart!.currentDevicePixelRatio);
  }

  /** The picture as it is drawn, without the cursor; undefined when it is not on the page. */
  get canvas(): HTMLCanvasElement | undefined {
    return this.chart?.canvas;
  }

  private draw(): void {
    const { host, shown } = this;
    if (host === undefined || shown === undefined) return;
    const { picture, theme } = shown;
    const columns = Math.max(50, host.clientWidth * window.devicePixelRatio);
    const linear = picture.x.scale === 'linear';
    const drawn = (picture.lines ?? []).map((line) =>
      linear && line.marker === undefined ? { ...line, ...thinned(line.x, line.y, columns) } : line,
    );
    // Chart.js draws its first dataset last.
    const datasets = drawn.toReversed().map(dataset);
    host.setAttribute('role', 'img');
    host.setAttribute('aria-label', picture.label);
    host.dataset['points'] = String(drawn.reduce((sum, { x }) => sum + x.length, 0));
    host.dataset['redraws'] = String((this.redraws += 1));
    if (this.chart === undefined) {
      const canvas = host.appendChild(document.createElement('canvas'));
      this.chart = new Chart<'line', Point[]>(canvas, {
        type: 'line',
        data: { datasets },
        options: this.chartOptions(),
        plugins: [this.painter()],
      });
      this.overlay = new Overlay(host, this.chart as unknown as Chart, this.options);
    } else {
      this.chart.data = { datasets };
      this.chart.options = this.chartOptions();
      this.chart.update('none');
    }
    this.overlay?.show(picture, theme);
  }

  /** Ticks and points are chosen for a size: another size wants others. */
  private readonly drawAgain = (): void => {
    if (this.resizing !== undefined) return;
    this.resizing = requestAnimationFrame(() => {
      this.resizing = undefined;
      this.draw();
    });
  };

  private chartOptions(): Chart<'line', Point[]>['options'] {
    const { picture, theme } = this.shown!;
    const side = Math.max(scaled(theme, 8), picture.namesBehind === true ? nameRoom(picture, theme) : 0);
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      events: [],
      onResize: this.drawAgain,
      layout: { padding: { top: scaled(theme, 6), right: side, bottom: 0, left: 0 } },
      scales: axes(picture, theme, this.host!.clientHeight),
    };
  }

  private painter(): Plugin<'line'> {
    const paint = (painting: typeof paintAbove) => (chart: unknown) =>
      painting({ chart: chart as Chart, ...this.shown! });
    return {
      id: 'painter',
      beforeDatasetsDraw: paint(paintBeneath),
      afterDatasetsDraw: paint(paintAbove),
      afterDraw: () => this.overlay?.draw(),
    };
  }
}

/** Pixels that the longest name takes, with its distance from the end of its line. */
function nameRoom({ lines = [] }: Picture, theme: Theme): number {
  const brush = document.createElement('canvas').getContext('2d')!;
  brush.font = noteFont(theme);
  const widths = lines.map(({ name }) => (name === undefined ? 0 : brush.measureText(name).width));
  return Math.max(0, ...widths) + nameDistance(theme);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function dataset(line: Line): ChartDataset<'line', Point[]> {
  return {
    data: line.x.map((x, index) => ({ x, y: line.y[index] ?? NaN })),
    borderColor: line.color,
    backgroundColor: line.color,
    borderWidth: line.width,
    borderDash: [...line.dash],
    borderJoinStyle: 'round',
    showLine: line.width > 0,
    pointRadius: line.marker?.radius ?? 0,
    pointStyle: pointStyles[line.marker?.shape ?? 'circle'],
    pointBorderColor: line.color,
    pointBorderWidth: line.marker?.shape === 'plus' ? 1.5 : 0,
    pointHitRadius: 0,
    clip: 2,
  };
}
