import { html, nothing } from 'lit';
import type { EncoderExplanation } from '../../src/protocol/explanation';
import { isWhole } from '../../src/protocol/panels/patient';
import type { Plot } from '../chart';
import type { Part } from '../frame';
import { faithful, faithfulPending } from './faithful';
import { guesses } from './guesses';
import { type Sight, wholeRisk } from './sight';
import { whatIf } from './what-if';

/** Whether the explanation holds, and what if; of a pretraining run what it would read instead. */
export function proof(sight: Sight, plot: Plot): Part {
  const { explanation, data } = sight;
  const waits = data.stage.kind === 'shown' ? data.stage.pending : null;
  if (explanation.kind === 'pretrain') {
    if (isWhole(explanation)) return guesses(sight, explanation as EncoderExplanation);
    return waits === null ? nothing : html`<div class="bone plot deletion" aria-hidden="true"></div>`;
  }
  const whole = wholeRisk(explanation);
  const held =
    whole !== undefined
      ? faithful(whole, plot, sight.theme)
      : waits === null
        ? nothing
        : faithfulPending(waits.phase, waits.share);
  return html`${held}${whatIf(sight)}`;
}
