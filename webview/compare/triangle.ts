import { html, nothing, type TemplateResult } from 'lit';
import type { Comparison, PairedAuroc } from '../../src/protocol/panels/compare';
import { counted, interval, pValue } from '../format';
import { sectionTitle } from '../frame';
import { divergingChip, type ThemeKind } from '../palette';
import { neighbour, type Pair, points, sharedWords, shownPair } from './pairs';

export interface TriangleActions {
  readonly pick: (pair: Pair) => void;
  readonly open: (run: string) => void;
}

/** Below this a difference counts as shown. */
const level = 0.05;
/** With more runs than this the names stand on the diagonal alone, which leaves the room to the figures. */
const mostRowNames = 4;
/** Swatches of the legend, as shares of the largest difference. */
const legendSteps = [-1, -0.75, -0.55, -0.35, 0, 0.35, 0.55, 0.75, 1] as const;

/** Every pair of tested runs: row minus column, names on the diagonal. */
export function pairedDifferences(
  data: Comparison,
  picked: Pair | null,
  kind: ThemeKind,
  actions: TriangleActions,
): TemplateResult {
  const { pairs } = data;
  const order = data.tests.map(({ run }) => run);
  const shown = shownPair(pairs, picked);
  const compared = pairs.filter(({ result }) => result !== null).length;
  return html`<section class="pairs">
    <div class="heading">
      ${sectionTitle('Paired differences', 'row minus column, AUROC × 100. Filled: Holm-adjusted p < 0.05')}
      ${legend(kind)}
    </div>
    <div class="pairs-body">
      <div class="scroll">
        <table
          class=${order.length > 8 ? 'triangle many' : 'triangle'}
          role="grid"
          aria-label=${`Paired differences of AUROC. ${summary(pairs)}`}
          @keydown=${(event: KeyboardEvent) => moveByKey(event, order, shown, actions)}
        >
          <tbody>
            ${order.map((run, index) => triangleRow(data, order, run, index, shown, kind, actions))}
          </tbody>
        </table>
      </div>
      ${shown === undefined ? nothing : spelledOut(data, shown, compared)}
    </div>
  </section>`;
}

function triangleRow(
  data: Comparison,
  order: readonly string[],
  run: string,
  index: number,
  shown: PairedAuroc | undefined,
  kind: ThemeKind,
  actions: TriangleActions,
): TemplateResult {
  const name = nameOf(data, run);
  const marked = shown?.row === run || shown?.column === run ? 'strong' : '';
  const largest = Math.max(...data.pairs.map(({ result }) => Math.abs(result?.difference ?? 0)));
  return html`<tr>
    <th scope="row" class=${shown?.row === run ? 'strong' : ''} title=${name}>
      ${order.length > mostRowNames ? html`<span class="spoken-only">${name}</span>` : name}
    </th>
    ${order.slice(0, index).map((column) => {
      const pair = data.pairs.find((one) => one.row === run && one.column === column)!;
      return cell(data, pair, pair === shown, largest, kind, actions);
    })}
    <td class="diagonal ${marked}" colspan=${order.length - index} aria-hidden="true">${name}</td>
  </tr>`;
}

function cell(
  data: Comparison,
  pair: PairedAuroc,
  isShown: boolean,
  largest: number,
  kind: ThemeKind,
  actions: TriangleActions,
): TemplateResult {
  const { result, row, column } = pair;
  const isSure = result !== null && result.holmP < level;
  const chip = isSure ? divergingChip(result.difference, largest, kind) : undefined;
  const style = chip === undefined ? '' : `background-color: ${chip.fill}; color: ${chip.text}`;
  const classes = ['pair', isSure ? 'sure' : '', isShown ? 'picked' : ''].join(' ');
  return html`<td
    class=${classes}
    role="gridcell"
    tabindex=${isShown ? 0 : -1}
    aria-selected=${isShown}
    aria-label=${sentence(data, pair)}
    data-pair=${`${row} ${column}`}
    .style=${style}
    @click=${() => actions.pick({ row, column })}
    @dblclick=${() => actions.open(row)}
  >
    ${result === null ? '–' : points(result.difference, 1)}
  </td>`;
}

/** Arrows walk through the triangle, `Enter` opens the run of the row. */
function moveByKey(
  event: KeyboardEvent,
  order: readonly string[],
  shown: PairedAuroc | undefined,
  actions: TriangleActions,
): void {
  if (shown === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Enter') actions.open(shown.row);
  else {
    const next = neighbour(order, shown, event.key);
    if (next === undefined) return;
    actions.pick(next);
    focusPair(next);
  }
  event.preventDefault();
}

/** Puts the keyboard on the cell of a pair. */
export function focusPair({ row, column }: Pair): void {
  const wanted = `${row} ${column}`;
  const cells = document.querySelectorAll<HTMLElement>('.triangle [data-pair]');
  [...cells].find(({ dataset }) => dataset['pair'] === wanted)?.focus();
}

function spelledOut(data: Comparison, pair: PairedAuroc, compared: number): TemplateResult {
  const { row, column, result } = pair;
  return html`<div class="spelled-out">
    <h3>${nameOf(data, row)} − ${nameOf(data, column)}</h3>
    ${
      result === null
        ? html`<p>Not comparable. ${pair.reason}</p>`
        : html`<p>${points(result.difference, 2)} points${ciWords(result.ci95)}</p>
            <p class="note">
              DeLong ${pValue(result.p)}, Holm-adjusted ${pValue(result.holmP)} over
              ${counted(compared, 'pair')}
            </p>`
    }
    <p class="note">${sharedWords(pair)}</p>
  </div>`;
}

function ciWords(ci95: readonly [number, number] | null): string {
  if (ci95 === null) return '';
  return `, 95 % CI ${interval([100 * ci95[0], 100 * ci95[1]], 2).replace('–', ' to ')}`;
}

function sentence(data: Comparison, pair: PairedAuroc): string {
  const names = `${nameOf(data, pair.row)} minus ${nameOf(data, pair.column)}`;
  const { result } = pair;
  if (result === null) return `${names}: not comparable. ${pair.reason ?? ''}`;
  return `${names}: ${points(result.difference, 2)} points${ciWords(result.ci95)}, Holm-adjusted ${pValue(result.holmP)}`;
}

function summary(pairs: readonly PairedAuroc[]): string {
  const sure = pairs.filter(({ result }) => result !== null && result.holmP < level).length;
  return `${sure} of ${pairs.length} differ at Holm-adjusted p below 0.05.`;
}

function legend(kind: ThemeKind): TemplateResult {
  return html`<span class="legend note" aria-hidden="true"
    >row worse
    <span class="ramp"
      >${legendSteps.map(
        (share) => html`<i .style=${`background-color: ${divergingChip(share, 1, kind).fill}`}></i>`,
      )}</span
    >
    row better</span
  >`;
}

export function nameOf({ runs }: Comparison, run: string): string {
  return runs.find((one) => one.run === run)?.name ?? run;
}
