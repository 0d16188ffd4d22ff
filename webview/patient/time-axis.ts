import { html, nothing, svg, type TemplateResult } from 'lit';
import { dateTicks, dayOf, gapDays, spanWords } from './dates';
import type { TimelineLayout } from './layout';
import type { Sight } from './sight';
import { systemOf } from './words';

/** Days to pixels, from the first admission to the index date (or the last discharge). */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  x(day: number): number;
}

/** The scale of a patient's time over a width; a single day lies in its middle. */
export function timeScale(
  {
    visits,
    indexDate,
  }: { readonly visits: Sight['explanation']['visits']; readonly indexDate: string | null },
  width: number,
): TimeScale {
  const first = Math.min(...visits.map(({ admit }) => dayOf(admit)));
  const ends = visits.map(({ discharge }) => dayOf(discharge));
  const last = Math.max(...ends, ...(indexDate === null ? [] : [dayOf(indexDate)]));
  const margin = Math.max(1, (last - first) * 0.015);
  const [from, to] = [first - margin, last + margin];
  return { from, to, x: (day) => ((day - from) / (to - from)) * width };
}

/** Which part of the columns is in sight. */
export interface ColumnWindow {
  readonly left: number;
  readonly width: number;
}

/** True time over the columns: admissions to discharges, gaps, the index date; a line leads from each to its column. */
export function timeAxis(sight: Sight, layout: TimelineLayout, window: ColumnWindow): TemplateResult {
  const { explanation, unit, width } = sight;
  const indexDate = explanation.kind === 'finetune' ? explanation.indexDate : null;
  const scale = timeScale({ visits: explanation.visits, indexDate }, width);
  const y = 34 * unit;
  const height = 74 * unit;
  const words = `Time from ${explanation.visits[0]?.admit ?? ''} to ${explanation.visits.at(-1)?.discharge ?? ''}`;
  return html`<svg class="time" width=${width} height=${height} role="img" aria-label=${words}>
    ${brush(sight, layout, window, scale, y)}
    <line class="line" x1="0" x2=${width} y1=${y} y2=${y}></line>
    ${ticks(sight, scale, y)} ${gaps(sight, scale, y)}
    ${explanation.visits.map((_, index) => visitMark(sight, layout, window, { scale, y, height }, index))}
    ${codingSystem(sight, scale, y)} ${indexDate === null ? nothing : indexMark(indexDate, sight, scale, y)}
  </svg>`;
}

/** The part of time whose columns are in sight, where not all are. */
function brush(
  { explanation, unit, width }: Sight,
  layout: TimelineLayout,
  window: ColumnWindow,
  scale: TimeScale,
  y: number,
): TemplateResult | typeof nothing {
  if (layout.width <= width + 1) return nothing;
  const seen = explanation.visits.filter((_, index) => isInSight(layout, window, index));
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined) return nothing;
  const from = scale.x(dayOf(first.admit)) - 6 * unit;
  const to = scale.x(dayOf(last.discharge)) + 6 * unit;
  return svg`<rect class="brush" x=${from} y=${y - 11 * unit} width=${to - from} height=${22 * unit} rx="3"></rect>`;
}

function isInSight(layout: TimelineLayout, { left, width }: ColumnWindow, index: number): boolean {
  const place = layout.headings[index];
  return place !== undefined && place.left + place.width > left + 4 && place.left < left + width - 4;
}

function ticks({ explanation, unit, width }: Sight, scale: TimeScale, y: number): TemplateResult[] {
  const end =
    explanation.kind === 'finetune' && explanation.indexDate !== null
      ? scale.x(dayOf(explanation.indexDate))
      : width;
  return dateTicks(scale.from, scale.to, Math.max(2, width / (110 * unit))).map(({ day, label }) => {
    const x = scale.x(day);
    const hasRoom = x + (label.length * 6.5 + 6) * unit < Math.min(width, end);
    return svg`<line class="line" x1=${x} x2=${x} y1=${y - 4 * unit} y2=${y + 4 * unit}></line>
      <text x=${x + 4 * unit} y=${y - 9 * unit} font-size=${11 * unit}>${hasRoom ? label : ''}</text>`;
  });
}

