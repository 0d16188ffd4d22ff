import { html, nothing, type TemplateResult } from 'lit';
import type { PatientData } from '../../src/protocol/panels/patient';
import { isWhole, type PatientView } from '../../src/protocol/panels/patient';
import type { EncoderExplanation, ExplanationSoFar, RiskGlance } from '../../src/protocol/explanation';
import { percentileFigure, riskFigure } from '../../src/protocol/risk-words';
import { count, counted, fixed, interval, share } from '../format';
import { button, type Part } from '../frame';
import { icon } from '../icons';
import { openMenu } from '../menu';
import { dayOf } from './dates';
import { riskBar } from './risk-bar';
import { wholeRisk } from './sight';

/** What the header needs of the page. */
export interface HeaderSight {
  readonly data: PatientData;
  readonly view: PatientView;
  readonly picking: boolean;
  readonly pick: (picking: boolean) => void;
  readonly step: (by: 1 | -1) => void;
  readonly actions: Part;
}

/** Who it is, the answer as the largest number, and what qualifies it. */
export function patientHeader(sight: HeaderSight): TemplateResult {
  const { data } = sight;
  const explanation = data.stage.kind === 'shown' ? data.stage.explanation : undefined;
  return html`<header class="patient-header">
    <div class="who">
      <div class="name">
        <h1>${data.patient === null ? 'Choose a patient' : `Patient ${data.patient}`}</h1>
        ${data.patient === null ? nothing : stepping(sight)}
      </div>
      <p>${data.context.join(' · ')}</p>
      ${explanation === undefined ? nothing : html`<p>${[extentOf(explanation), ...qualityOf(explanation)].join(' · ')}</p>`}
    </div>
    ${explanation === undefined ? nothing : answers(explanation, sight)}
    <div class="actions">
      ${sight.actions}
      ${explanation === undefined ? nothing : button({ label: 'Export', icon: 'export', name: 'export', click: openMenu })}
    </div>
  </header>`;
}

function stepping({ data, step, picking, pick }: HeaderSight): TemplateResult {
  const { list } = data;
  const place =
    list === null
      ? 'choose another'
      : list.place === null
        ? `not among ${count(list.found)}`
        : `${count(list.place + 1)} of ${count(list.found)}${data.kind === 'finetune' ? ' by risk' : ''}`;
  const isFirst = list === null || list.place === 0;
  const isLast = list === null || list.place === list.found - 1;
  return html`<span class="stepping">
    ${button({ label: 'Previous patient', icon: 'previous', iconOnly: true, name: 'previous', disabled: isFirst, click: () => step(-1) })}
    <button class="link" data-action="picker" aria-expanded=${picking} @click=${() => pick(!picking)}>
      ${place}
    </button>
    ${button({ label: 'Next patient', icon: 'next', iconOnly: true, name: 'next', disabled: isLast, click: () => step(1) })}
  </span>`;
}

function extentOf({ visits, codes, part }: ExplanationSoFar): string {
  const first = visits[0];
  const last = visits.at(-1);
  const days = first === undefined || last === undefined ? 0 : dayOf(last.discharge) - dayOf(first.admit);
  const span =
    days < 60
      ? counted(days, 'day')
      : days < 730
        ? `${fixed(days / 30.44, 0)} months`
        : `${fixed(days / 365.25, 1)} years`;
  const partWords = part === null ? 'in no part of the run' : `${part} part`;
  return [counted(visits.length, 'visit'), counted(codes.length, 'code'), span, partWords].join(' · ');
}

function qualityOf(explanation: ExplanationSoFar): string[] {
  if (explanation.kind === 'pretrain' || explanation.quality === null) return [];
  const { auroc, ci95 } = explanation.quality;
  return [`test AUROC of the run ${fixed(auroc, 3)} (${interval(ci95, 2)})`];
}

