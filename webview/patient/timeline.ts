import { html, nothing, svg, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { levelBounds } from '../../src/protocol/attribution-scale';
import type { ExplainedCode } from '../../src/protocol/explanation';
import { share, signed } from '../format';
import { divergingChip, palettes, readableOn } from '../palette';
import type { Theme } from '../theme';
import { type Arc, arcsOf, pillsApart } from './arcs';
import { gapDays, stayWords } from './dates';
import { type EditMark, editMarks } from './edits';
import type { Rect, TimelineLayout } from './layout';
import { attendedBy, topEdges } from './partners';
import { receivedShares, type Sight, signedFigures } from './sight';
import { choiceName, cutAtWord, fullName, shortCode } from './words';

/** How one chip looks. */
export interface ChipLook {
  readonly fill: string;
  readonly text: string;
  /** −1 to 1: the signed bar; null = none. */
  readonly bar: number | null;
  /** Whether the figure is large enough for its colour to say anything. */
  readonly sign: '' | '+' | '−';
  /** Radius of the dot of attention, 0 to 4. */
  readonly dot: number;
}

/** How every chip looks: colour and bar by the signed figure, dot by the attention received. */
export function chipLooks(sight: Pick<Sight, 'explanation' | 'data' | 'local' | 'theme'>): ChipLook[] {
  const { explanation, local, theme } = sight;
  const figures = signedFigures(explanation, local.colour);
  const received = receivedShares(sight);
  const most = Math.max(1e-9, ...received);
  const { neutral } = palettes[theme.kind];
  return explanation.codes.map((_, index) => {
    const dot = 4 * Math.sqrt((received[index] ?? 0) / most);
    // Unknown codes are all the same to the model: what it makes of them says nothing of this one.
    if (figures === undefined || !explanation.codes[index]!.known)
      return { fill: neutral, text: readableOn(neutral), bar: null, sign: '', dot };
    const value = figures.values[index] ?? 0;
    const reach = value / figures.scale;
    const sign = Math.abs(reach) < levelBounds[0] ? '' : reach > 0 ? '+' : '−';
    return { ...divergingChip(value, figures.scale, theme.kind), bar: reach, sign, dot };
  });
}

/** The arcs that are to be seen: of the selected code, else the strongest edges of the square. */
export function shownArcs({ data, local, unit }: Sight, layout: TimelineLayout): Arc[] {
  const { square } = data;
  if (square === null || square.length !== layout.chips.length) return [];
  if (local.selected !== null)
    return pillsApart(arcsOf(layout, local.selected, attendedBy(square, local.selected), unit), unit);
  const edges = topEdges(square, local.edges).flatMap(({ from, to, weight }, order) =>
    arcsOf(layout, from, [{ index: to, weight }], unit, order),
  );
  return pillsApart(edges, unit);
}

/** Columns are put onto the page by stretches of so many pixels, of which one more stands at either side. */
const stretchWidth = 480;

function stretch(scrolled: number): number {
  return Math.floor(scrolled / stretchWidth);
}

/** Which parts of a scrolled timeline stand on the page: of 512 codes only those about the part in sight. */
function isNear({ left, width }: Rect, layout: TimelineLayout, sight: Sight, scrolled: number): boolean {
  if (layout.kind === 'rows' || layout.width <= sight.width) return true;
  const from = (stretch(scrolled) - 1) * stretchWidth;
  return left + width > from && left < from + sight.width + 3 * stretchWidth;
}

/** What the timeline does beside being looked at. */
export interface TimelineHandlers {
  readonly attach: (element: Element | undefined) => void;
  readonly scrolled: () => void;
  readonly keydown: (event: KeyboardEvent) => void;
}

/** Everything that the timeline is drawn from: while it is the same, so is the drawing. */
export function timelineInputs(
  { explanation, data, local, theme, width }: Sight,
  scrolled: number,
): unknown[] {
  const { selected, colour, edges } = local;
  return [
    explanation,
    data.square?.made,
    JSON.stringify(data.whatIf),
    selected,
    colour,
    edges,
    theme,
    width,
    stretch(scrolled),
  ];
}

/** Visits with their codes as chips, and arcs over them. */
export function timeline(
  sight: Sight,
  layout: TimelineLayout,
  scrolled: number,
  handlers: TimelineHandlers,
): TemplateResult {
  const { explanation, local } = sight;
  const looks = chipLooks(sight);
  const arcs = shownArcs(sight, layout);
  const result = sight.data.whatIf?.result ?? null;
  const partners = new Map(arcs.map((arc) => [arc.to, arc.weight]));
  const marks = result === null ? new Map<number, EditMark>() : editMarks(result, explanation.codes.length);
  const received = receivedShares(sight);
  const figures = signedFigures(explanation, local.colour);
  const size = `width: ${layout.width}px; height: ${layout.height}px`;
  const chip = (index: number): TemplateResult =>
    chipTemplate(sight, index, looks[index]!, layout.chips[index]!, {
      mark: marks.get(index),
      partner: partners.get(index),
      words: chipWords(
        explanation.codes[index]!,
        figures?.values[index],
        received[index] ?? 0,
        marks.get(index),
      ),
    });
  return html`<div
    class="timeline ${layout.kind} ${layout.width > sight.width ? 'scroll' : ''}"
    ${ref(handlers.attach)}
    @scroll=${handlers.scrolled}
    @click=${(event: Event) => clicked(event, sight)}
    @keydown=${handlers.keydown}
  >
    <div class="visits" role="grid" aria-label=${finding(sight, arcs)} .style=${size}>
      ${repeat(
        byVisit(explanation.codes),
        (_, visit) => visit,
        (codes, visit) =>
          isNear(layout.headings[visit]!, layout, sight, scrolled)
            ? html`<div role="row" aria-label=${`Visit ${visit + 1}`}>
                ${heading(sight, layout, visit)}
                ${repeat(
                  codes.filter((code) => isNear(layout.chips[code]!, layout, sight, scrolled)),
                  (code) => code,
                  chip,
                )}
              </div>`
            : nothing,
      )}
      ${arcLayer(arcs, layout, sight)}
    </div>
  </div>`;
}

/** Places of the codes of each visit. */
export function byVisit(codes: readonly ExplainedCode[]): number[][] {
  const visits: number[][] = [];
  codes.forEach(({ visit }, index) => (visits[visit - 1] ??= []).push(index));
  return Array.from(visits, (codesOfVisit) => codesOfVisit ?? []);
}

function heading({ explanation, local }: Sight, layout: TimelineLayout, index: number): TemplateResult {
  const visit = explanation.visits[index];
  const place = layout.headings[index];
  if (visit === undefined || place === undefined) return html``;
  const before = explanation.visits[index - 1];
  const gap = before === undefined ? undefined : gapDays(before, visit);
  const gapTitle = gap === undefined ? nothing : `${gap} days after the discharge before`;
  const selected = local.selected === null ? undefined : explanation.codes[local.selected]?.visit;
  const classes = ['visit', visit.admit === visit.discharge ? '' : 'stayed'];
  if (selected === visit.visit) classes.push('chosen');
  return html`<div role="rowheader" class=${classes.join(' ')} .style=${box(place)}>
    <div><span class="date">${visit.admit}</span><span class="number">${visit.visit}</span></div>
    <div>
      <span>${stayWords(visit.admit, visit.discharge)}</span>
      <span title=${gapTitle}>${gap === undefined ? '' : `${gap < 0 ? '' : '+'}${gap}\u00a0d`}</span>
    </div>
  </div>`;
}

function chipTemplate(
  { explanation, local, unit, theme }: Sight,
  index: number,
  look: ChipLook,
  place: Rect,
  more: { readonly mark: EditMark | undefined; readonly partner: number | undefined; readonly words: string },
): TemplateResult {
  const { code, description, known } = explanation.codes[index]!;
  const isSelected = local.selected === index;
  const short = cutAtWord(description ?? '', mostLetters(place.width / unit));
  const classes = [
    'chip',
    isSelected ? 'selected' : '',
    more.partner === undefined ? '' : 'partner',
    known ? '' : 'unknown',
    more.mark ?? '',
  ];
  const roving = isSelected || (local.selected === null && index === 0);
  return html`<div
    role="gridcell"
    class=${classes.filter((one) => one !== '').join(' ')}
    data-code=${index}
    tabindex=${roving ? 0 : -1}
    aria-selected=${isSelected}
    aria-label=${more.words}
    title=${more.words}
    .style=${`${box(place)}; ${chipStyle(look, place.width, unit, theme)}`}
    .textContent=${`${shortCode(code)} ${look.sign}\n${more.mark === 'masked' ? '[MASK]' : short}`}
  ></div>`;
}

/** Fill, bar and dot without elements of their own: 512 chips are then 512 elements. */
function chipStyle(look: ChipLook, width: number, unit: number, theme: Theme): string {
  const { attention } = palettes[theme.kind];
  const x = width - 11 * unit;
  const y = 10 * unit;
  const ring = 5.4 * unit;
  const back = theme.background;
  const dot =
    `radial-gradient(circle at ${x}px ${y}px, ${attention} 0 ${look.dot * unit}px, ` +
    `${back} ${look.dot * unit + 0.5}px ${ring - 1}px, ${attention} ${ring - 0.6}px ${ring}px, transparent ${ring + 0.6}px)`;
  if (look.bar === null) return `background: ${dot} ${look.fill}; color: ${look.text}`;
  const middle = width / 2;
  const length = Math.max(1, Math.abs(look.bar) * (middle - 6 * unit));
  const left = look.bar >= 0 ? middle : middle - length;
  const bar = `linear-gradient(${look.text}, ${look.text}) ${left}px calc(100% - 1px) / ${length}px ${2 * unit}px no-repeat`;
  return `background: ${dot}, ${bar} ${look.fill}; color: ${look.text}`;
}

/** Letters of a description that a chip has room for; wide ones are cut by the page itself. */
export function mostLetters(width: number): number {
  return Math.floor((width - 14) / 6.2);
}

function arcLayer(arcs: readonly Arc[], layout: TimelineLayout, { unit }: Sight): TemplateResult {
  return html`<svg class="arcs" width=${layout.width} height=${layout.height} aria-hidden="true">
    ${arcs.map(({ path, width }) => svg`<path d=${path} stroke-width=${width}></path>`)}
    ${arcs.map(
      ({ pill, weight }) => svg`<g transform="translate(${pill.x} ${pill.y})">
        <rect x=${(-pillWidth(weight) / 2) * unit} y=${-7.5 * unit} width=${pillWidth(weight) * unit} height=${15 * unit} rx=${7.5 * unit}></rect>
        <text y=${3.8 * unit} font-size=${11 * unit}>${weightText(weight)}</text></g>`,
    )}
  </svg>`;
}

/** Room of a weight, in pixels at the usual size of the font. */
export const pillWidth = (weight: number): number => 8 + 6.4 * weightText(weight).length;

/** `.24`; small ones keep a digit. */
export function weightText(weight: number): string {
  const text = weight < 0.01 ? weight.toFixed(3) : weight.toFixed(2);
  return text.replace(/^0/, '');
}

function clicked(event: Event, { select, local }: Sight): void {
  const chip = (event.target as Element).closest<HTMLElement>('[data-code]');
  if (chip === null) return;
  const index = Number(chip.dataset['code']);
  select(index === local.selected ? null : index);
}

function box({ left, top, width, height }: Rect): string {
  return `left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
}

function chipWords(
  code: ExplainedCode,
  value: number | undefined,
  received: number,
  mark: EditMark | undefined,
): string {
  const effect =
    value === undefined ? [] : [`${value >= 0 ? 'raises' : 'lowers'} log-odds ${signed(value, 2)}`];
  return [
    fullName(code),
    `visit ${code.visit}`,
    `priority ${code.rank}`,
    ...effect,
    `attention ${share(received)}`,
    ...(code.known ? [] : ['unknown to the run: read as [UNK]']),
    ...(mark === undefined ? [] : [`${mark} in the what-if`]),
  ].join(', ');
}

function finding({ explanation, local, data }: Sight, arcs: readonly Arc[]): string {
  const codes = `${explanation.codes.length} codes in ${explanation.visits.length} visits`;
  if (local.selected === null || data.square === null) return codes;
  const strongest = arcs.toSorted((a, b) => b.weight - a.weight)[0];
  const name = fullName(explanation.codes[local.selected]!);
  if (strongest === undefined) return `${codes}. ${name} attends to no other code more than to the rest`;
  const to = fullName(explanation.codes[strongest.to]!);
  return `${codes}. ${choiceName(data.square.choice)}: ${name} attends most to ${to}, ${strongest.weight.toFixed(2)}`;
}
