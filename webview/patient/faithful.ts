import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { DeletionOrder, RiskAttribution, RiskExplanation } from '../../src/protocol/explanation';
import type { Plot } from '../chart';
import { ofRandom, rankVerb, riskFigure } from '../../src/protocol/risk-words';
import { count, counted, fixed, share, signed } from '../format';
import { sectionTitle } from '../frame';
import { icon } from '../icons';
import { palettes, translucent } from '../palette';
import type { Line, Picture } from '../picture';
import type { Theme } from '../theme';

/** The order by the size of attributions is told in words: its risk may go either way. */
type Shown = Exclude<DeletionOrder, 'attributionSize'>;

const orders: readonly { readonly key: Shown; readonly name: string }[] = [
  { key: 'rollout', name: 'by rollout' },
  { key: 'attention', name: 'by attention' },
  { key: 'occlusion', name: 'by occlusion' },
  { key: 'attribution', name: 'by attribution' },
];

/** Is what the model looked at also what it used? Deletion curves, agreement in words, stability over seeds. */
export function faithful(whole: RiskExplanation, plot: Plot, theme: Theme): TemplateResult {
  const { deletion, agreement, seeds } = whole;
  if (deletion !== null) plot.show(deletionPicture(whole, theme), theme);
  return html`<section class="faithful">
    ${sectionTitle('Is this explanation faithful?')}
    ${
      deletion === null
        ? html`<p class="note">
            A patient with one code has nothing to delete from: there is no deletion test.
          </p>`
        : html`<figure class="picture"><div class="plot deletion" ${ref(plot.attach)}></div></figure>
            <p class="curve-names">${deletionLegend(theme).map(named)}</p>
            <p class="note">
              risk while codes are removed; random: mean and 5–95 % of ${deletion.random.orders} orders
            </p>
            ${info(deletionWords(whole))}`
    }
    ${info(baselineWords(whole))} ${agreement.sentences.map(info)} ${info(stabilityWords(seeds))}
  </section>`;
}

function named({ text, color, width, dash }: ReturnType<typeof deletionLegend>[number]): TemplateResult {
  return html`<span
    ><svg width="24" height="8" aria-hidden="true">
      <line
        x1="0"
        x2="24"
        y1="4"
        y2="4"
        stroke=${color}
        stroke-width=${width}
        stroke-dasharray=${dash.join(' ') || nothing}
      ></line></svg
    >${text}</span
  >`;
}

function info(text: string): TemplateResult {
  return html`<p class="info">${icon('info')}<span>${text}</span></p>`;
}

/** How the deletion test by attribution came out; what it says of sizes stands among the sentences of agreement. */
export function deletionWords({ deletion }: RiskExplanation): string {
  if (deletion === null) return '';
  const { curves, random, removed } = deletion;
  const { risk, belowRandom } = curves.attribution;
  const codes = counted(removed.length - 1, 'code');
  const way = `from ${riskFigure(risk[0]!)} to ${riskFigure(risk.at(-1)!)}`;
  const beaten = ofRandom(belowRandom, random.orders);
  const verdict =
    belowRandom >= 0.95
      ? 'its curve lies below'
      : belowRandom > 0.5
        ? 'its curve lies below only'
        : 'that is no better than chance: its curve lies below';
  return `Removing ${codes} by attribution, what raises the risk first, takes it ${way}, at random to ${riskFigure(random.risk.mean.at(-1)!)}; ${verdict} ${beaten}.`;
}

/** What attributions are measured from, and what they have to explain. */
export function baselineWords({ attribution, risk }: RiskAttribution): string {
  const { baselineRisk, values } = attribution;
  const sum = values.reduce((total, value) => total + value, 0);
  return `With every code masked the same visits have a risk of ${riskFigure(baselineRisk)}. The attributions explain the way from there to ${riskFigure(risk)}: ${signed(sum, 2)} log-odds in all.`;
}

