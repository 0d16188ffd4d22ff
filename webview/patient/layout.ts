/** A rectangle in pixels of the timeline. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the chips of a patient stand. `columns`: visits side by side, arcs in a band above the chips. `rows`: visits
 * beneath one another, arcs in a band to their left.
 */
export interface TimelineLayout {
  readonly kind: 'columns' | 'rows';
  /** Of everything; columns may be wider than the page and then scroll. */
  readonly width: number;
  readonly height: number;
  /** By code. */
  readonly chips: readonly Rect[];
  /** Headings, by visit. */
  readonly headings: readonly Rect[];
  /** Columns: from top to bottom; rows: from left to right. */
  readonly band: { readonly from: number; readonly to: number };
  /** Between visits; arcs run through it. */
  readonly gutter: number;
}

const chipHeight = 35;
const chipGap = 3;
/** Codes beneath one another, before a visit takes another column. */
const deepest = 14;

/**
 * Visits as columns over the width of the page; they scroll where they would become too narrow to be read.
 *
 * @param visits place of each code's visit, from 0, rising
 * @param width pixels that the page has
 * @param unit 1 at the usual size of the font
 */
export function columnsLayout(visits: readonly number[], width: number, unit: number): TimelineLayout {
  const counts = countsOf(visits);
  const wide = counts.map((count) => Math.max(1, Math.ceil(count / deepest)));
  const columns = wide.reduce((sum, one) => sum + one, 0);
  const gutter = 30 * unit;
  const inner = 10 * unit;
  // One gutter to the left of each visit, the first one too: arcs and the weights on them lie in it.
  const room = width - gutter * counts.length - inner * (columns - counts.length);
  const chip = Math.min(190 * unit, Math.max(100 * unit, Math.floor(room / columns)));
  const band = { from: 42 * unit, to: 86 * unit };
  const step = (chipHeight + chipGap) * unit;
  const headings: Rect[] = [];
  const chips: Rect[] = [];
  let left = gutter;
  counts.forEach((count, visit) => {
    const blockWidth = wide[visit]! * (chip + inner) - inner;
    headings.push({ left, top: 0, width: blockWidth, height: 38 * unit });
    const deep = Math.ceil(count / wide[visit]!);
    for (let place = 0; place < count; place++) {
      chips.push({
        left: left + Math.floor(place / deep) * (chip + inner),
        top: band.to + (place % deep) * step,
        width: chip,
        height: chipHeight * unit,
      });
    }
    left += blockWidth + gutter;
  });
  const bottom = Math.max(band.to, ...chips.map((rect) => rect.top + rect.height));
  return { kind: 'columns', width: left - gutter, height: bottom + 2, chips, headings, band, gutter };
}

/** Visits as rows: for narrow pages, and when there is no end of codes; any number of visits scrolls downwards. */
export function rowsLayout(visits: readonly number[], width: number, unit: number): TimelineLayout {
  const counts = countsOf(visits);
  const band = { from: 128 * unit, to: 166 * unit };
  const room = width - band.to;
  const inner = 8 * unit;
  const across = Math.max(1, Math.floor((room + inner) / (126 * unit + inner)));
  const chip = Math.floor((room - inner * (across - 1)) / across);
  const headings: Rect[] = [];
  const chips: Rect[] = [];
  let top = 0;
  for (const count of counts) {
    const lines = Math.max(1, Math.ceil(count / across));
    const step = (chipHeight + 4) * unit;
    headings.push({ left: 0, top, width: band.from, height: lines * step - 4 * unit });
    for (let place = 0; place < count; place++) {
      chips.push({
        left: band.to + (place % across) * (chip + inner),
        top: top + Math.floor(place / across) * step,
        width: chip,
        height: chipHeight * unit,
      });
    }
    top += lines * step + 22 * unit;
  }
  return { kind: 'rows', width, height: top - 22 * unit + 2, chips, headings, band, gutter: 22 * unit };
}

function countsOf(visits: readonly number[]): number[] {
  const counts: number[] = [];
  for (const visit of visits) {
    while (counts.length <= visit) counts.push(0);
    counts[visit]! += 1;
  }
  return counts;
}
