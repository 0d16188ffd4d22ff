import type { Bin, CohortScope, HistogramFigure, SplitBin } from '../../src/protocol/panels/cohort';
import { count, share } from '../format';
import { seriesColor, translucent } from '../palette';
import type { Axis, Bar, Line, Picture, VerticalMark } from '../picture';
import type { Theme } from '../theme';
import { niceTicks } from '../ticks';
import { groupSeries } from './table-one';
import { medianText } from './words';

/** A distribution as the page shows it. */
export interface Distribution {
  readonly key: 'visitsPerPatient' | 'codesPerVisit' | 'sequenceLength' | 'lengthOfStay' | 'gaps';
  readonly title: string;
  /** What one value counts: `visits`. */
  readonly unit: string;
  /** The same in a cohort, where it is another. */
  readonly cohortUnit?: string;
  /** Whether bars are shares of all values rather than numbers. */
  readonly asShare: boolean;
  readonly note: (figure: HistogramFigure) => string;
  /** The decision line in words; `beyond` is the share above it. */
  readonly decision?: {
    readonly line: (limit: number) => string;
    readonly beyond: (share: string) => string;
  };
}

export const distributions: readonly Distribution[] = [
  {
    key: 'visitsPerPatient',
    title: 'Visits per patient',
    unit: 'visits',
    asShare: false,
    note: ({ median }) => `median ${medianText(median)}`,
  },
  {
    key: 'codesPerVisit',
    title: 'Codes per visit',
    unit: 'codes',
    asShare: true,
    note: ({ median }) => `median ${medianText(median)}`,
  },
  {
    key: 'sequenceLength',
    title: 'Sequence length',
    unit: 'codes',
    cohortUnit: 'codes before the index date',
    asShare: false,
    note: ({ median, beyond, bins }) =>
      [
        `median ${medianText(median)} codes`,
        ...(beyond?.share === 0 && bins !== null
          ? [`nobody is cut at maxLength ${count(beyond.limit)}`]
          : []),
      ].join(', '),
    decision: {
      line: (limit) => `maxLength ${count(limit)}`,
      beyond: (part) => `${part} cut, oldest first`,
    },
  },
  {
    key: 'lengthOfStay',
    title: 'Length of stay',
    unit: 'days',
    asShare: true,
    note: ({ beyond }) =>
      beyond?.of === 'nonzero'
        ? `the ${share(1 - (beyond.zero ?? 0))} of visits with a night, median ${medianText(beyond.median)} days`
        : `all visits, median ${medianText(beyond?.median ?? null)} days`,
    decision: { line: (limit) => `${limit} days`, beyond: (part) => `${part} longer` },
  },
  {
    key: 'gaps',
    title: 'Time between visits',
    unit: 'discharge to admission',
    asShare: true,
    note: ({ median }) => `median ${medianText(median)} days`,
  },
];

/** Where values stand on the x-axis: whole numbers at themselves, gaps in steps of like width. */
interface Placing {
  readonly start: (bin: { readonly from: number }) => number;
  readonly end: (bin: { readonly from: number; readonly to: number | null }) => number;
  /** Width of a usual bin: heights of wider ones are per this much. */
  readonly step: number;
  readonly axis: Axis;
}

/** The picture of one distribution; undefined when too few patients are behind it. */
export function histogramPicture(
  distribution: Distribution,
  scope: CohortScope,
  how: { readonly split: boolean; readonly isCohort: boolean },
  theme: Theme,
): Picture | undefined {
  const shown = how.isCohort
    ? { ...distribution, unit: distribution.cohortUnit ?? distribution.unit }
    : distribution;
  const figure = scope[shown.key];
  const bins = drawnBins(figure);
  if (bins === null || bins.length === 0) return undefined;
  if (how.split && figure.split !== null) return splitPicture(shown, figure, theme);
  const placing = placingOf(bins, shown);
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const limit = figure.beyond?.share ? figure.beyond.limit : Number.POSITIVE_INFINITY;
  const bars = bins.map((bin): Bar => {
    const [from, to] = [placing.start(bin), placing.end(bin)];
    const height = (bin.count * placing.step) / (to - from);
    return {
      from,
      to,
      value: shown.asShare ? height / total : height,
      color: seriesColor(theme.palette, bin.from > limit ? 1 : 0),
    };
  });
  return {
    label: finding(shown, figure),
    x: placing.axis,
    y: { scale: 'linear', style: shown.asShare ? 'share' : 'number', fromZero: true },
    bars,
    marks: decisionMarks(shown, figure, theme),
  };
}

/** Without the visits that are another matter. */
function drawnBins({ bins, beyond }: HistogramFigure): readonly Bin[] | null {
  return beyond?.of === 'nonzero' ? (bins?.filter(({ from }) => from > 0) ?? null) : bins;
}

