import { chapterGroups, chapterNames } from '../../src/protocol/icd-chapters';
import type { CodePoints, EmbeddingMap, PatientPoints } from '../../src/protocol/panels/map';
import { fixed, interval } from '../format';
import { type Marker, markers, mix, type Palette, seriesColor, type ThemeKind } from '../palette';

/** Points that the legend names together. */
export interface Group {
  readonly key: string;
  readonly name: string;
  readonly members: readonly number[];
  /** How many they are; null where it may not be told. */
  readonly told: number | null;
}

/** What patients are coloured by. */
export type PatientColour = 'label' | 'risk';

/** Groups that stand out, by the place whose colour and mark they have; undefined = the place is free. */
export type Slots = readonly (string | undefined)[];

/** Colours that can be told apart at once. */
export const mostSlots = 5;

/** How a group is drawn. */
export interface Look {
  readonly color: string;
  readonly marker: Marker;
  /** Times the usual size. */
  readonly size: number;
}

/** The groups of a map in the order of the legend; those without a point are left out. */
export function groupsOf({ points }: EmbeddingMap, colour: PatientColour): Group[] {
  const all =
    points.kind === 'codes' ? chapters(points) : colour === 'label' ? labels(points) : fifths(points);
  const groups = all.filter(({ members }) => members.length > 0);
  // One small group could be had from the number of points and all others, so then none is counted.
  const isTold =
    points.kind === 'codes' || groups.every(({ members }) => members.length >= points.minimumCellCount);
  return groups.map((group) => ({ ...group, told: isTold ? group.members.length : null }));
}

/** Which groups stand out at first: the largest chapters, or all groups of patients. */
export function firstSlots(groups: readonly Group[], points: EmbeddingMap['points']): Slots {
  if (points.kind === 'patients') return groups.map(({ key }) => key);
  const named = groups.filter(({ key }) => key !== 'other' && key !== 'special');
  const bySize = [...named].sort((a, b) => b.members.length - a.members.length);
  return bySize.slice(0, mostSlots).map(({ key }) => key);
}

/** Lets a group stand out or step back; it takes the first free place. Undefined when none is free. */
export function toggled(slots: Slots, key: string): Slots | undefined {
  if (slots.includes(key)) return slots.map((other) => (other === key ? undefined : other));
  const free = Array.from({ length: mostSlots }, (_, slot) => slot).find((slot) => slots[slot] === undefined);
  if (free === undefined) return undefined;
  return Array.from({ length: Math.max(slots.length, free + 1) }, (_, slot) =>
    slot === free ? key : slots[slot],
  );
}

/** Colour and mark of a place. Risk goes from pale to full and from small to large; groups have marks of their own. */
export function lookOf(
  key: string,
  slot: number,
  { palette, kind }: { readonly palette: Palette; readonly kind: ThemeKind },
): Look {
  const [, fifth] = /^risk-(\d)$/.exec(key) ?? [];
  if (fifth !== undefined) {
    const pale = kind === 'hc-dark' || kind === 'dark' ? '#5A5F66' : '#B9BEC6';
    const level = Number(fifth) / 4;
    return { color: mix(pale, palette.raises, level), marker: 'circle', size: 0.75 + 0.55 * level };
  }
  const series = key === 'label-1' ? 1 : key === 'label-0' ? 0 : slot;
  return { color: seriesColor(palette, series), marker: markers[series]!, size: 1 };
}

type Members = Omit<Group, 'told'>;

function chapters({ chapters: places }: CodePoints): Members[] {
  return chapterGroups.map((key, chapter) => ({
    key,
    name: chapterNames[key],
    members: places.flatMap((place, i) => (place === chapter ? [i] : [])),
  }));
}

function labels({ labels: given }: PatientPoints): Members[] {
  const of = (label: number): number[] => given.flatMap((other, i) => (other === label ? [i] : []));
  return [
    { key: 'label-1', name: 'Cases (label 1)', members: of(1) },
    { key: 'label-0', name: 'Controls (label 0)', members: of(0) },
  ];
}

/** Fifths of the shown patients by predicted risk, the highest first. */
function fifths({ risks }: PatientPoints): Members[] {
  const order = risks.map((_, i) => i).sort((a, b) => risks[a]! - risks[b]! || a - b);
  const bounds = [0, 1, 2, 3, 4, 5].map((fifth) => Math.round((fifth * order.length) / 5));
  return [4, 3, 2, 1, 0].map((fifth) => {
    const members = order.slice(bounds[fifth], bounds[fifth + 1]);
    const [low, high] = [risks[members[0]!] ?? 0, risks[members.at(-1)!] ?? 0];
    const range = fixed(low, 2) === fixed(high, 2) ? fixed(low, 2) : interval([low, high], 2);
    return { key: `risk-${fifth}`, name: `Risk ${range}`, members };
  });
}
