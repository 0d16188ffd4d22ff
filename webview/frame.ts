import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState, Step } from '../src/protocol/panels/panel';
import type { RunState } from '../src/protocol/run';
import { icon, type IconName } from './icons';
import './kit';

/** Anything that lit can put into a page. */
export type Part = TemplateResult | string | typeof nothing;

/** Asks the host for a plain action. */
export type Act = (action: { readonly do: string }) => void;

/**
 * A whole panel in whatever state it is: skeleton (after 150 ms), empty, error or the page itself, beneath a banner
 * and with pale pictures where its data are stale.
 */
export function panel<Data>(
  state: PanelState<Data> | undefined,
  page: {
    /** Heading while there are no data. */
    readonly title: string;
    /** Grey shapes of the true layout: see {@link bones}. */
    readonly skeleton: () => Part;
    /** Icon of an empty panel. */
    readonly icon: IconName;
    readonly ready: (data: Data) => Part;
    readonly act: Act;
  },
): TemplateResult {
  const { act } = page;
  if (state === undefined || state.kind === 'loading') {
    return html`<div class="panel" aria-busy="true">
      ${header({ name: page.title })}
      ${state === undefined ? nothing : progressLine(state.share, state.phase)}
      <div class="skeleton" aria-hidden="true">${page.skeleton()}</div>
      ${state === undefined ? nothing : working(state, act)}
    </div>`;
  }
  if (state.kind === 'ready') {
    const { stale } = state;
    return html`<div class=${stale === null ? 'panel' : 'panel stale'}>
      ${stale === null ? nothing : banner({ kind: 'warning', text: stale.text, steps: [stale.step], act })}
      ${page.ready(state.data)}
    </div>`;
  }
  const sign = state.kind === 'error' ? 'error' : page.icon;
  return html`<div class="panel">
    ${header({ name: page.title })}
    <section class="blank" role=${state.kind === 'error' ? 'alert' : 'note'}>
      ${icon(sign)}
      <h2>${state.title}</h2>
      <p>${state.text}</p>
      <div class="actions">${stepButtons(state.steps, act)}</div>
    </section>
  </div>`;
}

function working(state: Extract<PanelState<never>, { kind: 'loading' }>, act: Act): TemplateResult {
  const done = state.share === null ? '' : `, ${Math.round(state.share * 100)}\u00a0%`;
  const cancel = html`<button class="link" @click=${() => act({ do: 'cancel' })}>Cancel</button>`;
  return html`<div class="working">
    <span class="phase">${capital(state.phase)}${done}</span>${state.cancellable ? cancel : nothing}
  </div>`;
}

/** Name, state, context and actions of what the panel shows, and the line of its progress. */
export function header(parts: {
  readonly name: string;
  /** See {@link statePill}. */
  readonly pill?: Part;
  /** Facts in words, joined by middle dots. */
  readonly context?: readonly string[] | TemplateResult;
  readonly actions?: Part;
  /** Share done, 0 to 1; absent = no line. */
  readonly progress?: number | undefined;
}): TemplateResult {
  const { context } = parts;
  const facts = context === undefined || 'strings' in context ? (context ?? nothing) : context.join(' · ');
  return html`<header>
    <div class="header">
      <h1>${parts.name}</h1>
      ${parts.pill ?? nothing}
      <span class="context">${facts}</span>
      <div class="actions">${parts.actions ?? nothing}</div>
    </div>
    ${parts.progress === undefined ? nothing : progressLine(parts.progress, 'Progress')}
  </header>`;
}

/** A thin line of progress; `share` null = nobody knows how much there is. */
export function progressLine(share: number | null, label: string): TemplateResult {
  const known = share === null ? nothing : Math.round(share * 100);
  // Through CSSOM (`.style`): the page's policy forbids style attributes, which lit's styleMap begins with.
  const bar = share === null ? '' : `transform: scaleX(${Math.min(1, Math.max(0, share))})`;
  return html`<div
    class=${share === null ? 'progress unknown' : 'progress'}
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${known}
  >
    <div .style=${bar}></div>
  </div>`;
}

const stateWords: Readonly<Record<RunState, string>> = {
  queued: 'Queued',
  running: 'Running',
  finished: 'Finished',
  failed: 'Failed',
  stopped: 'Stopped',
  interrupted: 'Failed',
};
const stateIcons: Readonly<Record<RunState, IconName>> = {
  queued: 'history',
  running: 'sync',
  finished: 'pass',
  failed: 'error',
  stopped: 'stop',
  interrupted: 'error',
};

/** The state of a run in a word. */
export function stateWord(state: RunState): string {
  return stateWords[state];
}

/** The state of a run as an icon with its word for screen readers. */
export function stateIcon(state: RunState): TemplateResult {
  return html`<span class="state state-${state}" title=${stateWords[state]}
    >${icon(stateIcons[state])}<span class="spoken-only">${stateWords[state]}</span></span
  >`;
}

