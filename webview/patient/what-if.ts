import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Edit } from '../../src/protocol/case-file';
import type { ShownWhatIf } from '../../src/protocol/panels/patient';
import { fixed, signed } from '../format';
import { button } from '../frame';
import { icon } from '../icons';
import { editWords } from './edits';
import type { Sight } from './sight';
import { shortCode } from './words';

/** Where the selected code stands after the edits so far; undefined where it is gone, or not known yet. */
export function placeNow({
  data,
  local,
  explanation,
}: Pick<Sight, 'data' | 'local' | 'explanation'>): number | undefined {
  const { selected } = local;
  if (selected === null || selected >= explanation.codes.length) return undefined;
  if (data.whatIf === null) return selected;
  const at = data.whatIf.result?.origins.indexOf(selected) ?? -1;
  return at < 0 ? undefined : at;
}

/** Adds an edit to those that were made. */
export function addEdit({ data, act, set }: Pick<Sight, 'data' | 'act' | 'set'>, edit: Edit): void {
  act({ do: 'edit', edits: [...(data.whatIf?.edits ?? []), edit] });
  set({ form: null });
}

/** Edits of the patient and what the model makes of them. */
export function whatIf(sight: Sight): TemplateResult {
  const { data, act } = sight;
  const made = data.whatIf;
  return html`<section class="what-if">
    <div class="heading">
      <h2>What if</h2>
      <span class="links">
        ${
          made === null
            ? nothing
            : html`<button
                  class="link"
                  data-action="undo"
                  @click=${() => act({ do: 'edit', edits: made.edits.slice(0, -1) })}
                >
                  undo
                </button>
                <button class="link" data-action="reset" @click=${() => act({ do: 'edit', edits: [] })}>
                  reset
                </button>`
        }
        <button class="link" data-action="openCase" @click=${() => act({ do: 'openCase' })}>
          open a case…
        </button>
      </span>
    </div>
    ${made === null ? html`<p class="note">Change a code and see what the model makes of it. The records stay as they are.</p>` : outcome(made)}
    ${buttons(sight)} ${form(sight)}
  </section>`;
}

function outcome(made: ShownWhatIf): TemplateResult {
  const words = editWords(made.edits, made.result?.trace ?? []);
  return html`<ol class="edits">
      ${words.map(
        ({ verb, code, where }) =>
          html`<li>
            ${code === null ? nothing : html`<span class="code pill-code ${verb}">${shortCode(code)}</span>`}
            ${verb} ${where}
          </li>`,
      )}
    </ol>
    ${
      made.problem !== null
        ? html`<p class="problem" role="alert">${icon('error')}<span>${made.problem}</span></p>`
        : made.result === null
          ? html`<p class="note" role="status">Asking the model…</p>`
          : html`${shift(made.result)}
              <p role="status" data-after=${made.result.after.risk}>
                <b class="strong">${signed(made.result.after.risk - made.result.before.risk, 3)}</b> risk,
                ${signed(made.result.after.logit - made.result.before.logit, 2)}
                log-odds${overSeeds(made.result)}
              </p>`
    }
    ${made.replay === null ? nothing : replayed(made.replay)}`;
}

/** How far the seeds agree on what the edits change. */
function overSeeds({ seeds }: NonNullable<ShownWhatIf['result']>): string {
  if (seeds.length < 2) return '; this seed alone.';
  const changes = seeds.map(({ before, after }) => after - before);
  return `; ${signed(Math.min(...changes), 3)} to ${signed(Math.max(...changes), 3)} risk over ${seeds.length} seeds.`;
}

function replayed({ equal, differences }: NonNullable<ShownWhatIf['replay']>): TemplateResult {
  return equal
    ? html`<p class="info">${icon('pass')}<span>Computed again from the file: the same risks.</span></p>`
    : html`<p class="info">
        ${icon('warning')}<span>Computed again from the file, it differs. ${differences.join(' ')}</span>
      </p>`;
}

