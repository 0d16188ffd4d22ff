import { html, nothing, type TemplateResult } from 'lit';
import type { Comparison, Estimate } from '../../src/protocol/panels/compare';
import { count, countText, fixed, fixedOrNone, none, pValue, rate, share } from '../format';
import { sectionTitle } from '../frame';
import { axisWords, type Tab } from './pictures';
import { intervalOf } from './run-list';
import { isTested, type Series, swatch, type TestedSeries } from './series';
import { points, sharedWords } from './pairs';
import { nameOf } from './triangle';

/** The few metrics that stand beneath the curves. */
export function keyMetrics(series: readonly TestedSeries[]): TemplateResult {
  return html`<div class="scroll">
    <table class="metrics">
      <caption class="spoken-only">
        Metrics on the test patients with 95 % intervals
      </caption>
      <thead>
        <tr>
          <th scope="col">95 % CI beneath</th>
          ${['AUROC', 'AUPRC', 'Brier', 'Slope'].map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${series.map(
          (one) =>
            html`<tr>
              <th scope="row">
                <span class="named"
                  >${swatch(one)}<span class="name" title=${one.run.name}>${one.run.name}</span></span
                >
              </th>
              ${[one.test.auroc, one.test.auprc, one.test.brier].map((figure) => estimateCell(figure, 3))}
              ${estimateCell(one.test.calibrationSlope, 2)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function estimateCell(figure: Estimate | null, decimals: number): TemplateResult {
  return html`<td>
    <span class="figure">${fixedOrNone(figure?.value, decimals)}</span>
    <span class="note ci">${breakable(intervalOf(figure?.ci95 ?? null, decimals))}</span>
  </td>`;
}

/** A long interval (`−10.33 to 8.15`) may break between its ends, and nowhere else. */
function breakable(words: string): TemplateResult {
  const [low, high] = words.split(' to ');
  return high === undefined ? html`${words}` : html`<span>${low} to</span> <span>${high}</span>`;
}

/** Keys of the configuration in which the runs differ, one column each. */
export function differences({ differences: keys }: Comparison, series: readonly Series[]): TemplateResult {
  const note = keys.length === 0 ? nothing : 'only what is not the same in all';
  return html`<section class="differences">
    ${sectionTitle('Configuration', note)}
    ${
      keys.length === 0
        ? html`<p class="note">The runs were set up alike in everything.</p>`
        : plainTable(
            'Settings in which the runs differ',
            ['Run', ...keys.map(({ key }) => key)],
            series.map((one, index) => [
              named(one),
              ...keys.map(({ key, values }) => settingText(key, values[index] ?? null)),
            ]),
          )
    }
  </section>`;
}

function settingText(key: string, value: string | number | boolean | null): string {
  if (value === null) return none;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  if (key === 'trainSize' && value === 0) return 'all';
  if (key === 'seed') return String(value);
  return Number.isInteger(value) ? count(value) : value < 0.01 ? rate(value) : String(value);
}

/** Pretraining runs at their best step. */
export function pretraining(data: Comparison, series: readonly Series[]): TemplateResult | typeof nothing {
  if (data.pretraining.length === 0) return nothing;
  const rows = data.pretraining.map((figures) => [
    named(series.find(({ run }) => run.run === figures.run)!),
    count(series.find(({ run }) => run.run === figures.run)!.run.bestStep ?? 0),
    fixedOrNone(figures.trainLoss, 2),
    fixedOrNone(figures.validLoss, 2),
    figures.mlmAccuracy === null ? none : share(figures.mlmAccuracy),
    fixedOrNone(figures.losAuroc, 3),
    countText(figures.validationPatients, data),
  ]);
  return html`<section class="pretraining">
    ${sectionTitle('Pretraining', 'at the best step, on the n validation patients of each run')}
    ${plainTable('Pretraining at the best step', ['Run', 'Best step', 'Train loss', 'Valid. loss', 'MLM accuracy', 'LOS AUROC', 'n'], rows)}
  </section>`;
}

/** Runs that differ in their seed alone. */
export function seeds(data: Comparison): TemplateResult | typeof nothing {
  if (data.seeds.length === 0) return nothing;
  const rows = data.seeds.map((group) => [
    group.name,
    [...group.seeds].sort((a, b) => a - b).join(', '),
    count(group.seeds.length),
    `${fixed(group.mean, 3)} ± ${fixed(group.sd, 3)}`,
  ]);
  return html`<section class="seeds">
    ${sectionTitle('Over seeds', 'runs that differ in their seed alone, mean ± SD')}
    ${plainTable('Test AUROC over seeds', ['Runs', 'Seed values', 'Seeds', 'Test AUROC'], rows)}
  </section>`;
}

/** Everything that the pictures show, in tables. */
export function allTables(data: Comparison, series: readonly Series[], tab: Tab): TemplateResult {
  const tested = series.filter(isTested);
  if (tested.length === 0) return html`${nothing}`;
  return html`<section>
      ${sectionTitle('Metrics on the test patients', 'with 95 % intervals')} ${metricTable(data, tested)}
    </section>
    ${
      data.pairs.length === 0
        ? nothing
        : html`<section>
            ${sectionTitle('Paired differences of AUROC', 'points (× 100), DeLong, Holm-adjusted over all pairs')}
            ${pairTable(data)}
          </section>`
    }
    <section>${curveTable(tab, tested)}</section>`;
}

function metricTable(data: Comparison, tested: readonly TestedSeries[]): TemplateResult {
  const text = (figure: Estimate | null, decimals: number): string =>
    figure === null
      ? none
      : `${fixed(figure.value, decimals)} (${intervalOf(figure.ci95, decimals) || none})`;
  return plainTable(
    'Metrics on the test patients with 95 % intervals',
    [
      ...['Run', 'Patients', 'Cases', 'AUROC', 'AUPRC', 'Brier', 'Log loss', 'ECE', 'Slope', 'Intercept'],
      ...['Threshold', 'Sensitivity', 'Specificity', 'Precision'],
    ],
    tested.map((one) => [
      named(one),
      countText(one.test.n, data),
      countText(one.test.positives, data),
      ...[one.test.auroc, one.test.auprc, one.test.brier, one.test.logLoss].map((figure) => text(figure, 3)),
      fixed(one.test.ece, 3),
      text(one.test.calibrationSlope, 2),
      text(one.test.calibrationIntercept, 2),
      fixed(one.test.operatingPoint.threshold, 2),
      text(one.test.operatingPoint.sensitivity, 3),
      text(one.test.operatingPoint.specificity, 3),
      text(one.test.operatingPoint.precision, 3),
    ]),
  );
}

function pairTable(data: Comparison): TemplateResult {
  return plainTable(
    'Paired differences of AUROC in points, DeLong',
    ['Run', 'minus', 'Difference', '95 % CI', 'p', 'Holm-adjusted', 'Patients'],
    data.pairs.map((pair) => [
      nameOf(data, pair.row),
      nameOf(data, pair.column),
      ...(pair.result === null
        ? [none, none, none, pair.reason ?? none]
        : [
            points(pair.result.difference, 2),
            pair.result.ci95 === null
              ? none
              : intervalOf([100 * pair.result.ci95[0], 100 * pair.result.ci95[1]], 2),
            pValue(pair.result.p).replace('p\u00a0=\u00a0', '').replace('p\u00a0', ''),
            pValue(pair.result.holmP).replace('p\u00a0=\u00a0', '').replace('p\u00a0', ''),
          ]),
      sharedWords(pair),
    ]),
    2,
  );
}

const places = Array.from({ length: 11 }, (_, i) => i / 10);

/** The curves of a tab, read off at round places. */
function curveTable(tab: Tab, tested: readonly TestedSeries[]): TemplateResult {
  const { x, y } = axisWords[tab];
  if (tab === 'calibration') {
    const rows = tested.flatMap((one) =>
      one.test.calibration.map(({ n, predicted, observed, ci95 }) => [
        named(one),
        count(n),
        fixed(predicted, 3),
        `${fixed(observed, 3)} (${intervalOf(ci95)})`,
      ]),
    );
    return html`${sectionTitle('Calibration', calibrationNote(tested))}${plainTable('Calibration: observed by predicted risk', ['Run', 'Patients', x, y], rows)}`;
  }
  const curve = (one: TestedSeries): TestedSeries['test']['roc'] =>
    tab === 'roc' ? one.test.roc : one.test.precisionRecall;
  return html`${sectionTitle(tab === 'roc' ? 'ROC' : 'Precision–recall', `${y.toLowerCase()} at ${x.toLowerCase()}`)}
  ${plainTable(
    `${y} of each run at ${x.toLowerCase()}`,
    ['Run', ...places.map((place) => fixed(place, 1))],
    tested.map((one) => [
      named(one),
      ...places.map((place) => fixedOrNone(heightBefore(curve(one), place), 3)),
    ]),
  )}`;
}

/** Says which runs have no groups, as a table cannot show a row that is not there. */
function calibrationNote(tested: readonly TestedSeries[]): string {
  const without = tested.filter(({ test }) => test.calibration.length === 0).map(({ run }) => run.name);
  const note = 'groups of like risk';
  return without.length === 0 ? note : `${note}; withheld for too few patients: ${without.join(', ')}`;
}

/** Height of a line at `x`; at a jump, its upper end. */
function heightBefore(
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  at: number,
): number | null {
  let best: number | null = null;
  for (let k = 1; k < x.length; k++) {
    const [left, right] = [x[k - 1]!, x[k]!];
    if (at < left || at > right) continue;
    const height =
      right === left
        ? Math.max(y[k - 1]!, y[k]!)
        : y[k - 1]! + ((y[k]! - y[k - 1]!) * (at - left)) / (right - left);
    best = Math.max(best ?? -Infinity, height);
  }
  return best;
}

function named(series: Series): TemplateResult {
  return html`<span class="named"
    >${swatch(series)}<span class="name" title=${series.run.name}>${series.run.name}</span></span
  >`;
}

/** The first `words` columns hold words, the others numbers. The caption is spoken only: a title stands above. */
function plainTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | TemplateResult)[])[],
  words = 1,
): TemplateResult {
  const side = (column: number): string => (column < words ? 'left' : 'right');
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table class="data">
      <caption class="spoken-only">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((title, column) => html`<th scope="col" class=${side(column)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((content, column) =>
                column === 0
                  ? html`<th scope="row" class="left">${content}</th>`
                  : html`<td class=${side(column)}>${content}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
