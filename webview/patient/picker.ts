import { html, nothing, type TemplateResult } from 'lit';
import type { PatientEntry } from '../../src/protocol/explanation';
import { listStep, type PatientData, type PatientFilter } from '../../src/protocol/panels/patient';
import { count, counted } from '../format';
import { riskFigure } from '../../src/protocol/risk-words';
import { icon } from '../icons';

/** What the person does with the list. */
export interface PickerHandlers {
  readonly filter: (change: Partial<PatientFilter>) => void;
  readonly pick: (patient: string) => void;
  /** Reads everything anew. */
  readonly again: () => void;
}

const outcomes = [
  ['all', 'All calls'],
  ['true-positive', 'True positives'],
  ['false-positive', 'False positives'],
  ['true-negative', 'True negatives'],
  ['false-negative', 'False negatives'],
] as const;
const parts = [
  ['all', 'All parts'],
  ['test', 'Test part'],
  ['validation', 'Validation part'],
  ['train', 'Training part'],
] as const;

/** The patients of a run, by falling risk: searched, filtered, chosen from. */
export function picker(data: PatientData, filter: PatientFilter, handlers: PickerHandlers): TemplateResult {
  const { list, listProblem, kind } = data;
  return html`<section
    class=${data.patient === null ? 'picker alone' : 'picker'}
    aria-label="Patients of the run"
  >
    <div class="filters">
      ${field('Patient id', 'search', filter.search, 'search', (search) => handlers.filter({ search }))}
      ${field('Has code', 'search', filter.code, 'code', (code) => handlers.filter({ code: code.trim() }), 'I50.9')}
      ${choice('Part', parts, filter.part, (part) => handlers.filter({ part }))}
      ${kind === 'finetune' ? byRisk(filter, handlers) : nothing}
    </div>
    ${listProblem === null ? nothing : problem(listProblem, handlers)}
    ${
      list !== null
        ? found(list, data, handlers, filter)
        : listProblem === null
          ? html`<p class="note" role="status">Reading the patients of the run…</p>`
          : nothing
    }
  </section>`;
}

/** Why there is no list, and how to come to one. */
function problem(text: string, { again }: PickerHandlers): TemplateResult {
  return html`<p class="problem" role="alert">
    ${icon('error')}<span>${text}</span>
    <button class="link" data-action="recompute" @click=${again}>Recompute</button>
  </p>`;
}

function byRisk(filter: PatientFilter, handlers: PickerHandlers): TemplateResult {
  const deciles = [
    ['', 'All deciles'],
    ...Array.from({ length: 10 }, (_, index) => [
      String(10 - index),
      `Decile ${10 - index} of the test risks`,
    ]),
  ] as unknown as readonly (readonly [string, string])[];
  const typed = (event: Event): void => {
    const value = Number((event.target as HTMLInputElement).value);
    if (value >= 0 && value <= 1) handlers.filter({ threshold: value });
  };
  return html`${choice('Calls at the threshold', outcomes, filter.outcome, (outcome) => handlers.filter({ outcome }))}
    <label
      >Threshold
      <input
        type="number"
        min="0"
        max="1"
        step="0.05"
        name="threshold"
        .value=${String(filter.threshold)}
        @change=${typed}
      />
    </label>
    ${choice('Risk decile', deciles, filter.decile === null ? '' : String(filter.decile), (decile) =>
      handlers.filter({ decile: decile === '' ? null : Number(decile) }),
    )}`;
}