/** The old and the new risk on one line, between round ends. */
function shift({ before, after }: NonNullable<ShownWhatIf['result']>): TemplateResult {
  const [low, high] = [Math.min(before.risk, after.risk), Math.max(before.risk, after.risk)];
  const step = high - low < 0.15 ? 0.05 : 0.1;
  const from = Math.max(0, Math.floor(low / step - 0.5) * step);
  const to = Math.min(1, Math.ceil(high / step + 0.5) * step);
  const [width, y] = [300, 30];
  const x = (value: number): number => 12 + ((value - from) / (to - from)) * (width - 24);
  const [a, b] = [x(before.risk), x(after.risk)];
  const towards = Math.sign(b - a);
  const words = `Risk ${fixed(before.risk, 2)} before, ${fixed(after.risk, 2)} after the edits`;
  const isClose = Math.abs(a - b) < 34;
  const name = (value: number, at: number, other: number, kind: string): TemplateResult =>
    svg`<text class=${kind} x=${isClose ? at + (at < other || (at === other && kind === 'old') ? -3 : 3) : at} y="15"
      text-anchor=${isClose ? (at < other || (at === other && kind === 'old') ? 'end' : 'start') : 'middle'}>${fixed(value, 2)}</text>`;
  return html`<svg
    class="shift ${towards > 0 ? 'raises' : 'lowers'}"
    viewBox="0 0 ${width} 56"
    role="img"
    aria-label=${words}
  >
    <line class="track" x1="12" x2=${width - 12} y1=${y} y2=${y}></line>
    <text x="12" y="50">${fixed(from, 2)}</text>
    <text x=${width - 12} y="50" text-anchor="end">${fixed(to, 2)}</text>
    <line class="way" x1=${a} x2=${b} y1=${y} y2=${y}></line>
    ${Math.abs(a - b) < 16 ? nothing : svg`<path class="tip" d="M${b - 6 * towards} ${y}l${-7 * towards} -4.5v9z"></path>`}
    <circle class="old" cx=${a} cy=${y} r="4.5"></circle>
    <circle class="new" cx=${b} cy=${y} r="5"></circle>
    ${name(before.risk, a, b, 'old')} ${name(after.risk, b, a, 'new')}
  </svg>`;
}

function buttons(sight: Sight): TemplateResult {
  const { data, local, set, act } = sight;
  const at = placeNow(sight);
  const isBusy = data.whatIf !== null && data.whatIf.result === null && data.whatIf.problem === null;
  const isBroken = data.whatIf?.problem !== undefined && data.whatIf.problem !== null;
  const reason = isBroken
    ? 'Undo the edit that failed first'
    : at === undefined
      ? 'Choose a code first'
      : undefined;
  const edit = (label: string, name: string, click: () => void): TemplateResult =>
    button({
      label,
      name,
      click,
      disabled: at === undefined || isBusy || isBroken,
      ...(reason === undefined ? {} : { title: reason }),
    });
  return html`<div class="actions">
    ${edit('Mask', 'mask', () => addEdit(sight, { kind: 'mask', at: at! }))}
    ${edit('Remove', 'remove', () => addEdit(sight, { kind: 'remove', at: at! }))}
    ${edit('Move…', 'move', () => set({ form: local.form === 'move' ? null : 'move' }))}
    ${button({ label: 'Add…', name: 'add', disabled: isBusy || isBroken, click: () => set({ form: local.form === 'add' ? null : 'add' }) })}
    ${
      data.whatIf === null
        ? nothing
        : button({
            ...{ label: data.whatIf.saved ? 'Saved' : 'Save case…', name: 'saveCase', icon: 'save' },
            disabled: data.whatIf.result === null || data.whatIf.saved,
            click: () => act({ do: 'saveCase' }),
          })
    }
  </div>`;
}

/** Where a code comes to stand: a visit, and a place in it. */
function form(sight: Sight): TemplateResult | typeof nothing {
  const { local, explanation, set } = sight;
  const at = placeNow(sight);
  if (local.form === null || (local.form === 'move' && at === undefined)) return nothing;
  const isAdding = local.form === 'add';
  const visits = sight.data.whatIf?.result?.codes.at(-1)?.visit ?? explanation.visits.length;
  const own = local.selected === null ? visits : explanation.codes[local.selected]!.visit;
  const submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const place = {
      visit: Number(text('visit')),
      place: Math.max(1, Math.round(Number(text('place')) || 1)),
    };
    if (isAdding) addEdit(sight, { kind: 'add', code: text('code'), ...place });
    else addEdit(sight, { kind: 'move', at: at!, ...place });
  };
  return html`<form class="edit-form" @submit=${submitted}>
    ${
      isAdding
        ? html`<label
              >Code
              <input
                name="code"
                required
                autocomplete="off"
                spellcheck="false"
                placeholder="ICD10_I50.9"
                list="codes-here"
            /></label>
            <datalist id="codes-here">
              ${[...new Set(explanation.codes.map(({ code }) => code))].map((code) => html`<option value=${code}></option>`)}
            </datalist>`
        : nothing
    }
    <label
      >Visit
      <select name="visit">
        ${Array.from({ length: visits + 1 }, (_, index) => html`<option value=${index + 1} ?selected=${index + 1 === own}>${index === visits ? 'a new last one' : index + 1}</option>`)}
      </select></label
    >
    <label>Priority <input type="number" name="place" min="1" step="1" value="1" /></label>
    <button type="submit" class="submit">${isAdding ? 'Add' : 'Move'}</button>
    <button type="button" class="link" @click=${() => set({ form: null })}>cancel</button>
  </form>`;
}
