import type { Bin, CodesFigure, YearsFigure } from '../../src/protocol/panels/cohort';
import { count, fixed, share } from '../format';
import { seriesColor, seriesDash } from '../palette';
import type { Line, Picture } from '../picture';
import type { Theme } from '../theme';
import { logTicks } from '../ticks';

/** In the middle of 2015 stands 2015; ICD-10-CM began on 1 October. */
const usSwitch = 2015.25;

/** Patients by rank of the code, on logarithmic axes, with the line that fits them. */
export function frequencyPicture({ frequency, slope }: CodesFigure, theme: Theme): Picture | undefined {
  if (frequency.length === 0) return undefined;
  const points: Line = {
    x: frequency.map(({ rank }) => rank),
    y: frequency.map(({ patients }) => patients),
    color: seriesColor(theme.palette, 0),
    width: 0,
    dash: [],
    marker: { shape: 'circle', radius: 2 },
  };
  const slopeText = slope === null ? '' : `slope ${fixed(slope, 2)}`;
  return {
    label: `The most frequent code has ${count(frequency[0]!.patients)} patients${slope === null ? '' : `; ${slopeText}`}`,
    x: {
      scale: 'log',
      style: 'number',
      ticks: logLabels(1, frequency.at(-1)!.rank, 5),
      title: 'rank of code',
    },
    y: {
      scale: 'log',
      style: 'number',
      ticks: logLabels(frequency.at(-1)!.patients, frequency[0]!.patients, 4),
    },
    lines: slope === null ? [points] : [fittedLine(frequency, slope, slopeText, theme), points],
  };
}

/** Ticks of a logarithmic axis, each in its own unit: `10`, `100`, `1 k`. */
function logLabels(low: number, high: number, most: number): { value: number; label: string }[] {
  return logTicks([low, high], most).map((value) => ({
    value,
    label: value < 1000 ? count(value) : `${fixed(value / 1000, value % 1000 === 0 ? 0 : 1)}\u00a0k`,
  }));
}

function fittedLine(points: CodesFigure['frequency'], slope: number, name: string, theme: Theme): Line {
  const mean = (of: (point: { rank: number; patients: number }) => number): number =>
    points.reduce((sum, point) => sum + Math.log10(of(point)), 0) / points.length;
  const at = mean(({ rank }) => rank);
  const height = mean(({ patients }) => patients);
  const ends = [points[0]!.rank, points.at(-1)!.rank];
  return {
    x: ends,
    y: ends.map((rank) => 10 ** (height + slope * (Math.log10(rank) - at))),
    color: theme.muted,
    width: 1,
    dash: [4, 3],
    name,
  };
}

/** How many rows a vocabulary of the most frequent codes covers. */
export function coveragePicture({ coverage }: CodesFigure, theme: Theme): Picture | undefined {
  if (coverage.length < 2) return undefined;
  const most = coverage.find(({ share: part }) => part >= 0.9) ?? coverage.at(-1)!;
  return {
    label: `The ${count(most.size)} most frequent codes cover ${share(most.share)} of the rows`,
    x: {
      scale: 'log',
      style: 'number',
      title: 'most frequent codes',
      ticks: logLabels(coverage[0]!.size, coverage.at(-1)!.size, 5),
    },
    y: { scale: 'linear', style: 'share', fromZero: true, range: [0, 1] },
    lines: [
      {
        x: coverage.map(({ size }) => size),
        y: coverage.map(({ share: part }) => part),
        color: seriesColor(theme.palette, 0),
        width: 1.5,
        dash: [],
        marker: { shape: 'square', radius: 3 },
      },
    ],
  };
}

/** What the mark in the picture of the years means; where there is none, what the years are. */
export function yearsNote(years: YearsFigure): string {
  const [first, last] = endsOf(shownYears(years));
  return first < usSwitch && last > usSwitch ? 'US switch in October 2015' : 'by the dates of the records';
}

function shownYears({ icd9, icd10 }: YearsFigure): YearsFigure['icd9'][] {
  return [icd9, icd10].filter((bins) => bins?.some((bin) => bin.count > 0));
}

function endsOf(shown: readonly YearsFigure['icd9'][]): readonly [number, number] {
  const ends = shown.flatMap((bins) => [bins![0]!.from, bins!.at(-1)!.to!]);
  return [Math.min(...ends), Math.max(...ends)];
}

/** Diagnoses a year by classification. */
export function yearsPicture({ icd9, icd10 }: YearsFigure, theme: Theme): Picture | undefined {
  const shown = [
    { name: 'ICD-9', series: 0, bins: icd9, marker: 'square' as const, dash: seriesDash(1) },
    { name: 'ICD-10', series: 1, bins: icd10, marker: 'circle' as const, dash: seriesDash(0) },
  ].filter(({ bins }) => bins?.some((bin) => bin.count > 0));
  if (shown.length === 0) return undefined;
  const [first, last] = endsOf(shown.map(({ bins }) => bins));
  const highest = Math.max(1, ...shown.flatMap(({ bins }) => bins!.map(perYear)));
  const every = Math.max(1, Math.ceil((last - first) / 3));
  const ticks = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  return {
    label: yearsFinding(icd9, icd10),
    x: {
      scale: 'linear',
      style: 'number',
      range: [first - 0.3, last + 0.3],
      ticks: ticks.map((value) => ({ value, label: String(value) })),
      title: 'diagnoses a year',
    },
    // The words of the mark stand above all points.
    y: { scale: 'linear', style: 'number', range: [0, 1.25 * highest] },
    namesBehind: true,
    lines: shown.map(({ name, series, bins, marker, dash }) => ({
      // Years with too few patients are joined: their mean stands in their middle.
      x: bins!.map(({ from, to }) => (from + to!) / 2),
      y: bins!.map(perYear),
      color: seriesColor(theme.palette, series),
      width: 1.5,
      dash,
      marker: { shape: marker, radius: 3 },
      name,
    })),
    marks:
      first < usSwitch && last > usSwitch
        ? [
            {
              x: usSwitch,
              dash: [2, 3],
              color: theme.muted,
              text: [{ text: 'Oct 2015', color: theme.muted }],
            },
          ]
        : [],
  };
}

function perYear({ from, to, count: rows }: Bin): number {
  return rows / (to! - from + 1);
}

function yearsFinding(icd9: readonly Bin[] | null, icd10: readonly Bin[] | null): string {
  const rows = (bins: readonly Bin[] | null): number => (bins ?? []).reduce((sum, bin) => sum + bin.count, 0);
  const [nine, ten] = [rows(icd9), rows(icd10)];
  return `${share(ten / Math.max(1, nine + ten))} of the diagnoses are coded in ICD-10, the others in ICD-9`;
}