/** Whether attributions come out alike under other seeds. */
export function stabilityWords({ stability, predictions, unreadable }: RiskExplanation['seeds']): string {
  const missing =
    unreadable.length === 0
      ? ''
      : ` ${counted(unreadable.length, 'run')} of other seeds could not be read, or no longer predict what they predicted.`;
  if (predictions.length < 2) {
    return `There is one seed only, so nothing says how stable the attributions are.${missing}`;
  }
  const seeds = `Attributions of ${predictions.length} seeds`;
  if (stability === null) return `${seeds} cannot be compared: too few codes have an order.${missing}`;
  const { mean, low, high } = stability;
  const range =
    low === high ? `ρ ${fixed(mean, 2)}` : `mean ρ ${fixed(mean, 2)}, ${fixed(low, 2)} to ${fixed(high, 2)}`;
  return `${seeds} ${rankVerb(mean)} (${range}).${missing}`;
}

/** Colour, width and dash of each curve. */
function deletionLooks(theme: Theme): Readonly<Record<Shown, Pick<Line, 'color' | 'width' | 'dash'>>> {
  const { attention } = palettes[theme.kind];
  return {
    attribution: { color: theme.strong, width: 2.25, dash: [] },
    occlusion: { color: theme.foreground, width: 1.5, dash: [8, 3, 2, 3] },
    attention: { color: attention, width: 2, dash: [6, 3] },
    rollout: { color: attention, width: 1.25, dash: [2, 3] },
  };
}

/** Names of the curves: their ends lie too near one another to be named there. */
export function deletionLegend(
  theme: Theme,
): (Pick<Line, 'color' | 'width' | 'dash'> & { readonly text: string })[] {
  const looks = deletionLooks(theme);
  const random = { text: 'random', color: theme.muted, width: 1.25, dash: [1, 2] };
  return [...orders.map(({ key, name }) => ({ text: name, ...looks[key] })).reverse(), random];
}

/** The curves, the random band beneath them, and what they say in words. */
export function deletionPicture(whole: RiskExplanation, theme: Theme): Picture {
  const { removed, curves, random } = whole.deletion!;
  const looks = deletionLooks(theme);
  const band = {
    x: removed,
    low: random.risk.low,
    high: random.risk.high,
    color: translucent('#808080', 0.3),
  };
  const lines: Line[] = [
    { x: removed, y: random.risk.mean, color: theme.muted, width: 1.25, dash: [2, 3], band },
    ...orders.map(({ key }) => ({ x: removed, y: curves[key].risk, ...looks[key] })),
  ];
  const last = removed.at(-1) ?? 0;
  return {
    label: `Deletion test over ${last} codes. ${deletionWords(whole)}`,
    x: {
      scale: 'linear',
      style: 'number',
      range: [0, Math.max(1, last)],
      title: 'codes removed',
      ticks: wholeTicks(last),
    },
    y: { scale: 'linear', style: 'number', fromZero: true },
    lines,
  };
}

function wholeTicks(last: number): { value: number; label: string }[] {
  const step = Math.max(1, Math.ceil(last / 5));
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => ({
    value: index * step,
    label: String(index * step),
  }));
}

/** Method and sum check, for the footer. */
export function methodLine({ attribution, risk, step }: RiskAttribution): string {
  const { steps, baselineRisk, baselineTrained, completenessError, values } = attribution;
  const sum = values.reduce((total, value) => total + value, 0);
  const words = [
    `Integrated gradients, ${steps} steps from [MASK]`,
    `sums to ${signed(sum, 2)} log-odds from risk ${fixed(baselineRisk, 2)} to ${fixed(risk, 2)}, error ${share(completenessError, 2)}`,
    `checkpoint ${count(step)}`,
    ...(baselineTrained ? [] : ['this run was never trained to read [MASK]']),
  ];
  return words.join(' · ');
}

/** What stands there while the attributions are computed. */
export function faithfulPending(phase: string, share: number | null): TemplateResult {
  return html`<section class="faithful">
    ${sectionTitle('Is this explanation faithful?')}
    <div class="bone plot deletion" aria-hidden="true"></div>
    <p class="note" role="status">
      ${phase}${share === null ? nothing : `, ${Math.round(100 * share)}\u00a0%`}
    </p>
  </section>`;
}
