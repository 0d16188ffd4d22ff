import { html, nothing, type TemplateResult } from 'lit';
import { leastWeight } from '../../src/protocol/attention-partners';
import type { ExplanationSoFar } from '../../src/protocol/explanation';
import { ordinal } from '../../src/protocol/risk-words';
import { count, share, signed } from '../format';
import { sectionTitle } from '../frame';
import type { Partner } from './arcs';
import { attendedBy, mostPartners, readersOf, topEdges } from './partners';
import { frequencyFacts } from './frequency';
import { attributedRisk, receivedShares, type Sight, wholeRisk } from './sight';
import { choiceName, shortCode, systemOf } from './words';

/** The selected code in figures, with what it attends to; without one, the strongest edges of all. */
export function selectedCode(sight: Sight): TemplateResult {
  const { explanation, local } = sight;
  const index = local.selected;
  const code = index === null ? undefined : explanation.codes[index];
  if (index === null || code === undefined) return strongestEdges(sight);
  const received = receivedShares(sight);
  const facts: [string, string][] = [
    ['Visit, priority', `${code.visit}, ${ordinal(code.rank)}`],
    ['System', systemOf(code.code) ?? '–'],
    ...effects(explanation, index),
    ['Attention received', `${share(received[index] ?? 0)} (${place(received, index)})`],
    ...frequencyFacts(explanation, code),
  ];
  return html`<section class="selected-code">
    ${sectionTitle('Selected code')}
    <p class="code strong">${shortCode(code.code)}</p>
    <p>${code.description ?? 'No description in the dataset'}</p>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${partnerLists(sight, index)}
  </section>`;
}

function effects(explanation: ExplanationSoFar, index: number): [string, string][] {
  const values = attributedRisk(explanation)?.attribution.values;
  if (values === undefined) return [];
  const sizes = values.map(Math.abs);
  const occlusion = wholeRisk(explanation)?.occlusion;
  const masked = occlusion?.masked.risk[index];
  const removed = occlusion?.removed?.risk[index];
  return [
    ['Attribution, log\u2011odds', `${signed(values[index] ?? 0, 2)} (${place(sizes, index)})`],
    ...(masked === undefined ? [] : ([['Risk lost when masked', signed(masked, 3)]] as [string, string][])),
    ...(removed === undefined
      ? []
      : ([['Risk lost when removed', signed(removed, 3)]] as [string, string][])),
  ];
}

/** `3rd of 40`: from the largest. */
function place(values: readonly number[], index: number): string {
  const own = values[index] ?? 0;
  return `${ordinal(1 + values.filter((value) => value > own).length)} of ${count(values.length)}`;
}

function partnerLists({ data, explanation, select }: Sight, index: number): TemplateResult | typeof nothing {
  const { square } = data;
  if (square === null || square.length !== explanation.codes.length) return nothing;
  const own = square.weights[index * square.length + index]!;
  const list = (title: string, partners: readonly Partner[]): TemplateResult => {
    const most = Math.max(1e-9, own, ...partners.map(({ weight }) => weight));
    return html`<h3>${title}</h3>
      ${partners.length === 0 ? html`<p class="note">No other code reaches ${leastWeight(square.length).toFixed(3)}.</p>` : nothing}
      <ul class="partners">
        ${partners.map(({ index: to, weight }) => {
          const { code, visit } = explanation.codes[to]!;
          return html`<li>
            <button class="link code" @click=${() => select(to)}>${shortCode(code)}</button>
            <span class="note">visit ${visit}</span>
            <span class="weight" aria-hidden="true"
              ><i .style=${`width: ${(100 * weight) / most}%`}></i
            ></span>
            <span>${weight.toFixed(weight < 0.01 ? 3 : 2)}</span>
          </li>`;
        })}
      </ul>`;
  };
  return html`<p class="note">${choiceName(square.choice)} · itself ${own.toFixed(2)}</p>
    ${list('Attends most to', attendedBy(square, index))}
    ${list('Attended most by', readersOf(square, index, 3))}`;
}

function strongestEdges({ data, explanation, select }: Sight): TemplateResult {
  const { square } = data;
  const codes = explanation.codes;
  const isFit = square !== null && square.length === codes.length;
  const edges = isFit ? topEdges(square, 2 * mostPartners) : [];
  return html`<section class="selected-code">
    ${sectionTitle('Strongest edges', isFit ? choiceName(square.choice) : nothing)}
    <p class="note">Choose a code to see what it attends to: click it, or use the arrow keys.</p>
    <ul class="edges">
      ${edges.map(
        ({ from, to, weight }) =>
          html`<li>
            <button class="link code" @click=${() => select(from)}>${shortCode(codes[from]!.code)}</button>
            <span class="note">v${codes[from]!.visit} →</span>
            <button class="link code" @click=${() => select(to)}>${shortCode(codes[to]!.code)}</button>
            <span class="note">v${codes[to]!.visit}</span>
            <span>${weight.toFixed(2)}</span>
          </li>`,
      )}
    </ul>
    ${isFit && codes.length === 1 ? html`<p>The patient has one code: it can attend to itself alone.</p>` : nothing}
  </section>`;
}
