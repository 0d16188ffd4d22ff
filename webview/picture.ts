import type { AxisStyle } from './format';
import type { Marker } from './palette';
import type { Range } from './ticks';

/** What one {@link Plot} draws. Colours are CSS colours, made from the theme by the page. */
export interface Picture {
  /** Its finding in words: `Validation loss of base-192 fell to 4.28 at step 61,400`. */
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  /** In drawing order: the last lies on top. */
  readonly lines?: readonly Line[];
  /** Bars of a histogram. */
  readonly bars?: readonly Bar[];
  /** Vertical lines with a text at their top. */
  readonly marks?: readonly VerticalMark[];
  /** Whether room is kept to the right of the axes for the names of lines that end there. */
  readonly namesBehind?: boolean;
  /** Values of x that get a small triangle on the axis. */
  readonly triangles?: readonly number[];
}

/** An axis. Its range, where not given, holds all that is drawn, widened to round ends. */
export interface Axis {
  readonly scale: 'linear' | 'log';
  readonly style: AxisStyle;
  readonly range?: Range;
  /** Whether a linear axis begins at 0. */
  readonly fromZero?: boolean;
  /** What it counts, beneath the x-axis; nothing for y, whose title stands over the picture. */
  readonly title?: string;
  /** Ticks in the place of those that are worked out. */
  readonly ticks?: readonly { readonly value: number; readonly label: string }[];
}

/** A line through points; `y` null = a gap. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  readonly color: string;
  /** In CSS pixels; 0 = points only. */
  readonly width: number;
  readonly dash: readonly number[];
  readonly marker?: { readonly shape: Marker; readonly radius: number };
  /** Filled between low and high, on an x of its own. */
  readonly band?: {
    readonly x: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly color: string;
  } | null;
  /** Mark at its end: a dot with a halo while it grows, a dot, a square, a cross. */
  readonly end?: {
    readonly x: number;
    readonly y: number;
    readonly mark: 'live' | 'dot' | 'square' | 'cross';
  } | null;
  /** Name written beside its end (or its last point). */
  readonly name?: string;
  /** Whether the cursor shows a ring on it. */
  readonly ring?: boolean;
}

/** A bar from `from` to `to` on the x-axis, standing on 0 (or on the bottom of a logarithmic axis). */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly color: string;
  /** Drawn with an outline: chosen, or under the pointer. */
  readonly strong?: boolean;
}

/** A vertical line at `x`. */
export interface VerticalMark {
  readonly x: number;
  readonly text: readonly MarkText[];
  readonly dash: readonly number[];
  readonly color: string;
}
export interface MarkText {
  readonly text: string;
  readonly color: string;
}
