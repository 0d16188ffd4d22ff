import { fixed, interval } from '../format';
import { translucent } from '../palette';
import type { Axis, Line, Picture } from '../picture';
import type { Theme } from '../theme';
import { niceTicks } from '../ticks';
import type { TestedSeries } from './series';

export type Tab = 'roc' | 'precision-recall' | 'calibration';

export const tabs: readonly { readonly value: Tab; readonly label: string }[] = [
  { value: 'roc', label: 'ROC' },
  { value: 'precision-recall', label: 'Precision–recall' },
  { value: 'calibration', label: 'Calibration' },
];

/** What the chart beneath a tab shows. `chosen` runs stand out; empty = all alike. */
export function pictureOf(
  tab: Tab,
  series: readonly TestedSeries[],
  chosen: ReadonlySet<string>,
  theme: Theme,
): Picture {
  const drawn = strongLast(series, chosen);
  if (tab === 'roc') return roc(drawn, chosen, theme);
  return tab === 'calibration' ? calibration(drawn, chosen, theme) : precisionRecall(drawn, chosen, theme);
}

/** What the x- and the y-axis of a tab mean, in words. */
export const axisWords: Readonly<Record<Tab, { readonly x: string; readonly y: string }>> = {
  roc: { x: '1 − specificity', y: 'Sensitivity' },
  'precision-recall': { x: 'Recall', y: 'Precision' },
  calibration: { x: 'Mean predicted risk', y: 'Share with the outcome' },
};

const quarters = [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value, label: String(value) }));

function unitAxis(title?: string): Axis {
  const axis: Axis = { scale: 'linear', style: 'number', range: [0, 1], ticks: quarters };
  return title === undefined ? axis : { ...axis, title };
}

function roc(series: readonly TestedSeries[], chosen: ReadonlySet<string>, theme: Theme): Picture {
  const best = highest(series, ({ test }) => test.auroc.value);
  return {
    label: `ROC curves of ${series.length} runs. ${finding(series, 'AUROC', ({ test }) => test.auroc)}`,
    x: unitAxis(axisWords.roc.x),
    y: unitAxis(),
    lines: [
      reference([0, 1], [0, 1], theme),
      ...series.map((one) => line(one, one.test.roc, chosen)),
      ...threshold(
        chosen.size === 0 ? best : (series.find(({ run }) => chosen.has(run.run)) ?? best),
        theme,
        ({ operatingPoint: point }) => [1 - point.specificity.value, point.sensitivity.value],
      ),
    ],
  };
}

function precisionRecall(
  series: readonly TestedSeries[],
  chosen: ReadonlySet<string>,
  theme: Theme,
): Picture {
  const shares = series.map(({ test: { n, positives } }) =>
    typeof n === 'number' && typeof positives === 'number' ? positives / n : null,
  );
  const chance = shares[0] ?? null;
  const isCommon = new Set(shares.map((share) => share?.toFixed(3))).size === 1;
  return {
    label: `Precision–recall curves of ${series.length} runs. ${finding(series, 'AUPRC', ({ test }) => test.auprc)}`,
    x: unitAxis(axisWords['precision-recall'].x),
    y: unitAxis(),
    lines: [
      // Guessing finds the outcome at its own rate, which is one line only where all test sets share it.
      ...(isCommon && chance !== null
        ? [{ ...reference([0, 1], [chance, chance], theme), name: 'chance' }]
        : []),
      ...series.map((one) => line(one, one.test.precisionRecall, chosen)),
    ],
  };
}

function calibration(series: readonly TestedSeries[], chosen: ReadonlySet<string>, theme: Theme): Picture {
  const reach = Math.max(
    0.1,
    ...series.flatMap(({ test }) => test.calibration.flatMap(({ predicted, ci95 }) => [predicted, ci95[1]])),
  );
  const end = Math.min(1, Math.ceil(reach * 10) / 10);
  const ticks = niceTicks([0, end], 6).map((value) => ({ value, label: String(value) }));
  const axis: Axis = { scale: 'linear', style: 'number', range: [0, end], ticks };
  return {
    label: `Calibration of ${series.length} runs, by groups of like risk. ${slopes(series)}${withheld(series)}`,
    x: { ...axis, title: axisWords.calibration.x },
    y: axis,
    lines: [
      { ...reference([0, end], [0, end], theme), name: 'ideal' },
      ...series.map((one) => intervals(one, chosen)),
      ...series.map((one) => ({
        ...line(one, pointsOf(one), chosen),
        marker: { shape: one.marker, radius: 4 },
      })),
    ],
  };
}

