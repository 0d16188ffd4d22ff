import { levelBounds } from '../src/protocol/attribution-scale';

/** The four looks that a panel is drawn in. */
export type ThemeKind = 'dark' | 'light' | 'hc-dark' | 'hc-light';

/** Colours of data, as `#rrggbb`. Everything else on a page takes its colour from the theme of VS Code. */
export interface Palette {
  /** Runs or groups, in order. */
  readonly series: readonly [string, string, string, string, string, string];
  /** What raises the risk, or is better. */
  readonly raises: string;
  /** What lowers the risk, or is worse. */
  readonly lowers: string;
  /** A chip that says nothing. */
  readonly neutral: string;
  readonly attention: string;
  /** Attention from zero to one. */
  readonly attentionRamp: readonly [string, string];
}

export const palettes: Readonly<Record<ThemeKind, Palette>> = {
  dark: {
    series: ['#4DA3E8', '#F0A13C', '#35B89A', '#E283B8', '#D9C74A', '#A9B1BC'],
    raises: '#E8701A',
    lowers: '#2F86D6',
    neutral: '#2F2F2F',
    attention: '#CF9DF0',
    attentionRamp: ['#28232C', '#F0DDFF'],
  },
  light: {
    series: ['#1668B0', '#B35900', '#00755E', '#A63A7C', '#7A6A00', '#5F6873'],
    raises: '#E2781F',
    lowers: '#3A8BD6',
    neutral: '#F3F3F3',
    attention: '#8B45B0',
    attentionRamp: ['#F8F3FA', '#551273'],
  },
  'hc-dark': {
    series: ['#6CB8FF', '#FFB454', '#4FE0BF', '#FF9FD0', '#FFF06A', '#FFFFFF'],
    raises: '#FF8A3D',
    lowers: '#5CB3FF',
    neutral: '#000000',
    attention: '#E7B8FF',
    attentionRamp: ['#000000', '#FFFFFF'],
  },
  'hc-light': {
    series: ['#0F4A85', '#8A3B00', '#00513F', '#7A1F58', '#574A00', '#292929'],
    raises: '#B54A00',
    lowers: '#0F5FB0',
    neutral: '#FFFFFF',
    attention: '#6A1F8F',
    attentionRamp: ['#FFFFFF', '#000000'],
  },
};

/** Dashes of lines in the order of the chart: colour never works alone. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** Shapes that repeat a series where points are drawn. */
export type Marker = 'square' | 'circle' | 'triangle' | 'diamond' | 'plus';

/** Marker of each series. */
export const markers: readonly Marker[] = ['square', 'circle', 'triangle', 'diamond', 'plus', 'square'];

/** Colour of a series; beyond six the colours begin again (dashes then differ). */
export function seriesColor(palette: Palette, series: number): string {
  return palette.series[series % palette.series.length]!;
}

/** Dash of a series. */
export function seriesDash(series: number): readonly number[] {
  return dashes[series % dashes.length]!;
}

/** Marker of a series. */
export function seriesMarker(series: number): Marker {
  return markers[series % markers.length]!;
}

const levels = [0, 0.22, 0.42, 0.62, 0.82, 1] as const;

/**
 * Fill and text colour of a chip for a signed quantity: neutral towards orange (raises) or blue (lowers).
 * @param scale the value at which the colour is full
 */
export function divergingChip(value: number, scale: number, kind: ThemeKind): { fill: string; text: string } {
  const { neutral, raises, lowers } = palettes[kind];
  const reach = scale > 0 ? Math.abs(value) / scale : 0;
  const level = levels[levelBounds.filter((bound) => reach >= bound).length]!;
  const strength = level * (kind === 'light' || kind === 'hc-light' ? 0.62 : 0.72);
  const fill = mix(neutral, value >= 0 ? raises : lowers, strength);
  return { fill, text: readableOn(fill) };
}

/** Attention of 0 to 1 as a colour. */
export function attentionColor(weight: number, kind: ThemeKind): string {
  const [zero, one] = palettes[kind].attentionRamp;
  return mix(zero, one, Math.min(1, Math.max(0, weight)));
}

/** Black or white, whichever contrasts more: always at least 4.5:1. */
export function readableOn(fill: string): '#000000' | '#FFFFFF' {
  return contrast(fill, '#000000') >= contrast(fill, '#FFFFFF') ? '#000000' : '#FFFFFF';
}

/** Contrast of two colours by WCAG 2: 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((one, other) => one - other) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Linear mixture of two `#rrggbb` colours: 0 = the first, 1 = the second. */
export function mix(from: string, to: string, share: number): string {
  const a = channels(from);
  const b = channels(to);
  const mixed = a.map((channel, index) => Math.round(channel + (b[index]! - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** A `#rrggbb` colour with an opacity, as CSS. */
export function translucent(color: string, opacity: number): string {
  return `rgba(${channels(color).join(', ')}, ${opacity})`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
