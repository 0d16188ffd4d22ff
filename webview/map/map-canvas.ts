import {
  type Camera,
  centredOn,
  isInSight,
  panned,
  pointAt,
  type Size,
  toScreen,
  wholeMap,
  zoomed,
} from './camera';
import { type Marks, paintMarks } from './marks';
import { paintPoints, type Scene, Sprites } from './paint';

/** What a person does with the pointer. */
export interface MapHandlers {
  /** The pointer is over a point, or over none. */
  hover(point: number | undefined): void;
  /** A point was clicked, or the empty plane. */
  pick(point: number | undefined): void;
}

/** Pixels from a point within which it is meant. */
const reach = 11;
/** A pointer that moved less has clicked. */
const clickWithin = 4;

/**
 * The map on two canvases: points below, marks above, so that moving the pointer draws a few lines and not thousands
 * of points. The wheel zooms about the pointer, a drag pans.
 */
export class MapCanvas {
  private host: HTMLElement | undefined;
  private readonly points = document.createElement('canvas');
  private readonly above = document.createElement('canvas');
  private scene: Scene | undefined;
  private shown = '';
  private marks: Marks = { point: undefined, neighbour: undefined, found: [] };
  private camera: Camera = { x: 0, y: 0, scale: 1 };
  private whole: Camera = this.camera;
  private size: Size = { width: 0, height: 0 };
  private sprites = new Sprites(1);
  private due: { points: boolean; frame: number } | undefined;
  private drag: { x: number; y: number; moved: number } | undefined;
  private redraws = 0;
  private readonly watch = new ResizeObserver(() => this.resize());

  constructor(private readonly handlers: MapHandlers) {
    this.above.className = 'overlay';
  }

  /** For lit's `ref`: the element that the map fills. */
  readonly attach = (element: Element | undefined): void => {
    if (element === this.host) return;
    if (this.host !== undefined) {
      for (const [name, listener] of this.listeners)
        this.host.removeEventListener(name, listener as EventListener);
      this.watch.disconnect();
    }
    this.host = element as HTMLElement | undefined;
    if (this.host === undefined) return;
    this.host.append(this.points, this.above);
    for (const [name, listener] of this.listeners) {
      this.host.addEventListener(name, listener as EventListener, { passive: false });
    }
    this.watch.observe(this.host);
  };

  /** Shows points. @param key tells one map from another: the place looked at stays while it does */
  show(scene: Scene, key: string): void {
    const isOther = key !== this.shown;
    if (this.scene?.theme !== scene.theme) this.sprites = new Sprites(this.ratio);
    this.scene = scene;
    this.shown = key;
    if (isOther) this.reset();
    this.later(true);
  }

  mark(marks: Marks): void {
    this.marks = marks;
    this.later(false);
  }

  /** The whole map again. */
  reset(): void {
    if (this.scene === undefined) return;
    this.whole = wholeMap(this.scene.map, this.size);
    this.camera = this.whole;
    this.later(true);
  }

  /** Zooms about a pixel, by default the middle. */
  zoom(factor: number, px = this.size.width / 2, py = this.size.height / 2): void {
    this.camera = zoomed(this.camera, this.size, factor, px, py, this.whole);
    this.later(true);
  }

  /** Looks to a side by a share of the picture. */
  pan(right: number, down: number): void {
    this.camera = panned(this.camera, -right * this.size.width, -down * this.size.height);
    this.later(true);
  }

  /** Goes near to a point. */
  goTo(point: number): void {
    const { map } = this.scene!;
    this.camera = centredOn(this.camera, this.whole, map.x[point]!, map.y[point]!);
    this.later(true);
  }

  /** Goes to a point only if it is out of sight. */
  bringIntoSight(point: number): void {
    const [x, y] = [this.scene!.map.x[point]!, this.scene!.map.y[point]!];
    if (isInSight(this.camera, this.size, x, y)) return;
    this.camera = { ...this.camera, x, y };
    this.later(true);
  }

  /** The middle of what is looked at, on the map. */
  get middle(): { x: number; y: number } {
    return this.camera;
  }

