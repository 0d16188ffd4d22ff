import { html, nothing, type TemplateResult } from 'lit';
import { type MapData, type MapSettings, mapChoices } from '../../src/protocol/panels/map';
import {
  type ProjectionMethod,
  projectionMethods,
  type ProjectionSetting,
  projectionSettings,
  projectionWords,
} from '../../src/protocol/projections';
import { count } from '../format';
import { button, type Part, segments } from '../frame';
import type { PatientColour } from './groups';

/** What the toolbar shows and changes. */
export interface ToolbarParts {
  readonly data: MapData;
  readonly colour: PatientColour;
  readonly change: (settings: Partial<MapSettings>) => void;
  readonly setColour: (colour: PatientColour) => void;
}

/** What is drawn and how. Every choice but the colour is another map. */
export function toolbar({ data, colour, change, setColour }: ToolbarParts): TemplateResult {
  const { settings } = data.map;
  return html`<div class="toolbar">
    ${
      data.hasPatients
        ? segments({
            label: 'Points',
            options: [
              { value: 'codes', label: 'Codes' },
              { value: 'patients', label: 'Test patients' },
            ],
            value: settings.of,
            pick: (of) => change({ of }),
          })
        : nothing
    }
    ${segments({
      label: 'Method',
      options: methods,
      value: settings.method,
      pick: (method) => change({ method }),
    })}
    ${projectionWords(settings.method).uses.map((setting) => settingChoices[setting](settings, change))}
    ${settings.of === 'codes' ? codeChoices(settings, change) : colourChoice(colour, setColour)}
  </div>`;
}

const methods = Object.entries(projectionMethods).map(([value, { name }]) => ({
  value: value as ProjectionMethod,
  label: name,
}));

/** How each setting of a method is chosen. */
const settingChoices: Readonly<
  Record<ProjectionSetting, (settings: MapSettings, change: ToolbarParts['change']) => TemplateResult>
> = {
  neighbours: ({ neighbours }, change) =>
    choice(projectionSettings.neighbours.label, mapChoices.neighbours, neighbours, String, (value) =>
      change({ neighbours: value }),
    ),
  minDist: ({ minDist }, change) =>
    choice(projectionSettings.minDist.label, mapChoices.minDist, minDist, String, (value) =>
      change({ minDist: value }),
    ),
  seed: ({ seed }, change) =>
    html`<span class="labelled"
      >${projectionSettings.seed.label} <span class="strong">${seed}</span>${button({
        label: 'Another seed',
        icon: 'refresh',
        iconOnly: true,
        name: 'anotherSeed',
        title: 'Another seed: what stays the same can be relied on',
        click: () => change({ seed: seed + 1 }),
      })}</span
    >`,
};

function codeChoices({ minOccurrences, most }: MapSettings, change: ToolbarParts['change']): Part {
  return html`${choice(
    'Occurrences',
    mapChoices.minOccurrences,
    minOccurrences,
    (value) => `≥ ${count(value)}`,
    (value) => change({ minOccurrences: value }),
  )}
  ${choice(
    'Codes',
    mapChoices.most,
    most,
    (value) => `≤ ${count(value)}`,
    (value) => change({ most: value }),
  )}`;
}

function colourChoice(colour: PatientColour, setColour: (colour: PatientColour) => void): Part {
  return html`<span class="labelled"
    >Colour
    ${segments<PatientColour>({
      label: 'Colour by',
      options: [
        { value: 'label', label: 'Label' },
        { value: 'risk', label: 'Predicted risk' },
      ],
      value: colour,
      pick: setColour,
    })}</span
  >`;
}

function choice(
  label: string,
  given: readonly number[],
  value: number,
  text: (value: number) => string,
  pick: (value: number) => void,
): TemplateResult {
  // What came from elsewhere is a choice too.
  const options = given.includes(value) ? given : [...given, value].sort((a, b) => a - b);
  return html`<label class="labelled"
    >${label}
    <select @change=${(event: Event) => pick(Number((event.target as HTMLSelectElement).value))}>
      ${options.map((option) => html`<option value=${option} .selected=${option === value}>${text(option)}</option>`)}
    </select></label
  >`;
}