function found(
  list: NonNullable<PatientData['list']>,
  { patient, kind }: PatientData,
  handlers: PickerHandlers,
  filter: PatientFilter,
): TemplateResult {
  const { entries } = list;
  const more = list.found - entries.length;
  const isByRisk = filter.outcome !== 'all' || filter.decile !== null;
  const shown = entries.findIndex((entry) => entry.patient === patient);
  return html`<p class="note" role="status">
      ${count(list.found)} of
      ${isByRisk ? counted(list.predicted, 'patient with a prediction', 'patients with a prediction') : counted(list.total, 'patient')}${kind === 'finetune' ? ', highest risk first' : ''}
    </p>
    ${
      entries.length === 0
        ? html`<p class="none">No patient of this run suits all of these filters. Take one back.</p>`
        : html`<div class="scroll list" tabindex="-1">
            <table class="data">
              <caption class="spoken-only">
                Patients of the run
              </caption>
              <thead>
                <tr>
                  <th scope="col" class="left">Patient</th>
                  ${
                    kind === 'finetune'
                      ? html`<th scope="col">Risk</th>
                          <th scope="col" class="left">Label</th>`
                      : nothing
                  }
                  <th scope="col">Codes</th>
                  <th scope="col" class="left">Part</th>
                </tr>
              </thead>
              <tbody data-walked @keydown=${walk}>
                ${entries.map((entry, at) => row(entry, { isShown: at === shown, isStop: at === Math.max(0, shown) }, kind, handlers))}
              </tbody>
            </table>
            ${
              more > 0
                ? html`<button
                    class="link"
                    @click=${() => handlers.filter({ limit: filter.limit + listStep })}
                  >
                    ${count(Math.min(more, listStep))} more of ${count(more)}
                  </button>`
                : nothing
            }
          </div>`
    }`;
}

function row(
  entry: PatientEntry,
  { isShown, isStop }: { readonly isShown: boolean; readonly isStop: boolean },
  kind: PatientData['kind'],
  { pick }: PickerHandlers,
): TemplateResult {
  const { patient, risk, label, codes, known, part } = entry;
  return html`<tr class=${isShown ? 'shown' : ''} aria-current=${isShown}>
    <th scope="row" class="left">
      <button
        class="link code"
        data-patient=${patient}
        tabindex=${isStop ? 0 : -1}
        @click=${() => pick(patient)}
      >
        ${patient}
      </button>
    </th>
    ${
      kind === 'finetune'
        ? html`<td>${risk === null ? '–' : riskFigure(risk)}</td>
            <td class="left">${label === null ? '–' : label === 1 ? 'case' : 'control'}</td>`
        : nothing
    }
    <td>
      ${known === 0 ? html`<span title="The model knows none of them: there is nothing to explain">${count(codes)}, none known</span>` : count(codes)}
    </td>
    <td class="left">${part ?? '–'}</td>
  </tr>`;
}

/** Arrows walk through the list, which is one stop of `Tab` and not hundreds. */
function walk(event: KeyboardEvent): void {
  const body = event.currentTarget as HTMLElement;
  const buttons = [...body.querySelectorAll<HTMLElement>('[data-patient]')];
  const from = buttons.indexOf(event.target as HTMLElement);
  const places: Readonly<Record<string, number>> = {
    ArrowUp: Math.max(0, from - 1),
    ArrowDown: Math.min(buttons.length - 1, from + 1),
    Home: 0,
    End: buttons.length - 1,
  };
  const to = places[event.key];
  if (from < 0 || to === undefined) return;
  event.preventDefault();
  buttons[to]?.focus();
}

/** Asked for once typing rests: each letter would be a question. */
function field(
  label: string,
  type: string,
  value: string,
  name: string,
  change: (value: string) => void,
  example = '',
): TemplateResult {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const typed = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value;
    clearTimeout(timer);
    timer = setTimeout(() => change(text), 250);
  };
  return html`<label
    >${label}
    <input
      type=${type}
      name=${name}
      placeholder=${example}
      autocomplete="off"
      spellcheck="false"
      .value=${value}
      @input=${typed}
    />
  </label>`;
}

function choice<Value extends string>(
  label: string,
  options: readonly (readonly [Value, string])[],
  value: Value,
  change: (value: Value) => void,
): TemplateResult {
  return html`<label
    >${label}
    <select @change=${(event: Event) => change((event.target as HTMLSelectElement).value as Value)}>
      ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === value}>${text}</option>`)}
    </select>
  </label>`;
}