  /** Where a point is, in pixels; undefined before anything is drawn. */
  pixelOf(point: number): [number, number] | undefined {
    const map = this.scene?.map;
    return map && toScreen(this.camera, this.size, map.x[point]!, map.y[point]!);
  }

  /** Points and marks in one picture; undefined when nothing is on the page. */
  image(): HTMLCanvasElement | undefined {
    if (this.host === undefined || this.points.width === 0) return undefined;
    const image = document.createElement('canvas');
    [image.width, image.height] = [this.points.width, this.points.height];
    const context = image.getContext('2d')!;
    context.drawImage(this.points, 0, 0);
    context.drawImage(this.above, 0, 0);
    return image;
  }

  private get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  private resize(): void {
    const { host } = this;
    if (host === undefined || host.clientWidth === 0) return;
    const wasWhole = this.camera === this.whole;
    this.size = { width: host.clientWidth, height: host.clientHeight };
    for (const canvas of [this.points, this.above]) {
      canvas.width = Math.round(this.size.width * this.ratio);
      canvas.height = Math.round(this.size.height * this.ratio);
      canvas.style.width = `${this.size.width}px`;
      canvas.style.height = `${this.size.height}px`;
    }
    if (this.sprites.ratio !== this.ratio) this.sprites = new Sprites(this.ratio);
    if (this.scene !== undefined) {
      const next = wholeMap(this.scene.map, this.size);
      const nearer = this.camera.scale / this.whole.scale;
      this.whole = next;
      this.camera = wasWhole ? next : { ...this.camera, scale: next.scale * nearer };
    }
    // At once: an emptied canvas would flash.
    this.draw(true);
  }

  private later(points: boolean): void {
    if (this.due !== undefined) {
      this.due.points ||= points;
      return;
    }
    const frame = requestAnimationFrame(() => {
      const due = this.due;
      this.due = undefined;
      this.draw(due?.points ?? true);
    });
    this.due = { points, frame };
  }

  private draw(points: boolean): void {
    const { scene, host, size, camera, whole } = this;
    if (scene === undefined || host === undefined || size.width === 0) return;
    const on = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
      const context = canvas.getContext('2d')!;
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      return context;
    };
    if (points) {
      paintPoints(on(this.points), size, camera, whole, scene, this.sprites);
      host.dataset['points'] = String(scene.map.x.length);
      host.dataset['redraws'] = String((this.redraws += 1));
    }
    paintMarks(on(this.above), size, camera, whole, scene, this.marks);
  }

  private place(event: MouseEvent): [number, number] {
    const { left, top } = this.host!.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private under(event: MouseEvent): number | undefined {
    const { scene } = this;
    return scene && pointAt(scene.map, this.camera, this.size, ...this.place(event), reach);
  }

  private readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.drag = { x: event.clientX, y: event.clientY, moved: 0 };
    this.host!.setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent): void => {
    const { drag } = this;
    if (drag === undefined) return this.handlers.hover(this.under(event));
    const [right, down] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.moved += Math.hypot(right, down);
    Object.assign(drag, { x: event.clientX, y: event.clientY });
    if (drag.moved < clickWithin) return;
    this.host!.classList.add('dragged');
    this.camera = panned(this.camera, right, down);
    this.later(true);
  };

  private readonly up = (event: PointerEvent): void => {
    const { drag } = this;
    this.drag = undefined;
    this.host!.classList.remove('dragged');
    if (drag !== undefined && drag.moved < clickWithin) this.handlers.pick(this.under(event));
  };

  private readonly leave = (): void => {
    if (this.drag === undefined) this.handlers.hover(undefined);
  };

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 30 : event.deltaY;
    this.zoom(Math.exp(-Math.max(-300, Math.min(300, pixels)) * 0.0016), ...this.place(event));
  };

  private readonly double = (event: MouseEvent): void => this.zoom(2, ...this.place(event));

  private readonly listeners: readonly (readonly [string, unknown])[] = [
    ['pointerdown', this.down],
    ['pointermove', this.move],
    ['pointerup', this.up],
    ['pointercancel', this.up],
    ['pointerleave', this.leave],
    ['wheel', this.wheel],
    ['dblclick', this.double],
  ];
}