/** The state of a run as a pill; `word` replaces the usual word (`Stopping`). */
export function statePill(state: RunState, word = stateWords[state]): TemplateResult {
  return html`<span class="pill pill-${state}" data-state=${state}>${icon(stateIcons[state])}${word}</span>`;
}

/** One key figure: the answer is the largest number. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  /** What qualifies the number: of how many, with which interval. */
  readonly note: string;
}

/** The row of key figures. */
export function figures(list: readonly Figure[]): TemplateResult {
  return html`<dl class="figures">
    ${list.map(
      ({ label, value, note }) =>
        html`<div>
          <dt>${label}</dt>
          <dd class="value">${value}</dd>
          <dd class="under">${note}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A row of buttons of which one is chosen. */
export function segments<Value extends string>(parts: {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly pick: (value: Value) => void;
}): TemplateResult {
  return html`<div class="segments" role="group" aria-label=${parts.label}>
    ${parts.options.map(
      ({ value, label }) =>
        html`<button
          aria-pressed=${value === parts.value}
          data-value=${value}
          @click=${() => parts.pick(value)}
        >
          ${label}
        </button>`,
    )}
  </div>`;
}

/** Whether pictures or the table behind them are shown. */
export type Showing = 'chart' | 'table';

/** The `Chart | Table` switch, at the same place in every panel. */
export function chartOrTable(value: Showing, pick: (value: Showing) => void): TemplateResult {
  return segments({
    label: 'Show as',
    options: [
      { value: 'chart', label: 'Chart' },
      { value: 'table', label: 'Table' },
    ],
    value,
    pick,
  });
}

/** A button of the toolkit. Secondary is the usual look; an icon alone needs `label` still, for screen readers. */
export function button(parts: {
  readonly label: string;
  readonly click: () => void;
  readonly icon?: IconName;
  readonly primary?: boolean;
  readonly iconOnly?: boolean;
  readonly disabled?: boolean;
  /** Tooltip, such as the reason why it is disabled. */
  readonly title?: string;
  /** Name for tests: `data-action`. */
  readonly name?: string;
}): TemplateResult {
  const bare = parts.iconOnly === true;
  const drawing = parts.icon === undefined ? nothing : icon(parts.icon, bare ? '' : 'start');
  return html`<vscode-button
    class=${bare ? 'bare' : ''}
    appearance=${parts.primary === true ? 'primary' : 'secondary'}
    aria-label=${parts.label}
    title=${parts.title ?? (bare ? parts.label : nothing)}
    data-action=${parts.name ?? nothing}
    ?disabled=${parts.disabled === true}
    @click=${parts.click}
    >${drawing}${bare ? nothing : html`<span class="label">${parts.label}</span>`}</vscode-button
  >`;
}

/** A checkbox of the toolkit. */
export function checkbox(parts: {
  readonly label: Part;
  /** Takes the place of the label for screen readers alone: nothing is written beside the box. */
  readonly spoken?: string;
  readonly checked: boolean;
  readonly change: (checked: boolean) => void;
}): TemplateResult {
  // The toolkit changes itself on a click; the event tells what it has become.
  const changed = (event: Event): void => {
    const { checked } = event.target as HTMLElement & { checked: boolean };
    if (checked !== parts.checked) parts.change(checked);
  };
  return html`<vscode-checkbox
    class=${parts.spoken === undefined ? '' : 'unlabelled'}
    .checked=${parts.checked}
    @change=${changed}
    >${parts.spoken === undefined ? parts.label : html`<span class="spoken-only">${parts.spoken}</span>`}</vscode-checkbox
  >`;
}

/** Title of a section with what qualifies it. */
export function sectionTitle(title: string, note: Part = nothing): TemplateResult {
  return html`<div class="heading">
    <h2>${title}</h2>
    <span class="note" title=${typeof note === 'string' ? note : nothing}>${note}</span>
  </div>`;
}

/** A line across the panel that says what is wrong and offers what to do. */
export function banner(parts: {
  readonly kind: 'warning' | 'error';
  readonly text: Part;
  readonly steps: readonly Step[];
  readonly act: Act;
}): TemplateResult {
  return html`<div class="banner ${parts.kind}" role="note">
    ${icon(parts.kind)}<span class="text">${parts.text}</span>
    ${parts.steps.map(
      (step) =>
        html`<button class="link" data-action=${step.do} @click=${() => parts.act({ do: step.do })}>
          ${step.label}
        </button>`,
    )}
  </div>`;
}

/** Buttons of a state; the first is the one to take. */
export function stepButtons(steps: readonly Step[], act: Act): TemplateResult[] {
  return steps.map((step, index) =>
    button({ label: step.label, name: step.do, primary: index === 0, click: () => act({ do: step.do }) }),
  );
}

/** Grey shapes of a layout that is to come; each row lists the heights (rem) of its equal columns. */
export function bones(rows: readonly (readonly number[])[]): TemplateResult[] {
  return rows.map(
    (row) =>
      html`<div class="bones">
        ${row.map((height) => html`<div class="bone" .style=${`height: ${height}rem`}></div>`)}
      </div>`,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