function answers(explanation: ExplanationSoFar, { data, view }: HeaderSight): TemplateResult {
  if (explanation.kind === 'pretrain') return guessed(explanation);
  const seeds = wholeRisk(explanation)?.seeds;
  const spread = seeds?.risk ?? null;
  const changed = data.whatIf?.result?.after ?? null;
  const range =
    spread === null
      ? wholeRisk(explanation) === undefined
        ? '\u00a0'
        : 'one seed: no interval'
      : `${interval([spread.low, spread.high], 2)} over ${counted(seeds!.predictions.length, 'seed')}`;
  return html`<dl class="answers">
    <div class="risk">
      <dt>Predicted risk</dt>
      <dd class="headline" data-risk=${explanation.risk}>${riskFigure(explanation.risk)}</dd>
      ${changed === null ? nothing : html`<dd class="changed">what if: ${riskFigure(changed.risk)}</dd>`}
      <dd class="under">${range}</dd>
    </div>
    <div class="bar">${riskBar(explanation, seeds, data.list?.rate ?? null, view.filter.threshold)}</div>
    ${percentile(explanation)} ${label(explanation)}
  </dl>`;
}

function percentile({ percentile, testPatients }: RiskGlance): TemplateResult {
  return html`<div>
    <dt>Percentile</dt>
    <dd class="value">${percentile === null ? '–' : percentileFigure(percentile)}</dd>
    <dd class="under">
      ${percentile === null ? 'the run has no predictions' : `of ${counted(testPatients, 'test patient')}`}
    </dd>
  </div>`;
}

function label({ label, indexDate }: RiskGlance): TemplateResult {
  const word = label === null ? 'None' : label === 1 ? 'Case' : 'Control';
  return html`<div>
    <dt>Label</dt>
    <dd class="value">${word}</dd>
    <dd class="under">${indexDate === null ? 'read whole' : `index date ${indexDate}`}</dd>
  </div>`;
}

/** How much of the patient a pretraining run knows beforehand. */
function guessed(explanation: ExplanationSoFar): TemplateResult {
  if (!isWhole(explanation)) return html`<dl class="answers"></dl>`;
  const { guesses } = explanation as EncoderExplanation;
  const known = guesses.filter(({ place }) => place !== null);
  const within = (most: number): number => known.filter(({ place }) => place! <= most).length;
  const figure = (title: string, most: number, large: boolean): TemplateResult =>
    html`<div>
      <dt>${title}</dt>
      <dd class=${large ? 'headline' : 'value'}>
        ${known.length === 0 ? '–' : share(within(most) / known.length, 0)}
      </dd>
      <dd class="under">${`${count(within(most))} of ${counted(known.length, 'known code')}`}</dd>
    </div>`;
  return html`<dl class="answers">
    ${figure('Masked codes guessed first', 1, true)} ${figure('Among the first ten', 10, false)}
  </dl>`;
}

/** What a reader must know, under the header; and that attention is no cause. */
export function notes(explanation: ExplanationSoFar, threshold: number): TemplateResult {
  const spread = wholeRisk(explanation)?.seeds.risk ?? null;
  const straddles = spread !== null && spread.low < threshold && spread.high >= threshold;
  const trained =
    wholeRisk(explanation)
      ?.seeds.predictions.slice(1)
      .filter(({ part }) => part === 'train').length ?? 0;
  const texts = [
    ...(trained === 0
      ? []
      : [
          `Under ${counted(trained, 'other seed')} the patient was among the training patients: those models have seen the label.`,
        ]),
    ...(straddles
      ? [
          `The seeds lie on both sides of the threshold of ${fixed(threshold, 2)}: they do not agree on the call.`,
        ]
      : []),
    ...explanation.notes,
  ];
  return html`<ul class="notes">
    <li class="always">
      ${icon('info')}<span
        >Attention shows what the model read. It is not a cause: neither of the prediction nor of the
        disease.</span
      >
    </li>
    ${texts.map((text) => html`<li>${icon('warning')}<span>${text}</span></li>`)}
  </ul>`;
}