type Range = Omit<Bin, 'count'>;

function placingOf(bins: readonly Range[], shown: Distribution): Placing {
  return shown.key === 'gaps' ? gapPlacing(shown.unit) : evenPlacing(bins, shown);
}

function evenPlacing(bins: readonly Range[], { unit }: Distribution): Placing {
  const widths = bins.flatMap(({ from, to }) => (to === null ? [] : [to - from + 1]));
  const step = widths.length === 0 ? 1 : Math.min(...widths);
  const first = bins[0]!;
  const last = bins.at(-1)!;
  const start = (bin: { readonly from: number }): number => bin.from - 0.5;
  const stop = (bin: Range): number => (bin.to === null ? bin.from - 0.5 + step : bin.to + 0.5);
  const range = [start(first), stop(last)] as const;
  const room = range[1] - range[0];
  const end = last.to === null ? last.from : Number.POSITIVE_INFINITY;
  const values = niceTicks([first.from, last.from], 6).filter(
    (value) => Number.isInteger(value) && value - first.from > 0.08 * room && end - value > 0.12 * room,
  );
  const ticks = [first.from, ...values].map((value) => ({ value, label: count(value) }));
  if (last.to === null) ticks.push({ value: last.from, label: `${count(last.from)}+` });
  return { start, end: stop, step, axis: { scale: 'linear', style: 'number', range, ticks, title: unit } };
}

const gapEdges = [0, 1, 7, 14, 30, 90, 180, 365, 730] as const;
/** Every second edge has its label: all of them would touch. */
const gapLabels = ['0', '', '1 wk', '', '1 mo', '', '6 mo', '', '2 y'] as const;

function gapPlacing(title: string): Placing {
  const place = (day: number): number => {
    const at = gapEdges.findLastIndex((edge) => edge <= day);
    return at < 0 ? 0 : at;
  };
  return {
    start: ({ from }) => place(from),
    end: ({ to }) => (to === null ? gapEdges.length : place(to) + 1),
    step: 1,
    axis: {
      scale: 'linear',
      style: 'number',
      range: [0, gapEdges.length],
      ticks: gapLabels.map((label, value) => ({ value, label })),
      title,
    },
  };
}

function decisionMarks(shown: Distribution, { beyond }: HistogramFigure, theme: Theme): VerticalMark[] {
  if (shown.decision === undefined || !beyond?.share) return [];
  return [
    {
      x: beyond.limit + 0.5,
      dash: [4, 3],
      color: theme.foreground,
      text: [
        { text: shown.decision.line(beyond.limit), color: theme.foreground },
        { text: shown.decision.beyond(share(beyond.share)), color: seriesColor(theme.palette, 1) },
      ],
    },
  ];
}

/** Cases as an outline over the bars of the controls, both as shares of their group. */
function splitPicture(shown: Distribution, figure: HistogramFigure, theme: Theme): Picture {
  const bins = figure.beyond?.of === 'nonzero' ? figure.split!.filter(({ from }) => from > 0) : figure.split!;
  const placing = placingOf(bins, shown);
  const sum = (group: 'cases' | 'controls'): number => bins.reduce((all, bin) => all + bin[group], 0);
  const totals = { cases: sum('cases'), controls: sum('controls') };
  const height = (bin: SplitBin, group: 'cases' | 'controls'): number =>
    (bin[group] * placing.step) / (placing.end(bin) - placing.start(bin)) / Math.max(1, totals[group]);
  const color = (group: 'cases' | 'controls'): string => seriesColor(theme.palette, groupSeries[group]);
  const outline: Line = {
    x: bins.flatMap((bin) => [placing.start(bin), placing.end(bin)]),
    y: bins.flatMap((bin) => [height(bin, 'cases'), height(bin, 'cases')]),
    color: color('cases'),
    width: 2,
    dash: [],
  };
  return {
    label: `${finding(shown, figure)}. Cases and controls are drawn apart.`,
    x: placing.axis,
    y: { scale: 'linear', style: 'share', fromZero: true },
    bars: bins.map((bin) => ({
      from: placing.start(bin),
      to: placing.end(bin),
      value: height(bin, 'controls'),
      color: translucent(color('controls'), 0.75),
    })),
    lines: [outline],
    marks: decisionMarks(shown, figure, theme),
  };
}

function finding(shown: Distribution, figure: HistogramFigure): string {
  const { beyond } = figure;
  const decided =
    shown.decision === undefined || !beyond?.share
      ? ''
      : `; beyond ${shown.decision.line(beyond.limit)}: ${shown.decision.beyond(share(beyond.share))}`;
  return `${shown.title}: ${shown.note(figure)}${decided}`;
}
