import { html, nothing, type TemplateResult } from 'lit';
import type { EncoderExplanation } from '../../src/protocol/explanation';
import { share } from '../format';
import { sectionTitle } from '../frame';
import type { Sight } from './sight';
import { shortCode } from './words';
import { ordinal } from '../../src/protocol/risk-words';

const fewCodes = 10;

/** What a pretraining run would read in the place of the selected code; without one, what surprises it most. */
export function guesses(sight: Sight, whole: EncoderExplanation): TemplateResult {
  const { selected } = sight.local;
  return html`<section class="guesses">
    ${selected === null || whole.guesses[selected] === undefined ? surprises(sight, whole) : guessOf(whole, selected)}
  </section>`;
}

function guessOf({ guesses: all, nearest, codes }: EncoderExplanation, index: number): TemplateResult {
  const guess = all[index]!;
  const own =
    guess.place === null || guess.probability === null
      ? 'The code that stands there is not in the vocabulary of the run.'
      : `The code that stands there comes ${ordinal(guess.place)}, with ${share(guess.probability)}.`;
  const near = nearest[index] ?? [];
  return html`${sectionTitle('Masked, it would read', `instead of ${shortCode(codes[index]!.code)}`)}
    ${bars(guess.top.map((one) => ({ ...one, reach: one.probability, text: share(one.probability) })))}
    <p class="finding">${own}</p>
    <div class="second">${sectionTitle('Nearest codes', 'cosine of the embeddings')}</div>
    ${
      near.length === 0
        ? html`<p class="note">A code without a vector of its own has no neighbours.</p>`
        : bars(near.map((one) => ({ ...one, reach: one.similarity, text: one.similarity.toFixed(2) })))
    }`;
}

interface Bar {
  readonly code: string;
  readonly description: string | null;
  /** 0 to 1. */
  readonly reach: number;
  readonly text: string;
}

function bars(list: readonly Bar[]): TemplateResult {
  return html`<ul class="partners">
    ${list.map(
      ({ code, description, reach, text }) =>
        html`<li title=${description ?? nothing}>
          <span class="code">${shortCode(code)}</span
          ><span class="note" title=${description ?? nothing}>${description ?? ''}</span>
          <span class="weight" aria-hidden="true"
            ><i .style=${`width: ${100 * Math.max(0, reach)}%`}></i
          ></span>
          <span>${text}</span>
        </li>`,
    )}
  </ul>`;
}

/** The codes that the run expects least, each in its place. */
function surprises({ select }: Sight, { codes, guesses: all }: EncoderExplanation): TemplateResult {
  const known = all
    .map(({ probability, place }, index) => ({ probability, place, index }))
    .filter(({ probability }) => probability !== null)
    .sort((a, b) => a.probability! - b.probability!)
    .slice(0, fewCodes);
  return html`${sectionTitle('Expected least', 'probability of the code when it is masked')}
    <ul class="partners">
      ${known.map(
        ({ index, probability, place }) =>
          html`<li title=${codes[index]!.description ?? nothing}>
            <button class="link code" @click=${() => select(index)}>${shortCode(codes[index]!.code)}</button>
            <span class="note">visit ${codes[index]!.visit}, guessed ${ordinal(place ?? 0)}</span>
            <span class="weight" aria-hidden="true"><i .style=${`width: ${100 * probability!}%`}></i></span>
            <span>${share(probability!)}</span>
          </li>`,
      )}
    </ul>
    <p class="note">Choose a code to see what the run would read in its place.</p>`;
}
