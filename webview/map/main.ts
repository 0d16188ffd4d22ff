import { html, nothing, render, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import {
  defaultMapSettings,
  type EmbeddingMap,
  keepMethod,
  type MapAction,
  type MapData,
  type MapSettings,
  type MapSubject,
  type MapView,
  usualSettings,
} from '../../src/protocol/panels/map';
import { projectionWords } from '../../src/protocol/projections';
import { announcer, footer, type KeyHint, showKeys } from '../footer';
import { count, fixed } from '../format';
import { type Act, banner, bones, button, chartOrTable, header, panel, type Showing } from '../frame';
import { bindKeys } from '../keys';
import { menu, openMenu } from '../menu';
import { connect, type Link, pageRoot } from '../rpc';
import { DataTable } from '../table';
import { followTheme, readTheme } from '../theme';
import { type Direction, pointTowards } from './camera';
import { card } from './card';
import { firstSlots, type Group, groupsOf, type PatientColour, type Slots, toggled } from './groups';
import { sheet } from './image';
import { legend } from './legend';
import { MapCanvas } from './map-canvas';
import { namePlaces, radiiOf, type Scene } from './paint';
import { pointsTable } from './points-table';
import { bareCode, findCodes } from './search';
import { searchBox } from './search-box';
import { toolbar } from './toolbar';
import { extentText, faithfulnessText, findingText, spaceText, unknownMethodText } from './words';

/** What only the page knows; none of it is kept over a reload, as a point may be a patient. */
interface Local {
  readonly showing: Showing;
  readonly colour: PatientColour;
  /** What stands out, by what is coloured; chosen by the person. */
  readonly slots: Readonly<Record<string, Slots>>;
  readonly sought: string;
  /** Which of the codes that were found. */
  readonly place: number;
  readonly hovered: number | undefined;
  readonly picked: number | undefined;
  /** Which neighbour of the picked code the keyboard is on. */
  readonly neighbour: number | undefined;
}
type MapLink = Link<MapSubject, MapView, Local, MapData, MapAction>;

/** What is worked out of a map once, and not with every move of the pointer. */
interface Prepared {
  readonly key: string;
  readonly groups: readonly Group[];
  readonly radii: Float32Array;
  readonly places: Scene['places'];
}

const nothingPicked = { hovered: undefined, picked: undefined, neighbour: undefined } as const;
const hints: readonly KeyHint[] = [
  { keys: ['/'], does: 'search' },
  { keys: ['Tab'], does: 'next neighbour' },
  { keys: ['T'], does: 'table' },
];
const keys: readonly KeyHint[] = [
  { keys: ['/'], does: 'search by code or description' },
  { keys: ['←', '→', '↑', '↓'], does: 'next point in that direction' },
  { keys: ['Tab'], does: 'next of the five nearest codes (on the map)' },
  { keys: ['Enter'], does: 'go to it; in the search: next code found' },
  { keys: ['+', '−'], does: 'nearer, farther' },
  { keys: ['Shift', '←', '→', '↑', '↓'], does: 'move the map' },
  { keys: ['0'], does: 'the whole map' },
];

const announce = announcer();
const canvas = new MapCanvas({
  hover: (point) => point !== link.local.hovered && link.set({ hovered: point }),
  pick: (point) => pick(point),
});
const table = new DataTable();
let theme = readTheme();
let prepared: Prepared | undefined;

const link: MapLink = connect({
  initialView: defaultMapSettings,
  initialLocal: {
    ...{ showing: 'chart', colour: 'label', slots: {}, sought: '', place: 0 },
    ...nothingPicked,
  },
  draw,
});

function draw(): void {
  const skeleton = (): TemplateResult => html`${bones([[1.8], [34, 34]])}`;
  const act: Act = (action) => {
    if (action.do === usualSettings) change(defaultMapSettings);
    else link.act(action as MapAction);
  };
  render(panel(link.state, { title: 'Embedding map', skeleton, icon: 'graph', act, ready }), pageRoot());
}

function ready(data: MapData): TemplateResult {
  const { map } = data;
  const { showing } = link.local;
  const { groups, radii, places, key } = prepare(map);
  const slots = slotsOf(map, groups);
  const isCodes = map.points.kind === 'codes';
  if (showing === 'chart') {
    canvas.show({ map, groups, slots, theme, radii, places }, key);
    mark(data);
  } else table.show(pointsTable(data, link.local.sought.trim() === '' ? undefined : found(data)));
  return html`${header({
      name: isCodes ? 'Code map' : 'Map of test patients',
      context: contextOf(map),
      actions: headerActions(data),
    })}
    ${data.unknownMethod === null ? nothing : otherMethod(data.unknownMethod, map)}
    ${toolbar({ data, colour: link.local.colour, change, setColour: (colour) => link.set({ colour }) })}
    <div class="map">
      ${showing === 'chart' ? picture(data, groups) : html`<div class="scroll points" tabindex="0" role="region" aria-label="Points of the map" ${ref(table.attach)}></div>`}
      <aside tabindex="0" aria-label="Legend, and how to read the map">
        ${legend({
          title: isCodes ? 'ICD chapters' : link.local.colour === 'label' ? 'Labels' : 'Fifths of risk',
          ...{ groups, slots, theme },
          note: isCodes
            ? 'Press a chapter to colour it: five at most, each with its own mark. Size is frequency.'
            : 'Press one to colour it or to turn it grey.',
          toggle: (group) => toggle(map, groups, group),
        })}
        ${faithfulness(map)}
      </aside>
    </div>
    ${exportChoices(map)}
    ${footer({
      fresh: extentText(map),
      notes: [`Positions are not distances${isCodes ? '; read cosine' : ''}`],
      hints: isCodes ? hints : hints.slice(2),
      keys,
    })}`;
}

/** Says that the method is not the one that was saved, until one is chosen. */
function otherMethod(unknown: string, map: EmbeddingMap): TemplateResult {
  const { method } = map.settings;
  return banner({
    kind: 'warning',
    text: unknownMethodText(unknown, map),
    steps: [{ label: `Keep ${projectionWords(method).name}`, do: keepMethod }],
    act: () => change({ method }),
  });
}

function contextOf({ run, step, faithfulness }: EmbeddingMap): string[] {
  const trust = faithfulness === null ? [] : [`trustworthiness ${fixed(faithfulness.trustworthiness, 2)}`];
  return [`${run}, step ${count(step)}`, ...trust];
}

function headerActions(data: MapData): TemplateResult {
  const { showing, sought, place } = link.local;
  const codes = data.map.points.kind === 'codes';
  return html`${
    codes
      ? searchBox({
          ...{ sought, place },
          found: found(data).length,
          search: (text) => search(text),
          next: (by) => step(by),
        })
      : nothing
  }
  ${chartOrTable(showing, (value) => link.set({ showing: value }))}
  ${button({ label: 'Export', icon: 'export', name: 'export', click: openMenu })}`;
}

function picture(data: MapData, groups: readonly Group[]): TemplateResult {
  const { hovered, picked, neighbour } = link.local;
  const point = hovered ?? picked;
  // Beside the picked point as long as there is one, so that the pointer finds its button on the way over others.
  const beside = data.map.points.kind === 'patients' ? (picked ?? hovered) : point;
  const side = beside !== undefined && (canvas.pixelOf(beside)?.[0] ?? 0) < 370 ? 'right' : 'left';
  return html`<figure class="picture">
    <div
      class="plot"
      role="img"
      tabindex="0"
      aria-label=${findingText(data.map, groups.length)}
      @keydown=${onTab}
      ${ref(canvas.attach)}
    ></div>
    <div class="card-place ${side}">
      ${
        point === undefined
          ? nothing
          : card({
              ...{
                data,
                point,
                neighbour,
                isPicked: point === picked,
                isReachable: beside === picked,
              },
              explain: () => link.act({ do: 'explainPatient' }),
            })
      }
    </div>
  </figure>`;
}

function faithfulness(map: EmbeddingMap): TemplateResult {
  const trust = map.faithfulness;
  return html`<section class="reading" aria-label="How to read the map">
    <h2>How to read it</h2>
    <p>${projectionWords(map.settings.method).reading}</p>
    <p class="trust">
      <span class="value">${trust === null ? '–' : fixed(trust.trustworthiness, 2)}</span>
      <span class="note">${faithfulnessText(map)}</span>
    </p>
    <p class="note">${spaceText(map)}</p>
  </section>`;
}

function prepare(map: EmbeddingMap): Prepared {
  const colour = map.points.kind === 'codes' ? 'chapter' : link.local.colour;
  // A message brings the same map as another object.
  const key = JSON.stringify([map.run, map.step, map.settings, map.x.length, map.x[0], map.y[0]]);
  const whole = `${key} ${colour}`;
  if (prepared?.key !== whole) {
    const groups = groupsOf(map, link.local.colour);
    prepared = { key: whole, groups, radii: radiiOf(map), places: namePlaces(map, groups) };
  }
  return { ...prepared, key };
}

function slotsOf(map: EmbeddingMap, groups: readonly Group[]): Slots {
  return link.local.slots[slotsKey(map)] ?? firstSlots(groups, map.points);
}

function slotsKey({ points }: EmbeddingMap): string {
  return points.kind === 'codes' ? 'chapter' : link.local.colour;
}

function toggle(map: EmbeddingMap, groups: readonly Group[], group: string): void {
  const next = toggled(slotsOf(map, groups), group);
  if (next !== undefined) link.set({ slots: { ...link.local.slots, [slotsKey(map)]: next } });
}

function current(): MapData | undefined {
  return link.state?.kind === 'ready' ? link.state.data : undefined;
}

function change(settings: Partial<MapSettings>): void {
  link.look(settings);
  link.set({ ...nothingPicked, place: 0 });
}

function mark(data: MapData): void {
  const { hovered, picked, neighbour } = link.local;
  const { points } = data.map;
  const on = hovered === undefined && points.kind === 'codes' ? neighbour : undefined;
  canvas.mark({ point: hovered ?? picked, neighbour: on, found: found(data) });
}

/** Picks a point, or none; who a patient is is asked for then and not before. */
function pick(point: number | undefined): void {
  const data = current();
  if (data === undefined) return;
  link.set({ picked: point, neighbour: undefined });
  if (data.map.points.kind === 'patients') link.act({ do: 'choosePatient', point: point ?? null });
}

const lastFound: { text: string; key: string | undefined; points: readonly number[] } = {
  text: '',
  key: '',
  points: [],
};
function found({ map }: MapData): readonly number[] {
  if (map.points.kind !== 'codes') return [];
  const { sought } = link.local;
  const key = prepare(map).key;
  if (lastFound.text !== sought || lastFound.key !== key) {
    Object.assign(lastFound, { text: sought, key, points: findCodes(map.points, sought) });
  }
  return lastFound.points;
}

function search(text: string): void {
  link.set({ sought: text, place: 0, hovered: undefined });
  const data = current();
  if (data !== undefined) show(found(data)[0]);
}

/** Goes on among what was found. */
function step(by: number): void {
  const data = current();
  const points = data === undefined ? [] : found(data);
  if (points.length === 0) return;
  const place = (link.local.place + by + points.length) % points.length;
  link.set({ place, hovered: undefined });
  show(points[place]);
}

function show(point: number | undefined): void {
  if (point === undefined) return pick(undefined);
  pick(point);
  if (link.local.showing === 'chart') canvas.goTo(point);
}

/** Tab goes through the neighbours of a picked code, and then on through the page. */
function onTab(event: KeyboardEvent): void {
  const data = current();
  const { picked, neighbour } = link.local;
  if (event.key !== 'Tab' || picked === undefined || data?.map.points.kind !== 'codes') return;
  const { nearest, codes, cosines } = data.map.points;
  const near = nearest[picked]!;
  const from = neighbour === undefined ? -1 : near.indexOf(neighbour);
  const to = neighbour === undefined && event.shiftKey ? -2 : from + (event.shiftKey ? -1 : 1);
  const next = near[to];
  if (to >= 0 && next !== undefined) {
    event.preventDefault();
    link.set({ neighbour: next, hovered: undefined });
    canvas.bringIntoSight(next);
    announce(`${bareCode(codes[next]!)}, cosine ${fixed(cosines[picked]![to]!, 2)}`);
  } else link.set({ neighbour: undefined });
}

/** The next point in a direction from the one that the keyboard is on. */
function walk(direction: Direction): void {
  const data = current();
  if (data === undefined || link.local.showing !== 'chart') return;
  const { map } = data;
  const from = link.local.picked;
  const place = from === undefined ? canvas.middle : { x: map.x[from]!, y: map.y[from]! };
  const next = pointTowards(map, place, direction);
  if (next === undefined) return;
  // The pointer may rest over another point.
  link.set({ hovered: undefined });
  pick(next);
  canvas.bringIntoSight(next);
  if (map.points.kind === 'codes') {
    announce(`${bareCode(map.points.codes[next]!)}, ${map.points.descriptions[next] ?? ''}`);
  } else announce(`Test patient, risk ${fixed(map.points.risks[next]!, 2)}`);
}

function goToPicked(): void {
  const { neighbour, picked } = link.local;
  if (neighbour !== undefined) pick(neighbour);
  const point = link.local.picked ?? picked;
  if (point !== undefined && link.local.showing === 'chart') canvas.goTo(point);
}

function exportChoices(map: EmbeddingMap): TemplateResult {
  const whose = map.points.kind === 'codes' ? '' : ', patient data';
  const points = {
    label: `Points (TSV${whose})`,
    name: 'exportTable',
    pick: () => link.act({ do: 'exportTable' }),
  };
  const drawn = { label: `Map (PNG${whose})`, name: 'exportPng', pick: () => exportPng(map) };
  return menu('Export', link.local.showing === 'chart' ? [drawn, points] : [points]);
}

function exportPng(map: EmbeddingMap): void {
  const image = canvas.image();
  if (image === undefined) return;
  const { groups } = prepare(map);
  link.act({ do: 'exportPng', png: sheet(map, image, groups, slotsOf(map, groups), theme) });
}

followTheme(() => {
  theme = readTheme();
  draw();
});
bindKeys({
  t: () => link.set({ showing: link.local.showing === 'chart' ? 'table' : 'chart' }),
  e: openMenu,
  '/': () => document.querySelector<HTMLInputElement>('.search input')?.focus(),
  '0': () => canvas.reset(),
  '+': () => canvas.zoom(1.5),
  '=': () => canvas.zoom(1.5),
  '-': () => canvas.zoom(1 / 1.5),
  arrowleft: () => walk('left'),
  arrowright: () => walk('right'),
  arrowup: () => walk('up'),
  arrowdown: () => walk('down'),
  'shift+arrowleft': () => canvas.pan(-0.1, 0),
  'shift+arrowright': () => canvas.pan(0.1, 0),
  'shift+arrowup': () => canvas.pan(0, -0.1),
  'shift+arrowdown': () => canvas.pan(0, 0.1),
  enter: goToPicked,
  escape: () => {
    link.set({ sought: '', place: 0, ...nothingPicked });
    pick(undefined);
  },
  '?': showKeys,
});