/** Lengths of gaps beneath the line, where there is room for them. */
function gaps({ explanation, unit }: Sight, scale: TimeScale, y: number): TemplateResult[] {
  return explanation.visits.slice(1).flatMap((visit, index) => {
    const before = explanation.visits[index]!;
    const days = gapDays(before, visit);
    const [from, to] = [scale.x(dayOf(before.discharge)), scale.x(dayOf(visit.admit))];
    if (to - from < 46 * unit) return [];
    return [
      svg`<text x=${(from + to) / 2} y=${y + 15 * unit} text-anchor="middle" font-size=${11 * unit}>
        ${spanWords(days)}
      </text>`,
    ];
  });
}

function visitMark(
  { explanation, local, unit, select }: Sight,
  layout: TimelineLayout,
  window: ColumnWindow,
  { scale, y, height }: { readonly scale: TimeScale; readonly y: number; readonly height: number },
  index: number,
): TemplateResult {
  const visit = explanation.visits[index]!;
  const place = layout.headings[index]!;
  const [from, to] = [scale.x(dayOf(visit.admit)), scale.x(dayOf(visit.discharge))];
  const isChosen = local.selected !== null && explanation.codes[local.selected]?.visit === visit.visit;
  const middle = (from + to) / 2;
  const end = place.left - window.left + Math.min(place.width / 2, 40 * unit);
  const bend = height - 22 * unit;
  const leader = isInSight(layout, window, index)
    ? svg`<path class="leader" d="M${middle} ${y + 6 * unit}C${middle} ${bend} ${end} ${bend - 4 * unit} ${end} ${height}"></path>`
    : nothing;
  const mark =
    visit.admit === visit.discharge
      ? svg`<circle cx=${middle} cy=${y} r=${4 * unit}></circle>`
      : svg`<rect x=${from} y=${y - 6 * unit} width=${Math.max(4 * unit, to - from)} height=${12 * unit} rx="1"></rect>`;
  const choose = (): void => select(explanation.codes.findIndex((code) => code.visit === visit.visit));
  return svg`<g class=${isChosen ? 'mark chosen' : 'mark'} data-visit=${visit.visit} @click=${choose}>
    <title>${`Visit ${visit.visit}: ${visit.admit} to ${visit.discharge}`}</title>${leader}${mark}</g>`;
}

/** Where ICD-10 begins, in a patient who has ICD-9 before. */
function codingSystem(
  { explanation, unit, width }: Sight,
  scale: TimeScale,
  y: number,
): TemplateResult | typeof nothing {
  const systems = explanation.codes.map(({ code, visit }) => ({ system: systemOf(code), visit }));
  const first = systems.find(({ system }) => system === 'ICD-10');
  const isLater = systems.some(({ system, visit }) => system === 'ICD-9' && visit < (first?.visit ?? 0));
  const visit = explanation.visits.find((one) => one.visit === first?.visit);
  if (first === undefined || visit === undefined || !isLater) return nothing;
  const x = scale.x(dayOf(visit.admit)) - 5 * unit;
  // Beside the name of the index date there is no room.
  const isLate = x > width - 270 * unit;
  return svg`<line class="system" x1=${x} x2=${x} y1=${4 * unit} y2=${y - 2 * unit}></line>
    <text x=${x + (isLate ? -4 : 4) * unit} y=${11 * unit} text-anchor=${isLate ? 'end' : 'start'} font-size=${11 * unit}>
      ICD-10 from here
    </text>`;
}

function indexMark(date: string, { unit, width }: Sight, scale: TimeScale, y: number): TemplateResult {
  const x = Math.min(width - 1, scale.x(dayOf(date)));
  return svg`<line class="index" x1=${x} x2=${x} y1=${y - 14 * unit} y2=${y + 10 * unit}></line>
    <text class="strong" x=${x} y=${11 * unit} text-anchor="end" font-size=${11 * unit}>index date ${date}</text>`;
}