function pointsOf({ test }: TestedSeries): { x: number[]; y: number[] } {
  return {
    x: test.calibration.map(({ predicted }) => predicted),
    y: test.calibration.map(({ observed }) => observed),
  };
}

/** One line with gaps: an upright stroke for each group. */
function intervals(series: TestedSeries, chosen: ReadonlySet<string>): Line {
  const { calibration: groups } = series.test;
  return {
    x: groups.flatMap(({ predicted }) => [predicted, predicted, predicted]),
    y: groups.flatMap(({ ci95: [low, high] }) => [low, high, null]),
    color: translucent(series.color, isFaint(series, chosen) ? 0.25 : 0.6),
    width: 1,
    dash: [],
  };
}

function line(
  series: TestedSeries,
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  chosen: ReadonlySet<string>,
): Line {
  const faint = isFaint(series, chosen);
  return {
    x,
    y,
    color: faint ? translucent(series.color, 0.45) : series.color,
    width: faint ? 1.25 : 2,
    dash: series.dash,
  };
}

function isFaint({ run }: TestedSeries, chosen: ReadonlySet<string>): boolean {
  return chosen.size > 0 && !chosen.has(run.run);
}

function strongLast(series: readonly TestedSeries[], chosen: ReadonlySet<string>): TestedSeries[] {
  // The first runs lie on top of the later ones, and chosen ones above all.
  const rank = (one: TestedSeries): number => (isFaint(one, chosen) ? 0 : 1);
  return [...series].reverse().sort((a, b) => rank(a) - rank(b));
}

function reference(x: readonly number[], y: readonly number[], theme: Theme): Line {
  return { x, y, color: theme.muted, width: 1, dash: [2, 3] };
}

/** The usual threshold on one curve; nothing where it calls nobody positive. */
function threshold(
  series: TestedSeries | undefined,
  theme: Theme,
  place: (test: TestedSeries['test']) => [number, number],
): Line[] {
  if (series === undefined || series.test.operatingPoint.precision === null) return [];
  const { threshold: at, sensitivity, specificity } = series.test.operatingPoint;
  const [x, y] = place(series.test);
  return [
    {
      ...{ x: [x], y: [y], color: theme.strong, width: 0, dash: [] },
      marker: { shape: 'circle', radius: 4.5 },
      name: `threshold ${fixed(at, 2)}: sens. ${fixed(sensitivity.value, 2)} · spec. ${fixed(specificity.value, 2)}`,
    },
  ];
}

function highest(
  series: readonly TestedSeries[],
  value: (one: TestedSeries) => number,
): TestedSeries | undefined {
  return [...series].sort((a, b) => value(b) - value(a))[0];
}

/** The best and the worst in words. */
function finding(
  series: readonly TestedSeries[],
  name: string,
  estimate: (one: TestedSeries) => { value: number; ci95: readonly [number, number] | null },
): string {
  const ranked = [...series].sort((a, b) => estimate(b).value - estimate(a).value);
  const [first, last] = [ranked[0], ranked.at(-1)];
  if (first === undefined || last === undefined) return '';
  const words = (one: TestedSeries): string => {
    const { value, ci95 } = estimate(one);
    const range = ci95 === null ? '' : ` (95 % CI ${interval(ci95, 3)})`;
    return `${one.run.name}, ${fixed(value, 3)}${range}`;
  };
  const best = `Highest ${name}: ${words(first)}.`;
  return first === last ? best : `${best} Lowest: ${words(last)}.`;
}

function withheld(series: readonly TestedSeries[]): string {
  const names = series.filter(({ test }) => test.calibration.length === 0).map(({ run }) => run.name);
  return names.length === 0 ? '' : ` Withheld for too few patients: ${names.join(', ')}.`;
}

function slopes(series: readonly TestedSeries[]): string {
  return series
    .map(({ run, test }) => {
      const slope = test.calibrationSlope;
      return `${run.name}: slope ${slope === null ? 'unknown' : fixed(slope.value, 2)}.`;
    })
    .join(' ');
}
