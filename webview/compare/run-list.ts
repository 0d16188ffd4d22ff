import { html, nothing, svg, type TemplateResult } from 'lit';
import type { ComparedRun } from '../../src/protocol/panels/compare';
import { count, fixed, interval } from '../format';
import { sectionTitle, stateIcon } from '../frame';
import { icon } from '../icons';
import { extentOf, niceRange, niceTicks, type Range } from '../ticks';
import { isTested, markShape, type Series, swatch, type TestedSeries } from './series';

export interface RunListActions {
  readonly open: (run: string) => void;
  readonly remove: (run: string) => void;
}

/** Legend, figures and dot plot in one: every run with its AUROC and the interval, or with why it has none. */
export function runList(
  series: readonly Series[],
  chosen: ReadonlySet<string>,
  actions: RunListActions,
): TemplateResult {
  const tested = series.filter(isTested);
  const scale = tested.length === 0 ? undefined : scaleOf(tested);
  const best = bestOf(series);
  return html`<section class="runs" aria-label="Runs">
    ${sectionTitle(
      tested.length > 0 ? 'Test AUROC' : 'Runs',
      tested.length > 0 ? 'with 95 % CI (DeLong); bold is best when every run has finished' : nothing,
    )}
    <div class="scroll">
      <table class="run-list">
        <caption class="spoken-only">
          The compared runs
        </caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col" class="right">AUROC</th>
            ${scale === undefined ? nothing : html`<th scope="col" class="dots">${axisLabels(scale)}</th>`}
            <th scope="col"><span class="spoken-only">Remove</span></th>
          </tr>
        </thead>
        <tbody>
          ${series.map((one) => row(one, scale, one === best, chosen.has(one.run.run), actions))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row(
  series: Series,
  scale: Scale | undefined,
  isBest: boolean,
  isChosen: boolean,
  { open, remove }: RunListActions,
): TemplateResult {
  const { run, test } = series;
  const figure =
    test === undefined
      ? html`<td class="note reason" colspan=${scale === undefined ? 1 : 2}>${reason(run)}</td>`
      : html`<td class="right">
            <span class=${isBest ? 'figure best' : 'figure'}>${fixed(test.auroc.value, 3)}</span>
            <span class="note ci">${intervalOf(test.auroc.ci95)}</span>
          </td>
          <td class="dots picture">
            ${scale === undefined ? nothing : dot(series as TestedSeries, scale)}
          </td>`;
  return html`<tr class=${isChosen ? 'chosen' : ''} data-run=${run.run}>
    <th scope="row">
      <span class="named">
        ${swatch(series)}
        <button class="link" title=${`${run.run}: show training curves`} @click=${() => open(run.run)}>
          ${run.name}
        </button>
        ${run.name === run.run ? nothing : html`<span class="note id">${run.run}</span>`}
      </span>
    </th>
    ${figure}
    <td>
      <button
        class="remove"
        data-action="removeRun"
        title="Remove from the comparison"
        aria-label=${`Remove ${run.name}`}
        @click=${() => remove(run.run)}
      >
        ${icon('close')}
      </button>
    </td>
  </tr>`;
}

function reason(run: ComparedRun): TemplateResult {
  if (run.state === 'unreadable') return html`${icon('error')} ${run.problem}`;
  if (run.problem === null) return html`${stateIcon(run.state)} pretraining, see below`;
  const steps = run.step === null ? '' : `, step ${count(run.step)}`;
  const of = run.steps === null || run.step === null ? '' : ` of ${count(run.steps)}`;
  // A finished run that has no figures all the same has lost them.
  const words = run.state === 'finished' ? run.problem : `${run.state}${steps}${of}: no test figures yet`;
  return html`${stateIcon(run.state)} ${words}`;
}

export function intervalOf(ci95: readonly [number, number] | null, decimals = 3): string {
  return ci95 === null ? '' : interval(ci95, decimals);
}

/** The run with the highest AUROC, when all fine-tuning runs are complete and one is ahead. */
function bestOf(series: readonly Series[]): Series | undefined {
  const asked = series.filter(({ run }) => run.kind !== 'pretrain');
  if (!asked.every(isTested) || asked.length < 2) return undefined;
  const highest = Math.max(...asked.map(({ test }) => test.auroc.value));
  const ahead = asked.filter(({ test }) => test.auroc.value === highest);
  return ahead.length === 1 ? ahead[0] : undefined;
}

interface Scale {
  readonly range: Range;
  readonly ticks: readonly number[];
  readonly best: number;
}

function scaleOf(tested: readonly TestedSeries[]): Scale {
  const bounds = tested.flatMap(({ test }) => [test.auroc.value, ...(test.auroc.ci95 ?? [])]);
  const [low, high] = niceRange(extentOf([bounds])!, 6);
  const range: Range = [Math.max(0, low), Math.min(1, high)];
  return { range, ticks: niceTicks(range, 4), best: Math.max(...tested.map(({ test }) => test.auroc.value)) };
}

function at(value: number, { range: [low, high] }: Scale): string {
  return `${((100 * (value - low)) / (high - low)).toFixed(3)}%`;
}

function axisLabels(scale: Scale): TemplateResult {
  return html`<svg class="axis" aria-hidden="true">
    ${scale.ticks.map((tick) => svg`<text x=${at(tick, scale)} y="70%">${fixed(tick, 2)}</text>`)}
  </svg>`;
}

function dot({ color, marker, test }: TestedSeries, scale: Scale): TemplateResult {
  const [low, high] = test.auroc.ci95 ?? [test.auroc.value, test.auroc.value];
  return html`<svg aria-hidden="true">
    ${scale.ticks.map(
      (tick) => svg`<line class="grid" x1=${at(tick, scale)} x2=${at(tick, scale)} y1="0" y2="100%" />`,
    )}
    <line class="best-line" x1=${at(scale.best, scale)} x2=${at(scale.best, scale)} y1="0" y2="100%" />
    <line x1=${at(low, scale)} x2=${at(high, scale)} y1="50%" y2="50%" stroke=${color} stroke-width="2" />
    <svg x=${at(test.auroc.value, scale)} y="50%" class="mark">${markShape(marker, color)}</svg>
  </svg>`;
}
